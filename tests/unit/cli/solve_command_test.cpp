// SPDX-License-Identifier: Apache-2.0
// `memcosim solve` as a process: what it writes against dense elimination of the circuit that the options describe.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/files.hpp"

#include "circuit_expectations.hpp"
#include "command_line.hpp"
#include "csv_columns.hpp"
#include "dense_reference.hpp"
#include "html_check.hpp"
#include "solve_files.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::vector<double> random_values(std::size_t count, double low, double high, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(low + (high - low) * static_cast<double>(engine()) / 4294967296.0);
  return values;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  return names;
}

/// A folder with the files of a problem of 7 x 5 cells, in which the command runs.
class Solve : public ::testing::Test {
 protected:
  static constexpr std::size_t rows = 7;
  static constexpr std::size_t columns = 5;

  void SetUp() override {
    circuit_.rows = rows;
    circuit_.columns = columns;
    circuit_.conductance = random_values(rows * columns, 1e-6, 1e-3, 1);
    circuit_.conductance[8] = 0.0;
    circuit_.word_lines.start = {0.0};
    circuit_.bit_lines.end = {0.0};
    put(folder_.path() / "G.csv", matrix_csv(circuit_.conductance, columns));
    volts_ = random_values(rows, -0.3, 0.3, 2);
    put(folder_.path() / "V.csv", matrix_csv(volts_, rows));
  }

  CommandOutcome solve(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"solve", "--out", "out"});
    return run_memcosim(arguments, folder_.path().string());
  }
  void expect_solved(std::vector<std::string> arguments) {
    const CommandOutcome outcome = solve(std::move(arguments));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  }
  DenseSolution dense(const TerminalVoltages& volts) const { return solve_dense(circuit_, volts, {}, {}); }
  nlohmann::json summary() const { return nlohmann::json::parse(content(folder_.path() / "out/summary.json")); }
  Columns table(const std::string& name) const { return read_columns(folder_.file("out/" + name)); }

  TemporaryFolder folder_;
  CrossbarCircuit circuit_;
  std::vector<double> volts_;
};

TEST_F(Solve, CurrentsAndVoltagesOfOneInput) {
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "20 ohm", "--source-resistance", "0.1 kohm",
                 "--sense-resistance", "50"});
  circuit_.word_lines = {{20.0}, {100.0}, {no_terminal}};
  circuit_.bit_lines = {{20.0}, {no_terminal}, {50.0}};
  const DenseSolution expected = dense({volts_, {}, {}, {}});
  EXPECT_LT(relative_difference(table("currents.csv").at("current_a"), expected.column_currents), 1e-11);
  EXPECT_LT(relative_difference(table("rows.csv").at("current_a"), expected.row_currents), 1e-11);
  const Columns voltages = table("voltages.csv");
  EXPECT_LT(relative_difference(voltages.at("cell_v"), expected.cell_volts), 1e-11);
  EXPECT_LT(relative_difference(voltages.at("word_line_v"), expected.word_line_volts), 1e-11);
  EXPECT_LT(relative_difference(voltages.at("bit_line_v"), expected.bit_line_volts), 1e-11);
  EXPECT_EQ(voltages.at("row")[columns], 1.0);
  EXPECT_EQ(voltages.at("column")[columns - 1], static_cast<double>(columns - 1));

  const nlohmann::json json = summary();
  EXPECT_EQ(json.at("circuit").at("open_cells").at("value"), 1);
  EXPECT_EQ(json.at("circuit").at("source_resistance").at("value"), 100.0);
  EXPECT_LT(json.at("solution").at("residual").at("value").get<double>(), 1e-11);
  const double bound = json.at("solution").at("current_error_bound").at("value");
  for (std::size_t column = 0; column < columns; ++column)
    EXPECT_NEAR(table("currents.csv").at("current_a")[column], expected.column_currents[column], bound + 1e-18) << column;
  const nlohmann::json& shown = json.at("shown_input");
  const double sources = shown.at("source_power").at("value");
  EXPECT_GT(sources, 0.0);
  EXPECT_NEAR(sources, shown.at("cell_power").at("value").get<double>() + shown.at("wire_power").at("value").get<double>(), 1e-9 * sources);
}

TEST_F(Solve, EveryMethodGivesTheSameCurrents) {
  circuit_.word_lines = {{20.0}, {100.0}, {100.0}};
  circuit_.bit_lines = {{20.0}, {50.0}, {50.0}};
  const DenseSolution expected = dense({volts_, volts_, {}, {}});
  for (const std::string method : {"auto", "superlu", "device_space_cg", "schur_line_cg", "port_reduction"}) {
    expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "20ohm", "--source-resistance", "100ohm",
                   "--sense-resistance", "50ohm", "--drive", "both_ends", "--sense", "both_ends", "--method", method, "--force"});
    EXPECT_LT(relative_difference(table("currents.csv").at("current_a"), expected.column_currents), 1e-11) << method;
    EXPECT_LT(relative_difference(table("rows.csv").at("current_a"), expected.row_currents), 1e-11) << method;
    EXPECT_LT(relative_difference(table("voltages.csv").at("cell_v"), expected.cell_volts), 1e-11) << method;
    if (method != "auto") {
      EXPECT_EQ(summary().at("solution").at("method").at("value"), method);
    }
  }
}

TEST_F(Solve, ChoosesByTheNumberOfInputs) {
  put(folder_.path() / "many.csv", matrix_csv(random_values(40 * rows, -0.3, 0.3, 6), rows));
  for (const auto& [input, method] : {std::pair{"V.csv", "schur_line_cg"}, {"many.csv", "port_reduction"}}) {
    expect_solved({"--conductance", "G.csv", "--input", input, "--wire-resistance", "1 ohm", "--force"});
    EXPECT_EQ(summary().at("solution").at("method").at("value"), method);
    EXPECT_EQ(summary().at("solution").at("method_of_voltages").at("value"), "schur_line_cg");
  }
}

TEST_F(Solve, ResistancesPerLineAndPerSegmentFromFiles) {
  const std::vector<double> per_segment = random_values(rows * (columns - 1), 1.0, 40.0, 3);
  const std::vector<double> per_line = random_values(columns, 1.0, 40.0, 4);
  put(folder_.path() / "word.csv", matrix_csv(per_segment, columns - 1));
  write_file(folder_.path() / "bit.npy", to_npy({{columns}, per_line}));
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--word-line-resistance", "word.csv", "--bit-line-resistance", "bit.npy"});
  circuit_.word_lines.segment = per_segment;
  circuit_.bit_lines.segment = per_line;
  EXPECT_LT(relative_difference(table("currents.csv").at("current_a"), dense({volts_, {}, {}, {}}).column_currents), 1e-11);
}

TEST_F(Solve, ManyInputsFromArraysWithBitLinesDriven) {
  constexpr std::size_t inputs = 20;
  const std::vector<double> word = random_values(inputs * rows, -0.3, 0.3, 5);
  const std::vector<double> bit = random_values(columns, -0.1, 0.1, 6);
  write_file(folder_.path() / "G.npy", to_npy({{rows, columns}, circuit_.conductance}));
  write_file(folder_.path() / "V.npy", to_npy({{inputs, rows}, word}));
  write_file(folder_.path() / "B.npy", to_npy({{columns}, bit}));
  circuit_.word_lines.segment = circuit_.bit_lines.segment = {5.0};
  for (const bool with_voltages : {false, true}) {
    std::vector<std::string> arguments = {"--conductance",     "G.npy", "--input", "V.npy", "--bit-line-input", "B.npy",
                                          "--wire-resistance", "5",     "--show",  "7",     "--force"};
    if (with_voltages) arguments.emplace_back("--voltages");
    expect_solved(arguments);
    EXPECT_EQ(summary().at("solution").at("solved_wholly").at("value"), with_voltages ? 20 : 1);
    EXPECT_EQ(summary().at("solution").at("inputs").at("value"), 20);
    EXPECT_EQ(std::filesystem::exists(folder_.path() / "out/cell_voltages.npy"), with_voltages);
    const Columns currents = table("currents.csv");
    for (std::size_t input = 0; input < inputs; ++input) {
      const auto from = static_cast<std::ptrdiff_t>(input);
      const std::vector<double> volts(word.begin() + from * static_cast<std::ptrdiff_t>(rows),
                                      word.begin() + (from + 1) * static_cast<std::ptrdiff_t>(rows));
      const DenseSolution expected = dense({volts, {}, {}, bit});
      const std::vector<double>& all = currents.at("current_a");
      const std::vector<double> of_input(all.begin() + from * static_cast<std::ptrdiff_t>(columns),
                                         all.begin() + (from + 1) * static_cast<std::ptrdiff_t>(columns));
      EXPECT_LT(relative_difference(of_input, expected.column_currents), 1e-11) << input;
      EXPECT_EQ(currents.at("input")[input * columns], static_cast<double>(input));
      if (input == 7) {
        EXPECT_LT(relative_difference(table("voltages.csv").at("cell_v"), expected.cell_volts), 1e-11);
      }
      if (!with_voltages) continue;
      const NpyArray cells = read_npy(folder_.path() / "out/cell_voltages.npy");
      ASSERT_THAT(cells.shape, ::testing::ElementsAre(inputs, rows, columns));
      const auto first = cells.values.begin() + from * static_cast<std::ptrdiff_t>(rows * columns);
      EXPECT_LT(relative_difference({first, first + static_cast<std::ptrdiff_t>(rows * columns)}, expected.cell_volts), 1e-11) << input;
    }
  }
}

TEST_F(Solve, OpenLinesFloat) {
  put(folder_.path() / "V.csv", "0.3 V,open,0,0,0,0,0\n0.3,0,0,0,0,0,0\n0,open,0,0,0,0,200 mV\n");
  put(folder_.path() / "B.csv", "0,0,open,0,0.1\n");
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--bit-line-input", "B.csv", "--wire-resistance", "5", "--show", "2"});
  circuit_.word_lines.segment = circuit_.bit_lines.segment = {5.0};
  circuit_.bit_lines.end = {0.0, 0.0, no_terminal, 0.0, 0.0};
  const std::vector<double> bit = {0.0, 0.0, 0.0, 0.0, 0.1};
  std::vector<double> expected;
  for (const auto& [first, last, open] : {std::tuple{0.3, 0.0, true}, {0.3, 0.0, false}, {0.0, 0.2, true}}) {
    circuit_.word_lines.start = std::vector<double>(rows, 0.0);
    if (open) circuit_.word_lines.start[1] = no_terminal;
    const DenseSolution one = dense({{first, 0.0, 0.0, 0.0, 0.0, 0.0, last}, {}, {}, bit});
    expected.insert(expected.end(), one.column_currents.begin(), one.column_currents.end());
    if (last > 0.0) {
      EXPECT_LT(relative_difference(table("voltages.csv").at("cell_v"), one.cell_volts), 1e-11);
    }
  }
  EXPECT_LT(relative_difference(table("currents.csv").at("current_a"), expected), 1e-11);
  EXPECT_FALSE(summary().at("solution").contains("current_error_bound"));
  EXPECT_THAT(content(folder_.path() / "out/report.html"), HasSubstr("A line with conducting cells floats"));
}

TEST_F(Solve, LinesWithoutAnyPathAreNamed) {
  put(folder_.path() / "G.csv", "0,0\n1 mS,2000 uS\n");
  put(folder_.path() / "V.csv", "open\n0.1\n");
  const CommandOutcome outcome = solve({"--conductance", "G.csv", "--input", "V.csv"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.output, HasSubstr("Word lines 0 have no conducting path to a terminal"));
  EXPECT_NEAR(table("currents.csv").at("current_a")[1], 2e-4, 1e-15);
}

TEST_F(Solve, VoltagesOfLinesWithoutAnyPathAddUp) {
  put(folder_.path() / "G.csv", "1 mS,0,2 mS\n0,0,0\n3 mS,0,1 mS\n");
  put(folder_.path() / "V.csv", "0.3,open,0.2\n");
  put(folder_.path() / "B.csv", "0,open,0.1\n");
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--bit-line-input", "B.csv", "--wire-resistance", "3 ohm"});
  const Columns voltages = table("voltages.csv");
  for (std::size_t cell = 0; cell < 9; ++cell) {
    const double between = voltages.at("word_line_v")[cell] - voltages.at("bit_line_v")[cell];
    if (cell % 3 == 1 || cell / 3 == 1) {
      EXPECT_EQ(voltages.at("cell_v")[cell], between) << cell;
    } else {
      EXPECT_NEAR(voltages.at("cell_v")[cell], between, 1e-15) << cell;
    }
  }
  EXPECT_GT(voltages.at("cell_v")[1], 0.29) << "an open cell between a driven word line and a bit line without a voltage";
  EXPECT_LT(voltages.at("cell_v")[5], -0.09) << "and the other way round";
}

// Kirchhoff's current law at every node, from the written voltages and the law of the cells alone.
TEST_F(Solve, SinhCellsObeyTheirLaw) {
  const double v0 = 0.15;
  const double ohms = 20.0;
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "20", "--cell", "sinh:150 mV"});
  EXPECT_EQ(summary().at("solution").at("method").at("value"), "newton");
  EXPECT_EQ(summary().at("circuit").at("cell").at("value"), "sinh:150 mV");
  const Columns voltages = table("voltages.csv");
  const std::vector<double>& word = voltages.at("word_line_v");
  const std::vector<double>& bit = voltages.at("bit_line_v");
  const std::vector<double> in = table("rows.csv").at("current_a");
  const std::vector<double> out = table("currents.csv").at("current_a");
  const double largest = largest_magnitude(in);
  for (std::size_t row = 0; row < rows; ++row) {
    EXPECT_NEAR(word[row * columns], volts_[row], 1e-12) << "no source resistance";
    double left = in[row];
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t cell = row * columns + column;
      left -= circuit_.conductance[cell] * v0 * std::sinh((word[cell] - bit[cell]) / v0);
      const double next = column + 1 < columns ? (word[cell] - word[cell + 1]) / ohms : 0.0;
      EXPECT_NEAR(left, next, 1e-10 * largest) << row << " " << column;
    }
  }
  for (std::size_t column = 0; column < columns; ++column) {
    double down = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t cell = row * columns + column;
      down += circuit_.conductance[cell] * v0 * std::sinh((word[cell] - bit[cell]) / v0);
      const double next = row + 1 < rows ? (bit[cell] - bit[cell + columns]) / ohms : out[column];
      EXPECT_NEAR(down, next, 1e-10 * largest) << row << " " << column;
    }
  }
}

// One cell on a word line with a source resistance has one time constant, C / (G + 1 / R); the bit line's node is held.
TEST_F(Solve, SettlingTimeOfOneCell) {
  put(folder_.path() / "G.csv", "1e-4\n");
  put(folder_.path() / "V.csv", "0.3\n");
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--source-resistance", "1 kohm", "--wire-capacitance", "2 fF"});
  const double time_constant = 2e-15 / 1.1e-3;
  const nlohmann::json settling = summary().at("settling");
  EXPECT_NEAR(settling.at("slowest").at("value").get<double>(), time_constant, 2e-6 * time_constant);
  EXPECT_NEAR(table("delays.csv").at("elmore_s").at(0), time_constant, 1e-9 * time_constant);
  const double bound = settling.at("to_1e-2").at("value");
  EXPECT_GE(bound, (1.0 - 1e-9) * time_constant * std::log(100.0));
  EXPECT_LE(bound, 1.01 * time_constant * std::log(100.0));
}

TEST_F(Solve, SameBytesAgain) {
  const std::vector<std::string> arguments = {"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "3", "--force"};
  expect_solved(arguments);
  std::vector<std::string> first;
  const std::vector<std::string> names = {"summary.json", "report.html", "currents.csv", "rows.csv", "voltages.csv"};
  for (const std::string& name : names)
    first.push_back(content(folder_.path() / "out" / name));
  expect_solved(arguments);
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(content(folder_.path() / "out" / names[i]), first[i]) << names[i];
}

TEST_F(Solve, ReportIsSoundAndSaysHow) {
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "20"});
  const std::string report = content(folder_.path() / "out/report.html");
  EXPECT_EQ(markup_fault(report), "");
  EXPECT_EQ(occurrences(report, "<image class=\"pixels\""), 3u);
  EXPECT_THAT(report, HasSubstr("memcosim solve --out out --conductance G.csv"));
  EXPECT_THAT(report, HasSubstr("schur_line_cg"));
  const nlohmann::json info = nlohmann::json::parse(content(folder_.path() / "out/run_info.json"));
  EXPECT_THAT(info.at("command").get<std::string>(), HasSubstr("--wire-resistance 20"));
  EXPECT_GE(info.at("wall_time_s").at("solve").get<double>(), 0.0);
}

TEST_F(Solve, ReplacesResultsAlone) {
  const std::vector<std::string> arguments = {"--conductance", "G.csv", "--input", "V.csv"};
  std::filesystem::create_directory(folder_.path() / "out");
  expect_solved(arguments);  // an empty folder is no reason to stop
  std::vector<std::string> more = arguments;
  more.emplace_back("--voltages");
  expect_solved(more);
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "out/cell_voltages.npy"));
  expect_solved(arguments);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/cell_voltages.npy")) << "a result of the earlier solve";

  std::vector<std::string> forced = arguments;
  forced.emplace_back("--force");
  ASSERT_EQ(run_memcosim({"device", "simulate", "vteam", "--out", "out", "--force", "--quiet"}, folder_.path()).exit_code, 0);
  CommandOutcome outcome = solve(arguments);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("memcosim device simulate"), HasSubstr("--force")));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "out/trace.csv"));
  expect_solved(forced);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/trace.csv"));

  put(folder_.path() / "out/thesis.tex", "years of work");
  outcome = solve(forced);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("thesis.tex"));
  EXPECT_EQ(content(folder_.path() / "out/thesis.tex"), "years of work");
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("G.csv", "V.csv", "out"));
}

TEST_F(Solve, WritesNothingWhenItFails) {
  // The rounding of sums of forty terms is far above such a tolerance.
  put(folder_.path() / "G.csv", matrix_csv(random_values(40 * 40, 1e-6, 1e-3, 7), 40));
  put(folder_.path() / "V.csv", matrix_csv(random_values(40, -0.3, 0.3, 8), 40));
  const CommandOutcome outcome = solve({"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "3", "--method",
                                        "device_space_cg", "--tolerance", "1e-30", "--spice", "a.cir"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("larger tolerance"));
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("G.csv", "V.csv"));
}

TEST_F(Solve, NumbersBeyondDoublesAreNoResult) {
  put(folder_.path() / "G.csv", "1e300,1\n1,1\n");
  put(folder_.path() / "V.csv", "1e300,0\n");
  const CommandOutcome outcome = solve({"--conductance", "G.csv", "--input", "V.csv", "--method", "port_reduction"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("range of double precision"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out"));
}

TEST_F(Solve, QuietPrintsNothing) {
  const CommandOutcome outcome = solve({"--conductance", "G.csv", "--input", "V.csv", "--quiet"});
  EXPECT_EQ(outcome.output + outcome.errors, "");
}

TEST_F(Solve, NetlistIsOfTheShownInput) {
  put(folder_.path() / "V.csv", matrix_csv(random_values(3 * rows, 0.1, 0.2, 9), rows));
  expect_solved({"--conductance", "G.csv", "--input", "V.csv", "--wire-resistance", "3", "--show", "1", "--spice", "netlist.cir"});
  const std::string netlist = content(folder_.path() / "netlist.cir");
  EXPECT_THAT(netlist, HasSubstr("vw0s w0s 0 " + exact_number(random_values(3 * rows, 0.1, 0.2, 9)[rows]) + "\n"));
  EXPECT_THAT(netlist, Not(HasSubstr("rc1_3 "))) << "an open cell";
  EXPECT_THAT(netlist, HasSubstr("rc1_2 "));
}

}  // namespace
}  // namespace memcosim::test
