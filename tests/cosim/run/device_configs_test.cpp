// SPDX-License-Identifier: Apache-2.0
// Every preset has a configuration (tests/golden/lock runs them all), and what a device does to an array shows in the summary of a run.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/files.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

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

TEST(DeviceConfigs, AreThereForEveryPreset) {
  for (const std::string& name : preset_names())
    EXPECT_TRUE(std::filesystem::exists(folder_of_configs / (name + ".yaml"))) << name;
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

std::string warnings_of(const json& summary) {
  return summary.contains("warnings") ? summary.at("warnings").dump() : "";
}

TEST(DeviceRun, CellsThatCannotBeProgrammedAreAWarning) {
  if (!has_data()) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const std::string config = (folder_of_configs / "vteam_multilevel.yaml").string();
  EXPECT_EQ(warnings_of(run(config, {"--images", "1"})), "");
  const TemporaryFolder folder;
  const CommandOutcome outcome =
      run_memcosim({"run", config, "--images", "1", "--out", folder.file("out"), "--set", "programming.max_pulses=1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  const std::string summary = warnings_of(json::parse(read_file(folder.path() / "out" / "summary.json")));
  for (const std::string& shown : {outcome.errors, summary, read_file(folder.path() / "out" / "report.html")}) {
    EXPECT_THAT(shown, ::testing::HasSubstr("did not reach their target"));
    EXPECT_THAT(shown, ::testing::HasSubstr("programming.max_pulses"));
  }
}

TEST(DeviceRun, AFittedDeviceIsProgrammedAsItWasMeasured) {
  const TemporaryFolder folder;
  std::string text = "cycle,pulse,voltage_v,width_us,conductance_s\n";
  double siemens = 10e-6;
  for (int pulse = 0; pulse <= 200; ++pulse) {
    text += fmt::format("0,{},{},2,{:.9e}\n", pulse, pulse <= 100 ? 0.8 : -0.6, siemens);
    siemens += pulse < 100 ? 0.03 * (100e-6 - siemens) : -0.03 * (siemens - 8e-6);
  }
  put(folder.file("trains.csv"), text);
  const CommandOutcome fit =
      run_memcosim({"device", "fit", "trains.csv", "--out", "t.json", "--read-voltage", "0.1V"}, folder.path().string());
  ASSERT_EQ(fit.exit_code, 0) << fit.errors;
  put(folder.file("run.yaml"),
      fmt::format("schema_version: 1\nnetwork: {{model: {}/models/fashion_mnist_small.onnx}}\ndataset: {{count: 4}}\n"
                  "device: {{model: step_table, tables: t.json}}\n",
                  MEMCOSIM_SOURCE_DIR));
  const CommandOutcome check = run_memcosim({"check", "run.yaml", "--effective"}, folder.path().string());
  ASSERT_EQ(check.exit_code, 0) << check.errors;
  for (const char* line : {"start: 0.8 V", "limit: 0.8 V", "start: 0.6 V", "duration: 2e-06 s", "read_voltage: 0.1 V", "v_set: 0.60"})
    EXPECT_THAT(check.output, ::testing::HasSubstr(line));
  if (!has_data()) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  // Steps of 3 % of the way reach their targets.
  const json summary = run(folder.path() / "run.yaml", {"--set", "programming.tolerance=3uS"});
  EXPECT_THAT(warnings_of(summary), ::testing::Not(::testing::HasSubstr("did not reach their target")));
}

}  // namespace
}  // namespace memcosim::test
