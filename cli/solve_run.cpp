// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/solve_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/circuits/circuit_solver.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"

namespace memcosim {
namespace {

CircuitMethod method_of(const std::string& name) {
  if (name == "superlu") return CircuitMethod::superlu;
  if (name == "device_space_cg") return CircuitMethod::device_space_cg;
  if (name == "schur_line_cg") return CircuitMethod::schur_line_cg;
  if (name == "port_reduction") return CircuitMethod::port_reduction;
  return CircuitMethod::automatic;
}

void check_method(const SolveProblem& problem, const SolveOptions& options) {
  const bool linear = !(problem.sinh_volts > 0.0);
  if (!linear && options.method != "auto" && options.method != "newton") {
    throw InputError(fmt::format("--method {} solves linear cells: use newton or auto with --cell {}", options.method, options.cell));
  }
  if (linear && options.method == "newton") {
    throw InputError("--method newton is for cells that are not linear: choose another, or give --cell sinh:V0");
  }
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

/// Appends a name to a comma-separated list unless it is already there.
void add_name(const std::string& name, std::string& list) {
  if (list.find(name) == std::string::npos) list += (list.empty() ? "" : ", ") + name;
}

/// Counts finished inputs for the progress bar.
struct Count {
  Progress progress;
  std::uint64_t done = 0;
  void add_one() { progress.update(++done); }
};

/// Splits a choice of CircuitSolver, "method: why", and adds both to the result.
void add_choice(const std::string& choice, SolveResult& result) {
  const std::size_t colon = choice.find(": ");
  add_name(choice.substr(0, colon), result.method);
  add_name(choice.substr(colon + 2), result.choice);
}

void put_currents(const std::vector<double>& rows, const std::vector<double>& columns, std::size_t input, Count& count,
                  SolveResult& result) {
  put_row(rows, input, result.row_currents);
  put_row(columns, input, result.column_currents);
  count.add_one();
}

void solve_nonlinear(const SolveProblem& problem, const SolveOptions& options, const std::vector<std::size_t>& group, Count& count,
                     SolveResult& result) {
  add_name("newton", result.method);
  add_name("cells are not linear", result.choice);
  const CrossbarCircuit circuit = problem.circuit_of(group.front());
  const SinhCells cells(circuit.conductance, problem.sinh_volts);
  NewtonOptions newton;
  newton.tolerance = options.tolerance;
  NewtonSolver solver(circuit, cells, newton);
  for (const std::size_t input : group) {
    CrossbarSolution solution = solver.solve(problem.voltages(input));
    put_currents(solution.row_currents, solution.column_currents, input, count, result);
    add_whole(input, std::move(solution), options, result);
  }
}

/// Solves inputs that leave the same lines open.
void solve_group(const SolveProblem& problem, const SolveOptions& options, const std::vector<std::size_t>& group, Count& count,
                 SolveResult& result) {
  if (problem.sinh_volts > 0.0) {
    solve_nonlinear(problem, options, group, count, result);
    return;
  }
  CircuitSolver solver(problem.circuit_of(group.front()), {method_of(options.method), options.tolerance});
  std::vector<TerminalVoltages> inputs;
  for (const std::size_t input : group)
    inputs.push_back(problem.voltages(input));
  const bool by_ports = options.method == "port_reduction";
  const bool currents_alone = !options.voltages && group.size() > 1;
  if (by_ports || currents_alone) {
    const std::vector<TerminalCurrents> currents = solver.currents(inputs);
    add_choice(solver.choice(), result);
    for (std::size_t k = 0; k < group.size(); ++k)
      put_currents(currents[k].row_currents, currents[k].column_currents, group[k], count, result);
  }
  for (std::size_t k = 0; k < group.size(); ++k) {
    if (currents_alone && group[k] != options.show) continue;
    CrossbarSolution solution = solver.solve(inputs[k]);
    if (!by_ports && !currents_alone) {
      add_choice(solver.choice(), result);
      put_currents(solution.row_currents, solution.column_currents, group[k], count, result);
    }
    add_whole(group[k], std::move(solution), options, result);
  }
}

void check_finite(const SolveResult& result) {
  const CrossbarSolution& shown = result.shown;
  bool finite = std::isfinite(result.residual) && std::isfinite(shown.source_power) && std::isfinite(shown.cell_power) &&
                std::isfinite(shown.wire_power);
  for (const std::vector<double>* values : {&result.row_currents, &result.column_currents, &result.cell_volts, &shown.cell_volts,
                                            &shown.word_line_volts, &shown.bit_line_volts}) {
    finite = finite && std::all_of(values->begin(), values->end(), [](double value) { return std::isfinite(value); });
  }
  if (!finite) throw RunError("currents, voltages or powers leave the range of double precision: check the units of the files");
}

}  // namespace

SolveResult run_solve(const SolveProblem& problem, const SolveOptions& options) {
  check_method(problem, options);
  SolveResult result;
  result.row_currents.resize(problem.word_line_volts.values.size());
  result.column_currents.resize(problem.bit_line_volts.values.size());
  if (options.voltages) result.cell_volts.resize(problem.inputs() * problem.circuit.conductance.size());
  Count count{Progress("solve", "inputs", problem.inputs(), options.quiet || problem.inputs() == 1)};
  for (const std::vector<std::size_t>& group : inputs_by_circuit(problem))
    solve_group(problem, options, group, count, result);
  check_finite(result);
  if (problem.node_farads > 0.0) {
    result.settling = settling_time(problem.circuit_of(options.show), problem.voltages(options.show),
                                    LineCapacitance{problem.node_farads, problem.node_farads});
  }
  return result;
}

}  // namespace memcosim
