// SPDX-License-Identifier: Apache-2.0
// Runs on arrays with resistive lines, through the command: what they cost, what predistorted targets bring back, and that nothing else
// changes a result.
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/files.hpp"

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using nlohmann::json;

class LineResistance : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
      GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  }
  static json run(const std::vector<std::string>& settings, const std::vector<std::string>& more = {}) {
    const TemporaryFolder folder;
    const auto config = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs" / "line_resistance.yaml";
    std::vector<std::string> arguments = {"run", config.string(), "--quiet", "--out", folder.file("out")};
    for (const std::string& setting : settings)
      arguments.insert(arguments.end(), {"--set", setting});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const CommandOutcome outcome = run_memcosim(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return outcome.exit_code == 0 ? json::parse(read_file(folder.path() / "out" / "summary.json")) : json();
  }
  static double number(const json& summary, const std::string& group, const std::string& name) {
    return summary.at(group).at(name).at("value").get<double>();
  }
};

TEST_F(LineResistance, CostsAccuracyAndPredistortedTargetsBringItBack) {
  const std::vector<std::string> more = {"--images", "500"};
  const json ideal = run({"array.wire_resistance=0 ohm", "array.compensation=none"}, more);
  const json lossy = run({"array.compensation=none"}, more);
  const json helped = run({}, more);
  const double loss = number(ideal, "accuracy", "analog") - number(lossy, "accuracy", "analog");
  EXPECT_GT(loss, 0.2);
  EXPECT_GT(number(helped, "accuracy", "analog"), number(lossy, "accuracy", "analog") + 0.5 * loss);
  EXPECT_LT(number(helped, "lines", "residual_rms"), 0.1 * number(helped, "lines", "loss_rms"));
  EXPECT_EQ(number(helped, "lines", "loss_rms"), number(lossy, "lines", "loss_rms"));
  EXPECT_FALSE(ideal.contains("lines"));
}

TEST_F(LineResistance, ValuesAreTheSameAheadAtTheirEventsAndInAnyNumberOfThreads) {
  const std::vector<std::string> more = {"--images", "4"};
  const json reference = run({"programming.method=ideal"}, more);
  EXPECT_EQ(run({"programming.method=ideal", "simulation.values=at_event"}, more), reference);
  EXPECT_EQ(run({"programming.method=ideal"}, {"--images", "4", "--threads", "2"}), reference);
  const json timed = run({"programming.method=ideal", "simulation.level=approximately_timed"}, more);
  EXPECT_EQ(timed.at("accuracy"), reference.at("accuracy"));
  EXPECT_EQ(timed.at("energy"), reference.at("energy"));
}

TEST_F(LineResistance, ProgrammingIsTheSameInEveryPhaseOrAtOnce) {
  const std::vector<std::string> smaller = {"array.rows=128", "array.columns=32"};
  const auto at = [&](const std::string& level) {
    std::vector<std::string> settings = smaller;
    settings.push_back("simulation.level=" + level);
    return run(settings, {"--images", "1"});
  };
  EXPECT_EQ(at("loosely_timed").at("programming"), at("approximately_timed").at("programming"));
}

TEST_F(LineResistance, SettleTimeFollowsFromTheCapacitanceOfTheLines) {
  const auto settling = [](const std::string& capacitance, const std::vector<std::string>& more = {}) {
    std::vector<std::string> settings = {"programming.method=ideal", "array.compensation=none", "array.rows=98", "array.columns=16",
                                         "array.wire_capacitance=" + capacitance};
    settings.insert(settings.end(), more.begin(), more.end());
    return run(settings, {"--images", "1"});
  };
  const json light = settling("1 fF");
  const json heavy = settling("200 fF");
  EXPECT_NEAR(number(heavy, "lines", "settling") / number(light, "lines", "settling"), 200.0, 1e-3);
  // The settle phase is rounded up to clocks of 1 ns.
  const double clocks = number(heavy, "mapping", "mvm_latency_clocks") - number(light, "mapping", "mvm_latency_clocks");
  EXPECT_GE(clocks, std::floor((number(heavy, "lines", "settling") - number(light, "lines", "settling")) / 1e-9));
  EXPECT_EQ(heavy.at("accuracy"), light.at("accuracy"));
  const json given = settling("200 fF", {"macro.timing.settle=1 ns"});
  EXPECT_EQ(number(given, "lines", "settling"), number(heavy, "lines", "settling"));
  EXPECT_LT(number(given, "mapping", "mvm_latency_clocks"), number(heavy, "mapping", "mvm_latency_clocks"));
}

TEST_F(LineResistance, ASavedStateNeedsTheSameLines) {
  const TemporaryFolder folder;
  const std::string state = folder.file("state");
  const auto config = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs" / "line_resistance.yaml";
  const std::vector<std::string> base = {"run",   config.string(),   "--quiet", "--images", "1", "--set", "programming.method=ideal",
                                         "--out", folder.file("out")};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return run_memcosim(more);
  };
  EXPECT_EQ(with({"--save-state", state}).exit_code, 0);
  EXPECT_EQ(with({"--load-state", state}).exit_code, 0);
  const CommandOutcome other = with({"--load-state", state, "--set", "array.wire_resistance=3 ohm"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.errors.find("state"), std::string::npos) << other.errors;
}

}  // namespace
}  // namespace memcosim::test
