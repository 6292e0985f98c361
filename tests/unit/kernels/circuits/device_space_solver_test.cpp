// SPDX-License-Identifier: Apache-2.0
// Conjugate gradients on cell voltages against dense elimination and the nodal method, and their error bound.
#include "memcosim/kernels/circuits/device_space_solver.hpp"

#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "circuit_expectations.hpp"
#include "dense_reference.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

/// Currents, and none further from the truth than the solver says.
void expect_dense(const CrossbarSolution& solution, const DenseSolution& dense, double tolerance) {
  EXPECT_LT(relative_difference(solution.column_currents, dense.column_currents), tolerance);
  EXPECT_LT(relative_difference(solution.row_currents, dense.row_currents), tolerance);
  const double rounding = 1e-13 * largest_magnitude(dense.column_currents);
  for (std::size_t column = 0; column < dense.column_currents.size(); ++column)
    EXPECT_LE(std::fabs(solution.column_currents[column] - dense.column_currents[column]), solution.current_error_bound + rounding);
  for (std::size_t row = 0; row < dense.row_currents.size(); ++row)
    EXPECT_LE(std::fabs(solution.row_currents[row] - dense.row_currents[row]), solution.current_error_bound + rounding);
}

TEST(DeviceSpaceSolver, AgreesWithDenseElimination) {
  const std::tuple<std::uint32_t, std::uint32_t> shapes[] = {{1, 1}, {1, 2}, {2, 1}, {1, 19}, {18, 1}, {3, 5}, {5, 3}, {6, 6}};
  unsigned seed = 0;
  for (const auto& [rows, columns] : shapes) {
    for (unsigned kind = 0; kind < 8; ++kind) {
      const CircuitKinds kinds{3.0, (kind & 1) != 0, (kind & 2) != 0, false, (kind & 4) != 0};
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind);
      RandomCircuit random = random_circuit(rows, columns, kinds, 100 + ++seed);
      random.circuit.conductance[0] = 1e-3;  // so that some current flows
      expect_dense(DeviceSpaceSolver(random.circuit).solve(random.voltages), solve_dense(random.circuit, random.voltages, {}, {}), 1e-10);
    }
  }
}

TEST(DeviceSpaceSolver, AgreesWithDenseEliminationOnLargerArrays) {
  for (const auto& [rows, columns] : {std::pair{40u, 40u}, {33u, 16u}, {13u, 50u}}) {
    for (const double ohm : {0.0, 1.0, 100.0}) {
      const RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e5, rows);
      expect_dense(DeviceSpaceSolver(random.circuit).solve(random.voltages), solve_dense_by_paths(random.circuit, random.voltages), 1e-10);
    }
  }
}

TEST(DeviceSpaceSolver, TheBoundHoldsAtEveryTolerance) {
  const RandomCircuit random = read_circuit(24, 24, 10.0, 1e3, 1e5, 3);
  const DenseSolution dense = solve_dense_by_paths(random.circuit, random.voltages);
  DeviceSpaceSolver solver(random.circuit);
  unsigned steps = 0;
  for (const double tolerance : {1e-1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10}) {
    const CrossbarSolution solution = solver.solve(random.voltages, tolerance);
    const double error = relative_difference(solution.column_currents, dense.column_currents) * largest_magnitude(dense.column_currents);
    EXPECT_LE(error, solution.current_error_bound);
    EXPECT_GT(solution.iterations, steps);
    steps = solution.iterations;
  }
}

TEST(DeviceSpaceSolver, NoDigitsAreLostInTinyWires) {
  RandomCircuit random = read_circuit(16, 16, 1e-9, 1e4, 1e6, 5);
  random.circuit.word_lines.start = {100.0};
  random.circuit.bit_lines.end = {100.0};
  const CrossbarSolution solution = DeviceSpaceSolver(random.circuit).solve(random.voltages, 1e-14);
  EXPECT_LT(relative_difference(solution.column_currents, solve_dense_by_paths(random.circuit, random.voltages).column_currents), 1e-13);
}

TEST(DeviceSpaceSolver, WithoutWiresNeedsNoStepMoreThanOne) {
  const RandomCircuit random = read_circuit(8, 8, 0.0, 1e3, 1e5, 6);
  const CrossbarSolution solution = DeviceSpaceSolver(random.circuit).solve(random.voltages, 1e-14);
  EXPECT_EQ(solution.iterations, 1u);
  EXPECT_LT(relative_difference(solution.column_currents, solve_dense_by_paths(random.circuit, random.voltages).column_currents), 1e-14);
}

TEST(DeviceSpaceSolver, AgreesWithTheNodalMethod) {
  RandomCircuit random = read_circuit(256, 256, 10.0, 1e3, 1e5, 7);
  random.circuit.word_lines.end = {3.0};  // both ends
  random.voltages.word_line_end = random.voltages.word_line_start;
  const CrossbarSolution nodal = NodalSolver(random.circuit).solve(random.voltages);
  const CrossbarSolution solution = DeviceSpaceSolver(random.circuit).solve(random.voltages);
  EXPECT_LT(relative_difference(solution.column_currents, nodal.column_currents), 1e-10);
  EXPECT_LT(relative_difference(solution.cell_volts, nodal.cell_volts), 1e-10);
  expect_balanced(solution, 1e-10);
}

TEST(DeviceSpaceSolver, NewConductances) {
  const RandomCircuit first = random_circuit(20, 30, {2.0, false, false, false, true}, 8);
  const RandomCircuit second = random_circuit(20, 30, {2.0, false, true, false, true}, 9);
  DeviceSpaceSolver solver(first.circuit);
  solver.set_conductance(second.circuit.conductance);
  CrossbarCircuit expected = first.circuit;
  expected.conductance = second.circuit.conductance;
  EXPECT_EQ(solver.solve(first.voltages).column_currents, DeviceSpaceSolver(expected).solve(first.voltages).column_currents);
}

TEST(DeviceSpaceSolver, ACorrectionRemovesAMismatch) {
  // Also around cells whose currents do not change with the voltage.
  RandomCircuit random = read_circuit(9, 14, 30.0, 1e3, 1e5, 10);
  const CircuitEquations equations(random.circuit);
  DeviceSpaceSolver solver(random.circuit);
  std::vector<double> slopes = random.circuit.conductance;
  slopes[5] = slopes[77] = 0.0;
  solver.set_conductance(slopes);
  CircuitState state = equations.zero_state();
  CellCurrents cells{std::vector<double>(slopes.size(), 2e-5), slopes};  // 20 uA at 0 V in every cell
  CircuitMismatch mismatch;
  EXPECT_GT(equations.evaluate(random.voltages, state, cells, mismatch).residual, 0.1);
  EXPECT_GT(solver.correct(mismatch, 1e-13, state), 0u);
  for (std::size_t cell = 0; cell < slopes.size(); ++cell)
    cells.amperes[cell] += slopes[cell] * state.cell_volts[cell];
  EXPECT_LT(equations.evaluate(random.voltages, state, cells, mismatch).residual, 1e-12);
}

TEST(DeviceSpaceSolver, AFloatingLineNeedsAnotherMethod) {
  RandomCircuit random = read_circuit(4, 4, 1.0, 1e3, 1e5, 9);
  random.circuit.bit_lines.end = {1.0, no_terminal, 1.0, 1.0};
  EXPECT_THROW(DeviceSpaceSolver solver(random.circuit), InputError);
  for (std::size_t row = 0; row < 4; ++row)
    random.circuit.conductance[row * 4 + 1] = 0.0;
  EXPECT_EQ(DeviceSpaceSolver(random.circuit).solve(random.voltages).column_currents[1], 0.0);
}

TEST(DeviceSpaceSolver, SaysWhenItDoesNotConverge) {
  const RandomCircuit random = read_circuit(24, 24, 10.0, 1e3, 1e5, 3);
  DeviceSpaceSolver solver(random.circuit);
  EXPECT_THROW(solver.solve(random.voltages, 1e-30), RunError);
  EXPECT_THROW(solver.solve(random.voltages, 0.0), InputError);
}

}  // namespace

}  // namespace memcosim::test
