// SPDX-License-Identifier: Apache-2.0
// Every method gives the same answer, and the choice among them is as documented.
#include "memcosim/kernels/circuits/circuit_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

#include "circuit_expectations.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

using ::testing::StartsWith;

CircuitSolver solver_of(const RandomCircuit& random, CircuitMethod method = CircuitMethod::automatic) {
  CircuitSolverOptions options;
  options.method = method;
  return CircuitSolver(random.circuit, options);
}

TEST(CircuitSolver, AllMethodsAgree) {
  for (const std::uint32_t size : {64u, 256u}) {
    const RandomCircuit random = read_circuit(size, size, 2.0, 1e3, 1e5, 5);
    const CrossbarSolution expected = solver_of(random, CircuitMethod::superlu).solve(random.voltages);
    EXPECT_STREQ(expected.method, "superlu");
    for (const CircuitMethod method : {CircuitMethod::automatic, CircuitMethod::device_space_cg, CircuitMethod::schur_line_cg}) {
      const CrossbarSolution solution = solver_of(random, method).solve(random.voltages);
      EXPECT_LT(relative_difference(solution.cell_volts, expected.cell_volts), 1e-10);
      EXPECT_LT(relative_difference(solution.word_line_volts, expected.word_line_volts), 1e-10);
      EXPECT_LT(relative_difference(solution.column_currents, expected.column_currents), 1e-10);
      EXPECT_LT(relative_difference(solution.row_currents, expected.row_currents), 1e-10);
      EXPECT_LT(solution.residual, 1e-10);
    }
    const std::vector<TerminalVoltages> inputs(2, random.voltages);
    for (const TerminalCurrents& currents : solver_of(random, CircuitMethod::port_reduction).currents(inputs)) {
      EXPECT_LT(relative_difference(currents.column_currents, expected.column_currents), 1e-10);
      EXPECT_LT(relative_difference(currents.row_currents, expected.row_currents), 1e-10);
    }
  }
}

// Of open cells and of lines without a path to a terminal too.
TEST(CircuitSolver, CellVoltagesAreThoseOfTheirNodes) {
  std::size_t undefined = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const RandomCircuit random = random_circuit(1 + seed % 7, 1 + seed % 5, {3.0, seed % 2 != 0, true, true, true}, 700 + seed);
    for (const CircuitMethod method : {CircuitMethod::superlu, CircuitMethod::schur_line_cg}) {
      const CrossbarSolution solution = solver_of(random, method).solve(random.voltages);
      const std::size_t columns = random.circuit.columns;
      for (std::size_t cell = 0; cell < solution.cell_volts.size(); ++cell)
        EXPECT_NEAR(solution.cell_volts[cell], solution.word_line_volts[cell] - solution.bit_line_volts[cell], 1e-10) << cell;
      for (const std::uint32_t row : solution.undefined_word_lines) {
        for (std::size_t column = 0; column < columns; ++column, ++undefined) {
          const std::size_t cell = row * columns + column;
          EXPECT_EQ(solution.word_line_volts[cell], 0.0);
          EXPECT_EQ(solution.cell_volts[cell], -solution.bit_line_volts[cell]);
        }
      }
      for (const std::uint32_t column : solution.undefined_bit_lines) {
        for (std::size_t row = 0; row < random.circuit.rows; ++row, ++undefined) {
          const std::size_t cell = row * columns + column;
          EXPECT_EQ(solution.bit_line_volts[cell], 0.0);
          EXPECT_EQ(solution.cell_volts[cell], solution.word_line_volts[cell]);
        }
      }
    }
  }
  EXPECT_GT(undefined, 100u);
}

TEST(CircuitSolver, ChoosesAsDocumented) {
  const RandomCircuit random = read_circuit(64, 64, 1.0, 1e4, 1e6, 5);
  EXPECT_NEAR(wire_weight(random.circuit), 0.17, 0.01);
  const std::size_t enough = inputs_worth_a_reduction(random.circuit);
  EXPECT_EQ(enough, 7u);  // 60 / (8 + 2.2 * 0.41) = 6.7
  CircuitSolver solver = solver_of(random);
  solver.solve(random.voltages);
  EXPECT_THAT(solver.choice(), StartsWith("schur_line_cg"));
  const std::vector<TerminalCurrents> few = solver.currents(std::vector<TerminalVoltages>(enough - 1, random.voltages));
  EXPECT_THAT(solver.choice(), StartsWith("schur_line_cg"));
  const std::vector<TerminalCurrents> many = solver.currents(std::vector<TerminalVoltages>(enough, random.voltages));
  EXPECT_THAT(solver.choice(), StartsWith("port_reduction"));
  EXPECT_EQ(few.size(), enough - 1);
  EXPECT_EQ(many.size(), enough);
  EXPECT_LT(relative_difference(few[0].column_currents, many[0].column_currents), 1e-10);
  solver.currents(std::vector<TerminalVoltages>(1, random.voltages));
  EXPECT_THAT(solver.choice(), StartsWith("port_reduction"));  // there already
  solver.set_conductance(random.circuit.conductance);
  solver.currents(std::vector<TerminalVoltages>(1, random.voltages));
  EXPECT_THAT(solver.choice(), StartsWith("schur_line_cg"));

  EXPECT_EQ(inputs_worth_a_reduction(read_circuit(8, 8, 1.0, 1e4, 1e6, 5).circuit), 15u);
  EXPECT_EQ(inputs_worth_a_reduction(read_circuit(256, 256, 10.0, 1e3, 1e5, 5).circuit), 1u);
}

TEST(CircuitSolver, TakesWhatEachMethodAloneCannot) {
  RandomCircuit random = read_circuit(20, 30, 1.0, 1e4, 1e6, 5);
  random.circuit.bit_lines.end.assign(30, 0.0);
  random.circuit.bit_lines.end[7] = no_terminal;
  EXPECT_THROW(solver_of(random, CircuitMethod::device_space_cg), InputError);
  CircuitSolver solver = solver_of(random);
  const CrossbarSolution solution = solver.solve(random.voltages);
  EXPECT_THAT(solver.choice(), StartsWith("schur_line_cg"));
  EXPECT_LT(relative_difference(solution.cell_volts, solver_of(random, CircuitMethod::superlu).solve(random.voltages).cell_volts), 1e-10);
}

TEST(CircuitSolver, AThousandCircuitsOverTwelveDecades) {
  unsigned handed_over = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const CircuitKinds kinds{12.0, seed % 2 != 0, seed % 3 != 0, seed % 5 == 0, true};
    const RandomCircuit random = random_circuit(1 + seed % 6, 1 + seed % 7, kinds, 20000 + seed);
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    CircuitSolver solver = solver_of(random);
    const CrossbarSolution solution = solver.solve(random.voltages);
    handed_over += solution.method == std::string("superlu") ? 1 : 0;
    const CrossbarSolution expected = NodalSolver(random.circuit).solve(random.voltages);
    const double volt = 1.0;
    EXPECT_LT(relative_difference(solution.cell_volts, expected.cell_volts, volt), 1e-9);
    EXPECT_LE(solution.missing_volts, 1e-10);
    EXPECT_LT(solution.residual, 1e-10);
    const std::vector<TerminalVoltages> inputs(20, random.voltages);
    const std::vector<TerminalCurrents> currents = solver.currents(inputs);
    double carried = 0.0;
    for (const double siemens : random.circuit.conductance)
      carried = std::max(carried, siemens * 2e-5);
    EXPECT_LT(relative_difference(currents[0].column_currents, expected.column_currents, carried), 1e-9);
  }
  EXPECT_GT(handed_over, 0u);
  EXPECT_LT(handed_over, 500u);
}

TEST(CircuitSolver, NewConductances) {
  const RandomCircuit first = random_circuit(20, 30, {2.0, false, false, true, true}, 8);
  const RandomCircuit second = random_circuit(20, 30, {2.0, false, true, true, true}, 9);
  CrossbarCircuit circuit = first.circuit;
  circuit.conductance = second.circuit.conductance;
  for (const CircuitMethod method : {CircuitMethod::automatic, CircuitMethod::superlu, CircuitMethod::port_reduction}) {
    CircuitSolver solver = solver_of(first, method);
    const std::vector<TerminalVoltages> inputs(1, first.voltages);
    solver.currents(inputs);
    solver.set_conductance(second.circuit.conductance);
    CircuitSolverOptions options;
    options.method = method;
    CircuitSolver fresh(circuit, options);
    EXPECT_LT(relative_difference(solver.currents(inputs)[0].column_currents, fresh.currents(inputs)[0].column_currents), 1e-12);
    EXPECT_LT(relative_difference(solver.solve(first.voltages).cell_volts, fresh.solve(first.voltages).cell_volts), 1e-11);
  }
}

TEST(CircuitSolver, ImpossibleInputsAreErrors) {
  RandomCircuit random = read_circuit(3, 3, 1.0, 1e3, 1e4, 12);
  CircuitSolver solver = solver_of(random);
  TerminalVoltages voltages;
  voltages.bit_line_start = {1.0};
  EXPECT_THROW(solver.solve(voltages), InputError);
  EXPECT_THROW(solver.currents(std::vector<TerminalVoltages>{random.voltages, voltages}), InputError);
  EXPECT_THROW(solver.set_conductance({1.0}), InputError);
  EXPECT_THROW(CircuitSolver(random.circuit, {CircuitMethod::automatic, 0.0}), InputError);
  EXPECT_TRUE(solver.currents({}).empty());
}

}  // namespace

}  // namespace memcosim::test
