// SPDX-License-Identifier: Apache-2.0
// The port of a cell against solutions of the whole circuit with that cell changed.
#include "memcosim/kernels/circuits/cell_port.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

#include "circuit_expectations.hpp"
#include "function_cells.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

using ::testing::Each;

/// Whatever the cell's conductance, its voltage is that of a divider.
void expect_divider(const RandomCircuit& random, std::size_t row, std::size_t column) {
  const CellPort port = CellPorts(random.circuit).of(row, column).at(random.voltages);
  const std::size_t cell = row * random.circuit.columns + column;
  for (const double siemens : {0.0, 1e-6, 1e-3, 1.0}) {
    RandomCircuit changed = random;
    changed.circuit.conductance[cell] = siemens;
    const double volts = NodalSolver(changed.circuit).solve(random.voltages).cell_volts[cell];
    EXPECT_NEAR(port.open_volts / (1.0 + siemens * port.series_ohms), volts, 1e-12) << siemens;
  }
}

TEST(CellPorts, TheCellIsPartOfADivider) {
  unsigned seed = 0;
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {1u, 6u}, {5u, 1u}, {6u, 9u}}) {
    for (unsigned kind = 0; kind < 8; ++kind) {
      const CircuitKinds kinds{3.0, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, true};
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind);
      const RandomCircuit random = random_circuit(rows, columns, kinds, 300 + ++seed);
      const std::size_t row = seed % rows;
      const std::size_t column = seed % columns;
      if (CellPorts(random.circuit).of(row, column).series_ohms < std::numeric_limits<double>::infinity()) {
        expect_divider(random, row, column);
      }
    }
  }
}

TEST(CellPorts, OverTwelveDecadesIsRightOrRefuses) {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const CircuitKinds kinds{12.0, seed % 2 != 0, seed % 3 != 0, seed % 5 == 0, true};
    RandomCircuit random = random_circuit(1 + seed % 6, 1 + seed % 5, kinds, 8000 + seed);
    random.circuit.conductance[0] = 0.0;
    try {
      const CellPort port = CellPorts(random.circuit).of(0, 0).at(random.voltages);
      if (!(port.series_ohms < std::numeric_limits<double>::infinity())) continue;  // nothing else joins the line to a terminal
      const double open_volts = NodalSolver(random.circuit).solve(random.voltages).cell_volts[0];
      EXPECT_NEAR(port.open_volts, open_volts, 1e-9);
      if (port.series_ohms == 0.0 || port.open_volts == 0.0) continue;
      random.circuit.conductance[0] = 1.0 / port.series_ohms;  // half of the voltage remains
      EXPECT_NEAR(NodalSolver(random.circuit).solve(random.voltages).cell_volts[0], 0.5 * open_volts, 1e-9);
    } catch (const RunError&) {
      ++refused;
    }
  }
  EXPECT_LT(refused, 30u);  // of 300
}

TEST(CellPorts, KeepsItsDigitsBesideLargeDrops) {
  // 64 steep neighbours short the place of the cell: its resistance is a small part of the lines'.
  const RandomCircuit random = read_circuit(64, 64, 100.0, 1e2, 1e4, 3);
  const PortGains gains = CellPorts(random.circuit).of(0, 63);
  CrossbarCircuit open = random.circuit;
  open.conductance[63] = 0.0;
  CrossbarCircuit closed = open;
  closed.conductance[63] = 1e-2;
  const double open_volts = NodalSolver(open).solve(random.voltages).cell_volts[63];
  const double volts = NodalSolver(closed).solve(random.voltages).cell_volts[63];
  EXPECT_NEAR(gains.at(random.voltages).open_volts, open_volts, 1e-12);
  EXPECT_NEAR(gains.series_ohms, (open_volts / volts - 1.0) / 1e-2, 1e-10 * gains.series_ohms);
}

TEST(CellPorts, CurrentsDivideLikeVoltages) {
  // Reciprocity: 1 V at a terminal gives the open place the volts that 1 A through the place makes amperes at the terminal.
  RandomCircuit random = read_circuit(7, 5, 30.0, 1e3, 1e5, 4);
  random.circuit.word_lines.end = {55.0};
  const PortGains gains = CellPorts(random.circuit).of(2, 3);
  CrossbarCircuit open = random.circuit;
  open.conductance[2 * 5 + 3] = 0.0;
  const NodalSolver solver(open);
  const auto volts = [&](const TerminalVoltages& voltages) { return solver.solve(voltages).cell_volts[2 * 5 + 3]; };
  for (std::size_t row = 0; row < 7; ++row) {
    TerminalVoltages voltages;
    voltages.word_line_end.assign(7, 0.0);
    voltages.word_line_end[row] = 1.0;
    EXPECT_NEAR(gains.word_line_end[row], volts(voltages), 1e-13);
  }
  for (std::size_t column = 0; column < 5; ++column) {
    TerminalVoltages voltages;
    voltages.bit_line_end.assign(5, 0.0);
    voltages.bit_line_end[column] = 1.0;
    EXPECT_NEAR(gains.bit_line_end[column], volts(voltages), 1e-13);
  }
  EXPECT_THAT(gains.bit_line_start, Each(0.0));
}

TEST(CellPorts, AWriteChangesTheEffectiveMatrixByRankOne) {
  const RandomCircuit random = read_circuit(20, 13, 20.0, 1e3, 1e5, 5);
  const std::size_t cell = 6 * 13 + 4;
  const PortGains gains = CellPorts(random.circuit).of(6, 4);
  const std::vector<double> before = PortReduction(random.circuit).effective_conductance();
  CrossbarCircuit written = random.circuit;
  written.conductance[cell] = 2e-3;
  const std::vector<double> after = PortReduction(written).effective_conductance();
  // With the conductance G in parallel the resistance is z / (1 + G z), and so with the gains.
  const double loaded = 1.0 + random.circuit.conductance[cell] * gains.series_ohms;
  const double change = written.conductance[cell] - random.circuit.conductance[cell];
  std::vector<double> expected = before;
  for (std::size_t row = 0; row < 20; ++row) {
    for (std::size_t column = 0; column < 13; ++column) {
      expected[row * 13 + column] +=
          gains.word_line_start[row] / loaded * -gains.bit_line_end[column] / loaded * change / (1.0 + change * gains.series_ohms / loaded);
    }
  }
  EXPECT_GT(relative_difference(after, before), 1e-2);
  EXPECT_LT(relative_difference(after, expected), 1e-12);
}

TEST(CellPorts, OfTheTangentsAtAnOperatingPoint) {
  for (const bool floating : {false, true}) {
    const RandomCircuit random = random_circuit(8, 6, {2.0, false, false, floating, true}, 6);
    const std::size_t cell = 3 * 6 + 2;
    double more = 0.0;  // A through the cell, besides what its law gives
    const FunctionCells cells([&](std::size_t index, double volts) {
      const double siemens = random.circuit.conductance[index];
      return CellCurrent{siemens * 0.2 * std::sinh(volts / 0.2) + (index == cell ? more : 0.0), siemens * std::cosh(volts / 0.2)};
    });
    NewtonSolver solver(random.circuit, cells);
    const CrossbarSolution point = solver.solve(random.voltages);
    CellCurrents currents;
    cells.evaluate(point.cell_volts, currents);
    CrossbarCircuit tangents = random.circuit;
    tangents.conductance = currents.siemens;
    const CellPort port = CellPorts(tangents).tangent(3, 2, point.cell_volts[cell], currents.amperes[cell]);
    more = 1e-7;
    const double volts = solver.solve(random.voltages).cell_volts[cell];
    const double amperes = more + random.circuit.conductance[cell] * 0.2 * std::sinh(volts / 0.2);
    EXPECT_GT(std::fabs(volts - point.cell_volts[cell]), 1e-7);
    EXPECT_NEAR(port.open_volts - port.series_ohms * amperes, volts, 1e-3 * std::fabs(volts - point.cell_volts[cell]));
  }
}

TEST(CellPorts, ACellThatAloneHoldsItsLineCarriesNothing) {
  RandomCircuit random = read_circuit(3, 2, 1.0, 1e3, 1e5, 7);
  random.circuit.word_lines.start = {1.0, no_terminal, 1.0};
  random.circuit.conductance[3] = 0.0;
  random.voltages.word_line_start[1] = 0.0;
  CellPorts ports(random.circuit);
  const PortGains gains = ports.of(1, 0);
  EXPECT_EQ(gains.series_ohms, std::numeric_limits<double>::infinity());
  EXPECT_EQ(gains.at(random.voltages).open_volts, 0.0);
  EXPECT_LT(ports.of(0, 0).series_ohms, 1e5);
}

TEST(CellPorts, FollowNewConductances) {
  const RandomCircuit first = read_circuit(5, 8, 10.0, 1e3, 1e5, 8);
  const RandomCircuit second = read_circuit(5, 8, 10.0, 1e3, 1e5, 9);
  CellPorts ports(first.circuit);
  const double before = ports.of(1, 1).series_ohms;
  ports.set_conductance(second.circuit.conductance);
  EXPECT_EQ(ports.of(1, 1).series_ohms, CellPorts(second.circuit).of(1, 1).series_ohms);
  EXPECT_NE(ports.of(1, 1).series_ohms, before);
}

TEST(CellPorts, ImpossibleCellsAndCircuitsAreErrors) {
  const RandomCircuit random = read_circuit(5, 8, 10.0, 1e3, 1e5, 10);
  CellPorts ports(random.circuit);
  EXPECT_THROW(ports.of(5, 0), InputError);
  EXPECT_THROW(ports.of(0, 8), InputError);
  EXPECT_THROW(ports.set_conductance({1.0}), InputError);
  EXPECT_GT(ports.of(4, 7).series_ohms, 0.0);
}

}  // namespace

}  // namespace memcosim::test
