// SPDX-License-Identifier: Apache-2.0
// `memcosim device fit` as a process: trains of a device that is known, to tables, to a device that behaves like it.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

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

std::string simulated(const TemporaryFolder& folder, const std::string& device, std::vector<std::string> more) {
  std::vector<std::string> arguments = {"device", "simulate", device, "--out", "sim"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const CommandOutcome outcome = run_memcosim(arguments, folder.path().string());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  return outcome.output;
}

double last_mean(const TemporaryFolder& folder) {
  return read_columns(folder.file("sim/population.csv")).at("mean_s").back();
}

TEST(DeviceFit, ADeviceGoesAsFarAsItWasMeasuredWithThePulsesOfTheMeasurement) {
  // Potentiation from 10 uS and depression from 90 uS, in separate runs, with pulses of 0.8 V and 1 us; ranges overlap in the middle alone.
  const TemporaryFolder folder;
  std::string text = "device,cycle,pulse,voltage_v,width_us,conductance_s\n";
  double up = 10e-6;
  double down = 90e-6;
  for (int pulse = 0; pulse <= 40; ++pulse) {
    text += fmt::format("d,0,{},{},1,{:.9e}\n", pulse, pulse == 0 ? 0.0 : 0.8, up);
    text += fmt::format("d,1,{},{},1,{:.9e}\n", pulse, pulse == 0 ? 0.0 : -0.7, down);
    up += 0.02 * (100e-6 - up);
    down -= 0.02 * down;
  }
  put(folder.file("trains.csv"), text);
  const CommandOutcome fit =
      run_memcosim({"device", "fit", "trains.csv", "--out", "t.json", "--read-voltage", "0.15 V"}, folder.path().string());
  ASSERT_EQ(fit.exit_code, 0) << fit.errors;
  EXPECT_THAT(fit.output, HasSubstr("10 uS to 90 uS"));
  EXPECT_THAT(fit.output, HasSubstr("set 800 mV, 1 us; reset 700 mV, 1 us; read at 150 mV"));
  put(folder.file("dev.yaml"), "device: {model: step_table, tables: t.json}\n");
  // No voltage and no width are given.
  simulated(folder, "dev.yaml", {"--pattern", "0,40", "--pulses", "40", "--initial", "90 uS"});
  EXPECT_NEAR(last_mean(folder), 90e-6 * std::pow(0.98, 40), 0.05e-6);
  simulated(folder, "dev.yaml", {"--pattern", "40,0", "--pulses", "40", "--initial", "low"});
  EXPECT_NEAR(last_mean(folder), 100e-6 - 90e-6 * std::pow(0.98, 40), 0.05e-6);
  const nlohmann::json summary = nlohmann::json::parse(read_file(folder.file("sim/summary.json")));
  EXPECT_EQ(summary.at("simulation").at("read_voltage").at("value"), 0.15);
  // Half of the amplitude, as half-selected cells see it, does nothing.
  simulated(folder, "dev.yaml", {"--pattern", "40,0", "--pulses", "40", "--initial", "low", "--set-voltage", "0.4 V"});
  EXPECT_NEAR(last_mean(folder), 10e-6, 1e-12);
}

TEST(DeviceFit, TakesTheFilesThatPeopleHave) {
  const TemporaryFolder folder;
  std::string up = "pulse;conductance (uS)\n";
  std::string down;
  for (int pulse = 0; pulse <= 50; ++pulse) {
    up += fmt::format("{};{:.4f}\n", pulse, 100.0 - 85.0 * std::exp(-pulse / 20.0));
    down += fmt::format("{:.6e}\n", 15e-6 + 80e-6 * std::exp(-pulse / 20.0));
  }
  put(folder.file("ltp.csv"), up);
  put(folder.file("ltd.csv"), down);
  const auto fit = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"device", "fit"});
    arguments.insert(arguments.end(), {"--out", "t.json"});
    return run_memcosim(arguments, folder.path().string());
  };
  const CommandOutcome one = fit({"ltp.csv", "--polarity", "set"});
  EXPECT_EQ(one.exit_code, 0) << one.errors;
  EXPECT_THAT(one.output, HasSubstr("no column device"));
  EXPECT_THAT(one.output, HasSubstr("reset: no pulse of this polarity was measured"));
  EXPECT_TRUE(std::filesystem::exists(folder.file("t_report/set.svg")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("t_report/reset.svg")));
  const CommandOutcome two =
      fit({"--ltp", "ltp.csv", "--ltd", "ltd.csv", "--set-voltage", "1 V", "--reset-voltage", "-1 V", "--width", "50 ns"});
  ASSERT_EQ(two.exit_code, 0) << two.errors;
  put(folder.file("dev.yaml"), "device: {model: step_table, tables: t.json}\n");
  simulated(folder, "dev.yaml", {"--pattern", "0,30", "--pulses", "30", "--initial", "high"});
  const double first = 100e-6 - 85e-6 * std::exp(-2.5);  // the highest conductance, which the LTD file does not reach: 95 uS
  ASSERT_LT(first, 95e-6);
  EXPECT_NEAR(last_mean(folder), 15e-6 + 80e-6 * std::exp(-30.0 / 20.0), 0.3e-6);
  // A width that only one of the files has is that of both polarities: the other one moves too.
  std::string wide = "pulse,width (us),conductance (uS)\n";
  for (int pulse = 0; pulse <= 50; ++pulse)
    wide += fmt::format("{},1,{:.4f}\n", pulse, 100.0 - 85.0 * std::exp(-pulse / 20.0));
  put(folder.file("wide.csv"), wide);
  const CommandOutcome three = fit({"--ltp", "wide.csv", "--ltd", "ltd.csv", "--force"});
  ASSERT_EQ(three.exit_code, 0) << three.errors;
  simulated(folder, "dev.yaml", {"--pattern", "0,30", "--pulses", "30", "--initial", "high"});
  EXPECT_NEAR(last_mean(folder), 15e-6 + 80e-6 * std::exp(-30.0 / 20.0), 0.3e-6);
  const CommandOutcome nothing = fit({"ltp.csv", "--polarity", "set", "--set-voltage", "0 V", "--force"});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.errors, HasSubstr("--set-voltage 0 V: a pulse of 0 V does nothing"));
  EXPECT_EQ(fit({"ltp.csv", "--ltd", "ltd.csv"}).exit_code, 2);
  EXPECT_EQ(fit({"ltp.csv", "--polarity", "set", "--pattern", "3,3"}).exit_code, 2);
  EXPECT_EQ(fit({}).exit_code, 2);
  EXPECT_EQ(fit({"ltp.csv", "--law", "sinh"}).exit_code, 2) << "a law is for I-V sweeps";
}

TEST(DeviceFit, AnIvSweepGivesADeviceThatRepeatsIt) {
  // The sweep of a known device, from the simulation's own trace; then the sweep of the fitted one.
  const TemporaryFolder folder;
  put(folder.file("known.yaml"),
      "model: vteam\nparameters: {r_on: 2 kohm, r_off: 50 kohm, k_on: -2e-8 m/s, k_off: 1e-8 m/s, alpha_on: 2, alpha_off: 3, v_on: -0.7 V, "
      "v_off: 0.9 V}\n");
  const std::vector<std::string> wave = {"--waveform", "triangle", "--amplitude", "1.8V", "--frequency", "0.5Hz", "--samples", "200"};
  simulated(folder, "known.yaml", wave);
  const std::string trace = read_file(folder.file("sim/trace.csv"));
  const Columns known = read_columns(folder.file("sim/trace.csv"));
  put(folder.file("sweep.csv"), trace);
  const CommandOutcome fit = run_memcosim({"device", "fit", "sweep.csv", "--out", "fitted.yaml"}, folder.path().string());
  ASSERT_EQ(fit.exit_code, 0) << fit.errors;
  EXPECT_THAT(fit.output, HasSubstr("vteam"));
  EXPECT_THAT(fit.output, HasSubstr("v_off"));
  EXPECT_EQ(markup_fault(read_file(folder.file("fitted_report/report.html"))), "");
  const nlohmann::json summary = nlohmann::json::parse(read_file(folder.file("fitted_report/summary.json")));
  EXPECT_LT(summary.at("fit").at("rms").at("value").get<double>(), 1e-3);
  EXPECT_NEAR(summary.at("parameters").at("v_off").at("value").get<double>(), 0.9, 0.01);
  simulated(folder, "fitted.yaml", wave);
  const Columns again = read_columns(folder.file("sim/trace.csv"));
  const auto& expected = known.at("current_a");
  ASSERT_EQ(again.at("current_a").size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(again.at("current_a")[i], expected[i], 5e-6) << i;  // of 0.9 mA
  // Pulses within the voltages of the sweep cross the window without being told.
  EXPECT_THAT(simulated(folder, "fitted.yaml", {}), HasSubstr("pulses, 1 device"));
  const Columns pulsed = read_columns(folder.file("sim/population.csv"));
  const auto [low, high] = std::minmax_element(pulsed.at("mean_s").begin(), pulsed.at("mean_s").end());
  EXPECT_LT(*low, 60e-6);
  EXPECT_GT(*high, 400e-6);
  const auto& volts = pulsed.at("voltage_v");
  EXPECT_LE(*std::max_element(volts.begin(), volts.end()), 1.8);
}

TEST(DeviceFit, ARectifyingSweepGivesATableThatIsRead) {
  const TemporaryFolder folder;
  std::string text = "V1,I1,absI\n";
  for (int i = -20; i <= 20; ++i) {
    const double volts = 0.05 * i;
    const double amperes = (volts > 0.0 ? 1e-5 : 2e-7) * std::sinh(volts / 0.25);
    text += fmt::format("{},{:.6e},{:.6e}\n", volts, amperes, std::fabs(amperes));
  }
  put(folder.file("iv.csv"), text);
  const CommandOutcome fit = run_memcosim({"device", "fit", "iv.csv", "--out", "iv.yaml"}, folder.path().string());
  ASSERT_EQ(fit.exit_code, 0) << fit.errors;
  EXPECT_THAT(fit.output, HasSubstr("its own side below 0 V"));
  EXPECT_TRUE(std::filesystem::exists(folder.file("iv_law.csv")));
  simulated(folder, "iv.yaml", {"--waveform", "triangle", "--amplitude", "1V", "--periods", "1", "--samples", "40", "--initial", "high"});
  const Columns trace = read_columns(folder.file("sim/trace.csv"));
  for (std::size_t i = 0; i < trace.at("voltage_v").size(); ++i) {
    const double volts = trace.at("voltage_v")[i];
    const double amperes = (volts > 0.0 ? 1e-5 : 2e-7) * std::sinh(volts / 0.25);
    EXPECT_NEAR(trace.at("current_a")[i], amperes, 0.05 * std::fabs(amperes) + 1e-12) << volts;
  }
  EXPECT_EQ(run_memcosim({"device", "fit", "iv.csv", "--out", "iv.yaml", "--pattern", "3,3"}, folder.path().string()).exit_code, 2);
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
      {"device,cycle,pulse,voltage_v,conductance_s\nd,0,0,1,1e-6\n", "trains.csv"},
      {"a,b\n1,2\n", "trains.csv:1"},
      {"voltage,current\n1,1\n2,x\n3,1\n", "trains.csv:3"},
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
