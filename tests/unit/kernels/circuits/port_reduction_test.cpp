// SPDX-License-Identifier: Apache-2.0
// The reduced circuit against dense elimination and the nodal method, and what its matrix must be.
#include "memcosim/kernels/circuits/port_reduction.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "circuit_expectations.hpp"
#include "dense_reference.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

void expect_dense(const RandomCircuit& random, double tolerance) {
  const CircuitEquations equations(random.circuit);
  const TerminalCurrents currents = PortReduction(random.circuit).solve(random.voltages);
  const DenseSolution dense =
      solve_dense(random.circuit, random.voltages, equations.undefined_word_lines(), equations.undefined_bit_lines());
  // The truth comes from differences of voltages of about 1 V in long double: it is known to 2e-18 V times a cell's conductance.
  double current = 0.0;
  for (std::size_t cell = 0; cell < dense.cell_volts.size(); ++cell) {
    const double siemens = random.circuit.conductance[cell];
    current = std::max({current, std::fabs(siemens * dense.cell_volts[cell]), 2e-18 * siemens / tolerance});
  }
  EXPECT_LT(relative_difference(currents.row_currents, dense.row_currents, current), tolerance);
  EXPECT_LT(relative_difference(currents.column_currents, dense.column_currents, current), tolerance);
}

TEST(PortReduction, AgreesWithDenseElimination) {
  const std::tuple<std::uint32_t, std::uint32_t> shapes[] = {{1, 1}, {1, 2}, {2, 1}, {1, 11}, {9, 1},
                                                             {2, 2}, {3, 5}, {5, 3}, {4, 7},  {6, 9}};
  unsigned seed = 300;
  for (const auto& [rows, columns] : shapes) {
    for (unsigned kind = 0; kind < 16; ++kind) {
      const CircuitKinds kinds{3.0, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, (kind & 8) != 0};
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind << " seed " << seed);
      expect_dense(random_circuit(rows, columns, kinds, ++seed), 1e-12);
    }
  }
}

// Nothing is subtracted, so not even twelve decades between resistances cost digits.
TEST(PortReduction, AgreesWithDenseEliminationOverTwelveDecades) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const CircuitKinds kinds{12.0, seed % 2 != 0, seed % 3 != 0, seed % 5 == 0, true};
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    expect_dense(random_circuit(1 + seed % 6, 1 + seed % 5, kinds, 2000 + seed), 1e-12);
  }
}

TEST(PortReduction, AgreesWithDenseEliminationOnLargerArrays) {
  for (const auto& [rows, columns] : {std::pair{40u, 40u}, {40u, 17u}, {13u, 29u}}) {
    for (const double ohm : {0.0, 1e-6, 10.0}) {
      const RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e5, 72);
      const TerminalCurrents currents = PortReduction(random.circuit).solve(random.voltages);
      const DenseSolution dense = solve_dense_by_paths(random.circuit, random.voltages);
      EXPECT_LT(relative_difference(currents.column_currents, dense.column_currents), 1e-12);
      EXPECT_LT(relative_difference(currents.row_currents, dense.row_currents), 1e-12);
    }
  }
}

TEST(PortReduction, AgreesWithTheNodalMethod) {
  const RandomCircuit random = random_circuit(128, 100, {2.0, true, true, true, true}, 4);
  const TerminalCurrents currents = PortReduction(random.circuit).solve(random.voltages);
  const CrossbarSolution nodal = NodalSolver(random.circuit).solve(random.voltages);
  EXPECT_LT(relative_difference(currents.column_currents, nodal.column_currents), 1e-10);
  EXPECT_LT(relative_difference(currents.row_currents, nodal.row_currents), 1e-10);
}

TEST(PortReduction, WithoutWiresTheEffectiveMatrixIsTheConductances) {
  const RandomCircuit random = read_circuit(21, 34, 0.0, 1e4, 1e6, 6);
  EXPECT_EQ(PortReduction(random.circuit).effective_conductance(), random.circuit.conductance);
}

TEST(PortReduction, TheEffectiveMatrixGivesTheCurrents) {
  RandomCircuit random = read_circuit(30, 20, 5.0, 1e3, 1e5, 6);
  random.circuit.word_lines.end = random.circuit.bit_lines.start = {2.0};  // both ends
  random.voltages.word_line_end = random.voltages.word_line_start;
  const PortReduction ports(random.circuit);
  const std::vector<double> siemens = ports.effective_conductance();
  std::vector<double> product(20);
  for (std::size_t row = 0; row < 30; ++row) {
    for (std::size_t column = 0; column < 20; ++column)
      product[column] += siemens[row * 20 + column] * random.voltages.word_line_start[row];
  }
  EXPECT_LT(relative_difference(ports.solve(random.voltages).column_currents, product), 1e-13);
}

// Sizes around the tiles and blocks of the product.
TEST(PortReduction, ManyInputsAtOnceGiveTheBitsOfEachAlone) {
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {7u, 23u}, {40u, 24u}, {33u, 25u}, {20u, 70u}}) {
    const PortReduction ports(read_circuit(rows, columns, 2.0, 1e3, 1e5, 5).circuit);
    for (const std::size_t inputs : {1u, 7u, 8u, 19u}) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << inputs << " inputs");
      std::vector<double> volts;
      std::vector<double> alone;
      for (unsigned input = 0; input < inputs; ++input) {
        TerminalVoltages voltages = read_circuit(rows, columns, 2.0, 1e3, 1e5, 40 + input).voltages;
        const std::vector<double> found = ports.column_currents(voltages.word_line_start, 1);
        EXPECT_LT(relative_difference(found, ports.solve(voltages).column_currents), 1e-14);
        volts.insert(volts.end(), voltages.word_line_start.begin(), voltages.word_line_start.end());
        alone.insert(alone.end(), found.begin(), found.end());
      }
      EXPECT_EQ(ports.column_currents(volts, inputs), alone);
    }
  }
}

TEST(PortReduction, AProductHasTheSameBitsOnEveryInstructionSet) {
  const RandomCircuit random = read_circuit(37, 61, 1.0, 1e3, 1e5, 8);
  const std::vector<double>& volts = random.circuit.conductance;  // any numbers
  std::vector<double> expected;
  for (const FrontKernel* kernel : available_front_kernels()) {
    std::vector<double> currents(61 * 61);
    EffectiveMatrix(37, 61, random.circuit.conductance, *kernel).multiply(volts.data(), 61, currents.data());
    if (expected.empty()) expected = currents;
    EXPECT_EQ(currents, expected) << kernel->name;
  }
}

// Cells of 1 S join two word lines to one bit line, whose terminal is behind 1 ohm: a star of three.
TEST(PortReduction, TwoWordLinesAreCoupledThroughABitLine) {
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 1;
  circuit.conductance = {1.0, 1.0};
  circuit.word_lines.start = {0.0};
  circuit.bit_lines.end = {1.0};
  EXPECT_EQ(PortReduction(circuit).word_line_coupling(), (std::vector<double>{0.0, 1.0 / 3.0, 1.0 / 3.0, 0.0}));
}

TEST(PortReduction, WithoutWiresWordLinesAreNotCoupled) {
  EXPECT_EQ(PortReduction(read_circuit(9, 5, 0.0, 1e4, 1e6, 6).circuit).word_line_coupling(), std::vector<double>(81, 0.0));
}

// A circuit of two-terminal conductances turns into heat what its terminals deliver.
TEST(PortReduction, EffectiveMatrixAndCouplingGiveThePower) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const unsigned rows = 1 + seed % 13;
    const unsigned columns = 1 + seed % 7;
    RandomCircuit random = random_circuit(rows, columns, {3.0, seed % 2 != 0, seed % 3 == 0, false, seed % 5 == 0}, 500 + seed);
    random.voltages = {};
    random.voltages.word_line_start = read_circuit(rows, columns, 1.0, 1e3, 1e4, seed).voltages.word_line_start;
    const std::vector<double>& volts = random.voltages.word_line_start;
    random.circuit.word_lines.start.assign(rows, 3.0);
    if (seed % 4 == 0) {
      random.circuit.word_lines.end.assign(rows, 0.5);
      random.voltages.word_line_end = volts;
    } else {
      random.circuit.word_lines.end = {no_terminal};
    }
    const PortReduction ports(random.circuit);
    const std::vector<double> effective = ports.effective_conductance();
    const std::vector<double> coupling = ports.word_line_coupling();
    double power = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column)
        power += volts[row] * volts[row] * effective[row * columns + column];
      for (std::size_t other = 0; other < row; ++other)
        power += coupling[row * rows + other] * (volts[row] - volts[other]) * (volts[row] - volts[other]);
    }
    const double delivered = NodalSolver(random.circuit).solve(random.voltages).source_power;
    EXPECT_NEAR(power, delivered, 1e-10 * delivered);
  }
}

TEST(PortReduction, AWireTakesFromEveryEntry) {
  // Rayleigh: with more resistance in series no conductance to a grounded line grows.
  const std::vector<double> ideal = PortReduction(read_circuit(12, 12, 0.0, 1e3, 1e5, 6).circuit).effective_conductance();
  const std::vector<double> real = PortReduction(read_circuit(12, 12, 1.0, 1e3, 1e5, 6).circuit).effective_conductance();
  double ideal_sum = 0.0;
  double real_sum = 0.0;
  for (std::size_t cell = 0; cell < ideal.size(); ++cell) {
    ideal_sum += ideal[cell];
    real_sum += real[cell];
  }
  EXPECT_LT(real_sum, ideal_sum);
}

TEST(PortReduction, ImpossibleInputsAreErrors) {
  RandomCircuit random = read_circuit(3, 3, 1.0, 1e3, 1e4, 12);
  const PortReduction ports(random.circuit);
  random.voltages.bit_line_start = {1.0};
  EXPECT_THROW(ports.solve(random.voltages), InputError);
  EXPECT_THROW(ports.column_currents({1.0, 1.0, 1.0, 1.0}, 2), InputError);
  random.circuit.conductance[0] = -1.0;
  EXPECT_THROW(PortReduction{random.circuit}, InputError);
}

}  // namespace

}  // namespace memcosim::test
