// SPDX-License-Identifier: Apache-2.0
// Energy, area and time of a run: parts close to their totals, and levels of timing agree.
#include "memcosim/architecture/ledger.hpp"

#include <memory>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/sc_models/chip/run_activity.hpp"

#include "chip_support.hpp"

namespace memcosim::chip_test {
namespace {

double value(const StatisticGroup& group, const std::string& path) {
  const Statistic* statistic = group.find(path);
  EXPECT_NE(statistic, nullptr) << path;
  return statistic == nullptr ? 0.0 : std::get<double>(statistic->value);
}

/// Sum of the statistics of a group before its total, in their order.
double sum_of_parts(const StatisticGroup& group) {
  double sum = 0.0;
  for (const Statistic& statistic : group.statistics()) {
    if (statistic.name == "total") break;
    sum += std::get<double>(statistic.value);
  }
  return sum;
}

/// Activity with a different number in every field.
RunActivity made_up_activity(const MappingPlan& plan) {
  RunActivity activity;
  for (std::size_t tile = 0; tile < plan.tiles.size(); ++tile) {
    MacroActivity macro;
    macro.rows_driven = 101 + tile;
    macro.samples = 203 + tile;
    macro.conversions = 307 + tile;
    macro.accumulations = 401 + tile;
    macro.controller_slices = 503 + tile;
    macro.input_bytes = 601 + tile;
    macro.output_bytes = 701 + tile;
    macro.pulses = 809 + tile;
    macro.verify_reads = 907 + tile;
    macro.verify_conversions = 1009 + tile;
    macro.array_energy_j = 1.3e-12 * static_cast<double>(1 + tile);
    macro.pulse_energy_j = 1.7e-12;
    macro.verify_energy_j = 1.9e-13;
    activity.macros.push_back(macro);
  }
  activity.images.assign(plan.stages.size(), 3);
  activity.busy_s.assign(plan.stages.size(), 1e-6);
  activity.busy_s[1] = 2e-6;
  activity.image_begin_s = {1e-6, 2e-6, 3e-6};
  activity.image_end_s = {5e-6, 7e-6, 9e-6};
  activity.programming_s = 1e-3;
  activity.inference_s = 8e-6;
  return activity;
}

ChipSpec costly_spec() {
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  spec.macro.costs.adc.static_power_w = 1e-6;
  spec.macro.costs.buffer.static_power_w = 1e-9;
  return spec;
}

TEST(Ledger, EnergyPartsCloseExactly) {
  const MappingPlan plan = fork_and_join();
  StatisticGroup energy;
  report_energy(costly_spec(), plan, made_up_activity(plan), energy);
  const StatisticGroup& inference = energy.group("inference");
  const StatisticGroup& programming = energy.group("programming");
  EXPECT_EQ(sum_of_parts(inference), value(energy, "inference.total"));
  EXPECT_EQ(sum_of_parts(programming), value(energy, "programming.total"));
  EXPECT_EQ(value(energy, "inference.total") + value(energy, "programming.total"), value(energy, "total"));
  EXPECT_GT(value(energy, "inference.static"), 0.0);
  EXPECT_DOUBLE_EQ(value(energy, "per_image"), value(energy, "inference.total") / 3);
}

TEST(Ledger, StagesCloseToTheWhole) {
  const MappingPlan plan = fork_and_join();
  StatisticGroup energy;
  report_energy(costly_spec(), plan, made_up_activity(plan), energy);
  const StatisticGroup& stages = energy.group("stages");
  ASSERT_EQ(stages.groups().size(), plan.stages.size() + 1) << "the stages and the input buffer";
  for (const Statistic& part : energy.group("inference").statistics()) {
    double sum = 0.0;
    for (const auto& stage : stages.groups()) {
      const double share = value(*stage, part.name);
      EXPECT_GE(share, 0.0);
      sum += share;
      EXPECT_EQ(sum_of_parts(*stage), value(*stage, "total"));
    }
    EXPECT_NEAR(sum, std::get<double>(part.value), 1e-12 * std::get<double>(part.value)) << part.name;
  }
  EXPECT_GT(value(stages, "input.buffers"), 0.0);
  EXPECT_GT(value(stages, "input.static"), 0.0);
  EXPECT_EQ(value(stages, "input.adc"), 0.0);
}

TEST(Ledger, StagesHaveTheirOwnWork) {
  const MappingPlan plan = make_plan({{{-1}, 4, 16, 4}, {{0}, 1, 4, 4}});
  const ChipSpec spec = costly_spec();
  StatisticGroup energy;
  report_energy(spec, plan, made_up_activity(plan), energy);
  EXPECT_DOUBLE_EQ(value(energy, "stages.stage_0.adc"), 307 * spec.macro.costs.adc.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "stages.stage_1.adc"), 308 * spec.macro.costs.adc.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "stages.input.buffers"), 3 * 64 * spec.macro.costs.buffer.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "stages.stage_1.buffers"), 3 * (4 + 4) * spec.macro.costs.buffer.energy_j);
}

TEST(Ledger, PerformanceIsTwoOperationsForEachWeight) {
  const MappingPlan plan = make_plan({{{-1}, 4, 16, 4}, {{0}, 1, 4, 4}});
  std::uint64_t operations = 0;
  for (const TilePlan& tile : plan.tiles)
    operations += std::uint64_t{2} * tile.rows * tile.outputs * plan.stages[tile.stage].windows;
  StatisticGroup performance;
  report_performance(plan, made_up_activity(plan), 6e-9, 2e-6, performance);
  EXPECT_EQ(std::get<std::uint64_t>(performance.find("operations_per_image")->value), operations);
  const double tops = 3.0 * static_cast<double>(operations) / 8e-6 * 1e-12;
  EXPECT_DOUBLE_EQ(value(performance, "tops"), tops);
  EXPECT_DOUBLE_EQ(value(performance, "mean_power"), 6e-9 / 8e-6);
  EXPECT_DOUBLE_EQ(value(performance, "tops_per_watt"), tops / value(performance, "mean_power"));
  EXPECT_DOUBLE_EQ(value(performance, "tops_per_mm2"), tops / 2.0) << "2e-6 m^2 are 2 mm^2";
  StatisticGroup without;
  report_performance(plan, made_up_activity(plan), 0.0, 0.0, without);
  EXPECT_EQ(without.find("tops_per_watt"), nullptr) << "no energy, no ratio";
  EXPECT_EQ(without.find("tops_per_mm2"), nullptr);
}

TEST(Ledger, PartsAreCountsTimesCosts) {
  const MappingPlan plan = make_plan({{{-1}, 4, 16, 4}, {{0}, 1, 4, 4}});
  const ChipSpec spec = costly_spec();
  const ComponentCosts& costs = spec.macro.costs;
  StatisticGroup energy;
  report_energy(spec, plan, made_up_activity(plan), energy);
  EXPECT_DOUBLE_EQ(value(energy, "inference.array"), 3.9e-12);
  EXPECT_DOUBLE_EQ(value(energy, "inference.row_drivers"), 203 * costs.row_driver.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.sample_hold"), 407 * costs.sample_hold.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.adc"), 615 * costs.adc.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.shift_add"), 803 * costs.shift_add.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.controllers"), 1007 * costs.controller.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.input_registers"), 2 * 1203 * costs.input_register.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.output_registers"), 2 * 1403 * costs.output_register.energy_j);
  // Three images: 64 bytes enter the chip, then the stages read and write.
  const double bytes = 3 * (64 + (64 + 16) + (4 + 4));
  EXPECT_DOUBLE_EQ(value(energy, "inference.buffers"), bytes * costs.buffer.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.buses"), bytes * costs.bus.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.adders"), 3 * (16 + 4) * costs.adder.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "inference.activations"), 3 * (16 + 4) * costs.activation.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "programming.programmers"), (1619 + 1815) * costs.programmer.energy_j);
  EXPECT_DOUBLE_EQ(value(energy, "programming.adc"), 2019 * costs.adc.energy_j);
  const double adcs = 2.0 * spec.macro.adcs();
  const double buffer_bytes = 2 * (64 + 16 + 4);
  const double static_w = adcs * costs.adc.static_power_w + buffer_bytes * costs.buffer.static_power_w;
  EXPECT_DOUBLE_EQ(value(energy, "inference.static"), static_w * 8e-6);
  EXPECT_DOUBLE_EQ(value(energy, "programming.static"), static_w * 1e-3);
}

TEST(Ledger, AreaClosesAndCountsInstances) {
  const MappingPlan plan = fork_and_join();
  const ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  StatisticGroup area;
  report_area(spec, plan, area);
  EXPECT_EQ(sum_of_parts(area), value(area, "total"));
  const double macros = static_cast<double>(plan.tiles.size());
  EXPECT_DOUBLE_EQ(value(area, "adc"), macros * spec.macro.adcs() * spec.macro.costs.adc.area_m2);
  EXPECT_DOUBLE_EQ(value(area, "cells"), macros * array_rows * array_columns * spec.macro.costs.cell.area_m2);
  EXPECT_DOUBLE_EQ(value(area, "buses"), 4 * spec.macro.costs.bus.area_m2);
}

TEST(Ledger, ZeroCostsLeaveTheCells) {
  const MappingPlan plan = fork_and_join();
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  spec.macro.costs = cost_preset("zero", {});
  StatisticGroup energy;
  StatisticGroup area;
  report_energy(spec, plan, made_up_activity(plan), energy);
  report_area(spec, plan, area);
  EXPECT_EQ(value(energy, "inference.total"), value(energy, "inference.array"));
  EXPECT_EQ(value(energy, "programming.total"), value(energy, "programming.pulses") + value(energy, "programming.verify_reads"));
  EXPECT_EQ(value(area, "total"), 0.0);
}

TEST(Ledger, TimingNamesTheBottleneck) {
  const MappingPlan plan = fork_and_join();
  StatisticGroup timing;
  report_timing(plan, made_up_activity(plan), timing);
  EXPECT_DOUBLE_EQ(value(timing, "first_latency"), 4e-6);
  EXPECT_DOUBLE_EQ(value(timing, "latency_per_image"), 5e-6);
  EXPECT_DOUBLE_EQ(value(timing, "interval"), 2e-6);
  EXPECT_DOUBLE_EQ(value(timing, "throughput"), 3 / 8e-6);
  EXPECT_EQ(std::get<std::string>(timing.find("bottleneck")->value), "layer1");
  EXPECT_DOUBLE_EQ(value(timing, "stages.stage_1.busy_fraction"), 0.25);
}

TEST(Ledger, ConversionTimesAreReportedWhereTheyDependOnTheCode) {
  class CountingConverter final : public ConverterKind {
   public:
    const char* name() const override { return "counting"; }
    const char* summary() const override { return "a clock for each code"; }
    AdcTiming timing(const ConverterSetting& setting) const override { return {1u << setting.bits, 1u << setting.bits}; }
    bool code_dependent() const override { return true; }
  };
  const CountingConverter kind;
  const MappingPlan plan = fork_and_join();
  RunActivity activity = made_up_activity(plan);
  ChipSpec spec = costly_spec();
  spec.macro.readout.adc.bits = 6;
  StatisticGroup timing;
  report_conversion_times(spec.macro, activity, timing);
  EXPECT_TRUE(timing.groups().empty()) << "a SAR takes the same time for every code";
  spec.macro.timing.adc_kind = &kind;
  report_conversion_times(spec.macro, activity, timing);
  EXPECT_EQ(timing.find("conversion.mean_clocks"), nullptr) << "none is timed";
  for (const std::uint32_t clocks : {3u, 60u, 9u})
    count_conversion_clocks(activity.macros[clocks % 2], clocks);
  StatisticGroup timed;
  report_conversion_times(spec.macro, activity, timed);
  EXPECT_EQ(std::get<std::uint64_t>(timed.find("conversion.bound_clocks")->value), 64u);
  EXPECT_DOUBLE_EQ(value(timed, "conversion.mean_clocks"), 24.0);
  EXPECT_EQ(std::get<std::uint64_t>(timed.find("conversion.most_clocks")->value), 60u);
  spec.macro.timing.adc_latency = 20;
  StatisticGroup configured;
  report_conversion_times(spec.macro, activity, configured);
  EXPECT_TRUE(configured.groups().empty()) << "configured times are those of every code";
}

TEST(Ledger, NothingRunLeavesNoRatio) {
  const MappingPlan plan = fork_and_join();
  RunActivity activity;
  activity.macros.resize(plan.tiles.size());
  activity.images.assign(plan.stages.size(), 0);
  activity.busy_s.assign(plan.stages.size(), 0.0);
  StatisticGroup report;
  report_energy(chip_spec(TimingLevel::loosely_timed), plan, activity, report.group("energy"));
  report_timing(plan, activity, report.group("timing"));
  report_counts(plan, activity, report.group("counts"));
  report_performance(plan, activity, 0.0, 1e-6, report.group("performance"));
  EXPECT_EQ(value(report, "energy.total"), 0.0);
  EXPECT_EQ(report.find("performance.tops"), nullptr);
  EXPECT_EQ(report.find("timing.throughput"), nullptr);
}

TEST(Ledger, CostsComeWithTheirSources) {
  StatisticGroup group;
  report_costs(cost_preset("isaac_32nm", {}), group);
  EXPECT_EQ(group.groups().size(), 14u);
  for (const auto& component : group.groups())
    EXPECT_FALSE(std::get<std::string>(component->find("source")->value).empty());
}

std::string report(const Bench& bench) {
  const RunActivity activity = run_activity(*bench.chip, *bench.host);
  StatisticGroup root;
  report_energy(bench.chip->spec(), bench.chip->plan(), activity, root.group("energy"));
  report_area(bench.chip->spec(), bench.chip->plan(), root.group("area"));
  report_timing(bench.chip->plan(), activity, root.group("timing"));
  report_counts(bench.chip->plan(), activity, root.group("counts"));
  return root.to_json();
}

TEST(Ledger, ImagesInFlightAreNoPartOfARunThatWasInterrupted) {
  const MappingPlan plan = fork_and_join();
  constexpr std::uint64_t whole = 6;
  constexpr std::uint64_t done = 2;
  struct Pair {
    std::unique_ptr<Bench> interrupted;
    std::unique_ptr<Bench> ended;
    std::string report;
  };
  std::vector<Pair> pairs;
  int number = 0;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    for (const Bench::Source source : {Bench::Source::ahead, Bench::Source::at_event, Bench::Source::none}) {
      const ChipSpec spec = chip_spec(level);
      const auto bench = [&](std::uint64_t images) {
        const std::string name = "bench_" + std::to_string(number++);
        return std::make_unique<Bench>(name.c_str(), plan, spec, make_ideal_arrays(plan, spec), source, run_images(images));
      };
      pairs.push_back({bench(whole), bench(done), ""});
    }
  }
  std::uint64_t in_flight = 0;
  for (std::size_t left = pairs.size(); left != 0;) {
    sc_core::sc_start(1, sc_core::SC_NS);
    for (Pair& pair : pairs) {
      const Chip& chip = *pair.interrupted->chip;
      if (!pair.report.empty() || chip.completed() < done) continue;
      ASSERT_EQ(chip.completed(), done);
      pair.report = report(*pair.interrupted);
      for (std::uint32_t s = 0; s < plan.stages.size(); ++s)
        in_flight += chip.macro(plan.stages[s].tiles.front()).activity().mvms - chip.completed_work(s).macros.front().mvms;
      --left;
    }
  }
  sc_core::sc_start();
  EXPECT_GT(in_flight, 0u) << "the pipeline works on later images";
  for (const Pair& pair : pairs) {
    EXPECT_EQ(pair.report, report(*pair.ended));
    EXPECT_NE(pair.report, report(*pair.interrupted)) << "of all images";
  }
}

TEST(Ledger, LevelsReportTheSameText) {
  const MappingPlan plan = fork_and_join();
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const char* name = level == TimingLevel::loosely_timed ? "loose" : "timed";
    const ChipSpec spec = chip_spec(level);
    benches.push_back(std::make_unique<Bench>(name, plan, spec, make_ideal_arrays(plan, spec), Bench::Source::at_event, run_images(3)));
  }
  sc_core::sc_start();
  const std::string loose = report(*benches[0]);
  EXPECT_EQ(loose, report(*benches[1]));
  EXPECT_NE(loose.find("\"mvms\""), std::string::npos);
  const RunActivity activity = run_activity(*benches[0]->chip, *benches[0]->host);
  std::uint64_t mvms = 0;
  for (const MacroActivity& macro : activity.macros)
    mvms += macro.mvms;
  std::uint64_t expected = 0;
  for (const TilePlan& tile : plan.tiles)
    expected += 3 * plan.stages[tile.stage].windows;
  EXPECT_EQ(mvms, expected);
}

}  // namespace
}  // namespace memcosim::chip_test
