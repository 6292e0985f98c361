// SPDX-License-Identifier: Apache-2.0
// What `check` and `run` say of configurations that are legal and unlikely to be meant.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

const std::string config = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";

CommandOutcome check(const std::vector<std::string>& settings) {
  std::vector<std::string> arguments = {"check", config};
  for (const std::string& setting : settings)
    arguments.insert(arguments.end(), {"--set", setting});
  return run_memcosim(arguments);
}

TEST(Check, TheCellsOfShippedConfigurationsMoveAndVarySensibly) {
  const std::filesystem::path folder = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    const CommandOutcome outcome = run_memcosim({"check", entry.path().string()});
    EXPECT_EQ(outcome.exit_code, 0) << entry.path() << outcome.errors;
    EXPECT_THAT(outcome.errors, Not(HasSubstr("moves no cell"))) << entry.path();
    EXPECT_THAT(outcome.errors, Not(HasSubstr("device.variability"))) << entry.path();
  }
}

TEST(Check, SaysThatWriteVerifyCannotMoveACell) {
  for (const char* window : {"strukov", "joglekar", "prodromakis"}) {
    const std::string device = std::string("device={preset: vteam_multilevel, parameters: {window: ") + window + "}}";
    const CommandOutcome pulsed = check({device, "programming.method=write_verify"});
    EXPECT_EQ(pulsed.exit_code, 0);
    EXPECT_THAT(pulsed.errors, HasSubstr(std::string("Write-verify moves no cell. device.parameters.window: '") + window + "'"));
    EXPECT_THAT(check({device, "programming.method=ideal"}).errors, Not(HasSubstr("moves no cell")));
  }
  EXPECT_THAT(check({"device={preset: vteam_multilevel, parameters: {window: biolek}}", "programming.method=write_verify"}).errors,
              Not(HasSubstr("moves no cell")));
}

TEST(Check, SaysThatASpreadReachesBeyondTheParameter) {
  const std::string device = "device={preset: vteam_multilevel, variability: {device_to_device: {r_on: {relative_sigma: 0.5}}}}";
  EXPECT_THAT(check({device}).errors, HasSubstr("device.variability.device_to_device.r_on: 2.3 % of the draws lie beyond"));
}

TEST(Run, RepeatsItsWarningsInReportAndSummary) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const TemporaryFolder folder;
  const CommandOutcome outcome = run_memcosim(
      {"run", config, "--out", folder.file("out"), "--images", "1", "--set", "programming={method: ideal}", "--set",
       "device={preset: vteam_multilevel, variability: {device_to_device: {r_on: {relative_sigma: 0.5}, r_off: {relative_sigma: 1}}}}"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const nlohmann::json summary = nlohmann::json::parse(content(folder.file("out/summary.json")));
  const std::string warnings = summary.at("warnings").dump();
  const std::string report = content(folder.file("out/report.html"));
  for (const char* text : {"r_on: 2.3 % of the draws lie beyond", "cells (2.3 %) drew a value beyond what the model takes",
                           "drew parameters that contradict"}) {
    EXPECT_THAT(outcome.errors, HasSubstr(text));
    EXPECT_THAT(warnings, HasSubstr(text));
    EXPECT_THAT(report, HasSubstr(text));
  }
  const double cells = summary.at("mapping").at("cells").at("value");
  EXPECT_NEAR(summary.at("device").at("clamped_draws").at("r_on").at("value").get<double>() / cells, 0.02275, 0.001);
  EXPECT_NEAR(summary.at("device").at("adjusted_cells").at("value").get<double>() / cells, 0.16, 0.01);
}

}  // namespace
}  // namespace memcosim::test
