// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/solve_run.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/circuits/schur_line_solver.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"

namespace memcosim {
namespace {

/// The reduction and one product for each of 20 inputs cost what 2 to 6 solutions by conjugate gradients cost (64 x 64 to 512 x 512).
constexpr std::size_t inputs_worth_a_reduction = 6;
/// Lines of more than this weight: the Schur-line method takes as long as device space at a weight of 0.2, 0.6 of it at 3, 0.25 at 11.
constexpr double heavy_lines = 1.0;

struct Choice {
  std::string method;
  std::string reason;
};

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Largest eigenvalue of lines' resistances times cells' conductances if all cells had the mean conductance and the lines one terminal.
double weight_of_lines(const CrossbarCircuit& circuit) {
  const double across = circuit.columns;
  const double down = circuit.rows;
  const double ohms = mean(circuit.word_lines.segment) * across * across + mean(circuit.bit_lines.segment) * down * down;
  constexpr double quarter_wave = 0.4052847345693511;  // 4 / pi^2
  return mean(circuit.conductance) * quarter_wave * ohms;
}

/// For `inputs` inputs that leave the same lines open.
Choice choose(const SolveProblem& problem, const SolveOptions& options, std::size_t inputs, bool open_lines) {
  if (problem.sinh_volts > 0.0) {
    if (options.method != "auto" && options.method != "newton") {
      throw InputError(fmt::format("--method {} solves linear cells: use newton or auto with --cell {}", options.method, options.cell));
    }
    return {"newton", "cells are not linear"};
  }
  if (options.method == "newton") {
    throw InputError("--method newton is for cells that are not linear: choose another, or give --cell sinh:V0");
  }
  if (options.method != "auto") return {options.method, "as --method says"};
  if (!options.voltages && inputs >= inputs_worth_a_reduction) return {"port_reduction", "currents of many inputs"};
  if (open_lines) return {"superlu", "lines float"};
  if (weight_of_lines(problem.circuit) > heavy_lines) return {"schur_line_cg", "few inputs, no line floats, heavy lines"};
  return {"device_space_cg", "few inputs, no line floats, light lines"};
}

/// Everything about one input at a time.
using WholeSolver = std::function<CrossbarSolution(const TerminalVoltages&)>;

struct NonLinear {
  NonLinear(CrossbarCircuit circuit, double sinh_volts, double tolerance)
      : cells(circuit.conductance, sinh_volts), solver(std::move(circuit), cells, {tolerance}) {}
  SinhCells cells;
  NewtonSolver solver;
};

WholeSolver make_solver(const SolveProblem& problem, CrossbarCircuit circuit, bool open_lines, const std::string& method,
                        double tolerance) {
  if (method == "newton") {
    return [held = std::make_shared<NonLinear>(std::move(circuit), problem.sinh_volts, tolerance)](const TerminalVoltages& volts) {
      return held->solver.solve(volts);
    };
  }
  if (method == "superlu" || (method == "port_reduction" && open_lines)) {
    return [solver = std::make_shared<NodalSolver>(std::move(circuit))](const TerminalVoltages& volts) { return solver->solve(volts); };
  }
  if (method == "schur_line_cg") {
    return [solver = std::make_shared<SchurLineSolver>(std::move(circuit)), tolerance](const TerminalVoltages& volts) {
      return solver->solve(volts, tolerance);
    };
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

/// Appends what is not yet in the list.
void add_name(const std::string& name, std::string& list) {
  if (list.find(name) == std::string::npos) list += (list.empty() ? "" : ", ") + name;
}

/// Inputs that are done.
struct Count {
  Progress progress;
  std::uint64_t done = 0;
  void add_one() { progress.update(++done); }
};

/// Inputs that leave the same lines open.
void solve_group(const SolveProblem& problem, const SolveOptions& options, const std::vector<std::size_t>& group, Count& count,
                 SolveResult& result) {
  const bool open_lines = problem.has_open_lines(group.front());
  const Choice choice = choose(problem, options, group.size(), open_lines);
  add_name(choice.method, result.method);
  add_name(choice.reason, result.choice);
  const CrossbarCircuit circuit = problem.circuit_of(group.front());
  const bool by_ports = choice.method == "port_reduction";
  std::optional<PortReduction> ports;
  if (by_ports) ports.emplace(circuit);
  WholeSolver solve;
  for (const std::size_t input : group) {
    const TerminalVoltages volts = problem.voltages(input);
    if (by_ports) {
      const TerminalCurrents currents = ports->solve(volts);
      put_row(currents.row_currents, input, result.row_currents);
      put_row(currents.column_currents, input, result.column_currents);
      count.add_one();
      if (!options.voltages && input != options.show) continue;
    }
    if (!solve) solve = make_solver(problem, circuit, open_lines, choice.method, options.tolerance);
    CrossbarSolution solution = solve(volts);
    if (!by_ports) {
      put_row(solution.row_currents, input, result.row_currents);
      put_row(solution.column_currents, input, result.column_currents);
      count.add_one();
    }
    add_whole(input, std::move(solution), options, result);
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
  SolveResult result;
  result.row_currents.resize(problem.word_line_volts.values.size());
  result.column_currents.resize(problem.bit_line_volts.values.size());
  if (options.voltages) result.cell_volts.resize(problem.inputs() * problem.circuit.conductance.size());
  Count count{Progress("solve", problem.inputs(), options.quiet || problem.inputs() == 1)};
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
