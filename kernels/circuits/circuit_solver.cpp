// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/circuit_solver.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr double most_missing = 1e-10;  ///< allowed violation of the voltage law, relative to the largest voltage
constexpr double most_apart = 1e-9;     ///< allowed difference of reduction and solution, relative to the largest current

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values)
    sum += value;
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

TerminalCurrents currents_of(CrossbarSolution solution) {
  return {std::move(solution.row_currents), std::move(solution.column_currents)};
}

void widen(const std::vector<double>& actual, const std::vector<double>& expected, double& apart, double& largest) {
  for (std::size_t line = 0; line < expected.size(); ++line) {
    const double difference = std::fabs(actual[line] - expected[line]);
    if (!(difference <= apart)) apart = difference;
    largest = std::max(largest, std::fabs(expected[line]));
  }
}

}  // namespace

double wire_weight(const CrossbarCircuit& circuit) {
  constexpr double four_by_pi_squared = 0.40528473456935109;
  const double rows = circuit.rows;
  const double columns = circuit.columns;
  const double ohms = mean(circuit.word_lines.segment) * columns * columns + mean(circuit.bit_lines.segment) * rows * rows;
  return mean(circuit.conductance) * four_by_pi_squared * ohms;
}

std::size_t inputs_worth_a_reduction(const CrossbarCircuit& circuit) {
  if (std::max(circuit.rows, circuit.columns) < 16) return 15;
  return static_cast<std::size_t>(std::max(1.0, std::round(60.0 / (8.0 + 2.2 * std::sqrt(wire_weight(circuit))))));
}

CircuitSolver::CircuitSolver(CrossbarCircuit circuit, const CircuitSolverOptions& options)
    : circuit_(std::move(circuit)), options_(options) {
  check(circuit_);
  if (!(options_.tolerance > 0.0 && options_.tolerance < 1.0)) {
    throw InputError(fmt::format("the tolerance of an iterative solution is between 0 and 1, not {}", options_.tolerance));
  }
  if (options_.method == CircuitMethod::device_space_cg) device_space_.emplace(circuit_);
  worth_a_reduction_ = inputs_worth_a_reduction(circuit_);
}

void CircuitSolver::set_conductance(std::vector<double> siemens) {
  check_conductance(siemens, circuit_.rows, circuit_.columns);
  if (device_space_) device_space_->set_conductance(siemens);
  circuit_.conductance = std::move(siemens);
  worth_a_reduction_ = inputs_worth_a_reduction(circuit_);
  nodal_outdated_ = nodal_.has_value();
  schur_line_outdated_ = schur_line_.has_value();
  schur_line_fails_ = false;
  ports_.reset();
}

CrossbarSolution CircuitSolver::solve_nodal(const TerminalVoltages& voltages) {
  if (!nodal_) nodal_.emplace(circuit_);
  if (nodal_outdated_) nodal_->set_conductance(circuit_.conductance);
  nodal_outdated_ = false;
  return nodal_->solve(voltages);
}

CrossbarSolution CircuitSolver::solve_schur_line(const TerminalVoltages& voltages) {
  if (!schur_line_) schur_line_.emplace(circuit_);
  if (schur_line_outdated_) schur_line_->set_conductance(circuit_.conductance);
  schur_line_outdated_ = false;
  return schur_line_->solve(voltages, options_.tolerance);
}

CrossbarSolution CircuitSolver::solve(const TerminalVoltages& voltages) {
  check(voltages, circuit_);
  switch (options_.method) {
    case CircuitMethod::superlu:
      choice_ = "superlu: as asked for";
      return solve_nodal(voltages);
    case CircuitMethod::device_space_cg:
      choice_ = "device_space_cg: as asked for";
      return device_space_->solve(voltages, options_.tolerance);
    case CircuitMethod::schur_line_cg:
      choice_ = "schur_line_cg: as asked for";
      return solve_schur_line(voltages);
    case CircuitMethod::port_reduction:
      choice_ = "schur_line_cg: port reduction does not know voltages inside the array";
      return solve_schur_line(voltages);
    case CircuitMethod::automatic:
      break;
  }
  if (!schur_line_fails_) {
    try {
      CrossbarSolution solution = solve_schur_line(voltages);
      choice_ = fmt::format("schur_line_cg: all voltages, wire weight {:.2g}", wire_weight(circuit_));
      if (solution.missing_volts <= std::max(most_missing, options_.tolerance) * largest_magnitude(voltages)) return solution;
    } catch (const RunError&) {
      // Use the direct method, which throws if it cannot solve the circuit either.
    }
    schur_line_fails_ = true;
  }
  choice_ = "superlu: resistances too far apart for conjugate gradients";
  return solve_nodal(voltages);
}

/// Reduces the circuit to its ports. Since a reduction has no residual, one input is also solved by another method and compared.
void CircuitSolver::reduce(const TerminalVoltages& check_voltages) {
  PortReduction ports(circuit_);
  const CrossbarSolution solution = solve(check_voltages);
  const TerminalCurrents currents = ports.solve(check_voltages);
  double apart = 0.0;
  double largest = 0.0;
  widen(currents.row_currents, solution.row_currents, apart, largest);
  widen(currents.column_currents, solution.column_currents, apart, largest);
  // Currents of cells may cancel at all terminals: then the solution itself is only accurate to the rounding of the cell currents.
  double carried = 0.0;
  for (const double siemens : circuit_.conductance)
    carried = std::max(carried, siemens * largest_magnitude(check_voltages));
  const double allowed = std::max(most_apart, options_.tolerance) * largest + 1e-14 * carried;
  if (!(apart <= allowed + (std::isfinite(solution.current_error_bound) ? solution.current_error_bound : 0.0))) {
    throw RunError(
        fmt::format("the circuit's reduction to its terminals and its solution are {:.1e} A apart: its resistances are too far "
                    "apart; use superlu",
                    apart));
  }
  ports_.emplace(std::move(ports));
}

std::vector<TerminalCurrents> CircuitSolver::currents(gsl::span<const TerminalVoltages> inputs) {
  for (const TerminalVoltages& voltages : inputs)
    check(voltages, circuit_);
  const bool forced = options_.method == CircuitMethod::port_reduction;
  const bool worth_it = options_.method == CircuitMethod::automatic && inputs.size() >= worth_a_reduction_;
  if (!ports_ && !inputs.empty() && (forced || worth_it)) reduce(inputs[0]);
  std::vector<TerminalCurrents> result;
  result.reserve(inputs.size());
  for (const TerminalVoltages& voltages : inputs)
    result.push_back(ports_ ? ports_->solve(voltages) : currents_of(solve(voltages)));
  if (ports_) {
    choice_ = forced ? "port_reduction: as asked for"
                     : fmt::format("port_reduction: {} inputs, worth it from {} on or once it is done", inputs.size(), worth_a_reduction_);
  }
  return result;
}

}  // namespace memcosim
