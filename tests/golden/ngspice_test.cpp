// SPDX-License-Identifier: Apache-2.0
// Column and row currents against ngspice: an independent program on an independent description of the circuit. Tolerance 1e-9 of the
// largest current: ngspice solves admittances in double, which costs digits where they are far apart.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/spice_netlist.hpp"

#include "circuit_expectations.hpp"
#include "ngspice_circuit.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

#ifdef MEMCOSIM_NGSPICE
NgspiceCurrents ngspice(const CrossbarCircuit& circuit, const TerminalVoltages& voltages, double sinh_volts = 0.0) {
  const std::string netlist = spice_operating_point(spice_netlist(circuit, voltages, sinh_volts));
  return run_ngspice(MEMCOSIM_NGSPICE, netlist, circuit.rows, circuit.columns);
}

void expect_ngspice(const RandomCircuit& random) {
  const CrossbarSolution solution = NodalSolver(random.circuit).solve(random.voltages);
  const NgspiceCurrents currents = ngspice(random.circuit, random.voltages);
  EXPECT_LT(relative_difference(solution.column_currents, currents.column_currents), 1e-9);
  EXPECT_LT(relative_difference(solution.row_currents, currents.row_currents), 1e-9);
}

TEST(Ngspice, ReadsOfArrays) {
  for (const unsigned size : {4u, 8u, 16u, 32u})
    expect_ngspice(read_circuit(size, size, size < 32 ? 1.0 : 10.0, 1e3, 1e5, size));
}

TEST(Ngspice, AnyTerminals) {
  unsigned seed = 0;
  for (const auto& [rows, columns] : {std::pair{4u, 4u}, {5u, 9u}, {12u, 7u}}) {
    for (const bool zero_wires : {false, true}) {
      for (const bool floating : {false, true}) {
        SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " zero wires " << zero_wires << " floating " << floating);
        expect_ngspice(random_circuit(rows, columns, {3.0, zero_wires, false, floating, true}, 40 + ++seed));
      }
    }
  }
}

// Word line 1 and bit line 2 are joined to each other alone, word line 2 to nothing.
TEST(Ngspice, LinesWithoutAPathToATerminalAreLeftOut) {
  CrossbarCircuit circuit;
  circuit.rows = 3;
  circuit.columns = 3;
  circuit.conductance = {1e-4, 2e-4, 0.0, 0.0, 0.0, 3e-4, 0.0, 0.0, 0.0};
  circuit.word_lines = {{2.0}, {5.0, no_terminal, no_terminal}, {no_terminal}};
  circuit.bit_lines = {{1.0}, {no_terminal}, {3.0, 3.0, no_terminal}};
  const NgspiceCurrents currents = ngspice(circuit, {{0.5, 0.0, 0.0}, {}, {}, {}});
  const CrossbarSolution solution = NodalSolver(circuit).solve({{0.5, 0.0, 0.0}, {}, {}, {}});
  EXPECT_EQ(currents.row_currents[1], 0.0);
  EXPECT_EQ(currents.column_currents[2], 0.0);
  EXPECT_LT(relative_difference(solution.column_currents, currents.column_currents), 1e-9);
  EXPECT_LT(relative_difference(solution.row_currents, currents.row_currents), 1e-9);
}

// Without line resistance each cell has its own voltage, and the current is known in closed form.
TEST(Ngspice, NetlistsOfSinhCells) {
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 2;
  circuit.conductance = {1e-4, 2e-5, 3e-6, 4e-5};
  circuit.word_lines.start = {0.0};
  circuit.bit_lines.end = {0.0};
  const std::vector<double> volts = {0.7, -0.4};
  const NgspiceCurrents currents = ngspice(circuit, {volts, {}, {}, {}}, 0.25);
  for (std::size_t column = 0; column < 2; ++column) {
    double expected = 0.0;
    for (std::size_t row = 0; row < 2; ++row)
      expected += circuit.conductance[row * 2 + column] * 0.25 * std::sinh(volts[row] / 0.25);
    EXPECT_NEAR(currents.column_currents[column], expected, 1e-12 * std::fabs(expected)) << column;
  }
}
#else
TEST(Ngspice, IsNotInstalled) {
  GTEST_SKIP() << "ngspice was not found when the build was configured: install Debian's ngspice";
}
#endif

}  // namespace

}  // namespace memcosim::test
