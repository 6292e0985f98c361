// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/solve_run.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

namespace memcosim {
namespace {

/// The reduction costs about as much as this many solutions by conjugate gradients (measured, 64 x 64 to 512 x 512).
constexpr std::size_t inputs_worth_a_reduction = 15;

bool any_open(const SolveProblem& problem) {
  for (std::size_t input = 0; input < problem.inputs(); ++input) {
    if (problem.has_open_lines(input)) return true;
  }
  return false;
}

struct Choice {
  std::string method;
  std::string reason;
};

Choice choose(const SolveProblem& problem, const SolveOptions& options) {
  if (options.method != "auto") return {options.method, "as --method says"};
  if (!options.voltages && problem.inputs() >= inputs_worth_a_reduction) {
    return {"port_reduction", fmt::format("currents of {} inputs", problem.inputs())};
  }
  if (any_open(problem)) return {"superlu", "lines float"};
  return {"device_space_cg", fmt::format("{} input{}, no line floats", problem.inputs(), problem.inputs() == 1 ? "" : "s")};
}

/// Everything about one input at a time.
using WholeSolver = std::function<CrossbarSolution(const TerminalVoltages&)>;

WholeSolver make_solver(CrossbarCircuit circuit, bool open_lines, const std::string& method, double tolerance) {
  if (method == "superlu" || (method == "port_reduction" && open_lines)) {
    return [solver = std::make_shared<NodalSolver>(std::move(circuit))](const TerminalVoltages& volts) { return solver->solve(volts); };
  }
  return [solver = std::make_shared<DeviceSpaceSolver>(std::move(circuit)), tolerance](const TerminalVoltages& volts) {
    return solver->solve(volts, tolerance);
  };
}

void put_row(const std::vector<double>& values, std::size_t row, std::vector<double>& matrix) {
  std::copy(values.begin(), values.end(), matrix.begin() + static_cast<std::ptrdiff_t>(row * values.size()));
}

void add_whole(std::size_t input, CrossbarSolution solution, const SolveOptions& options, SolveResult& result) {
  ++result.solved_wholly;
  result.iterations += solution.iterations;
  result.residual = std::max(result.residual, solution.residual);
  result.current_error_bound = std::max(result.current_error_bound, solution.current_error_bound);
  if (options.voltages) put_row(solution.cell_volts, input, result.cell_volts);
  if (input == options.show) result.shown = std::move(solution);
}

}  // namespace

SolveResult run_solve(const SolveProblem& problem, const SolveOptions& options) {
  const Choice choice = choose(problem, options);
  SolveResult result;
  result.method = choice.method;
  result.choice = choice.reason;
  result.row_currents.resize(problem.word_line_volts.values.size());
  result.column_currents.resize(problem.bit_line_volts.values.size());
  if (options.voltages) result.cell_volts.resize(problem.inputs() * problem.circuit.conductance.size());
  Progress progress("solve", problem.inputs(), options.quiet || problem.inputs() == 1);
  std::size_t done = 0;
  for (const std::vector<std::size_t>& group : inputs_by_circuit(problem)) {
    const CrossbarCircuit circuit = problem.circuit_of(group.front());
    const bool by_ports = choice.method == "port_reduction";
    std::unique_ptr<PortReduction> ports;
    if (by_ports) ports = std::make_unique<PortReduction>(circuit);
    const bool shown = std::find(group.begin(), group.end(), options.show) != group.end();
    WholeSolver solve;
    if (!by_ports || options.voltages || shown) {
      solve = make_solver(circuit, problem.has_open_lines(group.front()), choice.method, options.tolerance);
    }
    for (const std::size_t input : group) {
      const TerminalVoltages volts = problem.voltages(input);
      if (by_ports) {
        const TerminalCurrents currents = ports->solve(volts);
        put_row(currents.row_currents, input, result.row_currents);
        put_row(currents.column_currents, input, result.column_currents);
      }
      if (!by_ports || options.voltages || input == options.show) {
        CrossbarSolution solution = solve(volts);
        if (!by_ports) {
          put_row(solution.row_currents, input, result.row_currents);
          put_row(solution.column_currents, input, result.column_currents);
        }
        add_whole(input, std::move(solution), options, result);
      }
      progress.update(++done);
    }
  }
  return result;
}

}  // namespace memcosim
