// SPDX-License-Identifier: Apache-2.0
// Ladders against dense matrices; conjugate gradients on bit lines against dense elimination and the nodal method.
#include "memcosim/kernels/circuits/schur_line_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/line_ladders.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "circuit_expectations.hpp"
#include "dense_reference.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

constexpr std::size_t lanes = LineLadders::lanes;

/// Three lines of four cells in one block.
void expect_dense_ladders(const LineResistances& resistances) {
  const LineChains chains(3, 4, resistances);
  LineLadders ladders(chains);
  std::vector<double> siemens(4 * lanes);
  std::vector<double> packed(4 * lanes);
  for (std::size_t cell = 0; cell < 4; ++cell) {
    for (std::size_t line = 0; line < 3; ++line) {
      siemens[cell * lanes + line] = cell == 2 && line == 1 ? 0.0 : 0.1 + 0.2 * static_cast<double>(cell + 2 * line);
      packed[cell * lanes + line] = 1.0 + static_cast<double>(cell * cell) - 3.0 * static_cast<double>(line);
    }
  }
  const std::vector<double> currents = packed;
  ladders.factorise(0, siemens.data());
  ladders.solve(0, packed.data());
  for (std::size_t line = 0; line < 3; ++line) {
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(4, 4);
    Eigen::VectorXd right(4);
    for (Eigen::Index cell = 0; cell < 4; ++cell) {
      const auto index = static_cast<std::size_t>(cell);
      matrix(cell, cell) += siemens[index * lanes + line] + (cell == 0 ? 1.0 / chains.of(line)[0] : 0.0);
      right(cell) = currents[index * lanes + line];
      const double ohms = chains.of(line)[index + 1];
      matrix(cell, cell) += 1.0 / ohms;
      if (cell == 3) continue;
      matrix(cell + 1, cell + 1) += 1.0 / ohms;
      matrix(cell, cell + 1) = matrix(cell + 1, cell) = -1.0 / ohms;
    }
    const Eigen::VectorXd volts = matrix.ldlt().solve(right);
    for (Eigen::Index cell = 0; cell < 4; ++cell)
      EXPECT_NEAR(packed[static_cast<std::size_t>(cell) * lanes + line], volts(cell), 1e-13) << "line " << line << " cell " << cell;
  }
}

TEST(LineLadders, SolveEachKindOfLine) {
  LineResistances resistances;
  resistances.segment = {2.0};
  resistances.start = {1.0, no_terminal, no_terminal};
  resistances.end = {no_terminal, 3.0, no_terminal};
  expect_dense_ladders(resistances);
  resistances.start = {1.0, 2.0, 3.0};
  resistances.end = {3.0, no_terminal, 1.0};
  resistances.segment = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  expect_dense_ladders(resistances);
}

TEST(LineLadders, ZeroResistancesJoinAndHold) {
  LineResistances resistances;
  resistances.segment = {0.0, 2.0};
  resistances.start = {1.0};
  resistances.end = {0.0};
  LineLadders ladders(LineChains(1, 3, resistances));
  std::vector<double> siemens(3 * lanes);
  siemens[0] = 0.25;
  siemens[lanes] = 0.25;
  std::vector<double> packed(3 * lanes);
  packed[0] = 1.0;
  packed[lanes] = 3.0;
  packed[2 * lanes] = 100.0;
  ladders.factorise(0, siemens.data());
  ladders.solve(0, packed.data());
  EXPECT_DOUBLE_EQ(packed[0], 2.0);  // 4 A into 1 S, 0.25 S, 0.25 S, and 0.5 S to the held node
  EXPECT_DOUBLE_EQ(packed[lanes], 2.0);
  EXPECT_EQ(packed[2 * lanes], 0.0);
}

void expect_dense(const RandomCircuit& random, const CrossbarSolution& solution, double tolerance) {
  const DenseSolution dense = solve_dense(random.circuit, random.voltages, solution.undefined_word_lines, solution.undefined_bit_lines);
  const std::size_t columns = random.circuit.columns;
  double siemens = 0.0;
  for (const double value : random.circuit.conductance)
    siemens = std::max(siemens, value);
  EXPECT_LT(relative_difference(solution.row_currents, dense.row_currents, siemens), tolerance);
  EXPECT_LT(relative_difference(solution.column_currents, dense.column_currents, siemens), tolerance);
  EXPECT_LT(relative_difference(solution.cell_volts, dense.cell_volts, 1.0), tolerance);
  const double rounding = 1e-14 * siemens;
  for (std::size_t column = 0; column < columns; ++column)
    EXPECT_LE(std::fabs(solution.column_currents[column] - dense.column_currents[column]), solution.current_error_bound + rounding);
}

TEST(SchurLineSolver, AgreesWithDenseElimination) {
  const std::tuple<std::uint32_t, std::uint32_t> shapes[] = {{1, 1}, {1, 2}, {2, 1}, {1, 19}, {18, 1}, {3, 5}, {5, 3}, {6, 6}};
  unsigned seed = 400;
  for (const auto& [rows, columns] : shapes) {
    for (unsigned kind = 0; kind < 16; ++kind) {
      const CircuitKinds kinds{3.0, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, (kind & 8) != 0};
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind << " seed " << seed);
      const RandomCircuit random = random_circuit(rows, columns, kinds, ++seed);
      expect_dense(random, SchurLineSolver(random.circuit).solve(random.voltages), 1e-10);
    }
  }
}

TEST(SchurLineSolver, OverTwelveDecadesRightOrRefused) {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const CircuitKinds kinds{12.0, seed % 2 != 0, seed % 3 != 0, seed % 5 == 0, true};
    const RandomCircuit random = random_circuit(1 + seed % 5, 1 + seed % 4, kinds, 9000 + seed);
    CrossbarSolution solution;
    try {
      solution = SchurLineSolver(random.circuit).solve(random.voltages);
    } catch (const RunError&) {
      ++refused;
      continue;
    }
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    expect_dense(random, solution, 1e-10 + 10.0 * solution.missing_volts);
  }
  EXPECT_LT(refused, 300u);
}

TEST(SchurLineSolver, AgreesWithTheNodalMethod) {
  for (const bool floating : {false, true}) {
    RandomCircuit random = read_circuit(150, 201, 10.0, 1e3, 1e5, 7);
    random.circuit.word_lines.end = {3.0};  // both ends
    random.voltages.word_line_end = random.voltages.word_line_start;
    if (floating) {
      random.circuit.bit_lines.end.assign(201, no_terminal);
      random.circuit.bit_lines.end[200] = 2.0;
      random.circuit.word_lines.start.assign(150, 1.0);
      random.circuit.word_lines.end.assign(150, no_terminal);
      random.circuit.word_lines.start[3] = no_terminal;
      random.voltages.word_line_start[3] = 0.0;
      random.voltages.word_line_end.clear();
    }
    const CrossbarSolution nodal = NodalSolver(random.circuit).solve(random.voltages);
    const CrossbarSolution solution = SchurLineSolver(random.circuit).solve(random.voltages);
    EXPECT_LT(relative_difference(solution.column_currents, nodal.column_currents), 1e-10);
    EXPECT_LT(relative_difference(solution.cell_volts, nodal.cell_volts), 1e-10);
    EXPECT_LT(relative_difference(solution.word_line_volts, nodal.word_line_volts), 1e-10);
    EXPECT_LT(solution.residual, 1e-11);
    expect_balanced(solution, 1e-10);
  }
}

TEST(SchurLineSolver, TheBoundHoldsAtEveryTolerance) {
  const RandomCircuit random = read_circuit(24, 24, 10.0, 1e3, 1e5, 3);
  const DenseSolution dense = solve_dense_by_paths(random.circuit, random.voltages);
  SchurLineSolver solver(random.circuit);
  for (const double tolerance : {1e-1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10}) {
    const CrossbarSolution solution = solver.solve(random.voltages, tolerance);
    const double error = relative_difference(solution.column_currents, dense.column_currents) * largest_magnitude(dense.column_currents);
    EXPECT_LE(error, solution.current_error_bound);
    EXPECT_LT(error, 10.0 * tolerance * largest_magnitude(dense.column_currents));
  }
}

TEST(SchurLineSolver, NoDigitsAreLostInTinyWires) {
  RandomCircuit random = read_circuit(16, 16, 1e-9, 1e4, 1e6, 5);
  random.circuit.word_lines.start = {100.0};
  random.circuit.bit_lines.end = {100.0};
  const CrossbarSolution solution = SchurLineSolver(random.circuit).solve(random.voltages, 1e-14);
  EXPECT_LT(relative_difference(solution.column_currents, solve_dense_by_paths(random.circuit, random.voltages).column_currents), 1e-13);
}

TEST(SchurLineSolver, NewConductances) {
  const RandomCircuit first = random_circuit(20, 30, {2.0, false, false, true, true}, 8);
  const RandomCircuit second = random_circuit(20, 30, {2.0, false, true, true, true}, 9);
  SchurLineSolver solver(first.circuit);
  solver.solve(first.voltages);
  solver.set_conductance(second.circuit.conductance);
  CrossbarCircuit expected = first.circuit;
  expected.conductance = second.circuit.conductance;
  EXPECT_EQ(solver.solve(first.voltages).column_currents, SchurLineSolver(expected).solve(first.voltages).column_currents);
  EXPECT_THROW(solver.set_conductance({1.0}), InputError);
}

TEST(SchurLineSolver, SaysWhenItDoesNotConverge) {
  const RandomCircuit random = read_circuit(24, 24, 10.0, 1e3, 1e5, 3);
  SchurLineSolver solver(random.circuit);
  EXPECT_THROW(solver.solve(random.voltages, 1e-30), RunError);
  EXPECT_THROW(solver.solve(random.voltages, 0.0), InputError);
  EXPECT_EQ(solver.solve({}).iterations, 0u);  // nothing drives
}

TEST(SchurLineSolver, ACorrectionRemovesAMismatch) {
  // Also of floating lines, and around cells whose currents do not change with the voltage.
  const RandomCircuit random = random_circuit(9, 21, {3.0, true, true, true, true}, 13);
  const CircuitEquations equations(random.circuit);
  std::vector<double> slopes = random.circuit.conductance;
  slopes[5] = slopes[77] = 0.0;
  SchurLineSolver solver(random.circuit);
  solver.set_conductance(slopes);
  CircuitState state = equations.zero_state();
  CellCurrents cells{std::vector<double>(slopes.size()), slopes};
  for (std::size_t cell = 0; cell < slopes.size(); ++cell)
    cells.amperes[cell] = random.circuit.conductance[cell] > 0.0 ? 2e-5 : 0.0;  // at 0 V
  CircuitMismatch mismatch;
  EXPECT_GT(equations.evaluate(random.voltages, state, cells, mismatch).residual, 0.01);
  EXPECT_GT(solver.correct(mismatch, 1e-13, state), 0u);
  for (std::size_t cell = 0; cell < slopes.size(); ++cell)
    cells.amperes[cell] += slopes[cell] * state.cell_volts[cell];
  EXPECT_LT(equations.evaluate(random.voltages, state, cells, mismatch).residual, 1e-11);
}

}  // namespace

}  // namespace memcosim::test
