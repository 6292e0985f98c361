// SPDX-License-Identifier: Apache-2.0
// Circuits of cells that are not linear. A circuit in which every cell is replaced by its chord, the conductance I / V at the voltage of
// the solution, has the same solution: dense elimination in quadruple precision tells.
#include "memcosim/kernels/circuits/newton_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"

#include "circuit_expectations.hpp"
#include "dense_reference.hpp"
#include "function_cells.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

using ::testing::HasSubstr;

CrossbarCircuit with_chords(const CrossbarCircuit& circuit, const CellCharacteristics& cells, const CrossbarSolution& solution) {
  CellCurrents at_rest;
  CellCurrents currents;
  cells.evaluate(std::vector<double>(solution.cell_volts.size()), at_rest);
  cells.evaluate(solution.cell_volts, currents);
  CrossbarCircuit linear = circuit;
  for (std::size_t cell = 0; cell < linear.conductance.size(); ++cell) {
    if (linear.conductance[cell] == 0.0) continue;
    const double volts = solution.cell_volts[cell];
    linear.conductance[cell] = std::fabs(volts) > 1e-100 ? currents.amperes[cell] / volts : at_rest.siemens[cell];
  }
  return linear;
}

/// Errors of cell voltages relative to the largest of the terminals' (1 V).
void expect_chords(const RandomCircuit& random, const CellCharacteristics& cells, const CrossbarSolution& solution, double tolerance) {
  const CrossbarCircuit linear = with_chords(random.circuit, cells, solution);
  const DenseSolution dense = solve_dense(linear, random.voltages, solution.undefined_word_lines, solution.undefined_bit_lines);
  double current = 0.0;
  for (std::size_t cell = 0; cell < dense.cell_volts.size(); ++cell) {
    if (random.circuit.conductance[cell] == 0.0) continue;
    EXPECT_NEAR(solution.cell_volts[cell], dense.cell_volts[cell], tolerance) << cell;
    // Voltages of about 1 V have a rounding of 2e-15 V, which drives a current.
    const double siemens = linear.conductance[cell];
    current = std::max({current, std::fabs(siemens * dense.cell_volts[cell]), 2e-15 * siemens / (100 * tolerance)});
  }
  EXPECT_LT(relative_difference(solution.column_currents, dense.column_currents, current), 100 * tolerance);
  EXPECT_LT(relative_difference(solution.row_currents, dense.row_currents, current), 100 * tolerance);
  EXPECT_LE(solution.residual, 1e-12);
}

TEST(NewtonSolver, AgreesWithDenseElimination) {
  const std::tuple<std::uint32_t, std::uint32_t> shapes[] = {{1, 1}, {1, 2}, {2, 1}, {1, 7}, {9, 1}, {2, 2}, {3, 5}, {5, 3}, {6, 7}};
  unsigned seed = 0;
  for (const auto& [rows, columns] : shapes) {
    for (unsigned kind = 0; kind < 16; ++kind) {
      const CircuitKinds kinds{3.0, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, (kind & 8) != 0};
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind << " seed " << seed);
      const RandomCircuit random = random_circuit(rows, columns, kinds, ++seed);
      for (const double v0 : {0.1, 0.25}) {
        const SinhCells cells(random.circuit.conductance, v0);
        expect_chords(random, cells, NewtonSolver(random.circuit, cells).solve(random.voltages), 1e-10);
      }
    }
  }
}

/// Cells that let a thousandth through below 0 V, with corners at 0 V and elsewhere. Where lines float, a solution is right or refused.
TEST(NewtonSolver, CellsThatRectify) {
  unsigned refused = 0;
  const CurrentLaw law = table_law({{-2.0, -4e-3}, {-0.3, -3e-4}, {0.2, 0.1}, {0.5, 0.7}, {1.5, 4.0}});
  unsigned seed = 500;
  for (unsigned kind = 0; kind < 16; ++kind) {
    const CircuitKinds kinds{3.0, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, (kind & 8) != 0};
    for (const auto& [rows, columns] : {std::tuple{3u, 5u}, std::tuple{6u, 7u}, std::tuple{12u, 9u}}) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind << " seed " << seed);
      RandomCircuit random = random_circuit(rows, columns, kinds, ++seed);
      for (std::size_t row = 0; row < random.voltages.word_line_start.size(); row += 2)
        random.voltages.word_line_start[row] = -random.voltages.word_line_start[row];
      const FunctionCells cells([&](std::size_t cell, double volts) {
        const auto amperes = [&](double v) { return random.circuit.conductance[cell] * law.shape(v); };
        const double half = 1e-6 * std::max(std::fabs(volts), 0.1);
        return CellCurrent{amperes(volts), (amperes(volts + half) - amperes(volts - half)) / (2.0 * half)};
      });
      try {
        expect_chords(random, cells, NewtonSolver(random.circuit, cells).solve(random.voltages), 1e-10);
      } catch (const RunError& error) {
        EXPECT_TRUE(kinds.floating) << error.what();
        ++refused;
      }
    }
  }
  EXPECT_LE(refused, 1u) << "of 48";
}

TEST(NewtonSolver, OverTwelveDecadesIsRightOrRefuses) {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const CircuitKinds kinds{12.0, seed % 2 != 0, seed % 3 != 0, seed % 5 == 0, true};
    const RandomCircuit random = random_circuit(1 + seed % 6, 1 + seed % 5, kinds, 7000 + seed);
    const SinhCells cells(random.circuit.conductance, 0.25);
    try {
      expect_chords(random, cells, NewtonSolver(random.circuit, cells).solve(random.voltages), 1e-8);
    } catch (const RunError&) {
      ++refused;
    }
  }
  EXPECT_LT(refused, 30u);  // of 300
}

TEST(NewtonSolver, LinearCellsNeedNoMoreThanTheLinearSolution) {
  const RandomCircuit random = read_circuit(48, 32, 5.0, 1e3, 1e5, 3);
  const LinearCells cells(random.circuit.conductance);
  const CrossbarSolution solution = NewtonSolver(random.circuit, cells).solve(random.voltages);
  const CrossbarSolution linear = DeviceSpaceSolver(random.circuit).solve(random.voltages);
  EXPECT_LT(relative_difference(solution.column_currents, linear.column_currents), 1e-11);
  EXPECT_LT(relative_difference(solution.cell_volts, linear.cell_volts), 1e-11);
  expect_balanced(solution, 1e-10);
}

TEST(NewtonSolver, FlatterCharacteristicsApproachLinearCells) {
  // sinh(x) / x - 1 = x^2 / 6 + ...: the difference falls with the square of 1 V / v0.
  const RandomCircuit random = read_circuit(12, 20, 20.0, 1e3, 1e5, 4);
  const std::vector<double> linear = DeviceSpaceSolver(random.circuit).solve(random.voltages, 1e-14).column_currents;
  for (const double v0 : {1e2, 1e3, 1e4}) {
    const SinhCells cells(random.circuit.conductance, v0);
    const CrossbarSolution solution = NewtonSolver(random.circuit, cells).solve(random.voltages);
    const double difference = relative_difference(solution.column_currents, linear) * v0 * v0;
    EXPECT_GT(difference, 0.01);
    EXPECT_LT(difference, 1.0 / 6.0);
  }
}

TEST(NewtonSolver, MoreVoltageNeverTakesLessCurrent) {
  const RandomCircuit random = read_circuit(6, 5, 50.0, 1e3, 1e5, 5);
  const SinhCells cells(random.circuit.conductance, 0.1);
  NewtonSolver solver(random.circuit, cells);
  for (std::size_t row = 0; row < 6; ++row) {
    TerminalVoltages voltages = random.voltages;
    double before = -std::numeric_limits<double>::infinity();
    for (double volts = -2.0; volts <= 2.0; volts += 0.25) {
      voltages.word_line_start[row] = volts;
      const double current = solver.solve(voltages).row_currents[row];
      EXPECT_GT(current, before);
      before = current;
    }
  }
}

TEST(NewtonSolver, SteepCellsBehindWires) {
  // Up to 40 v0 at the terminals: the small-signal solution has e^40 times the current.
  for (const double v0 : {0.025, 0.05}) {
    for (const double ohm : {0.1, 10.0}) {
      const RandomCircuit random = read_circuit(8, 9, ohm, 1e3, 1e5, 6);
      const SinhCells cells(random.circuit.conductance, v0);
      NewtonSolver solver(random.circuit, cells);
      expect_chords(random, cells, solver.solve(random.voltages), 1e-10);
    }
  }
}

TEST(NewtonSolver, AStartNearTheSolutionSavesSteps) {
  RandomCircuit random = read_circuit(64, 64, 10.0, 1e3, 1e5, 7);
  const SinhCells cells(random.circuit.conductance, 0.25);
  NewtonSolver solver(random.circuit, cells);
  const CrossbarSolution first = solver.solve(random.voltages);
  EXPECT_EQ(solver.solve(random.voltages, first).iterations, 0u);
  for (double& volts : random.voltages.word_line_start)
    volts *= 1.001;
  const CrossbarSolution cold = solver.solve(random.voltages);
  const unsigned cold_steps = solver.linear_steps();
  const CrossbarSolution warm = solver.solve(random.voltages, first);
  EXPECT_LT(warm.iterations, cold.iterations);
  EXPECT_LT(solver.linear_steps(), cold_steps);
  EXPECT_LT(relative_difference(warm.column_currents, cold.column_currents), 1e-11);
}

TEST(NewtonSolver, ArrivesFromAnyStart) {
  for (const bool floating : {false, true}) {
    const RandomCircuit random = random_circuit(6, 8, {3.0, false, false, floating, true}, 8);
    const SinhCells cells(random.circuit.conductance, 0.25);
    NewtonSolver solver(random.circuit, cells);
    const CrossbarSolution expected = solver.solve(random.voltages);
    CrossbarSolution start = expected;
    for (std::size_t cell = 0; cell < start.cell_volts.size(); ++cell)
      start.cell_volts[cell] = cell % 2 == 0 ? 3.0 : -2.0;
    const CrossbarSolution solution = solver.solve(random.voltages, start);
    EXPECT_LT(relative_difference(solution.cell_volts, expected.cell_volts), 1e-10);
  }
}

/// A transistor in series: a resistance up to the compliance current, which then hardly rises. Its slope comes from a difference.
double compliance_current(double volts) {
  constexpr double compliance = 5e-5;
  const double linear = 1e-3 * volts;
  return linear / std::sqrt(1.0 + (linear / compliance) * (linear / compliance)) + 1e-12 * volts;
}

TEST(NewtonSolver, CellsInComplianceWithSlopesByDifferences) {
  for (const bool floating : {false, true}) {
    RandomCircuit random = random_circuit(7, 6, {2.0, true, false, floating, true}, 9);
    const FunctionCells cells([](std::size_t, double volts) {
      const double step = 1e-6 * std::max(std::fabs(volts), 0.01);
      return CellCurrent{compliance_current(volts), std::max(0.0, (compliance_current(volts + step) - compliance_current(volts)) / step)};
    });
    expect_chords(random, cells, NewtonSolver(random.circuit, cells).solve(random.voltages), 1e-10);
  }
}

TEST(NewtonSolver, CellsWithKinksAndWithoutSlope) {
  // 0.1 mS up to 0.2 V, 10 mS up to 0.3 V, and a constant current above.
  const RandomCircuit random = random_circuit(9, 7, {2.0, true, false, false, true}, 10);
  const FunctionCells cells([](std::size_t, double volts) {
    const double magnitude = std::fabs(volts);
    if (magnitude < 0.2) return CellCurrent{1e-4 * volts, 1e-4};
    if (magnitude < 0.3) return CellCurrent{std::copysign(2e-5 + 1e-2 * (magnitude - 0.2), volts), 1e-2};
    return CellCurrent{std::copysign(1.02e-3, volts), 0.0};
  });
  expect_chords(random, cells, NewtonSolver(random.circuit, cells).solve(random.voltages), 1e-10);
}

TEST(NewtonSolver, DiodesWhoseCurrentsOverflow) {
  // I = Is (exp(V / 26 mV) - 1): no double beyond 18 V; 25 V drive it.
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 2;
  circuit.conductance.assign(4, 1.0);
  circuit.word_lines.segment = circuit.bit_lines.segment = {10.0};
  circuit.word_lines.start = circuit.bit_lines.end = {1e3};
  TerminalVoltages voltages;
  voltages.word_line_start = {25.0, -25.0};
  const FunctionCells cells([](std::size_t, double volts) {
    return CellCurrent{1e-14 * std::expm1(volts / 0.026), 1e-14 * std::exp(volts / 0.026) / 0.026};
  });
  const CrossbarSolution solution = NewtonSolver(circuit, cells).solve(voltages);
  expect_chords({circuit, voltages}, cells, solution, 1e-9);
  EXPECT_GT(solution.cell_volts[0], 0.5);
  EXPECT_LT(solution.cell_volts[0], 1.0);
  EXPECT_NEAR(solution.row_currents[1], -2e-14, 1e-17);
}

TEST(NewtonSolver, WritesOfPassiveArraysHaveTheVoltagesOfOurReference) {
  // A passive 64 x 64 array of binary cells, 10 kohm and 1 Mohm, or 1 and 100 kohm; 2 V on the cell in the far corner, v0 = 0.25 V.
  struct Case {
    double ohm;
    double r_on;
    double half;
    double third;
    double floating;
  };
  for (const Case& expected : {Case{1.0, 1e4, 1.305, 1.391, 1.326}, Case{10.0, 1e3, 0.057, 0.032, 0.060}}) {
    CrossbarCircuit circuit;
    circuit.rows = circuit.columns = 64;
    std::uint64_t random = 78 * 2862933555777941757u + 3037000493u;
    for (unsigned draw = 0; draw < 10 + 64 * 64; ++draw) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      if (draw >= 10) circuit.conductance.push_back(random >> 63 == 0 ? 1.0 / expected.r_on : 0.01 / expected.r_on);
    }
    circuit.word_lines.segment = circuit.bit_lines.segment = {expected.ohm};
    const SinhCells cells(circuit.conductance, 0.25);
    for (const double share : {0.5, 1.0 / 3.0, 0.0}) {
      const double others = share > 0.0 ? expected.ohm : no_terminal;
      circuit.word_lines.start.assign(64, others);
      circuit.bit_lines.end.assign(64, others);
      circuit.word_lines.start.front() = circuit.bit_lines.end.back() = expected.ohm;
      TerminalVoltages voltages;
      voltages.word_line_start.assign(64, 2.0 * share);
      voltages.bit_line_end.assign(64, share > 0.0 ? 2.0 * (1.0 - share) : 0.0);
      voltages.word_line_start.front() = 2.0;
      voltages.bit_line_end.back() = 0.0;
      const double volts = share == 0.5 ? expected.half : share > 0.0 ? expected.third : expected.floating;
      EXPECT_NEAR(NewtonSolver(circuit, cells).solve(voltages).cell_volts[63], volts, 5.1e-4) << share;
    }
  }
}

template <class Error>
std::string fault_of(const CrossbarCircuit& circuit, const CellCharacteristics& cells, const TerminalVoltages& voltages,
                     const NewtonOptions& options = {}) {
  try {
    NewtonSolver(circuit, cells, options).solve(voltages);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(NewtonSolver, SaysWhatIsWrongWithTheCells) {
  const RandomCircuit random = read_circuit(3, 4, 1.0, 1e3, 1e5, 11);
  const auto fault = [&](const FunctionCells::Law& law) {
    return fault_of<InputError>(random.circuit, FunctionCells(law), random.voltages);
  };
  EXPECT_THAT(fault([](std::size_t cell, double volts) { return CellCurrent{-volts, cell == 5 ? -1.0 : 1.0}; }), HasSubstr("(1, 1)"));
  const LinearCells few({1e-4});
  EXPECT_THAT(fault_of<InputError>(random.circuit, few, random.voltages), HasSubstr("3 x 4"));
  const SinhCells many(std::vector<double>(13, 1e-4), 0.25);
  EXPECT_THAT(fault_of<InputError>(random.circuit, many, random.voltages), HasSubstr("13 cells"));
  const FunctionCells not_finite([](std::size_t, double) { return CellCurrent{std::numeric_limits<double>::quiet_NaN(), 1.0}; });
  EXPECT_THAT(fault_of<RunError>(random.circuit, not_finite, random.voltages), HasSubstr("not finite"));
  // Without wires nothing keeps 1 V from cells that hold 0.15 V.
  RandomCircuit ideal = read_circuit(3, 4, 0.0, 1e3, 1e5, 11);
  const SinhCells weak(ideal.circuit.conductance, 1e-3);
  EXPECT_THAT(fault_of<InputError>(ideal.circuit, weak, ideal.voltages), HasSubstr("hold up to 0.15 V"));
}

TEST(NewtonSolver, SaysWhenItDoesNotConverge) {
  const RandomCircuit random = read_circuit(12, 12, 10.0, 1e3, 1e5, 12);
  const SinhCells cells(random.circuit.conductance, 0.25);
  EXPECT_THAT(fault_of<RunError>(random.circuit, cells, random.voltages, {1e-12, 2}), HasSubstr("in 2 steps"));
  EXPECT_THAT(fault_of<RunError>(random.circuit, cells, random.voltages, {1e-30, 50}), HasSubstr("larger tolerance"));
  EXPECT_THAT(fault_of<InputError>(random.circuit, cells, random.voltages, {0.0, 50}), HasSubstr("between 0 and 1"));
  TerminalVoltages impossible;
  impossible.bit_line_start = {1.0};
  EXPECT_THROW(NewtonSolver(random.circuit, cells).solve(impossible), InputError);
  EXPECT_THROW(NewtonSolver(random.circuit, cells).solve(random.voltages, CrossbarSolution{}), InputError);
}

}  // namespace

}  // namespace memcosim::test
