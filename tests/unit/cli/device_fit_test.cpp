// SPDX-License-Identifier: Apache-2.0
// `memcosim device fit` as a process: trains of a device that is known, to tables, to a device that behaves like it.
#include <cmath>
#include <filesystem>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/files.hpp"

#include "command_line.hpp"
#include "csv_columns.hpp"
#include "html_check.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

constexpr double g_min = 4e-6;
constexpr double g_max = 40e-6;
constexpr double share = 0.03;  ///< of the way to the bound by one pulse
constexpr double noise = 0.3;   ///< relative, of a step
constexpr int pulses = 100;     ///< of each polarity in a cycle

/// Trains of a device with soft bounds, `volts` raising and `-volts` lowering it.
std::string trains(int cycles, double volts) {
  std::mt19937_64 bits(11);
  std::normal_distribution<double> normal;
  std::string text = "cycle,device,pulse,voltage_v,conductance_s,comment\n";
  for (int cycle = 0; cycle < cycles; ++cycle) {
    double siemens = 1.1 * g_min;
    text += fmt::format("{},a,0,0,{:.9e},start\n", cycle, siemens);
    for (int pulse = 1; pulse <= 2 * pulses; ++pulse) {
      const bool up = pulse <= pulses;
      siemens += share * (up ? g_max - siemens : g_min - siemens) * (1.0 + noise * normal(bits));
      text += fmt::format("{},a,{},{},{:.9e},\n", cycle, pulse, up ? volts : -volts, siemens);
    }
  }
  return text;
}

TEST(DeviceFit, TablesBehaveLikeTheDeviceTheyCameFrom) {
  const TemporaryFolder folder;
  put(folder.file("trains.csv"), trains(40, 1.5));
  const CommandOutcome fit =
      run_memcosim({"device", "fit", "trains.csv", "--out", "tables.json", "--report", "fit"}, folder.path().string());
  ASSERT_EQ(fit.exit_code, 0) << fit.errors;
  EXPECT_THAT(fit.output, HasSubstr("4000"));
  EXPECT_EQ(markup_fault(read_file(folder.file("fit/report.html"))), "");
  EXPECT_EQ(markup_fault(read_file(folder.file("fit/set.svg"))), "");
  const nlohmann::json summary = nlohmann::json::parse(read_file(folder.file("fit/summary.json")));
  EXPECT_EQ(summary.at("all_devices").at("set").at("samples").at("value"), 4000);
  EXPECT_EQ(summary.at("all_devices").at("reset").at("trains").at("value"), 40);
  EXPECT_EQ(summary.at("fit").at("raising_polarity").at("value"), "positive");

  constexpr int devices = 400;
  constexpr int steps = 60;
  const CommandOutcome simulated = run_memcosim({"device",
                                                 "simulate",
                                                 "step_table",
                                                 "--set",
                                                 "tables=tables.json",
                                                 "--set-voltage",
                                                 "1.5",
                                                 "--reset-voltage",
                                                 "-1.5",
                                                 "--width",
                                                 "100 ns",
                                                 "--pattern",
                                                 fmt::format("{},0", steps),
                                                 "--pulses",
                                                 fmt::format("{}", steps),
                                                 "--initial",
                                                 "8 uS",
                                                 "--read-voltage",
                                                 "0.1",
                                                 "--devices",
                                                 fmt::format("{}", devices),
                                                 "--out",
                                                 "sim"},
                                                folder.path().string());
  ASSERT_EQ(simulated.exit_code, 0) << simulated.errors;
  const Columns population = read_columns(folder.file("sim/population.csv"));
  // Mean and variance of the recursion: m <- m + s (g_max - m); the noise of each step shrinks with the steps behind it.
  double mean = 8e-6;
  double square = 0.0;  // of g_max - G
  square = (g_max - mean) * (g_max - mean);
  for (int i = 1; i <= steps; ++i) {
    mean += share * (g_max - mean);
    square *= (1.0 - share) * (1.0 - share) + share * share * noise * noise;
    const double variance = square - (g_max - mean) * (g_max - mean);
    const double sigma = std::sqrt(variance);
    // Five standard errors of the mean of 400 devices, and 3 % of the way for what 4000 samples and a grid of 51 points leave open.
    EXPECT_NEAR(population.at("mean_s")[static_cast<std::size_t>(i)], mean, 5.0 * sigma / std::sqrt(devices) + 0.03 * (mean - 8e-6)) << i;
    if (i < 10) continue;  // too few noisy steps behind it
    EXPECT_NEAR(population.at("sigma_s")[static_cast<std::size_t>(i)], sigma, 0.3 * sigma) << i;
  }
}

TEST(DeviceFit, KnowsWhichPolarityRaises) {
  const TemporaryFolder folder;
  put(folder.file("trains.csv"), trains(5, -1.5));
  const CommandOutcome fit = run_memcosim({"device", "fit", "trains.csv", "--out", "tables.json"}, folder.path().string());
  ASSERT_EQ(fit.exit_code, 0) << fit.errors;
  const nlohmann::json summary = nlohmann::json::parse(read_file(folder.file("tables_report/summary.json")));
  EXPECT_EQ(summary.at("fit").at("raising_polarity").at("value"), "negative");
}

struct BadFit {
  std::string content;
  const char* message;
};

TEST(DeviceFit, BadInputIsExitCodeTwoAndWritesNothing) {
  const BadFit cases[] = {
      {"", "trains.csv"},
      {"device,cycle,pulse,voltage_v\nd,0,0,1\n", "conductance_s"},
      {"device,cycle,pulse,voltage_v,conductance_s\nd,0,0,1,1e-6\nd,0,1,1,x\n", "trains.csv:3"},
      {"device,cycle,pulse,voltage_v,conductance_s\nd,0,0,1,1e-6\nd,0,0,1,2e-6\n", "trains.csv:3"},
      {"device,cycle,pulse,voltage_v,conductance_s\nd,0,0,1,1e-6\nd,0,1,1,2e-6\n", "trains.csv"},
  };
  const TemporaryFolder folder;
  for (const BadFit& bad : cases) {
    put(folder.file("trains.csv"), bad.content);
    const CommandOutcome fit = run_memcosim({"device", "fit", "trains.csv", "--out", "tables.json"}, folder.path().string());
    EXPECT_EQ(fit.exit_code, 2) << bad.content << fit.errors;
    EXPECT_THAT(fit.errors, HasSubstr(bad.message)) << bad.content;
    EXPECT_FALSE(std::filesystem::exists(folder.file("tables.json"))) << bad.content;
  }
  put(folder.file("trains.csv"), trains(2, 1.0));
  const CommandOutcome unwritable = run_memcosim({"device", "fit", "trains.csv", "--out", "nowhere/tables.json"}, folder.path().string());
  EXPECT_EQ(unwritable.exit_code, 2);
  EXPECT_THAT(unwritable.errors, HasSubstr("nowhere/tables.json"));
  EXPECT_EQ(run_memcosim({"device", "fit", "trains.csv"}, folder.path().string()).exit_code, 2) << "--out is required";
}

}  // namespace
}  // namespace memcosim::test
