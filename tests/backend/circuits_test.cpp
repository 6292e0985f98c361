// SPDX-License-Identifier: Apache-2.0
// Circuits with resistive lines on the GPU against the same on the CPU.
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"
#include "memcosim/kernels/cuda/circuits/cell_circuits.hpp"
#include "memcosim/kernels/cuda/circuits/effective_products.hpp"
#include "memcosim/kernels/cuda/circuits/port_reductions.hpp"

#include "gpu_test.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {
namespace {

using memcosim::testing::few_cases;

class CircuitsOnGpu : public memcosim::testing::GpuTest {};

/// Largest difference relative to the expected value itself: positive values that are sums of positive ones have no other scale.
double entrywise_difference(const std::vector<double>& actual, const std::vector<double>& expected) {
  if (actual.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double largest = 0.0;
  for (std::size_t index = 0; index < actual.size(); ++index) {
    if (actual[index] == expected[index]) continue;
    const double difference = std::fabs(actual[index] / expected[index] - 1.0);
    largest = std::isfinite(difference) ? std::max(largest, difference) : std::numeric_limits<double>::infinity();
  }
  return largest;
}

/// Several states in the lines of one circuit.
std::vector<std::vector<double>> states_for(const CrossbarCircuit& circuit, const CircuitKinds& kinds, std::size_t count, unsigned seed) {
  std::vector<std::vector<double>> states{circuit.conductance};
  while (states.size() < count)
    states.push_back(
        random_circuit(circuit.rows, circuit.columns, kinds, seed * 1000 + static_cast<unsigned>(states.size())).circuit.conductance);
  return states;
}

void expect_reduced(const CrossbarCircuit& lines, const std::vector<std::vector<double>>& states, double tolerance) {
  cuda::PortReductions gpu(lines);
  const std::vector<PortReduction> reduced = gpu.reduce(states);
  const std::vector<EffectiveCircuit> effective = gpu.effective(states);
  ASSERT_EQ(reduced.size(), states.size());
  ASSERT_EQ(effective.size(), states.size());
  for (std::size_t array = 0; array < states.size(); ++array) {
    CrossbarCircuit circuit = lines;
    circuit.conductance = states[array];
    const PortReduction expected(circuit);
    EXPECT_LT(entrywise_difference(reduced[array].effective_conductance(), expected.effective_conductance()), tolerance);
    EXPECT_LT(entrywise_difference(reduced[array].word_line_coupling(), expected.word_line_coupling()), tolerance);
    EXPECT_TRUE(effective[array].conductance == reduced[array].effective_conductance());
    EXPECT_TRUE(effective[array].coupling == reduced[array].word_line_coupling());
  }
}

TEST_F(CircuitsOnGpu, PortsOfRandomLinesAreThoseOfTheCpu) {
  unsigned seed = 0;
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {1u, 9u}, {17u, 1u}, {4u, 3u}, {8u, 8u}, {16u, 8u}, {31u, 45u}, {70u, 61u}}) {
    for (unsigned kind = 0; kind < 8; ++kind) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind);
      const CircuitKinds kinds{kind == 0 ? 12.0 : 3.0, (kind & 1) != 0, (kind & 2) != 0, false, (kind & 4) != 0};
      const RandomCircuit random = random_circuit(rows, columns, kinds, ++seed);
      expect_reduced(random.circuit, states_for(random.circuit, kinds, 3, seed), 1e-12);
    }
  }
}

TEST_F(CircuitsOnGpu, PortsOfLargeArraysAreThoseOfTheCpu) {
  for (const auto& [rows, columns] : {std::pair{64u, 64u}, {128u, 128u}, {200u, 130u}, {97u, 256u}, {5u, 600u}}) {
    for (const double ohm : {0.001, 2.0, 50.0}) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << ohm << " ohm");
      RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e6, rows);
      for (std::size_t cell = 0; cell < random.circuit.conductance.size(); cell += 7)
        random.circuit.conductance[cell] = 0.0;
      if (ohm == 2.0) random.circuit.word_lines.end = {3.0};
      expect_reduced(random.circuit, {random.circuit.conductance, read_circuit(rows, columns, ohm, 1e4, 1e5, columns).circuit.conductance},
                     1e-12);
    }
  }
}

TEST_F(CircuitsOnGpu, AnArrayHasTheSameBitsInEveryBatch) {
  for (const auto& [rows, columns] : {std::pair{40u, 24u}, {128u, 70u}}) {
    const CrossbarCircuit lines = read_circuit(rows, columns, 2.0, 1e3, 1e5, 5).circuit;
    std::vector<std::vector<double>> states;
    for (unsigned state = 0; state < 7; ++state)
      states.push_back(read_circuit(rows, columns, 2.0, 1e3, 1e5, 50 + state).circuit.conductance);
    cuda::PortReductions gpu(lines, 3);
    EXPECT_EQ(gpu.arrays_at_once(), 3u);
    const std::vector<EffectiveCircuit> together = cuda::PortReductions(lines).effective(states);
    const std::vector<EffectiveCircuit> by_threes = gpu.effective(states);
    for (std::size_t state = 0; state < states.size(); ++state) {
      const EffectiveCircuit alone = gpu.effective({states[state]}).front();
      EXPECT_EQ(together[state].conductance, alone.conductance);
      EXPECT_EQ(together[state].coupling, alone.coupling);
      EXPECT_EQ(by_threes[state].conductance, alone.conductance);
    }
  }
}

TEST_F(CircuitsOnGpu, FloatingLinesAndImpossibleConductancesAreRefused) {
  RandomCircuit random = read_circuit(3, 4, 1.0, 1e3, 1e4, 12);
  cuda::PortReductions gpu(random.circuit);
  EXPECT_EQ(cuda::PortReductions::why_not(random.circuit), "");
  EXPECT_THROW(gpu.effective({{1.0}}), InputError);
  random.circuit.conductance[0] = -1.0;
  EXPECT_THROW(gpu.effective({random.circuit.conductance}), InputError);
  random.circuit.bit_lines.end = {no_terminal};
  EXPECT_NE(cuda::PortReductions::why_not(random.circuit), "");
  EXPECT_THROW(cuda::PortReductions{random.circuit}, InputError);
}

TEST_F(CircuitsOnGpu, ProductsAreThoseOfTheCpuAndDoNotDependOnTheBatch) {
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {7u, 23u}, {40u, 24u}, {64u, 16u}, {65u, 17u}, {300u, 70u}}) {
    SCOPED_TRACE(::testing::Message() << rows << " x " << columns);
    const PortReduction cpu(read_circuit(rows, columns, 2.0, 1e3, 1e5, 5).circuit);
    cuda::EffectiveProducts gpu(rows, columns, cpu.effective_conductance());
    for (const std::size_t inputs : {1u, 31u, 33u, 100u}) {
      std::vector<double> volts;
      std::vector<double> alone;
      for (unsigned input = 0; input < inputs; ++input) {
        const std::vector<double> drive = read_circuit(rows, 1, 2.0, 1e3, 1e5, 40 + input).voltages.word_line_start;
        volts.insert(volts.end(), drive.begin(), drive.end());
        const std::vector<double> found = gpu.column_currents(drive, 1);
        alone.insert(alone.end(), found.begin(), found.end());
      }
      const std::vector<double> together = gpu.column_currents(volts, inputs);
      EXPECT_EQ(together, alone);
      EXPECT_LT(entrywise_difference(together, cpu.column_currents(volts, inputs)), 1e-13);
    }
    EXPECT_THROW(gpu.column_currents({1.0}, 3), InputError);
  }
}

double largest_of(const std::vector<double>& values) {
  double largest = 0.0;
  for (const double value : values)
    largest = std::max(largest, std::fabs(value));
  return largest;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t index = 0; index < actual.size(); ++index)
    ASSERT_NEAR(actual[index], expected[index], tolerance) << index;
}

void expect_solution(const cuda::CellCircuitSolution& found, const CrossbarSolution& expected, double tolerance) {
  const double current = std::max(largest_of(expected.row_currents), largest_of(expected.column_currents));
  expect_near(found.row_currents, expected.row_currents, tolerance * current);
  expect_near(found.column_currents, expected.column_currents, tolerance * current);
  EXPECT_LE(found.current_error_bound, 10.0 * expected.current_error_bound + tolerance * current);
}

TEST_F(CircuitsOnGpu, VoltagesOfLinearCellsAreThoseOfTheCpu) {
  unsigned seed = 7000;
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {1u, 40u}, {33u, 1u}, {9u, 14u}, {31u, 45u}, {64u, 64u}, {70u, 61u}}) {
    for (unsigned kind = 0; kind < 8; ++kind) {
      if (few_cases() && rows * columns > 200) continue;
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind);
      const CircuitKinds kinds{1.0, (kind & 1) != 0, (kind & 2) != 0, false, (kind & 4) != 0};
      const RandomCircuit random = random_circuit(rows, columns, kinds, ++seed);
      const RandomCircuit other = random_circuit(rows, columns, kinds, seed + 500);
      const std::vector<std::vector<double>> states{random.circuit.conductance, other.circuit.conductance};
      cuda::CellCircuits gpu(random.circuit);
      TerminalVoltages halved = random.voltages;
      for (double& volts : halved.word_line_start)
        volts *= 0.5;
      const std::vector<cuda::CellCircuits::Input> inputs{{0, random.voltages}, {1, random.voltages}, {1, halved}};
      const auto found = gpu.solve(states, inputs);
      ASSERT_EQ(found.size(), inputs.size());
      for (std::size_t index = 0; index < inputs.size(); ++index) {
        CrossbarCircuit circuit = random.circuit;
        circuit.conductance = states[inputs[index].array];
        const CrossbarSolution expected = DeviceSpaceSolver(circuit).solve(inputs[index].voltages);
        expect_solution(found[index], expected, 1e-10);
        for (std::size_t cell = 0; cell < expected.cell_volts.size(); ++cell)
          ASSERT_NEAR(found[index].cell_volts[cell], expected.cell_volts[cell], 1e-8) << cell;
      }
    }
  }
}

TEST_F(CircuitsOnGpu, LinearSolutionsAgreeWithThePorts) {
  for (const double ohm : {0.01, 1.0, 10.0}) {
    const RandomCircuit random = few_cases() ? read_circuit(30, 20, ohm, 1e3, 1e6, 3) : read_circuit(150, 90, ohm, 1e3, 1e6, 3);
    cuda::CellCircuits gpu(random.circuit);
    const auto found = gpu.solve({random.circuit.conductance}, {{0, random.voltages}});
    const std::vector<double> expected = PortReduction(random.circuit).solve(random.voltages).column_currents;
    expect_near(found[0].column_currents, expected, 1e-11 * largest_of(expected));
    EXPECT_GE(found[0].current_error_bound, 0.0);
    EXPECT_LT(found[0].current_error_bound, 1e-9 * largest_of(expected));
  }
}

TEST_F(CircuitsOnGpu, SinhCellsAreThoseOfTheCpu) {
  unsigned seed = 90;
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {3u, 17u}, {40u, 40u}, {80u, 65u}, {128u, 128u}}) {
    for (const auto& [ohm, r_on, v0] : {std::tuple{1.0, 1e4, 0.25}, {10.0, 1e3, 0.25}, {10.0, 1e3, 0.1}, {0.0, 1e3, 0.05}}) {
      if (few_cases() && rows > 10) continue;
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << ohm << " ohm, v0 " << v0);
      RandomCircuit random = read_circuit(rows, columns, ohm, r_on, 100 * r_on, ++seed);
      for (std::size_t cell = 1; cell < random.circuit.conductance.size(); cell += 5)
        random.circuit.conductance[cell] = 0.0;
      const SinhCells cells(random.circuit.conductance, v0);
      const CrossbarSolution expected = NewtonSolver(random.circuit, cells).solve(random.voltages);
      cuda::CellCircuits gpu(random.circuit);
      const auto found = gpu.solve({random.circuit.conductance}, {{0, random.voltages}}, cuda::CellLaw::sinh(v0));
      expect_solution(found[0], expected, 1e-9);
      expect_near(found[0].cell_volts, expected.cell_volts, 1e-9);
    }
  }
}

/// As CellArray shows its cells under a current law: in proportion to the law's shape, slopes by differences.
class Shaped final : public CellCharacteristics {
 public:
  Shaped(std::vector<double> siemens, const CurrentLaw& law, double read_volts)
      : siemens_(std::move(siemens)), law_(law), read_(read_volts) {}
  void evaluate(const std::vector<double>& volts, CellCurrents& currents) const override {
    currents.amperes.resize(volts.size());
    currents.siemens.resize(volts.size());
    for (std::size_t cell = 0; cell < volts.size(); ++cell) {
      const auto amperes = [&](double v) { return siemens_[cell] * read_ * law_.shape(v) / law_.shape(read_); };
      const double half = 1e-5 * std::max(std::fabs(volts[cell]), read_);
      currents.amperes[cell] = amperes(volts[cell]);
      currents.siemens[cell] = (amperes(volts[cell] + half) - amperes(volts[cell] - half)) / (2.0 * half);
    }
  }

 private:
  std::vector<double> siemens_;
  CurrentLaw law_;
  double read_;
};

TEST_F(CircuitsOnGpu, CellsUnderACurrentLawAreThoseOfTheCpu) {
  CurrentLaw sinh;
  sinh.kind = CurrentLaw::Kind::sinh;
  sinh.v0 = 0.2;
  CurrentLaw cubic;
  cubic.kind = CurrentLaw::Kind::polynomial;
  cubic.c3 = 2.0;
  CurrentLaw table;
  table.kind = CurrentLaw::Kind::table;
  table.points = 3;
  table.volts[0] = 0.3;
  table.volts[1] = 0.6;
  table.volts[2] = 1.0;
  table.relative[0] = 0.1;
  table.relative[1] = 0.4;
  table.relative[2] = 1.0;
  const CurrentLaw rectifying = table_law({{-1.0, -0.01}, {-0.3, -0.002}, {0.3, 0.1}, {0.6, 0.4}, {1.0, 1.0}});
  for (const CurrentLaw& law : {sinh, cubic, table, rectifying}) {
    RandomCircuit random = read_circuit(50, 70, 3.0, 1e3, 1e5, 17);
    // Every third line is driven from below 0 V: its cells conduct the other way.
    for (std::size_t row = 0; row < random.voltages.word_line_start.size(); row += 3)
      random.voltages.word_line_start[row] = -random.voltages.word_line_start[row];
    const Shaped cells(random.circuit.conductance, law, 0.5);
    const CrossbarSolution expected = NewtonSolver(random.circuit, cells).solve(random.voltages);
    cuda::CellCircuits gpu(random.circuit);
    const auto found = gpu.solve({random.circuit.conductance}, {{0, random.voltages}}, cuda::CellLaw::shaped(law, 0.5));
    expect_solution(found[0], expected, 1e-9);
  }
}

TEST_F(CircuitsOnGpu, ASolutionHasTheSameBitsInEveryBatch) {
  const RandomCircuit random = read_circuit(75, 60, 5.0, 1e3, 1e5, 9);
  std::vector<std::vector<double>> states;
  std::vector<cuda::CellCircuits::Input> inputs;
  for (unsigned state = 0; state < 3; ++state)
    states.push_back(read_circuit(75, 60, 5.0, 1e3, 1e5, 10 + state).circuit.conductance);
  const std::size_t count = few_cases() ? 12 : 400;
  for (unsigned input = 0; input < count; ++input)
    inputs.push_back({input % 3, read_circuit(75, 1, 5.0, 1e3, 1e5, 20 + input % 40).voltages});
  cuda::CellCircuits gpu(random.circuit);
  for (const cuda::CellLaw& law : {cuda::CellLaw::linear(), cuda::CellLaw::sinh(0.2)}) {
    const auto together = gpu.solve(states, inputs, law);
    for (const std::size_t index : {std::size_t{0}, std::size_t{1}, count / 5, count - 1}) {
      const auto alone = gpu.solve({states[inputs[index].array]}, {{0, inputs[index].voltages}}, law);
      EXPECT_TRUE(together[index].cell_volts == alone[0].cell_volts);
      EXPECT_TRUE(together[index].column_currents == alone[0].column_currents);
      EXPECT_EQ(together[index].linear_steps, alone[0].linear_steps);
    }
  }
}

TEST_F(CircuitsOnGpu, ACellsResponseUpdatesTheEffectiveConductances) {
  for (const bool both_ends : {false, true}) {
    SCOPED_TRACE(both_ends);
    RandomCircuit random = read_circuit(60, 45, 4.0, 1e3, 1e5, 21);
    if (both_ends) random.circuit.word_lines.end = random.circuit.bit_lines.start = {7.0};
    std::vector<std::vector<double>> states{random.circuit.conductance, read_circuit(60, 45, 4.0, 1e3, 1e5, 22).circuit.conductance};
    states[1][5 * 45 + 44] = 0.0;
    const std::vector<cuda::CellCircuits::Cell> cells{{0, 0, 0}, {0, 59, 0}, {1, 30, 20}, {1, 5, 44}};
    const auto responses = cuda::CellCircuits(random.circuit).respond(states, cells);
    ASSERT_EQ(responses.size(), cells.size());
    for (std::size_t index = 0; index < cells.size(); ++index) {
      const cuda::CellCircuits::Cell& cell = cells[index];
      CrossbarCircuit circuit = random.circuit;
      circuit.conductance = states[cell.array];
      cuda::EffectiveProducts products(60, 45, PortReduction(circuit).effective_conductance());
      double& siemens = circuit.conductance[cell.row * 45 + cell.column];
      const double change = 1.5e-3 - siemens;
      siemens += change;
      const double factor = change / (1.0 + change * responses[index].ohms);
      products.update(responses[index].row_shares, responses[index].column_shares, factor);
      const std::vector<double> expected = PortReduction(circuit).effective_conductance();
      expect_near(products.conductance(), expected, 1e-11 * largest_of(expected));
    }
  }
  cuda::CellCircuits gpu(read_circuit(3, 4, 1.0, 1e3, 1e4, 12).circuit);
  EXPECT_THROW(gpu.respond({std::vector<double>(12, 1e-3)}, {{0, 3, 0}}), InputError);
}

TEST_F(CircuitsOnGpu, ImpossibleInputsOfCellCircuitsAreRefused) {
  RandomCircuit random = read_circuit(3, 4, 1.0, 1e3, 1e4, 12);
  cuda::CellCircuits gpu(random.circuit);
  const auto& siemens = random.circuit.conductance;
  EXPECT_THROW(gpu.solve({siemens}, {{1, random.voltages}}), InputError);
  EXPECT_THROW(gpu.solve({siemens}, {{0, random.voltages}}, cuda::CellLaw::sinh(0.0)), InputError);
  EXPECT_THROW(gpu.solve({siemens}, {{0, random.voltages}}, cuda::CellLaw::shaped({}, 0.2)), InputError);
  EXPECT_THROW(gpu.solve({siemens}, {{0, random.voltages}}, {}, 0.0), InputError);
  const RandomCircuit larger = read_circuit(40, 40, 1.0, 1e3, 1e4, 12);
  cuda::CellCircuits of_larger(larger.circuit);
  EXPECT_THROW(of_larger.solve({larger.circuit.conductance}, {{0, larger.voltages}}, {}, 1e-25), RunError);
  EXPECT_THROW(of_larger.solve({larger.circuit.conductance}, {{0, larger.voltages}}, cuda::CellLaw::sinh(1e-4)), std::exception);
  random.voltages.bit_line_start = {1.0};
  EXPECT_THROW(gpu.solve({siemens}, {{0, random.voltages}}), InputError);
  random.circuit.bit_lines.end = {no_terminal};
  EXPECT_THROW(cuda::CellCircuits{random.circuit}, InputError);
}

}  // namespace
}  // namespace memcosim::test
