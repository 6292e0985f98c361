// SPDX-License-Identifier: Apache-2.0
// The values that a run writes: they agree with its tables, go back in as a conductance map, and do not depend on the level of timing.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/files.hpp"

#include "run_fixture.hpp"

namespace memcosim::test {
namespace {

class ValueFiles : public RunFixture {
 protected:
  std::string path(const std::string& out, const std::string& name) const { return folder_.file(out) + "/" + name; }
  NpyArray npy(const std::string& out, const std::string& name) const { return read_npy(path(out, name)); }
  std::vector<double> column(const std::string& out, const std::string& name, const std::string& column) const {
    CsvReader rows = CsvReader::from_file(path(out, name));
    const std::size_t at = rows.column(column, column);
    std::vector<double> values;
    while (rows.next())
      values.push_back(rows.number(at));
    return values;
  }
  /// The shipped run of pulsed cells, on a small network.
  std::string run_small(const std::string& out, const std::vector<std::string>& arguments) {
    return run(out, with({"--images", "4"}, arguments), std::string(MEMCOSIM_SOURCE_DIR) + "/configs/devices/vteam_multilevel.yaml");
  }
  bool exists(const std::string& out, const std::string& name) const { return std::filesystem::exists(path(out, name)); }
};

const std::vector<std::string> ohmic = {"--set", "device={model: ohmic}", "--set", "programming.method=ideal"};
using Shape = std::vector<std::size_t>;

TEST_F(ValueFiles, OutputsHaveThePredictedClasses) {
  run("run", fast_);
  const NpyArray outputs = npy("run", "outputs.npy");
  ASSERT_EQ(outputs.shape, (Shape{12, 10}));
  std::vector<double> classes;
  for (auto row = outputs.values.begin(); row != outputs.values.end(); row += 10)
    classes.push_back(static_cast<double>(std::max_element(row, row + 10) - row));
  EXPECT_EQ(classes, column("run", "predictions.csv", "analog_class"));
  EXPECT_FALSE(exists("run", "pulses.npy")) << "nothing was programmed with pulses";
  EXPECT_FALSE(exists("run", "pulse_trains.csv"));
}

TEST_F(ValueFiles, ConductancesGoBackInAsAMap) {
  run("ideal", ohmic);
  const NpyArray conductances = npy("ideal", "conductances.npy");
  ASSERT_EQ(conductances.shape, (Shape{column("ideal", "arrays.csv", "rows").size(), 128, 128}));
  EXPECT_GE(*std::min_element(conductances.values.begin(), conductances.values.end()), 2e-6);
  EXPECT_LE(*std::max_element(conductances.values.begin(), conductances.values.end()), 80e-6);
  const std::string map = "programming={method: map, conductance_map: " + path("ideal", "conductances.npy") + "}";
  run("map", {"--set", "device={model: ohmic}", "--set", map});
  for (const char* name : {"outputs.npy", "conductances.npy", "predictions.csv"})
    EXPECT_EQ(content(path("map", name)), content(path("ideal", name))) << name;

  // A result folder is replaced whole, and with it the map that lies in it.
  const CommandOutcome refused = run_memcosim({"run", std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml", "--images", "1",
                                               "--out", folder_.file("ideal"), "--set", "device={model: ohmic}", "--set", map});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, ::testing::HasSubstr("programming.conductance_map"));
  EXPECT_THAT(refused.errors, ::testing::HasSubstr("lies in the result folder"));
  EXPECT_TRUE(exists("ideal", "conductances.npy"));
}

TEST_F(ValueFiles, ConductancesOfPulsedCellsGoBackInToo) {
  run_small("pulsed", {});
  run_small("map", {"--set", "programming={method: map, conductance_map: " + path("pulsed", "conductances.npy") + "}"});
  const NpyArray before = npy("pulsed", "conductances.npy");
  const NpyArray after = npy("map", "conductances.npy");
  ASSERT_EQ(after.shape, before.shape);
  for (std::size_t i = 0; i < before.values.size(); ++i)
    ASSERT_NEAR(after.values[i], before.values[i], 1e-9 * before.values[i]) << "cell " << i;
}

TEST_F(ValueFiles, PulseTrainsAgreeWithCountsAndChangeNothing) {
  const std::vector<std::string> trains = {"--set", "output.pulse_trains=true"};
  const std::string plain = run_small("plain", {});
  EXPECT_EQ(run_small("trains", trains), plain) << "asking for the pulses must not change them";
  run_small("timed", with(trains, {"--set", "simulation.level=approximately_timed"}));
  EXPECT_EQ(content(path("timed", "pulse_trains.csv")), content(path("trains", "pulse_trains.csv")));
  EXPECT_EQ(content(path("plain", "pulses.npy")), content(path("trains", "pulses.npy")));
  EXPECT_FALSE(exists("plain", "pulse_trains.csv"));

  const NpyArray counts = npy("trains", "pulses.npy");
  const std::size_t rows = counts.shape.at(1);
  const std::size_t columns = counts.shape.at(2);
  const std::vector<double> array = column("trains", "pulse_trains.csv", "array");
  const std::vector<double> row = column("trains", "pulse_trains.csv", "row");
  const std::vector<double> cell_column = column("trains", "pulse_trains.csv", "column");
  const std::vector<double> volts = column("trains", "pulse_trains.csv", "amplitude_v");
  const std::vector<double> width = column("trains", "pulse_trains.csv", "width_s");
  const std::vector<double> time = column("trains", "pulse_trains.csv", "time_s");
  std::vector<double> counted(counts.values.size(), 0.0);
  for (std::size_t i = 0; i < array.size(); ++i) {
    const auto cell =
        (static_cast<std::size_t>(array[i]) * rows + static_cast<std::size_t>(row[i])) * columns + static_cast<std::size_t>(cell_column[i]);
    ++counted.at(cell);
    ASSERT_GE(std::fabs(volts[i]), 0.6) << "below the start of the ramps";
    ASSERT_LE(std::fabs(volts[i]), 2.5) << "above their limit";
    const bool same_cell = i > 0 && std::tie(array[i], row[i], cell_column[i]) == std::tie(array[i - 1], row[i - 1], cell_column[i - 1]);
    if (!same_cell) continue;
    ASSERT_GE(time[i], time[i - 1] + width[i - 1]) << "a pulse begins before the one before it has ended";
    // The ramp of write-verify: a step more in the same direction, or the start of the other.
    const bool turns = (volts[i] > 0.0) != (volts[i - 1] > 0.0);
    ASSERT_NEAR(std::fabs(volts[i]), turns ? 0.6 : std::min(std::fabs(volts[i - 1]) + 0.05, 2.5), 1e-12) << "pulse " << i;
  }
  EXPECT_EQ(counted, counts.values);
  const std::vector<double> pulses = column("trains", "arrays.csv", "pulses");
  for (std::size_t a = 0; a < pulses.size(); ++a) {
    const auto first = counts.values.begin() + static_cast<std::ptrdiff_t>(a * rows * columns);
    EXPECT_EQ(std::accumulate(first, first + static_cast<std::ptrdiff_t>(rows * columns), 0.0), pulses[a]) << "array " << a;
  }
}

TEST_F(ValueFiles, SumsOfStagesAreWhatTheOutputsAreMadeOf) {
  const std::vector<std::string> all = with(fast_, {"--set", "output.sums=all"});
  const std::string plain = run("plain", fast_);
  EXPECT_EQ(run("ahead", all), plain);
  run("event", with(all, {"--set", "simulation.values=at_event"}));
  run("timed", with(all, {"--set", "simulation.level=approximately_timed"}));
  const std::vector<double> outputs_of = column("ahead", "stages.csv", "outputs");
  ASSERT_EQ(outputs_of.size(), 3u);
  for (std::size_t s = 0; s < outputs_of.size(); ++s) {
    const std::string name = "sums_stage_" + std::to_string(s) + ".npy";
    EXPECT_EQ(npy("ahead", name).shape, (Shape{12, 1, static_cast<std::size_t>(outputs_of[s])}));
    EXPECT_EQ(content(path("event", name)), content(path("ahead", name)));
    EXPECT_EQ(content(path("timed", name)), content(path("ahead", name)));
  }
  // The last layer scales its sums and adds a bias: differences of two images have one ratio.
  const NpyArray sums = npy("ahead", "sums_stage_2.npy");
  const NpyArray outputs = npy("ahead", "outputs.npy");
  double scale = 0.0;
  for (std::size_t i = 10; i < sums.values.size(); ++i) {
    const double change = sums.values[i] - sums.values[i % 10];
    const double output_change = outputs.values[i] - outputs.values[i % 10];
    if (scale == 0.0 && change != 0.0) scale = output_change / change;
    ASSERT_NEAR(output_change, scale * change, 1e-9 * std::fabs(scale) * 1e6) << "value " << i;
  }
  EXPECT_GT(scale, 0.0);
  EXPECT_FALSE(exists("plain", "sums_stage_0.npy"));
}

TEST_F(ValueFiles, AreLeftOutWhereAsked) {
  run("none", {"--set", "programming.method=ideal", "--set", "simulation.values=none", "--set", "output.cells=false"});
  for (const char* name : {"outputs.npy", "conductances.npy", "pulses.npy", "pulse_trains.csv"})
    EXPECT_FALSE(exists("none", name)) << name;
}

TEST_F(ValueFiles, UnknownStageIsRefused) {
  const CommandOutcome outcome = run_memcosim({"run", std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml", "--images", "1",
                                               "--set", "output.sums=conv7", "--out", folder_.file("unknown"), "--quiet"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, ::testing::AllOf(::testing::HasSubstr("output.sums"), ::testing::HasSubstr("all")));
}

TEST_F(ValueFiles, EnergyOfStagesClosesInTheSummary) {
  const nlohmann::json summary = nlohmann::json::parse(run("run", fast_));
  double sum = 0.0;
  for (const auto& [name, stage] : summary["energy"]["stages"].items())
    sum += stage["total"]["value"].get<double>();
  const double total = summary["energy"]["inference"]["total"]["value"];
  EXPECT_NEAR(sum, total, 1e-12 * total);
  const nlohmann::json& performance = summary["performance"];
  EXPECT_EQ(performance["operations_per_image"]["value"], 2 * (784 * 256 + 256 * 128 + 128 * 10));
  const double throughput = summary["timing"]["throughput"]["value"];
  EXPECT_NEAR(performance["tops"]["value"].get<double>(), 469504e-12 * throughput, 1e-12);
  EXPECT_NEAR(performance["mean_power"]["value"].get<double>(), total / summary["timing"]["inference"]["value"].get<double>(), 1e-12);
}

}  // namespace
}  // namespace memcosim::test
