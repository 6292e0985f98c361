// SPDX-License-Identifier: Apache-2.0
// The netlist that `memcosim solve --spice` writes, solved by ngspice, against the currents that the command wrote. Tolerance 1e-9 of the
// largest current, as in ngspice_test.cpp.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "circuit_expectations.hpp"
#include "command_line.hpp"
#include "csv_columns.hpp"
#include "ngspice_circuit.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {

namespace {

#ifdef MEMCOSIM_NGSPICE
/// Solves the array of `conductance` (rows x columns as CSV) with these further options and compares.
void expect_ngspice(const std::string& conductance, const std::string& input, std::size_t rows, std::size_t columns,
                    const std::vector<std::string>& options) {
  const TemporaryFolder folder;
  put(folder.path() / "G.csv", conductance);
  put(folder.path() / "V.csv", input);
  std::vector<std::string> arguments = {"solve", "--conductance", "G.csv", "--input", "V.csv", "--out", "out", "--spice", "netlist.cir"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const CommandOutcome outcome = run_memcosim(arguments, folder.path().string());
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::ostringstream netlist;
  netlist << std::ifstream(folder.file("netlist.cir")).rdbuf();
  const NgspiceCurrents currents = run_ngspice(MEMCOSIM_NGSPICE, netlist.str(), rows, columns);
  EXPECT_LT(relative_difference(read_columns(folder.file("out/currents.csv")).at("current_a"), currents.column_currents), 1e-9);
  EXPECT_LT(relative_difference(read_columns(folder.file("out/rows.csv")).at("current_a"), currents.row_currents), 1e-9);
}

const std::string conductance = "1e-4,2e-4,3e-5\n5e-5,0,1 mS\n2e-4,3e-4,4e-4\n7e-6,8e-5,9e-4\n";

TEST(SolveNetlist, OneEnd) {
  expect_ngspice(conductance, "0.1,0.2,-0.3,0.25\n", 4, 3,
                 {"--wire-resistance", "20 ohm", "--source-resistance", "100 ohm", "--sense-resistance", "30 ohm"});
}

TEST(SolveNetlist, BothEndsWithoutSourceResistance) {
  expect_ngspice(conductance, "0.1,0.2,-0.3,0.25\n", 4, 3, {"--wire-resistance", "20 ohm", "--drive", "both_ends", "--sense", "both_ends"});
}

TEST(SolveNetlist, OpenLines) {
  expect_ngspice(conductance, "0.1,open,-0.3,open\n", 4, 3, {"--word-line-resistance", "20 ohm"});
}

TEST(SolveNetlist, SinhCells) {
  expect_ngspice(conductance, "0.5,0.4,-0.6,0.25\n", 4, 3,
                 {"--wire-resistance", "20 ohm", "--source-resistance", "100 ohm", "--cell", "sinh:0.2V"});
}

TEST(SolveNetlist, SinhCellsOnOpenLines) {
  expect_ngspice(conductance, "0.5,open,-0.6,open\n", 4, 3, {"--wire-resistance", "20 ohm", "--cell", "sinh:0.2V"});
}
#else
TEST(SolveNetlist, NgspiceIsNotInstalled) {
  GTEST_SKIP() << "ngspice was not found when the build was configured: install Debian's ngspice";
}
#endif

}  // namespace

}  // namespace memcosim::test
