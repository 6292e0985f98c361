// SPDX-License-Identifier: Apache-2.0
// When things happen in a chip: closed forms of stages and pipelines, and equal times at both levels of timing.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/stage_formula.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

#include "chip_support.hpp"

namespace memcosim::chip_test {
namespace {

constexpr double clock_s = 1e-9;

std::uint64_t ceil_div(std::uint64_t amount, std::uint64_t per_unit) {
  return (amount + per_unit - 1) / per_unit;
}

/// Clocks of one image in a stage whose macros are its bottleneck, written out from the contract: fetch, write, windows - 1 intervals, one
/// latency, read, digital units and write-back.
std::uint64_t stage_clocks(const ChipSpec& spec, const MappingPlan& plan, std::uint32_t s) {
  const StagePlan& stage = plan.stages[s];
  const StageTiming timing = stage_timing(spec, stage);
  const std::uint64_t bus = spec.macro.timing.bus_bytes_per_clock;
  std::uint64_t write = 0;
  std::uint64_t read = 0;
  TdmSchedule schedule = spec.macro.schedule(1);
  for (const std::uint32_t tile : stage.tiles) {
    write = std::max(write, ceil_div(plan.tiles[tile].rows * 2u, bus));
    read = std::max(read, ceil_div(plan.tiles[tile].outputs * 4u, bus));
    schedule.groups = std::max(schedule.groups, spec.macro.schedule(plan.tiles[tile].columns).groups);
  }
  return timing.fetch + write + (stage.windows - 1) * schedule.interval() + schedule.latency() + read + timing.output_latency;
}

sc_core::sc_time clocks(std::uint64_t count) {
  return sc_core::sc_time(static_cast<double>(count) * clock_s, sc_core::SC_SEC);
}

std::unique_ptr<Bench> timing_bench(const char* name, const MappingPlan& plan, const ChipSpec& spec, std::uint64_t images) {
  return std::make_unique<Bench>(name, plan, spec, make_ideal_arrays(plan, spec), Bench::Source::none, run_images(images));
}

TEST(StageTiming, CountsFetchUnitsAndWriteBack) {
  const MappingPlan plan = make_plan({{{-1}, 4, 40, 10}});
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  spec.buffer_bytes_per_clock = 8;
  spec.units = {100, 3, 1};
  const StageTiming timing = stage_timing(spec, plan.stages[0]);
  EXPECT_EQ(timing.fetch, 5u);                     // 40 bytes
  EXPECT_EQ(timing.output_interval, 4u);           // 10 activations on 3 units; 2 clocks of writing are faster
  EXPECT_EQ(timing.output_latency, 2u + 4u + 2u);  // 3 row blocks: 2 levels of adders
  spec.buffer_bytes_per_clock = 2;
  EXPECT_EQ(stage_timing(spec, plan.stages[0]).output_interval, 5u);
}

TEST(ChipSpecReader, DefaultsAndOverrides) {
  const ConfigDocument document =
      ConfigDocument::from_text("chip: {clock: 2 ns, buffer_bytes_per_clock: 16, buffered_images: 3, adders: 7}", "test.yaml");
  const ChipSpec spec = read_chip_spec(document.root().map("chip"));
  EXPECT_NO_THROW(document.finish());
  EXPECT_DOUBLE_EQ(spec.clock_period_s, 2e-9);
  EXPECT_EQ(spec.buffer_bytes_per_clock, 16u);
  EXPECT_EQ(spec.buffered_images, 3u);
  EXPECT_EQ(spec.units.adders, 7u);
  EXPECT_EQ(spec.units.activations, ChipSpec().units.activations);
  const ConfigDocument wrong = ConfigDocument::from_text("chip: {buffered_images: 0}", "test.yaml");
  read_chip_spec(wrong.root().map("chip"));
  EXPECT_THROW(wrong.finish(), ConfigError);
}

TEST(ChipTiming, OneStageTakesItsClosedForm) {
  const MappingPlan plan = make_plan({{{-1}, 7, 40, 10}});
  const ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  const auto bench = timing_bench("bench", plan, spec, 3);
  sc_core::sc_start();
  ASSERT_TRUE(bench->host->finished());
  EXPECT_EQ(bench->host->inference_time(), clocks(3 * stage_clocks(spec, plan, 0)));
  EXPECT_EQ(bench->chip->stage(0).busy, bench->host->inference_time());
}

TEST(ChipTiming, PipelineIsFillAndBottleneck) {
  const MappingPlan plan = make_plan({{{-1}, 2}, {{0}, 9}, {{1}, 4}});
  const ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  constexpr std::uint64_t images = 10;
  const auto bench = timing_bench("bench", plan, spec, images);
  sc_core::sc_start();
  ASSERT_TRUE(bench->host->finished());
  std::uint64_t fill = 0;
  std::uint64_t bottleneck = 0;
  for (std::uint32_t s = 0; s < 3; ++s) {
    fill += stage_clocks(spec, plan, s);
    bottleneck = std::max(bottleneck, stage_clocks(spec, plan, s));
  }
  EXPECT_EQ(bench->host->inference_time(), clocks(fill + (images - 1) * bottleneck));
  EXPECT_EQ(bench->chip->images()[0].end - bench->chip->images()[0].begin, clocks(fill));
}

TEST(ChipTiming, SlowSuccessorHoldsBack) {
  const MappingPlan plan = make_plan({{{-1}, 1}, {{0}, 20}});
  const ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  const auto bench = timing_bench("bench", plan, spec, 6);
  sc_core::sc_start();
  const std::vector<ImageTimes>& images = bench->chip->images();
  // Two places: image n begins when its second predecessor has left the last stage.
  for (std::size_t image = 3; image < 6; ++image)
    EXPECT_EQ(images[image].begin, images[image - 2].end) << "image " << image;
}

TEST(ChipTiming, OnePlaceSerialisesNeighbours) {
  const MappingPlan plan = make_plan({{{-1}, 2}, {{0}, 3}});
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  spec.buffered_images = 1;
  const auto bench = timing_bench("bench", plan, spec, 4);
  sc_core::sc_start();
  EXPECT_EQ(bench->host->inference_time(), clocks(4 * (stage_clocks(spec, plan, 0) + stage_clocks(spec, plan, 1))));
}

TEST(ChipTiming, JoinWaitsForSlowerBranch) {
  const MappingPlan plan = make_plan({{{-1}, 2}, {{0}, 3}, {{0}, 8}, {{1, 2}, 1}});
  const ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  const auto bench = timing_bench("bench", plan, spec, 1);
  sc_core::sc_start();
  EXPECT_EQ(bench->host->inference_time(), clocks(stage_clocks(spec, plan, 0) + stage_clocks(spec, plan, 2) + stage_clocks(spec, plan, 3)));
}

TEST(ChipTiming, SlowDigitalUnitsSetTheInterval) {
  constexpr std::uint64_t windows = 12;
  MappingPlan plan = make_plan({{{-1}, windows}});
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  const std::uint64_t slow = spec.macro.schedule().interval() + 50;
  plan.stages[0].digital.activations = windows * slow;
  spec.units.activations = 1;
  ASSERT_EQ(stage_timing(spec, plan.stages[0]).output_interval, slow);
  const auto bench = timing_bench("bench", plan, spec, 1);
  sc_core::sc_start();
  MappingPlan one = plan;
  one.stages[0].windows = 1;
  for (std::uint64_t* per_image :
       {&one.stages[0].digital.additions, &one.stages[0].digital.activations, &one.stages[0].input_bytes, &one.stages[0].output_bytes}) {
    *per_image /= windows;
  }
  EXPECT_EQ(bench->host->inference_time(), clocks(stage_clocks(spec, one, 0) + (windows - 1) * slow));
}

TEST(ChipTiming, ConversionsAreThoseOfTheColumnsInUse) {
  const MappingPlan plan = fork_and_join();
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    for (const AdcSharing sharing : {AdcSharing::interleaved, AdcSharing::blocked}) {
      ChipSpec spec = chip_spec(level);
      spec.macro.adc_sharing = sharing;
      benches.push_back(timing_bench(("bench" + std::to_string(benches.size())).c_str(), plan, spec, 2));
    }
  }
  sc_core::sc_start();
  const std::uint64_t slices = chip_spec(TimingLevel::loosely_timed).macro.readout.slices();
  bool some_are_unused = false;
  for (const auto& bench : benches) {
    for (std::uint32_t t = 0; t < plan.tiles.size(); ++t) {
      const TilePlan& tile = plan.tiles[t];
      const MacroActivity& activity = bench->chip->macro(t).activity();
      EXPECT_EQ(activity.mvms, 2 * plan.stages[tile.stage].windows);
      EXPECT_EQ(activity.conversions, activity.mvms * slices * tile.columns);
      EXPECT_EQ(activity.samples, activity.conversions);
      EXPECT_EQ(activity.accumulations, activity.conversions);
      some_are_unused = some_are_unused || tile.columns < plan.array_columns;
    }
  }
  EXPECT_TRUE(some_are_unused);
}

TEST(ChipTiming, ClockBelowResolutionIsRefused) {
  const MappingPlan plan = make_plan({{{-1}, 1}});
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  spec.clock_period_s = 1.0005e-9;
  EXPECT_THROW(timing_bench("bench", plan, spec, 1), InputError);
}

TEST(ChipTiming, ZeroImagesEndAtOnce) {
  const MappingPlan plan = make_plan({{{-1}, 1}});
  const auto bench = timing_bench("bench", plan, chip_spec(TimingLevel::loosely_timed), 0);
  sc_core::sc_start();
  EXPECT_TRUE(bench->host->finished());
  EXPECT_EQ(bench->host->inference_time(), sc_core::SC_ZERO_TIME);
}

/// One change to the specification under which both levels must still agree.
struct Variant {
  const char* name;
  void (*change)(ChipSpec&);
};
const Variant variants[] = {
    {"plain", [](ChipSpec&) {}},
    {"unpipelined", [](ChipSpec& spec) { spec.macro.timing.pipelined = false; }},
    {"one_slice", [](ChipSpec& spec) { spec.macro.readout.dac.bits = 4; }},
    {"results_that_wait",  // a product takes longer than two intervals, and only two results are kept
     [](ChipSpec& spec) {
       spec.macro.readout.dac.bits = 4;
       spec.macro.timing.settle_s = 28e-9;
       spec.macro.timing.bus_bytes_per_clock = 4;
     }},
    {"overlapping_converters", [](ChipSpec& spec) { spec.macro.timing.overlap = StepOverlap::converter; }},
    {"long_conversions_in_flight",  // several steps are in the converters at a time
     [](ChipSpec& spec) {
       spec.macro.timing.overlap = StepOverlap::converter;
       spec.macro.timing.adc_latency = 60;
       spec.macro.timing.adc_interval = 2;
     }},
    {"unequal_steps",
     [](ChipSpec& spec) {
       spec.macro.timing.steps = {{3, false}, {40, true}, {9, false}, {1, true}};
     }},
    {"blocked", [](ChipSpec& spec) { spec.macro.adc_sharing = AdcSharing::blocked; }},
    {"flash", [](ChipSpec& spec) { spec.macro.timing.adc_kind = &converter_kind("flash"); }},
    {"fast_macros",
     [](ChipSpec& spec) {
       spec.macro.readout.dac.bits = 4;
       spec.macro.timing.adc_kind = &converter_kind("flash");
       spec.macro.columns_per_adc = 1;
       spec.macro.timing.settle_s = 0.0;
       spec.macro.timing.sample_s = 0.0;
     }},
    {"narrow_bus", [](ChipSpec& spec) { spec.macro.timing.bus_bytes_per_clock = 1; }},
    {"fast_macros_narrow_bus",
     [](ChipSpec& spec) {
       spec.macro.readout.dac.bits = 4;
       spec.macro.timing.adc_kind = &converter_kind("flash");
       spec.macro.columns_per_adc = 1;
       spec.macro.timing.bus_bytes_per_clock = 1;
     }},
    {"narrow_buffer", [](ChipSpec& spec) { spec.buffer_bytes_per_clock = 1; }},
    {"few_units",
     [](ChipSpec& spec) {
       spec.units = {1, 1, 1};
     }},
    {"slow_digital_units",
     [](ChipSpec& spec) {
       spec.macro.readout.dac.bits = 4;
       spec.macro.timing.adc_kind = &converter_kind("flash");
       spec.macro.columns_per_adc = 1;
       spec.clock_period_s = 5e-9;
       spec.units = {1, 1, 1};
     }},
    {"slow_digital_clock", [](ChipSpec& spec) { spec.clock_period_s = 3.5e-9; }},
    {"slow_macro_clock", [](ChipSpec& spec) { spec.macro.timing.clock_period_s = 4e-9; }},
    {"one_place", [](ChipSpec& spec) { spec.buffered_images = 1; }},
};

class ChipLevels : public ::testing::TestWithParam<Variant> {};

/// One image at a time, so that no stage waits for another; the clocks of macros and chip are one.
TEST_P(ChipLevels, TakeTheTimeOfTheFormula) {
  ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  GetParam().change(spec);
  spec.clock_period_s = spec.macro.timing.clock_period_s;
  std::vector<MappingPlan> plans;
  std::vector<std::unique_ptr<Bench>> benches;
  for (const std::uint32_t windows : {1u, 2u, 3u, 8u}) {
    // Tiles of one stage differ in rows and columns; the last stage has a single column pair.
    plans.push_back(make_plan({{{-1}, windows, 20, 6}, {{0}, windows, 33, 3}, {{1}, windows, 40, 11}, {{2}, windows, 5, 1}}));
  }
  for (const MappingPlan& plan : plans)
    benches.push_back(timing_bench(("bench" + std::to_string(benches.size())).c_str(), plan, spec, 1));
  sc_core::sc_start();
  for (std::size_t run = 0; run < benches.size(); ++run) {
    for (std::uint32_t s = 0; s < plans[run].stages.size(); ++s) {
      EXPECT_NEAR(benches[run]->chip->stage(s).busy.to_seconds(), stage_times(spec, plans[run], s).image_s, 1e-15)
          << "stage " << s << ", " << plans[run].stages[s].windows << " windows";
    }
  }
}

TEST_P(ChipLevels, TakeTheSameTime) {
  const MappingPlan plan = fork_and_join();
  ChipSpec loose_spec = chip_spec(TimingLevel::loosely_timed);
  ChipSpec timed_spec = chip_spec(TimingLevel::approximately_timed);
  GetParam().change(loose_spec);
  GetParam().change(timed_spec);
  const auto loose = timing_bench("loose", plan, loose_spec, 5);
  const auto timed = timing_bench("timed", plan, timed_spec, 5);
  sc_core::sc_start();
  expect_same_run(*loose, *timed);
}

INSTANTIATE_TEST_SUITE_P(Variants, ChipLevels, ::testing::ValuesIn(variants),
                         [](const ::testing::TestParamInfo<Variant>& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace memcosim::chip_test
