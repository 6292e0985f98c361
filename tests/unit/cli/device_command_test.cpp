// SPDX-License-Identifier: Apache-2.0
// `memcosim device ...` as a process: what it prints, what it writes, how it refuses bad input.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

#include "command_line.hpp"
#include "csv_columns.hpp"
#include "html_check.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

CommandOutcome device(std::vector<std::string> arguments, const std::string& folder = "") {
  arguments.insert(arguments.begin(), "device");
  return run_memcosim(arguments, folder);
}

std::vector<std::string> names_of(const nlohmann::json& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows)
    names.push_back(row.at("name"));
  return names;
}

TEST(DeviceList, NamesEveryModelAndPresetOnItsLine) {
  const CommandOutcome outcome = device({"list"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  for (const CellModel& model : cell_models())
    EXPECT_THAT(outcome.output, HasSubstr(std::string("\n  ") + model.name + " ")) << model.name;
  for (const CellPreset& preset : cell_presets()) {
    EXPECT_THAT(outcome.output, HasSubstr(std::string("\n  ") + preset.name + " ")) << preset.name;
    EXPECT_THAT(outcome.output, HasSubstr(preset.source)) << preset.name;
  }
}

TEST(DeviceList, JsonHasTheSameRows) {
  const CommandOutcome outcome = device({"list", "--json"});
  const nlohmann::json json = nlohmann::json::parse(outcome.output);
  std::vector<std::string> models;
  std::vector<std::string> presets;
  for (const CellModel& model : cell_models())
    models.emplace_back(model.name);
  for (const CellPreset& preset : cell_presets())
    presets.emplace_back(preset.name);
  EXPECT_EQ(names_of(json.at("models")), models);
  EXPECT_EQ(names_of(json.at("presets")), presets);
}

TEST(DeviceShow, ModelHasUnitsDefaultsAndRanges) {
  const CommandOutcome outcome = device({"show", "vteam"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.output, HasSubstr("Kvatinsky"));
  EXPECT_THAT(outcome.output, HasSubstr("a negative voltage raises the conductance"));
  EXPECT_THAT(outcome.output, ::testing::ContainsRegex("k_off +500 um/s +500 um/s +\\[1e-30 m/s, 1 Tm/s\\] +speed scale"));
  EXPECT_THAT(outcome.output, HasSubstr("linear | exponential"));
  EXPECT_THAT(outcome.output, HasSubstr("vteam_multilevel"));
}

TEST(DeviceShow, PresetHasSourceUseAndAYamlThatReadsBack) {
  const CommandOutcome outcome = device({"show", "vteam_multilevel", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const nlohmann::json json = nlohmann::json::parse(outcome.output);
  const CellPreset& preset = cell_preset("vteam_multilevel");
  EXPECT_EQ(json.at("source"), preset.source);
  EXPECT_EQ(json.at("validity"), preset.validity);
  EXPECT_EQ(json.at("use").at("g_max_s"), preset.use.g_max);
  EXPECT_EQ(json.at("use").at("reset").at("duration_s"), preset.use.reset.duration_s);
  EXPECT_EQ(json.at("parameters").at(0).at("name"), "r_on");
  EXPECT_EQ(json.at("parameters").at(0).at("value"), 1e4);
  EXPECT_EQ(json.at("parameters").at(0).at("unit"), "ohm");

  const TemporaryFolder folder;
  put(folder.file("device.yaml"), json.at("effective_yaml").get<std::string>());
  const CommandOutcome again = device({"simulate", folder.file("device.yaml"), "--pulses", "5", "--out", folder.file("out")});
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(content(folder.file("out/device.yaml")), json.at("effective_yaml").get<std::string>());
}

TEST(DeviceShow, EveryModelAndPresetCanBeShown) {
  std::vector<std::string> names;
  for (const CellModel& model : cell_models())
    names.emplace_back(model.name);
  for (const CellPreset& preset : cell_presets())
    names.emplace_back(preset.name);
  for (const std::string& name : names) {
    const CommandOutcome outcome = device({"show", name});
    EXPECT_EQ(outcome.exit_code, 0) << name << outcome.errors;
    EXPECT_THAT(outcome.output, HasSubstr("Parameters")) << name;
    EXPECT_THAT(outcome.output, HasSubstr("conductance ")) << name;
  }
}

TEST(DeviceShow, UnknownNameIsAnsweredWithTheNearest) {
  const CommandOutcome outcome = device({"show", "vteam_multilevle"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("did you mean 'vteam_multilevel'"));
}

TEST(DeviceSimulate, PulseTrainFollowsTheClosedForm) {
  const TemporaryFolder folder;
  const CommandOutcome outcome = device({"simulate", "vteam_multilevel", "--pattern", "40,0", "--pulses", "40", "--set-voltage", "-1.1 V",
                                         "--width", "150 ns", "--interval", "1 us", "--out", folder.file("out")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const Columns trace = read_columns(folder.file("out/trace.csv"));
  ASSERT_EQ(trace.at("state").size(), 41u);
  const double step = 1.6e-3 * std::pow(1.1 / 0.9 - 1.0, 3) * 150e-9;
  double energy = 0.0;
  for (std::size_t i = 0; i <= 40; ++i) {
    const double position = 3e-9 - step * static_cast<double>(i);
    const double siemens = 1e-4 * std::pow(100.0, -position / 3e-9);
    EXPECT_NEAR(trace.at("state")[i], position, 1e-11 * 3e-9) << i;
    EXPECT_NEAR(trace.at("conductance_s")[i], siemens, 1e-9 * siemens) << i;
    EXPECT_NEAR(trace.at("current_a")[i], (i == 0 ? 0.0 : -1.1) * siemens, 1e-9 * siemens) << i;
    energy += trace.at("energy_j")[i];
  }
  // Without bounds on the way the whole train is one path of constant speed: V^2 t times the logarithmic mean of the conductance.
  const double first = 1e-6;
  const double last = trace.at("conductance_s").back();
  EXPECT_NEAR(energy, 1.21 * 40.0 * 150e-9 * (last - first) / std::log(last / first), 1e-9 * energy);
  EXPECT_NEAR(trace.at("time_s").back(), 40.0 * 150e-9 + 39.0 * 1e-6, 1e-15);
  const nlohmann::json summary = nlohmann::json::parse(content(folder.file("out/summary.json")));
  EXPECT_NEAR(summary.at("energy").at("per_device").at("value").get<double>(), energy, 1e-12 * energy);
  EXPECT_EQ(summary.at("simulation").at("steps").at("value"), 40);
}

TEST(DeviceSimulate, WritesASoundReportAndPlot) {
  const TemporaryFolder folder;
  const CommandOutcome outcome = device({"simulate", "vteam_memtorch", "--waveform", "sine", "--devices", "30", "--set",
                                         "variability.device_to_device.r_off.relative_sigma=0.1", "--out", folder.file("out")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(markup_fault(content(folder.file("out/report.html"))), "");
  EXPECT_EQ(markup_fault(content(folder.file("out/plot.svg"))), "");
  EXPECT_LT(content(folder.file("out/plot.svg")).size(), 40'000u);
  EXPECT_THAT(content(folder.file("out/report.html")), HasSubstr("memcosim device simulate vteam_memtorch"));
  const Columns population = read_columns(folder.file("out/population.csv"));
  EXPECT_GT(population.at("sigma_s").front(), 0.0);
  for (std::size_t i = 0; i < population.at("mean_s").size(); ++i) {
    EXPECT_LE(population.at("min_s")[i], population.at("q05_s")[i]);
    EXPECT_LE(population.at("q05_s")[i], population.at("median_s")[i]);
    EXPECT_LE(population.at("median_s")[i], population.at("q95_s")[i]);
    EXPECT_LE(population.at("q95_s")[i], population.at("max_s")[i]);
  }
}

// A memristor's loop is pinched: no current without voltage. The default waveform opens it.
TEST(DeviceSimulate, LoopIsPinchedAndOpen) {
  const TemporaryFolder folder;
  ASSERT_EQ(device({"simulate", "vteam_multilevel", "--waveform", "sine", "--out", folder.file("out")}).exit_code, 0);
  const Columns trace = read_columns(folder.file("out/trace.csv"));
  double low = 1.0;
  double high = 0.0;
  for (std::size_t i = 0; i < trace.at("time_s").size(); ++i) {
    const double volts = trace.at("voltage_v")[i];
    EXPECT_NEAR(trace.at("current_a")[i], volts * trace.at("conductance_s")[i], 1e-12 * std::fabs(trace.at("current_a")[i])) << i;
    low = std::fmin(low, trace.at("conductance_s")[i]);
    high = std::fmax(high, trace.at("conductance_s")[i]);
  }
  EXPECT_GE(high - low, 0.8 * (80e-6 - 2e-6));
}

TEST(DeviceSimulate, SeriesResistanceDividesTheVoltage) {
  const TemporaryFolder folder;
  const CommandOutcome outcome =
      device({"simulate", "ohmic_ideal", "--initial", "50 uS", "--series", "30 kohm", "--read-voltage", "0.1 V", "--csv", "wave.csv",
              "--out", "out"},
             (put(folder.file("wave.csv"), "time_s,voltage_v\n0,0.4\n1e-6,-0.8\n3e-6,0\n"), folder.path().string()));
  ASSERT_EQ(outcome.exit_code, 2) << "50 uS behind 30 kohm cannot be had: 1 / (10 kohm + 30 kohm) is the most";
  EXPECT_THAT(outcome.errors, HasSubstr("25 uS"));

  ASSERT_EQ(device({"simulate", "ohmic_ideal", "--initial", "high", "--series", "30 kohm", "--csv", "wave.csv", "--out", "out"},
                   folder.path().string())
                .exit_code,
            0);
  const Columns trace = read_columns(folder.file("out/trace.csv"));
  ASSERT_EQ(trace.at("current_a").size(), 3u);
  EXPECT_NEAR(trace.at("current_a")[1], 0.4 / 40e3, 1e-9 * 1e-5);
  EXPECT_NEAR(trace.at("current_a")[2], -0.8 / 40e3, 1e-9 * 2e-5);
  EXPECT_NEAR(trace.at("energy_j")[1], 0.16 / 40e3 * 1e-6, 1e-9 * 4e-12);
  EXPECT_NEAR(trace.at("energy_j")[2], 0.64 / 40e3 * 2e-6, 1e-9 * 3.2e-11);
}

TEST(DeviceSimulate, SameSeedSameBytesOtherSeedOtherDevices) {
  const TemporaryFolder folder;
  const auto run = [&](const char* seed, const char* out) {
    const CommandOutcome outcome =
        device({"simulate", "vteam_multilevel", "--devices", "20", "--pulses", "20", "--pattern", "10,10", "--seed", seed, "--set",
                "variability.device_to_device.r_off.relative_sigma=0.1", "--out", folder.file(out)});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return content(folder.file(out) + "/trace.csv");
  };
  const std::string one = run("1", "a");
  EXPECT_EQ(one, run("1", "b"));
  EXPECT_EQ(content(folder.file("a/plot.svg")), content(folder.file("b/plot.svg")));
  EXPECT_NE(one, run("2", "c"));
}

TEST(DeviceSimulate, ReadsTheDeviceOfARunConfiguration) {
  const TemporaryFolder folder;
  const std::string config = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";
  const CommandOutcome outcome =
      device({"simulate", config, "--set", "parameters.r_on=20 kohm", "--pulses", "4", "--out", folder.file("out")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(content(folder.file("out/device.yaml")), HasSubstr("r_on: 20000 ohm"));
}

TEST(DeviceSimulate, RetentionProgramsLevelsAndLetsTimePass) {
  const TemporaryFolder folder;
  const CommandOutcome outcome =
      device({"simulate", "ohmic_ideal", "--retention", "1e4 s", "--levels", "3", "--devices", "30", "--out", folder.file("out")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const Columns population = read_columns(folder.file("out/population.csv"));
  EXPECT_EQ(population.at("time_s").front(), 0.0);
  EXPECT_EQ(population.at("time_s").back(), 1e4);
  const double targets[] = {2e-6, 41e-6, 80e-6};
  for (std::size_t i = 0; i < population.at("mean_s").size(); ++i) {
    const auto group = static_cast<std::size_t>(population.at("group")[i]);
    EXPECT_NEAR(population.at("mean_s")[i], targets[group], 1e-12);
  }
  EXPECT_THAT(content(folder.file("out/report.html")), HasSubstr("no effect of time"));
}

/// What a simulation says beside its results: at the terminal, in summary.json and in the report's remarks.
void expect_warning(const CommandOutcome& outcome, const TemporaryFolder& folder, const std::string& text) {
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr(text));
  const nlohmann::json summary = nlohmann::json::parse(content(folder.file("out/summary.json")));
  EXPECT_THAT(summary.at("warnings").dump(), HasSubstr(text));
  EXPECT_THAT(content(folder.file("out/report.html")), HasSubstr("<li>Warning: "));
}

TEST(DeviceSimulate, SaysWhenNothingCanMove) {
  for (const char* window : {"strukov", "joglekar", "prodromakis"}) {
    for (const char* start : {"", "low", "high"}) {
      const TemporaryFolder folder;
      std::vector<std::string> arguments = {"simulate", "linear_ion_drift_tio2", "--set", std::string("parameters.window=") + window,
                                            "--out",    folder.file("out")};
      if (*start != '\0') arguments.insert(arguments.end(), {"--initial", start});
      expect_warning(device(arguments), folder, std::string("The waveform moves nothing. device.parameters.window: '") + window + "'");
    }
  }
  const TemporaryFolder folder;
  const CommandOutcome inside = device(
      {"simulate", "linear_ion_drift_tio2", "--set", "parameters.window=joglekar", "--initial", "500 uS", "--out", folder.file("out")});
  EXPECT_EQ(inside.exit_code, 0);
  EXPECT_EQ(inside.errors, "");
}

TEST(DeviceSimulate, CountsDrawsBeyondTheirLimits) {
  const TemporaryFolder folder;
  put(folder.file("d2d.yaml"),
      "preset: vteam_multilevel\nvariability:\n  device_to_device:\n    r_on: {relative_sigma: 50 %}\n    r_off: {relative_sigma: 1}\n");
  const CommandOutcome outcome =
      device({"simulate", folder.file("d2d.yaml"), "--devices", "10000", "--pulses", "4", "--pattern", "2,2", "--out", folder.file("out")});
  expect_warning(outcome, folder, "device.variability.device_to_device.r_on: 2.3 % of the draws lie beyond");
  expect_warning(outcome, folder, "of 10000 cells (16 %) drew parameters that contradict each other");
  const nlohmann::json draws = nlohmann::json::parse(content(folder.file("out/summary.json"))).at("simulation").at("clamped_draws");
  const double expected = 0.5 * std::erfc(2.0 / std::sqrt(2.0));
  EXPECT_NEAR(draws.at("r_on_expected").at("value").get<double>(), expected, 1e-6);
  EXPECT_NEAR(draws.at("r_on").at("value").get<double>(), 1e4 * expected, 5.0 * std::sqrt(1e4 * expected));
}

TEST(DeviceSimulate, SaysNothingOfDevicesAsTheyCome) {
  for (const CellPreset& preset : cell_presets()) {
    const TemporaryFolder folder;
    const CommandOutcome outcome = device({"simulate", preset.name, "--devices", "20", "--out", folder.file("out")});
    EXPECT_EQ(outcome.exit_code, 0) << preset.name;
    EXPECT_THAT(outcome.errors, ::testing::Not(HasSubstr("warning"))) << preset.name;
  }
}

struct BadCall {
  std::vector<std::string> arguments;
  const char* message;
};

TEST(DeviceSimulate, BadInputIsExitCodeTwoAndWritesNothing) {
  const TemporaryFolder folder;
  put(folder.file("wave.csv"), "time_s,voltage_v\n0,1\n1e-6,x\n");
  put(folder.file("bad.yaml"), "model: vteam\nparameters: {r_on: 1 V}\n");
  put(folder.file("file"), "");
  const BadCall calls[] = {
      {{"vteem"}, "did you mean 'vteam'"},
      {{"none.yaml"}, "none.yaml"},
      {{"bad.yaml"}, "bad.yaml:2:"},
      {{"vteam", "--set", "parameters.r_onn=1 kohm"}, "r_on"},
      {{"vteam", "--set", "parameters.r_on=2 kohm"}, "must be greater than r_on"},
      {{"vteam", "--devices", "-3"}, "--devices"},
      {{"vteam", "--devices", "0"}, "--devices"},
      {{"vteam", "--trace-devices", "0"}, "--trace-devices"},
      {{"vteam", "--waveform", "square"}, "--waveform square"},
      {{"vteam", "--waveform", "csv"}, "--csv FILE"},
      {{"vteam", "--waveform", "sine", "--csv", "wave.csv"}, "--csv"},
      {{"vteam", "--csv", "wave.csv"}, "wave.csv:3: voltage_v"},
      {{"vteam", "--csv", "nowhere.csv"}, "nowhere.csv"},
      {{"vteam", "--waveform", "sine", "--amplitude", "11 V"}, "-10 V to 10 V"},
      {{"vteam", "--waveform", "sine", "--amplitude", "1 ohm"}, "--amplitude 1 ohm"},
      {{"vteam", "--waveform", "sine", "--frequency", "0"}, "--frequency 0"},
      {{"vteam", "--set-voltage", "-1", "--width", "2 s"}, "1 ps to 1 s"},
      {{"vteam", "--pattern", "5"}, "--pattern 5"},
      {{"vteam", "--pattern", "0,0"}, "--pattern"},
      {{"vteam", "--series", "-1 ohm"}, "--series"},
      {{"vteam", "--initial", "1 kS"}, "--initial 1 kS"},
      {{"vteam", "--initial", "middle"}, "--initial middle"},
      {{"vteam", "--read-voltage", "0"}, "--read-voltage"},
      {{"vteam", "--stepping", "magic"}, "stepping.mode"},
      {{"vteam", "--retention", "0"}, "--retention 0"},
      {{"vteam", "--retention", "3 fortnights"}, "known: s with a prefix (f, p, n, u, m, k, M, G, T, P), second, seconds, min, minute"},
      {{"vteam", "--retention", "1 s", "--waveform", "sine"}, "--retention"},
      {{"ohmic", "--waveform", "pulses"}, "--set-voltage"},
      {{"vteam", "--pulses", "2000000"}, "--pulses"},
      {{"vteam_multilevel", "--waveform", "sine", "--pulses", "10"}, "--pulses has no effect"},
      {{"vteam_multilevel", "--frequency", "1 MHz"}, "--frequency has no effect"},
      {{"vteam_multilevel", "--levels", "5"}, "--levels has no effect"},
      {{"vteam_multilevel", "--retention", "1 s", "--width", "1 us"}, "--width has no effect"},
      {{"vteam_multilevel", "--retention", "1 s", "--levels", "3", "--initial", "low"}, "--levels has no effect"},
      {{"vteam", "--out", "file/below"}, "file/below: cannot write results here"},
      {{}, "device"},
  };
  for (const BadCall& call : calls) {
    std::vector<std::string> arguments = {"simulate"};
    arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
    const CommandOutcome outcome = device(arguments, folder.path().string());
    EXPECT_EQ(outcome.exit_code, 2) << ::testing::PrintToString(call.arguments) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(call.message)) << ::testing::PrintToString(call.arguments);
    EXPECT_FALSE(std::filesystem::exists(folder.file("results"))) << ::testing::PrintToString(call.arguments);
    std::filesystem::remove_all(folder.file("results"));
  }
}

// The page about devices names every model, and scripts/plot_devices.sh was run for every preset.
TEST(DeviceDocs, KnowWhatTheProgramKnows) {
  const std::filesystem::path docs = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "docs";
  const std::string page = content(docs / "devices.md");
  for (const CellModel& model : cell_models())
    EXPECT_THAT(page, HasSubstr(std::string("`") + model.name + "`"));
  const std::string plots = content(docs / "devices" / "README.md");
  for (const CellPreset& preset : cell_presets()) {
    EXPECT_THAT(plots, HasSubstr(std::string("\n## ") + preset.name + "\n"));
    const std::string svg = content(docs / "devices" / (std::string(preset.name) + ".svg"));
    EXPECT_EQ(markup_fault(svg), "") << preset.name;
    EXPECT_GT(svg.size(), 1000u) << preset.name;
    EXPECT_LT(svg.size(), 40'000u) << preset.name;
  }
}

TEST(DeviceHelp, HasExamples) {
  for (const char* command : {"list", "show", "simulate", "fit"}) {
    const CommandOutcome outcome = device({command, "--help"});
    EXPECT_EQ(outcome.exit_code, 0) << command;
    EXPECT_THAT(outcome.output, HasSubstr("Example")) << command;
  }
  EXPECT_EQ(device({}).exit_code, 2);
}

TEST(DeviceSimulate, TakesReadVoltageAndWindowOfARunFromItsFile) {
  const TemporaryFolder folder;
  put(folder.file("run.yaml"), "device: {preset: data_driven_2021}\narray: {read_voltage: 0.4 V, g_min: 400 uS, g_max: 450 uS, rows: 3}\n");
  const CommandOutcome outcome =
      device({"simulate", folder.file("run.yaml"), "--retention", "1 s", "--levels", "2", "--devices", "2", "--out", folder.file("out")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const nlohmann::json summary = nlohmann::json::parse(content(folder.file("out/summary.json")));
  EXPECT_EQ(summary.at("simulation").at("read_voltage").at("value"), 0.4);
  const Columns population = read_columns(folder.file("out/population.csv"));
  EXPECT_NEAR(population.at("mean_s")[0], 400e-6, 1e-9);
  EXPECT_NEAR(population.at("mean_s")[1], 450e-6, 1e-9);
  // What is written reads back as the same, and the option has the last word.
  const CommandOutcome again = device(
      {"simulate", folder.file("out/device.yaml"), "--retention", "1 s", "--levels", "2", "--devices", "2", "--out", folder.file("again")});
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(content(folder.file("again/population.csv")), content(folder.file("out/population.csv")));
  const CommandOutcome other =
      device({"simulate", folder.file("run.yaml"), "--retention", "1 s", "--read-voltage", "0.1 V", "--out", folder.file("other")});
  ASSERT_EQ(other.exit_code, 0) << other.errors;
  const nlohmann::json of_option = nlohmann::json::parse(content(folder.file("other/summary.json")));
  EXPECT_EQ(of_option.at("simulation").at("read_voltage").at("value"), 0.1);
  put(folder.file("bad.yaml"), "device: {preset: data_driven_2021}\narray: {read_voltage: 1 MV}\n");
  const CommandOutcome bad = device({"simulate", folder.file("bad.yaml"), "--out", folder.file("bad")});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.errors, HasSubstr("array.read_voltage"));
}

TEST(DeviceSimulate, AgesAreThoseThatARunMayAskFor) {
  const TemporaryFolder folder;
  const auto retention = [&](const std::string& preset, const std::string& age) {
    std::vector<std::string> arguments = {"simulate", preset, "--devices", "5", "--out", folder.file("out")};
    if (!age.empty()) arguments.insert(arguments.end(), {"--retention", age});
    return device(arguments);
  };
  const CommandOutcome beyond = retention("sonos_agrawal_2022", "7 day");
  EXPECT_EQ(beyond.exit_code, 2);
  EXPECT_THAT(beyond.errors, HasSubstr("beyond the 5 days that the law was measured for"));
  const CommandOutcome unmeasured = retention("rram_wan_2022", "1e4 s");
  EXPECT_EQ(unmeasured.exit_code, 2);
  EXPECT_THAT(unmeasured.errors, HasSubstr("0, 1 s, 1 day or 2 day"));
  EXPECT_EQ(retention("sonos_agrawal_2022", "5 day").exit_code, 0);
  EXPECT_EQ(retention("sonos_agrawal_2022", "").exit_code, 0);
  ASSERT_EQ(retention("rram_wan_2022", "").exit_code, 0);
  std::vector<double> ages = read_columns(folder.file("out/trace.csv")).at("time_s");
  ages.resize(4);
  EXPECT_THAT(ages, ::testing::ElementsAre(0.0, 1.0, 86400.0, 172800.0));
}

TEST(DeviceSimulate, VoltagesBeyondTheModelsAreRefused) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
           {"--read-voltage", "1 MV"}, {"--waveform", "sine", "--amplitude", "1 MV"}, {"--set-voltage", "-11 V", "--pattern", "5,5"}}) {
    std::vector<std::string> arguments = {"simulate", "vteam_multilevel", "--out", folder.file("out")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const CommandOutcome outcome = device(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << options[0];
    EXPECT_THAT(outcome.errors, HasSubstr("outside -10 V to 10 V")) << options[0];
  }
}

}  // namespace
}  // namespace memcosim::test
