// SPDX-License-Identifier: Apache-2.0
// What comes out of a chip does not depend on the level of timing or on where values are computed.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

#include "chip_support.hpp"

namespace memcosim::chip_test {
namespace {

using Source = Bench::Source;

CellSpec multilevel_cell() {
  const ConfigDocument document = ConfigDocument::from_text("device: {preset: vteam_multilevel}", "test.yaml");
  CellSpec spec = read_cell_spec(document.root().map("device"));
  document.finish();
  return spec;
}

std::unique_ptr<Bench> ideal_bench(const char* name, const MappingPlan& plan, TimingLevel level, Source source, std::uint64_t images) {
  const ChipSpec spec = chip_spec(level);
  return std::make_unique<Bench>(name, plan, spec, make_ideal_arrays(plan, spec), source, run_images(images));
}

TEST(ChipValues, AreTheIntegerProducts) {
  const MappingPlan plan = fork_and_join();
  const auto bench = ideal_bench("bench", plan, TimingLevel::loosely_timed, Source::at_event, 2);
  sc_core::sc_start();
  ASSERT_TRUE(bench->host->finished());
  EXPECT_EQ(bench->values.finished_stages(), 2 * plan.stages.size());
  for (const auto& [key, sums] : bench->values.delivered()) {
    const auto& [image, window, t] = key;
    const TilePlan& tile = plan.tiles[t];
    for (std::uint32_t output = 0; output < tile.outputs; ++output) {
      std::int32_t product = 0;
      for (std::uint32_t row = 0; row < tile.rows; ++row) {
        const std::uint16_t* pair = &tile.levels[row * tile.columns + 2 * output];
        product += bench->values.code(image, tile.stage, window, tile.first_row + row) * (pair[0] - pair[1]);
      }
      ASSERT_EQ(sums[output], product) << "image " << image << " window " << window << " tile " << t << " output " << output;
    }
  }
}

TEST(ChipValues, LevelsAgreeComputedAhead) {
  const MappingPlan plan = fork_and_join();
  const auto loose = ideal_bench("loose", plan, TimingLevel::loosely_timed, Source::ahead, 4);
  const auto timed = ideal_bench("timed", plan, TimingLevel::approximately_timed, Source::ahead, 4);
  sc_core::sc_start();
  expect_same_run(*loose, *timed);
  EXPECT_EQ(loose->progress, timed->progress);
  EXPECT_EQ(loose->progress.back(), 4u);
}

TEST(ChipValues, LevelsAgreeComputedAtTheirEvents) {
  const MappingPlan plan = fork_and_join();
  const auto loose = ideal_bench("loose", plan, TimingLevel::loosely_timed, Source::at_event, 3);
  const auto timed = ideal_bench("timed", plan, TimingLevel::approximately_timed, Source::at_event, 3);
  sc_core::sc_start();
  expect_same_run(*loose, *timed);
}

TEST(ChipValues, AheadIsAtEventLoosely) {
  const MappingPlan plan = fork_and_join();
  const auto ahead = ideal_bench("ahead", plan, TimingLevel::loosely_timed, Source::ahead, 3);
  const auto at_event = ideal_bench("at_event", plan, TimingLevel::loosely_timed, Source::at_event, 3);
  sc_core::sc_start();
  expect_same_run(*ahead, *at_event);
}

TEST(ChipValues, AheadIsAtEventApproximately) {
  const MappingPlan plan = fork_and_join();
  const auto ahead = ideal_bench("ahead", plan, TimingLevel::approximately_timed, Source::ahead, 3);
  const auto at_event = ideal_bench("at_event", plan, TimingLevel::approximately_timed, Source::at_event, 3);
  sc_core::sc_start();
  expect_same_run(*ahead, *at_event);
}

TEST(ChipValues, TimingAloneTakesTheSameTime) {
  const MappingPlan plan = fork_and_join();
  const auto values = ideal_bench("values", plan, TimingLevel::loosely_timed, Source::ahead, 3);
  const auto timing = ideal_bench("timing", plan, TimingLevel::loosely_timed, Source::none, 3);
  sc_core::sc_start();
  EXPECT_EQ(values->host->inference_time(), timing->host->inference_time());
  EXPECT_EQ(timing->chip->macro(0).activity().array_energy_j, 0.0);
  EXPECT_EQ(timing->chip->macro(0).activity().conversions, values->chip->macro(0).activity().conversions);
}

TEST(ChipValues, ProgrammingAgreesAndRunsInParallel) {
  const MappingPlan plan = fork_and_join();
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const ChipSpec spec = chip_spec(level);
    const char* name = level == TimingLevel::loosely_timed ? "loose" : "timed";
    benches.push_back(
        std::make_unique<Bench>(name, plan, spec, make_arrays(plan, spec, multilevel_cell()), Source::at_event, run_images(2, true)));
  }
  sc_core::sc_start();
  expect_same_run(*benches[0], *benches[1]);
  double longest_s = 0.0;
  double sum_s = 0.0;
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    EXPECT_EQ(benches[0]->backend->cells().state(tile), benches[1]->backend->cells().state(tile)) << "tile " << tile;
    const MacroActivity& activity = benches[0]->chip->macro(tile).activity();
    EXPECT_EQ(activity.written_cells, plan.tiles[tile].levels.size());
    EXPECT_EQ(activity.failed_cells, 0u);
    longest_s = std::max(longest_s, activity.programming_s);
    sum_s += activity.programming_s;
    const ProgramResult& result = benches[0]->chip->macro(tile).program_result();
    EXPECT_EQ(result.pulses.size(), plan.tiles[tile].levels.size());
  }
  const double programming_s = benches[0]->host->programming_time().to_seconds();
  EXPECT_GE(programming_s, longest_s);
  EXPECT_LT(programming_s, 0.5 * sum_s);
}

/// The readout of a stage is that of the plan; the others have the macro's.
TEST(ChipValues, StagesHaveReadoutsOfTheirOwn) {
  MappingPlan plan = fork_and_join();
  plan.stages[2].readout = chip_spec(TimingLevel::loosely_timed).macro.readout;
  plan.stages[2].readout->adc.lsb = 4.0;
  const auto ahead = ideal_bench("ahead", plan, TimingLevel::loosely_timed, Source::ahead, 2);
  const auto loose = ideal_bench("loose", plan, TimingLevel::loosely_timed, Source::at_event, 2);
  const auto timed = ideal_bench("timed", plan, TimingLevel::approximately_timed, Source::at_event, 2);
  const MappingPlan plain_plan = fork_and_join();
  const auto plain = ideal_bench("plain", plain_plan, TimingLevel::loosely_timed, Source::at_event, 2);
  sc_core::sc_start();
  expect_same_run(*ahead, *loose);
  expect_same_run(*ahead, *timed);
  std::size_t different = 0;
  for (const auto& [key, sums] : plain->values.delivered()) {
    const bool own_readout = plan.tiles[std::get<2>(key)].stage == 2;
    const std::vector<std::int32_t>& seen = loose->values.delivered().at(key);
    if (own_readout) {
      different += seen != sums ? 1 : 0;
    } else {
      EXPECT_EQ(seen, sums);
    }
  }
  EXPECT_GT(different, 0u);
}

TEST(ChipValues, MismatchedMappingIsRefused) {
  const MappingPlan good = fork_and_join();
  const ChipSpec spec = chip_spec(TimingLevel::loosely_timed);
  EXPECT_NO_THROW(check(spec, good));
  MappingPlan plan = good;
  plan.array_rows = 2 * array_rows;
  EXPECT_THROW(check(spec, plan), InputError);
  plan = good;
  plan.stages[1].predecessors = {2};
  EXPECT_THROW(check(spec, plan), InputError);
  plan = good;
  plan.stages[2].tiles[0] = 0;
  EXPECT_THROW(check(spec, plan), InputError);
  plan = good;
  plan.tiles[0].outputs = array_columns;
  EXPECT_THROW(check(spec, plan), InputError);
  plan = good;
  plan.tiles[0].levels.pop_back();
  EXPECT_THROW(check(spec, plan), InputError);
  const auto readout_refused = [&](auto change) {
    plan = good;
    plan.stages[0].readout = spec.macro.readout;
    EXPECT_NO_THROW(check(spec, plan));
    change(*plan.stages[0].readout);
    EXPECT_THROW(check(spec, plan), InputError);
  };
  readout_refused([](ReadoutConfig& readout) { ++readout.input_bits; });
  readout_refused([](ReadoutConfig& readout) { ++readout.dac.bits; });
  readout_refused([](ReadoutConfig& readout) { ++readout.adc.bits; });
  readout_refused([](ReadoutConfig& readout) { readout.encoding = &encodings::single; });
  plan = good;
  plan.stages.clear();
  EXPECT_THROW(check(spec, plan), InputError);
}

}  // namespace
}  // namespace memcosim::chip_test
