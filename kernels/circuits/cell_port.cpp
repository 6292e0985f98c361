// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/cell_port.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"

namespace memcosim {

namespace {

constexpr double tightest = 1e-13;  ///< bounds of the relative tolerance of a correction
constexpr double loosest = 1e-2;
constexpr unsigned most_corrections = 10;
constexpr double small_violation = 1e-12;  ///< violation that needs no further correction
constexpr double largest_violation = 1e-11;
constexpr double largest_error = 1e-11;  ///< A, of the currents that 1 A through the cell causes, with conjugate gradients

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

double weighted(const std::vector<double>& gains, const std::vector<double>& volts) {
  double sum = 0.0;
  for (std::size_t line = 0; line < gains.size(); ++line)
    sum += gains[line] * at(volts, line);
  return sum;
}

bool contains(const std::vector<std::uint32_t>& lines, std::size_t line) {
  return std::binary_search(lines.begin(), lines.end(), line);
}

/// Largest violation of Kirchhoff's laws, relative to the 1 A and to the largest voltage that it causes.
double violation(const CrossbarSolution& solution, const CircuitMismatch& mismatch) {
  const double volts = std::max(largest_magnitude(solution.word_line_volts), largest_magnitude(solution.bit_line_volts));
  const double amperes = std::max(largest_magnitude(mismatch.word_line_current), largest_magnitude(mismatch.bit_line_current));
  return std::max(amperes, solution.missing_volts > 0.0 ? solution.missing_volts / volts : 0.0);
}

}  // namespace

CellPort PortGains::at(const TerminalVoltages& voltages) const {
  return {(weighted(word_line_start, voltages.word_line_start) + weighted(word_line_end, voltages.word_line_end)) +
              (weighted(bit_line_start, voltages.bit_line_start) + weighted(bit_line_end, voltages.bit_line_end)),
          series_ohms};
}

CellPorts::CellPorts(CrossbarCircuit circuit) : circuit_(std::move(circuit)) {
  check(circuit_);
}

void CellPorts::set_conductance(std::vector<double> siemens) {
  CrossbarCircuit circuit = circuit_;
  circuit.conductance = std::move(siemens);
  check(circuit);
  circuit_ = std::move(circuit);
}

PortGains CellPorts::of(std::size_t row, std::size_t column) {
  if (row >= circuit_.rows || column >= circuit_.columns) {
    throw InputError(fmt::format("cell ({}, {}) of an array of {} x {} cells", row, column, circuit_.rows, circuit_.columns));
  }
  const std::size_t place = row * circuit_.columns + column;
  CrossbarCircuit others = circuit_;
  others.conductance[place] = 0.0;
  const std::vector<double>& siemens = others.conductance;
  const CircuitEquations equations(others);
  PortGains gains;
  if (contains(equations.undefined_word_lines(), row) || contains(equations.undefined_bit_lines(), column)) {
    gains.series_ohms = std::numeric_limits<double>::infinity();
    gains.word_line_start = gains.word_line_end = std::vector<double>(circuit_.rows);
    gains.bit_line_start = gains.bit_line_end = std::vector<double>(circuit_.columns);
    return gains;
  }
  CircuitState state = equations.zero_state();
  CellCurrents cells;
  CircuitMismatch mismatch;
  const auto evaluate = [&] {
    evaluate_linear(siemens, state.cell_volts, cells);
    cells.amperes[place] = 1.0;
    state.cell_volts[place] = 0.0;  // the cell is a current source of 1 A; with 0 V its power is not added to that of the others
    return equations.evaluate({}, state, cells, mismatch);
  };
  CrossbarSolution solution = evaluate();
  double missing = violation(solution, mismatch);
  const auto refine = [&](auto correct) {
    for (unsigned round = 0; round < most_corrections && missing > small_violation; ++round) {
      correct();
      CrossbarSolution next = evaluate();
      const double left = violation(next, mismatch);
      const bool settled = !(left < 0.5 * missing);
      if (left <= missing) {
        solution = std::move(next);
        missing = left;
      }
      if (settled) break;
    }
  };
  const auto precision = [&] { return std::clamp(0.01 * small_violation / missing, tightest, loosest); };
  bool solved = false;
  if (!has_floating_cells(others) && !floats(others.word_lines, row) && !floats(others.bit_lines, column)) {
    if (device_space_) {
      device_space_->set_conductance(siemens);
    } else {
      device_space_.emplace(others);
    }
    refine([&] { device_space_->correct(mismatch, precision(), state); });
    solved = missing <= largest_violation && solution.current_error_bound <= largest_error;
  } else {
    if (schur_line_) {
      schur_line_->set_conductance(siemens);
    } else {
      schur_line_.emplace(others);
    }
    refine([&] { schur_line_->correct(mismatch, precision(), state); });
    solved = missing <= largest_violation;
  }
  if (!solved) {
    if (nodal_) {
      nodal_->set_conductance(siemens);
    } else {
      nodal_.emplace(others);
    }
    state = equations.zero_state();
    solution = evaluate();
    missing = violation(solution, mismatch);
    refine([&] { nodal_->correct(mismatch, state); });
  }
  if (!(missing <= largest_violation)) {
    throw RunError(
        fmt::format("the circuit around cell ({}, {}) is solved to a residual of {:.1e}, not {:.1e}: its resistances are too far "
                    "apart",
                    row, column, missing, largest_violation));
  }
  // The source of 1 A delivers all power, so its port has this resistance. A sum of powers keeps its digits where a difference of large
  // voltage drops would cancel.
  gains.series_ohms = solution.cell_power + solution.wire_power;
  gains.word_line_start = std::move(solution.word_line_start_currents);
  gains.word_line_end = std::move(solution.word_line_end_currents);
  gains.bit_line_start = std::move(solution.bit_line_start_currents);
  gains.bit_line_end = std::move(solution.bit_line_end_currents);
  return gains;
}

CellPort CellPorts::tangent(std::size_t row, std::size_t column, double volts, double amperes) {
  const double series_ohms = of(row, column).series_ohms;
  return {amperes == 0.0 ? volts : volts + series_ohms * amperes, series_ohms};  // 0 A: avoids infinity times 0
}

}  // namespace memcosim
