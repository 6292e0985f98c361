// SPDX-License-Identifier: Apache-2.0
// What every command owes to files and streams, without a data set: one rule for result folders, faults of standard output.
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;
using Arguments = std::vector<std::string>;

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

void put_inputs(const TemporaryFolder& folder) {
  put(folder.path() / "G.csv", "1e-4,2e-4\n2e-4,1e-4\n");
  put(folder.path() / "V.csv", "0.1,0.2\n");
  put(folder.path() / "full.vhdl", "not of memcosim");
  std::string trains = "device,cycle,pulse,voltage_v,conductance_s\n";
  for (int cycle = 0; cycle < 4; ++cycle) {
    for (int pulse = 0; pulse < 40; ++pulse) {
      const int level = pulse < 20 ? pulse : 39 - pulse;
      trains += "a," + std::to_string(cycle) + "," + std::to_string(pulse) + "," + (pulse < 20 ? "1" : "-1") + "," +
                std::to_string(1e-5 * (1 + level)) + "\n";
    }
  }
  put(folder.path() / "trains.csv", trains);
}

TEST(StandardOutput, ThatIsFullIsAFailure) {
  const TemporaryFolder folder;
  put_inputs(folder);
  const std::string config = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";
  for (const Arguments& arguments :
       {Arguments{"--help"}, Arguments{"--version"}, Arguments{"info"}, Arguments{"list"}, Arguments{"list", "costs"},
        Arguments{"device", "list"}, Arguments{"device", "show", "vteam"}, Arguments{"device", "simulate", "vteam"},
        Arguments{"device", "simulate", "--help"}, Arguments{"device", "fit", "trains.csv", "--out", "tables.json"},
        Arguments{"solve", "--conductance", "G.csv", "--input", "V.csv", "--out", "out"}}) {
    const CommandOutcome outcome = run_memcosim(arguments, folder.path(), "/dev/full");
    EXPECT_EQ(outcome.exit_code, 1) << ::testing::PrintToString(arguments) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr("cannot write"));
    EXPECT_EQ(run_memcosim(arguments, folder.path()).exit_code, 0) << ::testing::PrintToString(arguments);
  }
  EXPECT_EQ(run_memcosim({"check", "no_such_file"}, folder.path(), "/dev/full").exit_code, 2) << "bad input stays bad input";
}

TEST(StandardOutput, ThatIsClosedEndsInNoFile) {
  const TemporaryFolder folder;
  put_inputs(folder);
  const CommandOutcome outcome =
      run_memcosim({"solve", "--conductance", "G.csv", "--input", "V.csv", "--out", "out", "--spice", "read.cir"}, folder.path(), "&-");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.errors;
  std::ifstream report(folder.file("out/report.html"));
  std::string first;
  std::getline(report, first);
  EXPECT_EQ(first, "<!DOCTYPE html>");
}

TEST(ResultFolders, HaveOneRuleForAllCommands) {
  const TemporaryFolder folder;
  put_inputs(folder);
  const Arguments simulate = {"device", "simulate", "vteam", "--out", "out", "--quiet"};
  const Arguments fit = {"device", "fit", "trains.csv", "--out", "tables.json", "--report", "out"};
  const Arguments solve = {"solve", "--conductance", "G.csv", "--input", "V.csv", "--out", "out", "--quiet"};
  const std::size_t inputs = entries(folder.path()) + 1;  // and tables.json
  for (const auto& [mine, other] : {std::pair(simulate, fit), std::pair(fit, solve), std::pair(solve, simulate)}) {
    Arguments forced = mine;
    forced.emplace_back("--force");
    ASSERT_EQ(run_memcosim(forced, folder.path()).exit_code, 0);
    ASSERT_EQ(run_memcosim(mine, folder.path()).exit_code, 0) << "its own results are replaced";
    const std::size_t files = entries(folder.path() / "out");
    const CommandOutcome refused = run_memcosim(other, folder.path());
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.errors, HasSubstr("--force"));
    EXPECT_EQ(entries(folder.path() / "out"), files);
    EXPECT_LE(entries(folder.path()), inputs + 1) << "nothing is left beside the folder";
  }
}

TEST(ResultFolders, OfARefusedCommandAreNotMade) {
  const TemporaryFolder folder;
  put_inputs(folder);
  const std::size_t inputs = entries(folder.path());
  put(folder.path() / "bad.csv", "device,cycle\n1,2\n");
  for (const Arguments& arguments : {Arguments{"device", "simulate", "vteam", "--out", "a/b", "--waveform", "sine", "--amplitude", "-1V"},
                                     Arguments{"device", "fit", "bad.csv", "--out", "tables.json", "--report", "a/b"},
                                     Arguments{"solve", "--conductance", "G.csv", "--input", "bad.csv", "--out", "a/b"}}) {
    EXPECT_EQ(run_memcosim(arguments, folder.path()).exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(entries(folder.path()), inputs + 1);
  }
}

TEST(StandardOutput, OfAQuietSimulationIsEmpty) {
  const TemporaryFolder folder;
  const CommandOutcome outcome = run_memcosim({"device", "simulate", "vteam", "--out", "out", "--quiet"}, folder.path());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output + outcome.errors, "");
}

/// A folder is replaced whole: what the command reads there, an earlier result, would be lost.
TEST(ResultFolders, HoldNoInputOfTheCommand) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_memcosim({"device", "simulate", "vteam", "--out", "out", "--quiet"}, folder.path()).exit_code, 0);
  const std::size_t files = entries(folder.path() / "out");
  const CommandOutcome outcome = run_memcosim({"device", "simulate", "out/device.yaml", "--out", "out", "--force"}, folder.path());
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("out/device.yaml: lies in the result folder"));
  EXPECT_EQ(entries(folder.path() / "out"), files);
  EXPECT_EQ(run_memcosim({"device", "simulate", "out/device.yaml", "--out", "other"}, folder.path()).exit_code, 0);
}

/// Takes minutes.
const Arguments long_simulation = {"device", "simulate", "stanford_pku_hfox", "--out", "a/out", "--devices", "20000", "--pulses", "20000"};

TEST(ResultFolders, AreNotSharedByTwo) {
  const TemporaryFolder folder;
  RunningCommand first(long_simulation, folder.path());
  ASSERT_TRUE(first.wait_until([&] { return std::filesystem::exists(folder.path() / "a/.out.lock"); }));
  const CommandOutcome second = run_memcosim(long_simulation, folder.path());
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.errors, HasSubstr("another memcosim"));
}

TEST(ResultFolders, OfAnInterruptedSimulationAreNotMade) {
  const TemporaryFolder folder;
  RunningCommand command(long_simulation, folder.path());
  ASSERT_TRUE(command.wait_until([&] { return entries(folder.path()) != 0 && entries(folder.path() / "a") == 2; }));
  command.send(SIGINT);
  const CommandOutcome outcome = command.wait();
  EXPECT_TRUE(outcome.exit_code == 130 || outcome.exit_code == -1) << outcome.exit_code;
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a/out"));
}

TEST(ResultFolders, OnAFullDiskAreAsBefore) {
  const TemporaryFolder folder;
  put_inputs(folder);
  const Arguments simulate = {"device", "simulate", "vteam", "--out", "out", "--quiet"};
  ASSERT_EQ(run_memcosim(simulate, folder.path()).exit_code, 0);
  const std::size_t names = entries(folder.path());
  const std::size_t files = entries(folder.path() / "out");
  const CommandOutcome outcome = run_memcosim(simulate, folder.path(), "", "ulimit -f 8; trap '' XFSZ;");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("cannot write"));
  EXPECT_EQ(entries(folder.path()), names);
  EXPECT_EQ(entries(folder.path() / "out"), files);
}

}  // namespace
}  // namespace memcosim::test
