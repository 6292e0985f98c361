// SPDX-License-Identifier: Apache-2.0
// Malformed input of `memcosim solve`: exit code 2, a message with the place, what was expected and what to do, nothing written.
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/files.hpp"

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

/// What the files hold that the command reads, further options, and what the message must say.
struct BadSolve {
  const char* name;
  std::string conductance;
  std::string input;
  std::vector<std::string> options;
  std::vector<std::string> message;
};

const std::string good_g = "1e-4,2e-4\n3e-4,4 uS\n5e-4,6e-4\n";
const std::string good_v = "0.1,0.2,0.3\n";

const std::vector<BadSolve> bad_solves = {
    {"negative_conductance", "1e-4,2e-4\n3e-4,-1e-6\n0,0\n", good_v, {}, {"G.csv:2", "column 1 is -1e-6", "at least 0", "in S"}},
    {"nan_conductance", "1e-4,nan\n", good_v, {}, {"G.csv:1", "column 1", "nan"}},
    {"infinite_conductance", "1e-4,inf\n", good_v, {}, {"G.csv:1", "column 1", "inf"}},
    {"ragged_conductance", "1e-4,2e-4\n# a comment\n3e-4\n", good_v, {}, {"G.csv:3", "1 fields, the first row has 2"}},
    {"conductance_with_header", "c0,c1\n1e-4,2e-4\n", good_v, {}, {"G.csv:1", "column 0", "\"c0\""}},
    {"conductance_in_ohm", "1e-4,10 kohm\n", good_v, {}, {"G.csv:1", "column 1", "resistance", "expected a conductance in S"}},
    {"open_conductance", "1e-4,open\n", good_v, {}, {"G.csv:1", "column 1", "open"}},
    {"empty_conductance", "# nothing\n", good_v, {}, {"G.csv", "empty", "rows of numbers"}},
    {"empty_field", "1e-4,\n", good_v, {}, {"G.csv:1", "column 1"}},
    {"conductance_beyond_doubles", "1e-4,1e-320\n", good_v, {}, {"(0, 1)", "1e-320"}},
    {"too_few_voltages", good_g, "0.1,0.2\n", {}, {"V.csv", "1 x 2", "--input", "expected 3 voltages"}},
    {"too_many_voltages", good_g, "0.1\n0.2\n0.3\n0.4\n", {}, {"V.csv", "4 x 1", "expected 3 voltages"}},
    {"voltage_is_nan", good_g, "0.1,nan,0.3\n", {}, {"V.csv:1", "column 1", "nan"}},
    {"voltage_is_infinite", good_g, "0.1,0.2,1e999\n", {}, {"V.csv:1", "column 2"}},
    {"voltage_in_ampere", good_g, "0.1,0.2,3 mA\n", {}, {"V.csv:1", "column 2", "expected a voltage in V"}},
    {"voltage_misspelt", good_g, "0.1,opne,0.3\n", {}, {"V.csv:1", "column 1", "opne"}},
    {"resistance_is_a_voltage", good_g, good_v, {"--wire-resistance", "2 V"}, {"--wire-resistance 2 V", "expected a resistance in ohm"}},
    {"resistance_without_prefix_unit", good_g, good_v, {"--source-resistance", "2 k"}, {"--source-resistance 2 k", "no unit"}},
    {"resistance_is_negative", good_g, good_v, {"--sense-resistance", "-1"}, {"--sense-resistance -1", "at least 0 ohm"}},
    {"resistance_is_text", good_g, good_v, {"--wire-resistance", "two"}, {"--wire-resistance two"}},
    {"both_kinds_of_wires", good_g, good_v, {"--wire-resistance", "1", "--bit-line-resistance", "2"}, {"--wire-resistance", "excludes"}},
    {"segments_of_wrong_shape", good_g, good_v, {"--bit-line-resistance", "V.csv"}, {"V.csv", "1 x 3", "each of the 2 lines", "2 x 2"}},
    {"segments_missing_file", good_g, good_v, {"--bit-line-resistance", "none.csv"}, {"none.csv", "No such file"}},
    {"unknown_drive", good_g, good_v, {"--drive", "left"}, {"--drive", "left", "both_ends"}},
    {"unknown_sense", good_g, good_v, {"--sense", "right"}, {"--sense", "right", "both_ends"}},
    {"unknown_method", good_g, good_v, {"--method", "gauss"}, {"--method", "gauss", "superlu"}},
    {"method_without_floating_lines", good_g, "0.1,open,0.3\n", {"--method", "device_space_cg"}, {"word line 1 floats", "device-space"}},
    {"cell_unknown", good_g, good_v, {"--cell", "cosh:1"}, {"--cell cosh:1", "expected linear, or sinh:"}},
    {"cell_without_voltage", good_g, good_v, {"--cell", "sinh"}, {"--cell sinh", "sinh:0.25V"}},
    {"cell_in_ampere", good_g, good_v, {"--cell", "sinh:1mA"}, {"--cell sinh:1mA", "expected a voltage in V"}},
    {"cell_of_zero_volts", good_g, good_v, {"--cell", "sinh:0"}, {"--cell sinh:0", "above 0 V"}},
    {"cell_negative", good_g, good_v, {"--cell", "sinh:-0.2V"}, {"--cell sinh:-0.2V", "above 0 V"}},
    {"method_of_linear_cells",
     good_g,
     good_v,
     {"--cell", "sinh:0.25", "--method", "port_reduction"},
     {"port_reduction", "linear cells", "newton"}},
    {"method_of_other_cells", good_g, good_v, {"--method", "newton"}, {"--method newton", "not linear", "--cell"}},
    {"voltage_beyond_the_law", good_g, "0.1,0.2,900\n", {"--cell", "sinh:0.25"}, {"900"}},
    {"capacitance_in_ohm", good_g, good_v, {"--wire-capacitance", "1 ohm"}, {"--wire-capacitance 1 ohm", "expected a capacitance in F"}},
    {"capacitance_zero", good_g, good_v, {"--wire-capacitance", "0"}, {"--wire-capacitance 0", "above 0 F"}},
    {"capacitance_of_sinh_cells",
     good_g,
     good_v,
     {"--wire-capacitance", "1fF", "--cell", "sinh:0.2"},
     {"linear cells alone", "--cell linear"}},
    {"tolerance_zero", good_g, good_v, {"--tolerance", "0"}, {"--tolerance 0", "between 0 and 1"}},
    {"tolerance_nan", good_g, good_v, {"--tolerance", "nan"}, {"--tolerance", "finite number"}},
    {"tolerance_text", good_g, good_v, {"--tolerance", "small"}, {"--tolerance", "small"}},
    {"show_beyond", good_g, "0.1,0.2,0.3\n0,0,0\n", {"--show", "2"}, {"--show 2", "2 inputs, counted from 0"}},
    {"show_negative", good_g, good_v, {"--show", "-1"}, {"--show", "-1"}},
    {"spice_in_no_folder", good_g, good_v, {"--spice", "nowhere/a.cir"}, {"--spice nowhere/a.cir", "writable"}},
    {"spice_is_a_folder", good_g, good_v, {"--spice", "."}, {"--spice .", "choose a file"}},
    {"bit_lines_of_wrong_shape", good_g, good_v, {"--bit-line-input", "V.csv"}, {"V.csv", "1 x 3", "--bit-line-input", "expected 2"}},
    {"unknown_option", good_g, good_v, {"--wire-resistence", "2"}, {"--wire-resistence"}},
};

class BadSolveInput : public ::testing::TestWithParam<BadSolve> {};

TEST_P(BadSolveInput, IsRefusedWithItsPlace) {
  const TemporaryFolder folder;
  put(folder.path() / "G.csv", GetParam().conductance);
  put(folder.path() / "V.csv", GetParam().input);
  std::vector<std::string> arguments = {"solve", "--conductance", "G.csv", "--input", "V.csv", "--out", "out"};
  arguments.insert(arguments.end(), GetParam().options.begin(), GetParam().options.end());
  const CommandOutcome outcome = run_memcosim(arguments, folder.path().string());
  EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
  for (const std::string& part : GetParam().message)
    EXPECT_THAT(outcome.errors, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out"));
}

INSTANTIATE_TEST_SUITE_P(All, BadSolveInput, ::testing::ValuesIn(bad_solves), [](const auto& test) { return test.param.name; });

/// Fails as bad input with all parts in the message.
void expect_refused(const TemporaryFolder& folder, std::vector<std::string> arguments, const std::vector<std::string>& message) {
  arguments.insert(arguments.begin(), "solve");
  const CommandOutcome outcome = run_memcosim(arguments, folder.path().string());
  EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
  for (const std::string& part : message)
    EXPECT_THAT(outcome.errors, HasSubstr(part));
}

TEST(BadSolveFile, IsNamed) {
  const TemporaryFolder folder;
  put(folder.path() / "G.csv", good_g);
  put(folder.path() / "V.csv", good_v);
  put(folder.path() / "G.txt", good_g);
  put(folder.path() / "fake.npy", good_g);
  write_file(folder.path() / "cube.npy", to_npy({{1, 3, 2}, std::vector<double>(6, 1e-4)}));
  write_file(folder.path() / "nan.npy", to_npy({{3, 2}, {1e-4, 1e-4, 1e-4, 1e-4, std::nan(""), 1e-4}}));
  write_file(folder.path() / "none.npy", to_npy({{0, 2}, {}}));
  const auto conductance = [](const char* file) {
    return std::vector<std::string>{"--conductance", file, "--input", "V.csv", "--out", "out"};
  };
  expect_refused(folder, conductance("absent.csv"), {"absent.csv", "No such file"});
  expect_refused(folder, conductance("G.txt"), {"G.txt", ".csv or .npy"});
  expect_refused(folder, conductance("fake.npy"), {"fake.npy", "does not start as a .npy file"});
  expect_refused(folder, conductance("cube.npy"), {"cube.npy", "(1, 3, 2)", "one or two axes"});
  expect_refused(folder, conductance("nan.npy"), {"nan.npy", "value [2, 0] is nan", "conductance"});
  expect_refused(folder, conductance("none.npy"), {"none.npy", "(0, 2)"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv"}, {"--out is required"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", "V.csv"}, {"V.csv", "not a folder"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", "."}, {"working directory", "a folder inside it can"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", "..", "--force"}, {"working directory"});
  std::filesystem::create_directory(folder.path() / "mine");
  put(folder.path() / "mine/notes.txt", "kept");
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", "mine"}, {"not empty", "--force"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", "mine", "--force"}, {"is no result of memcosim"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", ""}, {"--out", "empty text"});
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V.csv", "--out", "/proc/out"}, {"/proc/out", "choose another folder"});
  put(folder.path() / "V2.csv", good_v + good_v);
  put(folder.path() / "B3.csv", "0,0\n0,0\n0,0\n");
  expect_refused(folder, {"--conductance", "G.csv", "--input", "V2.csv", "--bit-line-input", "B3.csv", "--out", "out"},
                 {"--input has 2 inputs, --bit-line-input 3"});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out"));
}

}  // namespace
}  // namespace memcosim::test
