// SPDX-License-Identifier: Apache-2.0
// Circuits of cells with I = G v0 sinh(V / v0) against ngspice, to 1e-9 of the largest current.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"
#include "memcosim/kernels/circuits/spice_netlist.hpp"

#include "circuit_expectations.hpp"
#include "ngspice_circuit.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

#ifdef MEMCOSIM_NGSPICE
void expect_ngspice(const CrossbarCircuit& circuit, const TerminalVoltages& voltages, double v0) {
  const SinhCells cells(circuit.conductance, v0);
  const CrossbarSolution solution = NewtonSolver(circuit, cells).solve(voltages);
  const std::string netlist = spice_operating_point(spice_netlist(circuit, voltages, v0));
  const NgspiceCurrents currents = run_ngspice(MEMCOSIM_NGSPICE, netlist, circuit.rows, circuit.columns);
  EXPECT_LT(relative_difference(solution.column_currents, currents.column_currents), 1e-9);
  EXPECT_LT(relative_difference(solution.row_currents, currents.row_currents), 1e-9);
}

TEST(NgspiceNewton, ReadsOfArrays) {
  for (const auto& [rows, columns] : {std::pair{4u, 4u}, {8u, 8u}, {13u, 6u}, {16u, 16u}, {20u, 32u}}) {
    for (const double v0 : {0.1, 0.25}) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " v0 " << v0);
      RandomCircuit random = read_circuit(rows, columns, 10.0, 1e3, 1e5, rows);
      expect_ngspice(random.circuit, random.voltages, v0);
      random.circuit.word_lines.end = {10.0};  // both ends
      random.voltages.word_line_end = random.voltages.word_line_start;
      expect_ngspice(random.circuit, random.voltages, v0);
    }
  }
}

TEST(NgspiceNewton, ALargerArray) {
  const RandomCircuit random = read_circuit(32, 32, 2.0, 1e3, 1e5, 32);
  expect_ngspice(random.circuit, random.voltages, 0.25);
}

TEST(NgspiceNewton, AnyTerminals) {
  unsigned seed = 0;
  for (const auto& [rows, columns] : {std::pair{4u, 4u}, {5u, 9u}, {12u, 7u}}) {
    for (const bool zero_wires : {false, true}) {
      for (const bool floating : {false, true}) {
        SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " zero wires " << zero_wires << " floating " << floating);
        const RandomCircuit random = random_circuit(rows, columns, {3.0, zero_wires, false, floating, true}, 60 + ++seed);
        expect_ngspice(random.circuit, random.voltages, 0.25);
      }
    }
  }
}

TEST(NgspiceNewton, WritesOfPassiveArrays) {
  constexpr std::uint32_t size = 12;
  CrossbarCircuit circuit = read_circuit(size, size, 5.0, 1e3, 1e5, 9).circuit;
  for (const double share : {0.5, 1.0 / 3.0, 0.0}) {  // of 2 V on the word lines that are not selected; 0: they float
    SCOPED_TRACE(::testing::Message() << "share " << share);
    circuit.word_lines.start.assign(size, share > 0.0 ? 5.0 : no_terminal);
    circuit.bit_lines.end.assign(size, share > 0.0 ? 5.0 : no_terminal);
    circuit.word_lines.start[3] = circuit.bit_lines.end[8] = 5.0;
    TerminalVoltages voltages;
    voltages.word_line_start.assign(size, 2.0 * share);
    voltages.bit_line_end.assign(size, share > 0.0 ? 2.0 * (1.0 - share) : 0.0);
    voltages.word_line_start[3] = 2.0;
    voltages.bit_line_end[8] = 0.0;
    expect_ngspice(circuit, voltages, 0.25);
  }
}
#endif

}  // namespace

}  // namespace memcosim::test
