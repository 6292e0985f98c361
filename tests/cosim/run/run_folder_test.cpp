// SPDX-License-Identifier: Apache-2.0
// Runs that are interrupted, killed or refused: the result folder is whole or as it was, and its numbers are those of the images done.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run_fixture.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

const std::string config = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";

class RunFolder : public RunFixture {
 protected:
  std::vector<std::string> arguments(const std::vector<std::string>& more) const {
    return with({"run", config, "--out", folder_.file("out")}, with(fast_, more));
  }
};

TEST_F(RunFolder, AnInterruptedRunIsOneOfTheImagesDone) {
  for (const char* values : {"ahead", "at_event"}) {
    const std::vector<std::string> slow = {"--set", "simulation.level=approximately_timed", "--set",
                                           std::string("simulation.values=") + values};
    RunningCommand command(arguments(with(slow, {"--images", "2000"})));
    ASSERT_TRUE(command.wait_for_error_text("inference"));
    command.send(SIGINT);
    const CommandOutcome outcome = command.wait();
    EXPECT_EQ(outcome.exit_code, 1) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr("interrupted: ends the simulation"));
    const std::string summary = content(folder_.file("out") + "/summary.json");
    const auto images = nlohmann::json::parse(summary).at("run").at("images").at("value").get<std::uint64_t>();
    ASSERT_GT(images, 0u);
    ASSERT_LT(images, 2000u);
    EXPECT_EQ(run("whole", with(with(fast_, slow), {"--images", std::to_string(images)}), config), summary);
  }
}

TEST_F(RunFolder, AnInterruptBeforeTheFirstImageLeavesTheFolderAsItWas) {
  for (const bool earlier : {false, true}) {
    if (earlier) {
      ASSERT_EQ(run_memcosim(arguments({"--images", "1"})).exit_code, 0);
    }
    const std::string before = content(folder_.file("out") + "/summary.json");
    RunningCommand command(arguments({"--images", "2000"}));
    ASSERT_TRUE(command.wait_until([&] { return std::filesystem::exists(folder_.path() / ".out.lock"); }));
    command.send(SIGTERM);
    const CommandOutcome outcome = command.wait();
    EXPECT_TRUE(outcome.exit_code == 143 || outcome.exit_code == -1) << outcome.exit_code << outcome.errors;
    EXPECT_EQ(content(folder_.file("out") + "/summary.json"), before);
  }
}

TEST_F(RunFolder, HoldsNoFileOfAnEarlierRun) {
  run("out", with(fast_, {"--set", "output.waveform=vcd", "--set", "simulation.level=approximately_timed"}));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "out/waves.vcd"));
  run("out", with(fast_, {"--set", "output.timeline_images=0"}));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/waves.vcd"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/timeline.json"));
}

TEST_F(RunFolder, DoesNotReplaceItsOwnConfiguration) {
  run("out", fast_);
  const std::string own = folder_.file("out") + "/effective_config.yaml";
  const CommandOutcome refused = run_memcosim({"run", own, "--images", "1", "--out", folder_.file("out")});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("lies in the result folder"));
  EXPECT_TRUE(std::filesystem::exists(own));
}

TEST_F(RunFolder, OfARefusedRunIsNotMade) {
  const std::string state = folder_.file("state");
  put(state, "no state");
  const CommandOutcome outcome = run_memcosim({"run", config, "--images", "1", "--out", folder_.file("deep/out"), "--load-state", state});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "deep"));
  const CommandOutcome inside =
      run_memcosim({"run", config, "--images", "1", "--out", folder_.file("out"), "--save-state", folder_.file("out/state")});
  EXPECT_EQ(inside.exit_code, 2);
  EXPECT_THAT(inside.errors, HasSubstr("--save-state"));
}

TEST_F(RunFolder, ANewDeviceIsNoMatchForASavedState) {
  const std::string state = folder_.file("state");
  run("saved", with(fast_, {"--save-state", state}));
  for (const char* change : {"device.write_noise=1 uS", "array.read_voltage=0.1 V", "device.parameters.r_on=9 kohm"}) {
    const CommandOutcome other = run_memcosim(arguments({"--images", "1", "--load-state", state, "--set", change}));
    EXPECT_EQ(other.exit_code, 2) << change;
    EXPECT_THAT(other.errors, HasSubstr("another network, mapping, device")) << change << other.errors;
  }
  run("later", with(fast_, {"--load-state", state, "--set", "device.read_noise.white.law=normal_proportional", "--set",
                            "device.read_noise.white.magnitude=0.01"}));
}

}  // namespace
}  // namespace memcosim::test
