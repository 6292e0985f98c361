// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/newton_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr double loosest = 0.1;          ///< largest relative tolerance of linear solutions
constexpr double tightest = 1e-9;        ///< smallest one, used if inaccurate linear solutions seem to make steps fail
constexpr double floating_share = 1e-4;  ///< factor on the tolerance with floating lines: their current errors mislead the line search
constexpr double rounding = 1e-13;
constexpr double smallest_slope = 1e-300;  ///< S: smaller slopes count as 0, because their inverse overflows
constexpr double flat_enough = 0.5;        ///< a shortened step ends if the slope of the content is at most this share of the first one
constexpr unsigned most_lengths = 60;      ///< largest number of lengths tried for a step
constexpr unsigned most_stalled = 15;      ///< Newton steps without progress after which the direct method is used
constexpr double voltage_law_share = 1e-3;

void add(const std::vector<double>& step, double length, std::vector<double>& values) {
  for (std::size_t index = 0; index < values.size(); ++index)
    values[index] += length * step[index];
}

}  // namespace

NewtonSolver::NewtonSolver(CrossbarCircuit circuit, const CellCharacteristics& cells, const NewtonOptions& options)
    : equations_(std::move(circuit)), characteristics_(cells), options_(options) {
  if (!(options_.tolerance > 0.0 && options_.tolerance < 1.0)) {
    throw InputError(fmt::format("the tolerance of an iterative solution is between 0 and 1, not {}", options_.tolerance));
  }
  if (has_floating_cells(equations_.circuit())) {
    schur_line_.emplace(equations_.circuit());
  } else {
    device_space_.emplace(equations_.circuit());
  }
}

void NewtonSolver::evaluate_cells(const std::vector<double>& volts, CellCurrents& cells) const {
  characteristics_.evaluate(volts, cells);
  const CrossbarCircuit& circuit = equations_.circuit();
  const std::size_t size = circuit.conductance.size();
  if (cells.amperes.size() != size || cells.siemens.size() != size) {
    throw InputError(fmt::format("characteristics of {} cells, with {} slopes, in a circuit of {} x {} cells", cells.amperes.size(),
                                 cells.siemens.size(), circuit.rows, circuit.columns));
  }
  for (std::size_t cell = 0; cell < size; ++cell) {
    double& siemens = cells.siemens[cell];
    if (circuit.conductance[cell] == 0.0) {
      cells.amperes[cell] = siemens = 0.0;
    } else if (siemens < 0.0) {
      throw InputError(fmt::format("the current of cell ({}, {}) falls at {} V, by {} S: only characteristics that rise have one solution",
                                   cell / circuit.columns, cell % circuit.columns, volts[cell], -siemens));
    } else if (siemens < smallest_slope) {
      siemens = 0.0;
    }
  }
}

NewtonSolver::Point NewtonSolver::evaluate(const TerminalVoltages& voltages, CircuitState state) const {
  Point point;
  point.state = std::move(state);
  evaluate_cells(point.state.cell_volts, point.cells);
  double sum = 0.0;
  for (std::size_t cell = 0; cell < point.cells.amperes.size(); ++cell)
    sum += std::fabs(point.cells.amperes[cell]) + point.cells.siemens[cell];
  if (!std::isfinite(sum)) {
    point.violation = point.solution.residual = std::numeric_limits<double>::infinity();
    return point;
  }
  point.solution = equations_.evaluate(voltages, point.state, point.cells, point.mismatch);
  // With far too large currents the drops are so large that the relative residual is small: also compare with the terminal voltages.
  const double scale = largest_magnitude(voltages);
  point.violation =
      scale > 0.0 ? std::max(point.solution.residual, voltage_law_share * point.solution.missing_volts / scale) : point.solution.residual;
  return point;
}

NewtonSolver::Point NewtonSolver::evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CircuitState& step,
                                           double length) const {
  CircuitState moved = state;
  add(step.cell_volts, length, moved.cell_volts);
  add(step.word_line_first, length, moved.word_line_first);
  add(step.bit_line_first, length, moved.bit_line_first);
  return evaluate(voltages, std::move(moved));
}

CircuitState NewtonSolver::linear_step(const Point& point, double tolerance) {
  CircuitState step = equations_.zero_state();
  if (nodal_) {
    nodal_->set_conductance(point.cells.siemens);
    nodal_->correct(point.mismatch, step);
    ++linear_steps_;
  } else if (schur_line_) {
    schur_line_->set_conductance(point.cells.siemens);
    linear_steps_ += schur_line_->correct(point.mismatch, std::max(floating_share * tolerance, rounding), step);
  } else {
    device_space_->set_conductance(point.cells.siemens);
    linear_steps_ += device_space_->correct(point.mismatch, tolerance, step);
  }
  const std::vector<double>& conductance = equations_.circuit().conductance;
  for (std::size_t cell = 0; cell < conductance.size(); ++cell) {
    if (conductance[cell] == 0.0) step.cell_volts[cell] = 0.0;
  }
  return step;
}

/// Line search: moves `here` along the step to a point where the content is lower and its slope is flat; `next`: point at the end of the
/// full step. Returns the length; 0 if the content does not fall. At the voltages d(t) = d + t s the content falls by F dI(d)/dV s per
/// length, where F is the violation of the voltage law. A floating line is treated as if it had the voltage at the end of the full step.
double NewtonSolver::shorten(const TerminalVoltages& voltages, const CircuitState& step, Point& here, Point next) const {
  const CrossbarCircuit& circuit = equations_.circuit();
  const auto fall = [&](const Point& point, double length) {
    if (!std::isfinite(point.violation)) return -std::numeric_limits<double>::infinity();
    double sum = 0.0;
    for (std::size_t row = 0; row < circuit.rows; ++row) {
      const double of_row = equations_.word_lines().floats(row) ? step.word_line_first[row] : 0.0;
      for (std::size_t column = 0; column < circuit.columns; ++column) {
        const std::size_t cell = row * circuit.columns + column;
        const double of_column = equations_.bit_lines().floats(column) ? step.bit_line_first[column] : 0.0;
        const double missing = point.mismatch.cell_volts[cell] + (1.0 - length) * (of_row - of_column);
        sum += missing * point.cells.siemens[cell] * step.cell_volts[cell];
      }
    }
    return sum;
  };
  const CircuitState start = here.state;
  const double first = fall(here, 0.0);
  double before = 0.0;
  double fall_before = first;
  double behind = 1.0;
  double length = 1.0;
  if (!(first > 0.0)) return 0.0;
  for (unsigned trial = 0; trial < most_lengths; ++trial) {
    const double here_fall = fall(next, length);
    double share = 0.5;
    if (here_fall >= 0.0) {
      before = length;
      fall_before = here_fall;
      here = std::move(next);
      if (here_fall <= flat_enough * first || length == 1.0) break;
    } else {
      behind = length;
      if (std::isfinite(here_fall)) share = (fall_before - 0.5 * flat_enough * first) / (fall_before - here_fall);
    }
    length = before + std::clamp(share, 0.1, 0.7) * (behind - before);
    next = evaluate(voltages, start, step, length);
  }
  return before;
}

CrossbarSolution NewtonSolver::iterate(const TerminalVoltages& voltages, CircuitState state) {
  linear_steps_ = 0;
  nodal_.reset();
  Point here = evaluate(voltages, std::move(state));
  if (!std::isfinite(here.violation)) throw RunError("the cells' currents are not finite at the voltages to start from");
  double best = here.violation;
  double forcing = loosest;
  unsigned stalled = 0;
  unsigned step = 0;
  for (; here.violation > options_.tolerance && step < options_.most_steps; ++step) {
    options_.stop.check();
    const CircuitState change = linear_step(here, std::max(forcing, 0.1 * options_.tolerance / here.violation));
    Point next = evaluate(voltages, here.state, change, 1.0);
    if (next.violation <= 0.5 * best) {
      forcing = std::min(loosest, 0.5 * std::pow(next.violation / here.violation, 1.6));
      best = next.violation;
      here = std::move(next);
      stalled = 0;
      continue;
    }
    if (++stalled == most_stalled && !nodal_) nodal_.emplace(equations_.circuit());
    const double length = shorten(voltages, change, here, std::move(next));
    if (length == 0.0 && nodal_) break;
    forcing = length == 1.0 || length == 0.0 ? std::max(0.1 * forcing, tightest) : loosest;
  }
  if (!(here.violation <= options_.tolerance)) {
    throw RunError(
        fmt::format("Newton's method reached a violation of Kirchhoff's laws of {:.1e}, not {:.1e}, in {} steps: check that the cells' "
                    "currents rise with the "
                    "voltage and that their slopes belong to them, or ask for a larger tolerance",
                    here.violation, options_.tolerance, step));
  }
  const double largest = characteristics_.largest_volts();
  for (const double volts : here.state.cell_volts) {
    if (std::fabs(volts) <= largest) continue;
    throw InputError(fmt::format("{} V across a cell: its characteristics hold up to {} V", volts, largest));
  }
  here.solution.method = "newton";
  here.solution.iterations = step;
  return std::move(here.solution);
}

CrossbarSolution NewtonSolver::solve(const TerminalVoltages& voltages) {
  check(voltages, equations_.circuit());
  return iterate(voltages, equations_.zero_state());
}

CrossbarSolution NewtonSolver::solve(const TerminalVoltages& voltages, const CrossbarSolution& start) {
  const CrossbarCircuit& circuit = equations_.circuit();
  check(voltages, circuit);
  const std::size_t size = circuit.conductance.size();
  if (start.cell_volts.size() != size || start.word_line_volts.size() != size || start.bit_line_volts.size() != size) {
    throw InputError(fmt::format("a start with {} cells for a circuit of {} x {}", start.cell_volts.size(), circuit.rows, circuit.columns));
  }
  CircuitState state = equations_.zero_state();
  for (std::size_t cell = 0; cell < size; ++cell) {
    if (circuit.conductance[cell] > 0.0) state.cell_volts[cell] = start.cell_volts[cell];
  }
  for (std::size_t row = 0; row < circuit.rows; ++row)
    state.word_line_first[row] = start.word_line_volts[row * circuit.columns];
  for (std::size_t column = 0; column < circuit.columns; ++column)
    state.bit_line_first[column] = start.bit_line_volts[column];
  return iterate(voltages, std::move(state));
}

}  // namespace memcosim
