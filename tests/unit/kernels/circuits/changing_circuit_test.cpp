// SPDX-License-Identifier: Apache-2.0
// A written circuit against a fresh reduction of the same state.
#include "memcosim/kernels/circuits/changing_circuit.hpp"

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "circuit_expectations.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

void expect_fresh(ChangingCircuit& changing, const TerminalVoltages& voltages, double tolerance) {
  const PortReduction fresh(changing.circuit());
  EXPECT_LT(relative_difference(changing.ports().effective_conductance(), fresh.effective_conductance()), tolerance);
  EXPECT_LT(relative_difference(changing.ports().word_line_coupling(), fresh.word_line_coupling(), 1e-9), tolerance);
  const TerminalCurrents currents = changing.ports().solve(voltages);
  const TerminalCurrents expected = fresh.solve(voltages);
  EXPECT_LT(relative_difference(currents.column_currents, expected.column_currents), tolerance);
  EXPECT_LT(relative_difference(currents.row_currents, expected.row_currents), tolerance);
}

/// Between 1 kohm and 1 Mohm.
double random_siemens(std::mt19937& engine) {
  return std::pow(10.0, -3.0 - 3.0 * static_cast<double>(engine()) / 4294967296.0);
}

}  // namespace

TEST(ChangingCircuit, AThousandWritesAgreeWithAFreshReduction) {
  for (const auto& [rows, columns] : {std::pair{5u, 3u}, {24u, 40u}, {64u, 64u}}) {
    for (const double ohm : {0.0, 1.0, 100.0}) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << ohm << " ohm");
      const RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e6, 11);
      ChangingCircuit changing(random.circuit);
      std::mt19937 engine(rows);
      for (unsigned write = 1; write <= 1000; ++write) {
        changing.set_cell(engine() % rows, engine() % columns, random_siemens(engine));
        if (write % 100 == 0) expect_fresh(changing, random.voltages, 1e-11);
      }
      EXPECT_EQ(changing.version(), 1000u);
      EXPECT_GT(changing.rebuilds(), 0u);
      EXPECT_LT(changing.rebuilds(), 1000u);
    }
  }
}

// Lines of all kinds: driven at both ends, ideal, floating, with open cells.
TEST(ChangingCircuit, RandomCircuitsAgreeWithAFreshReduction) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const unsigned rows = 1 + seed % 19;
    const unsigned columns = 1 + seed % 23;
    const CircuitKinds kinds{3.0, seed % 2 != 0, seed % 3 != 0, seed % 5 == 0, seed % 7 != 0};
    const RandomCircuit random = random_circuit(rows, columns, kinds, 900 + seed);
    ChangingCircuit changing(random.circuit);
    std::mt19937 engine(seed);
    for (unsigned write = 0; write < 12; ++write)
      changing.set_cell(engine() % rows, engine() % columns, engine() % 5 == 0 ? 0.0 : random_siemens(engine));
    expect_fresh(changing, random.voltages, 1e-10);
  }
}

TEST(ChangingCircuit, PulsesOnOneCellNeedOneResponse) {
  const RandomCircuit random = read_circuit(16, 16, 10.0, 1e3, 1e5, 2);
  ChangingCircuit changing(random.circuit);
  for (unsigned pulse = 1; pulse <= 200; ++pulse) {
    changing.set_cell(3, 7, 1e-6 * pulse);
    if (pulse % 50 == 0) expect_fresh(changing, random.voltages, 1e-12);
  }
  EXPECT_EQ(changing.rebuilds(), 0u);
  expect_fresh(changing, random.voltages, 1e-12);
}

// The response tells the voltage across the cell for any voltages of the terminals, and what that becomes when the cell changes.
TEST(ChangingCircuit, TheResponseIsThatOfTheNodalMethod) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    RandomCircuit random = read_circuit(10 + seed, 21, 20.0, 1e3, 1e5, seed);
    ChangingCircuit changing(random.circuit);
    std::mt19937 engine(seed);
    for (unsigned write = 0; write < seed; ++write)
      changing.set_cell(engine() % 10, engine() % 21, random_siemens(engine));
    const std::size_t row = engine() % 10;
    const std::size_t column = engine() % 21;
    const CellResponse response = changing.respond_to(row, column);
    double volts = 0.0;  // terminals of word lines come first; all others are at 0 V
    for (std::size_t port = 0; port < random.circuit.rows; ++port)
      volts += response.port_currents[port] * random.voltages.word_line_start[port];
    CrossbarCircuit circuit = changing.circuit();
    const std::size_t cell = row * 21 + column;
    EXPECT_NEAR(volts, NodalSolver(circuit).solve(random.voltages).cell_volts[cell], 1e-11);
    circuit.conductance[cell] += 3e-3;
    const double expected = NodalSolver(circuit).solve(random.voltages).cell_volts[cell];
    EXPECT_NEAR(volts / (1.0 + 3e-3 * response.ohms), expected, 1e-11);
  }
}

// A floating bit line whose only conducting cell opens carries nothing any more, and again when another cell conducts.
TEST(ChangingCircuit, ALineThatIsCutOffAndJoinedAgain) {
  CrossbarCircuit circuit = read_circuit(3, 2, 1.0, 1e3, 1e4, 4).circuit;
  circuit.bit_lines.end = {1.0, no_terminal};
  circuit.conductance[3] = circuit.conductance[5] = 0.0;
  ChangingCircuit changing(circuit);
  TerminalVoltages voltages;
  voltages.word_line_start = {1.0, 0.5, 0.2};
  changing.set_cell(0, 1, 0.0);
  expect_fresh(changing, voltages, 1e-13);
  EXPECT_THROW(changing.respond_to(0, 1), InputError);
  changing.set_cell(2, 1, 1e-4);
  expect_fresh(changing, voltages, 1e-13);
  changing.set_cell(1, 1, 1e-3);
  expect_fresh(changing, voltages, 1e-13);
}

TEST(ChangingCircuit, FewCellsAreWrittenManyMakeANewBase) {
  RandomCircuit random = read_circuit(40, 40, 1.0, 1e3, 1e5, 7);
  ChangingCircuit changing(random.circuit);
  changing.set_conductance(random.circuit.conductance);
  EXPECT_EQ(changing.version(), 0u);
  random.circuit.conductance[17] = 1e-4;
  random.circuit.conductance[1203] = 2e-4;
  changing.set_conductance(random.circuit.conductance);
  EXPECT_EQ(changing.version(), 1u);
  EXPECT_EQ(changing.rebuilds(), 0u);
  expect_fresh(changing, random.voltages, 1e-12);
  for (std::size_t cell = 0; cell < 400; ++cell)
    random.circuit.conductance[cell] = 1e-5;
  changing.set_conductance(random.circuit.conductance);
  EXPECT_EQ(changing.version(), 2u);
  EXPECT_EQ(changing.rebuilds(), 1u);
  EXPECT_EQ(changing.ports().effective_conductance(), PortReduction(random.circuit).effective_conductance());
}

TEST(ChangingCircuit, ImpossibleWritesAreErrors) {
  ChangingCircuit changing(read_circuit(3, 4, 1.0, 1e3, 1e5, 7).circuit);
  EXPECT_THROW(changing.set_cell(3, 0, 1e-3), InputError);
  EXPECT_THROW(changing.set_cell(0, 4, 1e-3), InputError);
  EXPECT_THROW(changing.set_cell(0, 0, -1e-3), InputError);
  EXPECT_THROW(changing.set_cell(0, 0, std::nan("")), InputError);
  EXPECT_THROW(changing.set_conductance({1e-3}), InputError);
  EXPECT_EQ(changing.version(), 0u);
}

}  // namespace memcosim::test
