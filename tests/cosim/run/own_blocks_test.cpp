// SPDX-License-Identifier: Apache-2.0
// A whole run with digital blocks of the program's own: the network computes with their sums, and the summary counts what differs.
#include <filesystem>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/statistics.hpp"
#include "memcosim/runs/simulation.hpp"
#include "memcosim/runs/summary.hpp"
#include "memcosim/sc_models/blocks/shift_add.hpp"
#include "memcosim/sc_models/macro/digital_blocks.hpp"

namespace memcosim {
namespace {

/// Forgets the positive lines of pairs.
class HalfAccumulator : public ShiftAdd {
 public:
  using ShiftAdd::ShiftAdd;
  void accumulate(gsl::span<const AccumulatorTerm> terms, gsl::span<const std::int32_t> codes, unsigned slice_shift) override {
    std::vector<AccumulatorTerm> negative;
    std::copy_if(terms.begin(), terms.end(), std::back_inserter(negative), [](const AccumulatorTerm& term) { return term.sign < 0; });
    ShiftAdd::accumulate(negative, codes, slice_shift);
  }
};

DigitalBlocks own_blocks() {
  DigitalBlocks blocks;
  blocks.accumulator.add("half", [](const std::string& name, const MacroSpec& macro) {
    return std::make_unique<HalfAccumulator>(name.c_str(), macro.readout.outputs(macro.columns));
  });
  return blocks;
}

/// Runs two images of the shipped network; `summary` gets the summary.
SimulationOutcome run(std::vector<std::string> overrides, StatisticGroup& summary) {
  const std::vector<std::string> all = {"programming.method=ideal", "network.calibration_images=16", "dataset.count=2",
                                        "output.timeline_images=0", "simulation.level=approximately_timed"};
  overrides.insert(overrides.end(), all.begin(), all.end());
  const std::filesystem::path config = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs/fashion_mnist_mlp.yaml";
  const DigitalBlocks blocks = own_blocks();
  const RunSpec spec = read_run_spec(ConfigDocument::from_file(config, overrides), blocks);
  SimulationOptions options;
  options.quiet = true;
  options.blocks = &blocks;
  SimulationOutcome outcome = simulate(spec, options);
  summarise(spec, outcome, summary);
  return outcome;
}

bool has_data() {
  return std::filesystem::exists("/usr/share/datasets/fashion-mnist");
}

TEST(OwnBlocks, TheNetworkComputesWithTheirSumsAndTheSummaryCountsThem) {
  if (!has_data()) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  StatisticGroup summary;
  const SimulationOutcome outcome =
      run({"simulation.values=at_event", "macro.digital.accumulator=half", "macro.digital.compare=count", "output.sums=all"}, summary);
  ASSERT_EQ(outcome.analog_classes.size(), 2u);
  for (const std::vector<double>& sums : outcome.stage_sums)
    EXPECT_THAT(sums, testing::Each(testing::Le(0.0)));
  EXPECT_THAT(outcome.stage_sums.front(), testing::Contains(testing::Lt(0.0)));
  const auto count = [&](const char* path) { return std::get<std::uint64_t>(summary.find(path)->value); };
  EXPECT_GT(count("digital.differing_mvms"), 0u);
  EXPECT_LE(count("digital.differing_mvms"), count("counts.mvms"));
  EXPECT_EQ(count("digital.saturated_mvms"), 0u);
}

TEST(OwnBlocks, ValuesAheadStopAtTheFirstDifference) {
  if (!has_data()) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  StatisticGroup summary;
  try {
    run({"macro.digital.accumulator=half"}, summary);
    FAIL() << "the run came to its end";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("the accumulator has"), testing::HasSubstr("simulation.values: at_event")));
  }
}

}  // namespace
}  // namespace memcosim
