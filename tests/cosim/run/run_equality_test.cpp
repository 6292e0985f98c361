// SPDX-License-Identifier: Apache-2.0
// Runs of the command that must give the same bytes: repeated, from the effective configuration, with more threads, from a saved state, at
// every level of timing, with values ahead or at their events.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_fixture.hpp"

namespace memcosim::test {
namespace {

class RunEquality : public RunFixture {};

TEST_F(RunEquality, RepeatedWithThreadsAndFromItsEffectiveConfiguration) {
  const std::vector<std::string> noisy = {"--set", "programming.verify.noise_lsb=0.5", "--set", "macro.adc.noise_lsb=0.3"};
  const std::string first = run("first", noisy);
  EXPECT_EQ(run("second", noisy), first);
  EXPECT_EQ(run("threads", with(noisy, {"--threads", "2"})), first);
  EXPECT_EQ(run("effective", {}, folder_.file("first") + "/effective_config.yaml"), first);
  EXPECT_EQ(content(folder_.file("effective") + "/effective_config.yaml"), content(folder_.file("first") + "/effective_config.yaml"));
  EXPECT_NE(run("seed", with(noisy, {"--set", "seed=2"})), first) << "another seed must show";
}

TEST_F(RunEquality, FromASavedState) {
  const std::string state = folder_.file("state");
  const std::string saved = run("saved", {"--save-state", state});
  EXPECT_EQ(run("loaded", {"--load-state", state}), saved);
  const CommandOutcome other = run_memcosim({"run", std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml", "--images", "1",
                                             "--out", folder_.file("other"), "--load-state", state, "--set", "array.g_max=70 uS"});
  EXPECT_EQ(other.exit_code, 2) << "a state of other cells must be refused";
  EXPECT_THAT(other.errors, ::testing::HasSubstr("state"));
}

TEST_F(RunEquality, AtEveryLevelOfTimingAndWithValuesAheadOrAtTheirEvents) {
  const std::string reference = run("loosely", fast_);
  EXPECT_EQ(run("event", with(fast_, {"--set", "simulation.values=at_event"})), reference);
  EXPECT_EQ(run("chunk", with(fast_, {"--set", "simulation.chunk=5"})), reference);
  const std::vector<std::string> at = with(fast_, {"--set", "simulation.level=approximately_timed"});
  EXPECT_EQ(run("approximately", at), reference);
  EXPECT_EQ(run("approximately_event", with(at, {"--set", "simulation.values=at_event"})), reference);
  EXPECT_EQ(run("rtl", with(at, {"--set", "macro.digital.tdm_controller=rtl"})), reference);
}

/// Kinds that are data: nothing but their own file and a row in a table names them.
TEST_F(RunEquality, KindsOfReadoutAtEveryLevelOfTiming) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds = {
      {"pulses", {"--set", "macro.dac.coding=pulse_width", "--set", "macro.dac.bits=3"}},
      {"reference", {"--set", "array.pairing=reference_column", "--set", "array.columns=65"}},
      {"decrement", {"--set", "macro.adc.kind=charge_decrement", "--set", "array.pairing=differential_analog"}},
      {"overlap", {"--set", "macro.timing.overlap=converter", "--set", "macro.adc.kind=pipeline"}},
  };
  const std::string usual = run("usual", fast_);
  for (const auto& [name, settings] : kinds) {
    const std::vector<std::string> kind = with(fast_, settings);
    const std::string reference = run(name, kind);
    EXPECT_NE(reference, usual) << name << " must show";
    EXPECT_EQ(run(name + "_event", with(kind, {"--set", "simulation.values=at_event"})), reference);
    const std::vector<std::string> at = with(kind, {"--set", "simulation.level=approximately_timed"});
    EXPECT_EQ(run(name + "_approximately", at), reference);
    EXPECT_EQ(run(name + "_approximately_event", with(at, {"--set", "simulation.values=at_event"})), reference);
    const std::vector<std::string> rtl = with(at, {"--set", "macro.digital.tdm_controller=rtl"});
    if (name != "decrement") {
      EXPECT_EQ(run(name + "_rtl", rtl), reference);
    }
  }
}

TEST_F(RunEquality, TheRtlControllerRefusesTimesThatDependOnCodes) {
  const CommandOutcome refused = run_memcosim({"check", std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml", "--set",
                                               "macro.adc.kind=charge_decrement", "--set", "simulation.level=approximately_timed", "--set",
                                               "macro.digital.tdm_controller=rtl"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, ::testing::HasSubstr("macro.adc.kind"));
}

TEST_F(RunEquality, ProgrammingAtBothLevelsOfTiming) {
  EXPECT_EQ(run("approximately", {"--set", "simulation.level=approximately_timed"}), run("loosely", {}));
}

TEST_F(RunEquality, UnpipelinedWithColumnsThatTheConvertersDoNotDivide) {
  const std::vector<std::string> odd =
      with(fast_, {"--set", "macro.timing.pipelined=false", "--set", "macro.columns_per_adc=7", "--set", "macro.adc.sharing=blocked"});
  const std::string reference = run("loosely", odd);
  const std::vector<std::string> at = with(odd, {"--set", "simulation.level=approximately_timed"});
  EXPECT_EQ(run("approximately", at), reference);
  EXPECT_EQ(run("rtl", with(at, {"--set", "macro.digital.tdm_controller=rtl"})), reference);
}

TEST_F(RunEquality, WritesEveryFileOfAResult) {
  run("result", with(fast_, {"--set", "output.waveform=vcd", "--set", "simulation.level=approximately_timed"}));
  for (const char* name : {"summary.json", "effective_config.yaml", "run_info.json", "predictions.csv", "arrays.csv", "stages.csv",
                           "timeline.json", "report.html", "waves.vcd"}) {
    EXPECT_GT(content(folder_.file("result") + "/" + name).size(), 50u) << name;
  }
}

}  // namespace
}  // namespace memcosim::test
