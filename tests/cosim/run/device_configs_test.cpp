// SPDX-License-Identifier: Apache-2.0
// Every preset has a configuration that runs, and what a device does to an array shows in the summary of a run.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/files.hpp"
#include "memcosim/devices/cell_presets.hpp"

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using nlohmann::json;

const std::filesystem::path folder_of_configs = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs" / "devices";

bool has_data() {
  return std::filesystem::exists("/usr/share/datasets/fashion-mnist");
}

json run(const std::filesystem::path& config, std::vector<std::string> more = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = {"run", config.string(), "--quiet", "--out", folder.file("out")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const CommandOutcome outcome = run_memcosim(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(outcome.errors, "");
  return outcome.exit_code == 0 ? json::parse(read_file(folder.path() / "out" / "summary.json")) : json();
}

double number(const json& summary, const std::string& group, const std::string& name) {
  return summary.at(group).at(name).at("value").get<double>();
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const CellPreset& preset : cell_presets())
    names.emplace_back(preset.name);
  return names;
}

class DeviceConfig : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Presets, DeviceConfig, ::testing::ValuesIn(preset_names()), [](const auto& row) { return row.param; });

TEST_P(DeviceConfig, Runs) {
  const std::filesystem::path config = folder_of_configs / (GetParam() + ".yaml");
  ASSERT_TRUE(std::filesystem::exists(config)) << "every preset has a runnable example";
  if (!has_data()) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const json summary = run(config, {"--images", "4"});
  EXPECT_EQ(summary.at("device").at("preset").at("value"), GetParam());
}

TEST(DeviceConfigs, AreAllOfAPreset) {
  const std::vector<std::string> names = preset_names();
  for (const auto& entry : std::filesystem::directory_iterator(folder_of_configs))
    EXPECT_NE(std::find(names.begin(), names.end(), entry.path().stem().string()), names.end()) << entry.path();
}

class AgedRun : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_data()) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  }
  const std::filesystem::path config_ = folder_of_configs / "pcm_like.yaml";
};

TEST_F(AgedRun, DriftCostsAccuracyAndCompensationBringsItBack) {
  const std::vector<std::string> base = {"--images", "300", "--set", "device.read_noise.flicker.law=none"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return run(config_, more);
  };
  const json fresh = with({"--set", "device.retention.time=0 s", "--set", "network.drift_compensation=none"});
  const json aged = with({"--set", "device.retention.time=10 year", "--set", "network.drift_compensation=none"});
  const json helped = with({"--set", "device.retention.time=10 year", "--set", "network.drift_compensation=global"});
  EXPECT_GT(number(aged, "device", "error_rms"), 2.0 * number(fresh, "device", "error_rms"));
  EXPECT_LT(number(aged, "accuracy", "agreement"), number(fresh, "accuracy", "agreement"));
  EXPECT_GT(number(helped, "accuracy", "agreement"), number(aged, "accuracy", "agreement"));
  EXPECT_GT(helped.at("device").at("drift_factors").at("stage_0").at("value").get<double>(), 1.2);
}

TEST_F(AgedRun, NoiseAndDriftAreTheSameAheadAtTheirEventsAndInAnyNumberOfThreads) {
  const std::vector<std::string> base = {"--images", "6", "--set", "device.faults.low_resistance_share=0.01"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return run(config_, more);
  };
  const json reference = with({});
  EXPECT_GT(number(reference, "device", "faulty_cells"), 100.0);
  EXPECT_EQ(with({"--set", "simulation.values=at_event"}), reference);
  EXPECT_EQ(with({"--threads", "2"}), reference);
  EXPECT_EQ(with({"--set", "simulation.level=approximately_timed"}).at("accuracy"), reference.at("accuracy"));
  EXPECT_NE(with({"--set", "seed=2"}), reference);
}

TEST_F(AgedRun, ASavedStateIsAsProgrammedAndAgesInEachRunAnew) {
  const TemporaryFolder folder;
  const std::string state = folder.file("state");
  const json saved = run(config_, {"--images", "20", "--save-state", state, "--set", "device.retention.time=1 day"});
  const json again = run(config_, {"--images", "20", "--load-state", state, "--set", "device.retention.time=1 day"});
  EXPECT_EQ(saved, again);
  const json later = run(config_, {"--images", "20", "--load-state", state, "--set", "device.retention.time=1 year"});
  EXPECT_GT(number(later, "device", "error_rms"), number(saved, "device", "error_rms"));
}

}  // namespace
}  // namespace memcosim::test
