// SPDX-License-Identifier: Apache-2.0
// The nodal method against dense elimination and against what holds for every linear circuit.
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"

#include "circuit_expectations.hpp"
#include "dense_reference.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// Voltages to 1e-13 V: with the current law held to 1e-15 at every node, 40 nodes between -1 and 1 V are not further off. Currents to
/// 1e-12 of the largest cell's.
void expect_dense(const RandomCircuit& random) {
  const CrossbarSolution solution = NodalSolver(random.circuit).solve(random.voltages);
  const DenseSolution dense = solve_dense(random.circuit, random.voltages, solution.undefined_word_lines, solution.undefined_bit_lines);
  const double volt = 1.0;
  EXPECT_LT(relative_difference(solution.cell_volts, dense.cell_volts, volt), 1e-13);
  EXPECT_LT(relative_difference(solution.word_line_volts, dense.word_line_volts, volt), 1e-13);
  EXPECT_LT(relative_difference(solution.bit_line_volts, dense.bit_line_volts, volt), 1e-13);
  EXPECT_LT(solution.missing_volts, 1e-15);
  EXPECT_LT(solution.residual, 1e-14);
  double current = 0.0;
  for (std::size_t cell = 0; cell < dense.cell_volts.size(); ++cell) {
    const double siemens = random.circuit.conductance[cell];
    // Lines may be at rest: what drives the 1e-10th part of what a conductance carries at 1 V counts as current.
    current = std::max({current, std::fabs(siemens * dense.cell_volts[cell]), 1e-10 * siemens * volt});
  }
  EXPECT_LT(relative_difference(solution.row_currents, dense.row_currents, current), 1e-12);
  EXPECT_LT(relative_difference(solution.column_currents, dense.column_currents, current), 1e-12);
  for (std::size_t column = 0; column < solution.column_currents.size(); ++column) {
    EXPECT_LE(std::fabs(solution.column_currents[column] - dense.column_currents[column]), solution.current_error_bound + 1e-14 * current);
  }
}

TEST(NodalSolver, AgreesWithDenseElimination) {
  const std::tuple<std::uint32_t, std::uint32_t> shapes[] = {{1, 1}, {1, 2}, {2, 1}, {1, 7}, {9, 1}, {2, 2}, {3, 5}, {5, 3}, {4, 7}};
  unsigned seed = 0;
  for (const auto& [rows, columns] : shapes) {
    for (unsigned kind = 0; kind < 16; ++kind) {
      CircuitKinds kinds;
      kinds.zero_wires = (kind & 1) != 0;
      kinds.open_cells = (kind & 2) != 0;
      kinds.floating = (kind & 4) != 0;
      kinds.both_ends = (kind & 8) != 0;
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind << " seed " << seed);
      expect_dense(random_circuit(rows, columns, kinds, ++seed));
    }
  }
}

// A residual of the voltage law alone would not do: behind a large resistance, where next to no current is left of large ones that cancel,
// it may vanish while the voltage across an open cell is off by 1e-8 V.
TEST(NodalSolver, AgreesWithDenseEliminationOverTwelveDecades) {
  for (unsigned seed = 0; seed < 6000; ++seed) {
    CircuitKinds kinds;
    kinds.decades = 12.0;
    kinds.zero_wires = seed % 2 != 0;
    kinds.open_cells = seed % 3 != 0;
    kinds.floating = seed % 5 == 0;
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    expect_dense(random_circuit(1 + seed % 5, 1 + seed % 4, kinds, 1000 + seed));
  }
}

TEST(NodalSolver, BeyondItsRangeSaysSo) {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const RandomCircuit random = random_circuit(1 + seed % 5, 1 + seed % 4, {24.0, false, true, false, true}, 60000 + seed);
    CrossbarSolution solution;
    try {
      solution = NodalSolver(random.circuit).solve(random.voltages);
    } catch (const RunError&) {
      ++refused;
      continue;
    }
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const DenseSolution dense = solve_dense(random.circuit, random.voltages, solution.undefined_word_lines, solution.undefined_bit_lines);
    EXPECT_LT(relative_difference(solution.cell_volts, dense.cell_volts, 1.0), 1e-10);
  }
  EXPECT_GT(refused, 0u);
  EXPECT_LT(refused, 500u);
}

TEST(NodalSolver, AgreesWithDenseEliminationOnLargerArrays) {
  expect_dense(random_circuit(12, 9, {6.0, true, true, true, true}, 71));
  for (const auto& [rows, columns] : {std::pair{40u, 40u}, {40u, 17u}, {13u, 29u}}) {
    for (const double ohm : {0.0, 1e-3, 10.0}) {
      const RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e5, 72);
      const CrossbarSolution solution = NodalSolver(random.circuit).solve(random.voltages);
      const DenseSolution dense = solve_dense_by_paths(random.circuit, random.voltages);
      EXPECT_LT(relative_difference(solution.column_currents, dense.column_currents), 1e-10);
      EXPECT_LT(relative_difference(solution.cell_volts, dense.cell_volts), 1e-10);
    }
  }
}

TEST(NodalSolver, KeepsItsDigitsWhereAdmittancesAreFarApart) {
  RandomCircuit random = read_circuit(16, 16, 1e-6, 1e4, 1e6, 5);
  random.circuit.word_lines.start = {100.0};
  random.circuit.bit_lines.end = {100.0};
  const CrossbarSolution solution = NodalSolver(random.circuit).solve(random.voltages);
  EXPECT_LT(relative_difference(solution.column_currents, solve_dense_by_paths(random.circuit, random.voltages).column_currents), 1e-12);
}

TEST(NodalSolver, WithoutWiresIsTheIdealProduct) {
  const RandomCircuit random = read_circuit(23, 31, 0.0, 1e4, 1e6, 6);
  const CrossbarSolution solution = NodalSolver(random.circuit).solve(random.voltages);
  std::vector<double> product(31);
  for (std::size_t row = 0; row < 23; ++row) {
    for (std::size_t column = 0; column < 31; ++column)
      product[column] += random.circuit.conductance[row * 31 + column] * random.voltages.word_line_start[row];
  }
  EXPECT_LT(relative_difference(solution.column_currents, product), 1e-12);
  EXPECT_EQ(solution.wire_power, 0.0);
}

TEST(NodalSolver, IsReciprocal) {
  // One volt at word line i gives bit line j the current that one volt at bit line j gives word line i.
  RandomCircuit random = read_circuit(9, 6, 10.0, 1e3, 1e5, 7);
  const NodalSolver solver(random.circuit);
  for (std::size_t row = 0; row < 9; row += 4) {
    TerminalVoltages at_row;
    at_row.word_line_start.resize(9);
    at_row.word_line_start[row] = 1.0;
    const CrossbarSolution from_row = solver.solve(at_row);
    for (std::size_t column = 0; column < 6; ++column) {
      TerminalVoltages at_column;
      at_column.bit_line_end.resize(6);
      at_column.bit_line_end[column] = 1.0;
      const double back = -solver.solve(at_column).row_currents[row];
      EXPECT_NEAR(from_row.column_currents[column], back, 1e-12 * std::fabs(back));
    }
  }
}

TEST(NodalSolver, Superposes) {
  const RandomCircuit random = random_circuit(8, 11, {4.0, true, true, true, true}, 8);
  const NodalSolver solver(random.circuit);
  TerminalVoltages words = random.voltages;
  words.bit_line_start.clear();
  words.bit_line_end.clear();
  TerminalVoltages bits = random.voltages;
  bits.word_line_start.clear();
  bits.word_line_end.clear();
  std::vector<double> sum = solver.solve(words).column_currents;
  const std::vector<double> others = solver.solve(bits).column_currents;
  for (std::size_t column = 0; column < sum.size(); ++column)
    sum[column] += others[column];
  EXPECT_LT(relative_difference(solver.solve(random.voltages).column_currents, sum), 1e-11);
}

TEST(NodalSolver, MoreResistanceAnywhereTakesMorePowerAway) {
  // Thomson's principle: with fixed source voltages the power never rises with a resistance.
  const RandomCircuit random = read_circuit(5, 4, 20.0, 1e3, 1e4, 9);
  const double power = NodalSolver(random.circuit).solve(random.voltages).source_power;
  for (std::size_t segment = 0; segment < 15; ++segment) {
    CrossbarCircuit circuit = random.circuit;
    circuit.word_lines.segment.assign(20 - 5, 20.0);
    circuit.word_lines.segment[segment] = 40.0;
    EXPECT_LT(NodalSolver(circuit).solve(random.voltages).source_power, power);
  }
}

TEST(NodalSolver, FloatingLinesFollowTheirCells) {
  // Word line 1 hangs on two equal cells between bit lines at 1 V and 0 V: it settles in the middle.
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 2;
  circuit.conductance = {0.0, 0.0, 1e-4, 1e-4};
  circuit.word_lines.start = {0.0, no_terminal};
  circuit.bit_lines.end = {0.0};
  TerminalVoltages voltages;
  voltages.bit_line_end = {1.0, 0.0};
  const CrossbarSolution solution = NodalSolver(circuit).solve(voltages);
  EXPECT_NEAR(solution.word_line_volts[2], 0.5, 1e-15);
  EXPECT_NEAR(solution.column_currents[1], 0.5e-4, 1e-19);
  EXPECT_EQ(solution.undefined_word_lines.size(), 0u);
}

TEST(NodalSolver, SaysWhichLinesHaveNoVoltage) {
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 2;
  circuit.conductance = {1e-4, 0.0, 0.0, 1e-4};
  circuit.word_lines.segment = circuit.bit_lines.segment = {5.0};
  circuit.word_lines.start = {1.0, no_terminal};
  circuit.bit_lines.end = {1.0, no_terminal};
  TerminalVoltages voltages;
  voltages.word_line_start = {1.0, 0.0};
  const CrossbarSolution solution = NodalSolver(circuit).solve(voltages);
  EXPECT_THAT(solution.undefined_word_lines, ElementsAre(1));
  EXPECT_THAT(solution.undefined_bit_lines, ElementsAre(1));
  EXPECT_NEAR(solution.column_currents[0], 1.0 / (1e4 + 7.0), 1e-15);
  EXPECT_EQ(solution.cell_volts[3], 0.0);
  EXPECT_GT(solution.word_line_volts[1], 0.9);
  EXPECT_EQ(solution.cell_volts[1], solution.word_line_volts[1]) << "an open cell between a driven line and one without a voltage";
  EXPECT_EQ(solution.cell_volts[2], -solution.bit_line_volts[2]);
  EXPECT_EQ(solution.column_currents[1], 0.0);
}

TEST(NodalSolver, AnArrayWithoutTerminalsCarriesNothing) {
  CrossbarCircuit circuit;
  circuit.rows = 3;
  circuit.columns = 2;
  circuit.conductance.assign(6, 1e-4);
  const CrossbarSolution solution = NodalSolver(circuit).solve({});
  EXPECT_THAT(solution.row_currents, Each(0.0));
  EXPECT_THAT(solution.undefined_word_lines, ElementsAre(0, 1, 2));
  EXPECT_EQ(solution.residual, 0.0);
}

TEST(NodalSolver, NewConductancesInTheSamePattern) {
  const RandomCircuit first = random_circuit(7, 9, {4.0, true, false, true, true}, 10);
  NodalSolver solver(first.circuit);
  for (unsigned seed = 11; seed < 15; ++seed) {
    RandomCircuit next = first;
    next.circuit.conductance = random_circuit(7, 9, {4.0, false, true, false, true}, seed).circuit.conductance;
    solver.set_conductance(next.circuit.conductance);
    const CrossbarSolution reused = solver.solve(first.voltages);
    const CrossbarSolution fresh = NodalSolver(next.circuit).solve(first.voltages);
    EXPECT_LT(relative_difference(reused.column_currents, fresh.column_currents), 1e-12);
    EXPECT_LT(relative_difference(reused.cell_volts, fresh.cell_volts), 1e-12);
  }
}

TEST(NodalSolver, ACorrectionRemovesAMismatch) {
  const RandomCircuit random = random_circuit(7, 5, {3.0, false, false, true, true}, 13);
  const CircuitEquations equations(random.circuit);
  CircuitState state = equations.zero_state();
  CellCurrents cells{std::vector<double>(35, 2e-5), random.circuit.conductance};  // 20 uA at 0 V in every cell
  CircuitMismatch mismatch;
  EXPECT_GT(equations.evaluate(random.voltages, state, cells, mismatch).residual, 0.01);
  NodalSolver(random.circuit).correct(mismatch, state);
  for (std::size_t cell = 0; cell < 35; ++cell)
    cells.amperes[cell] += random.circuit.conductance[cell] * state.cell_volts[cell];
  EXPECT_LT(equations.evaluate(random.voltages, state, cells, mismatch).residual, 1e-12);
}

TEST(NodalSolver, ImpossibleVoltagesAreErrors) {
  const RandomCircuit random = read_circuit(3, 3, 1.0, 1e3, 1e4, 12);
  TerminalVoltages voltages;
  voltages.bit_line_start = {1.0};
  EXPECT_THROW(NodalSolver(random.circuit).solve(voltages), InputError);
}

}  // namespace

}  // namespace memcosim::test
