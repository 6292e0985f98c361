// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"

namespace memcosim {

namespace {

constexpr unsigned most_refinements = 20;
constexpr double rounding = 1e-15;
constexpr double largest_residual = 1e-12;

double volts_of(const std::vector<double>& volts, int node) {
  return node == NodalMatrix::held ? 0.0 : volts[static_cast<std::size_t>(node)];
}

void inject(std::vector<double>& currents, int node, double amperes) {
  if (node != NodalMatrix::held) currents[static_cast<std::size_t>(node)] += amperes;
}

}  // namespace

NodalSolver::NodalSolver(CrossbarCircuit circuit) : equations_(std::move(circuit)), matrix_(equations_), factor_(matrix_) {}

void NodalSolver::set_conductance(std::vector<double> siemens) {
  CrossbarCircuit circuit = equations_.circuit();
  circuit.conductance = std::move(siemens);
  CircuitEquations equations(std::move(circuit));
  matrix_.set_values(equations);
  factor_.refactor(matrix_);
  equations_ = std::move(equations);
}

/// The violation r of the voltage law around a cell acts as a source in series with it: in the linear circuit with all terminals at 0 V it
/// drives the current G r from its bit line to its word line. The violation of the current law of a floating line is injected as a current.
void NodalSolver::correct(const CircuitMismatch& mismatch, CircuitState& state) const {
  const std::vector<double>& siemens = equations_.circuit().conductance;
  const std::vector<int>& word = matrix_.word_line_node();
  const std::vector<int>& bit = matrix_.bit_line_node();
  const std::size_t rows = equations_.circuit().rows;
  const std::size_t columns = equations_.circuit().columns;
  std::vector<double> volts(static_cast<std::size_t>(matrix_.nodes()));
  for (std::size_t cell = 0; cell < siemens.size(); ++cell) {
    const double current = siemens[cell] * mismatch.cell_volts[cell];
    inject(volts, word[cell], -current);
    inject(volts, bit[cell], current);
  }
  for (std::size_t row = 0; row < rows; ++row)
    inject(volts, word[row * columns + mismatch.word_line_open_node[row]], -mismatch.word_line_current[row]);
  for (std::size_t column = 0; column < columns; ++column)
    inject(volts, bit[mismatch.bit_line_open_node[column] * columns + column], -mismatch.bit_line_current[column]);
  factor_.solve(volts);
  for (std::size_t cell = 0; cell < siemens.size(); ++cell)
    state.cell_volts[cell] += mismatch.cell_volts[cell] + volts_of(volts, word[cell]) - volts_of(volts, bit[cell]);
  for (std::size_t row = 0; row < rows; ++row)
    state.word_line_first[row] += volts_of(volts, word[row * columns]);
  for (std::size_t column = 0; column < columns; ++column)
    state.bit_line_first[column] += volts_of(volts, bit[column]);
}

CrossbarSolution NodalSolver::solve(const TerminalVoltages& voltages) const {
  const CrossbarCircuit& circuit = equations_.circuit();
  check(voltages, circuit);
  CircuitState state = equations_.zero_state();
  CircuitMismatch mismatch;
  CellCurrents cells;
  evaluate_linear(circuit.conductance, state.cell_volts, cells);
  // Without currents, nodes that ideal wires connect to an ideal source have its voltage.
  const CrossbarSolution still = equations_.evaluate(voltages, state, cells, mismatch);
  NodeVoltages nodes(matrix_, circuit, voltages, still.word_line_volts, still.bit_line_volts);
  std::vector<double> currents;
  double missing = nodes.missing_currents(currents);
  unsigned refinements = 0;
  while (missing > rounding && refinements < most_refinements) {
    factor_.solve(currents);
    NodeVoltages next = nodes;
    next.add(currents);
    const double left = next.missing_currents(currents);
    const bool settled = !(left < 0.5 * missing);
    if (left < missing) {
      nodes = std::move(next);
      missing = left;
      ++refinements;
    }
    if (settled) break;
  }
  for (std::size_t cell = 0; cell < circuit.conductance.size(); ++cell)
    state.cell_volts[cell] = nodes.across(cell);
  for (std::size_t row = 0; row < circuit.rows; ++row)
    state.word_line_first[row] = nodes.word_line(row * circuit.columns);
  for (std::size_t column = 0; column < circuit.columns; ++column)
    state.bit_line_first[column] = nodes.bit_line(column);
  evaluate_linear(circuit.conductance, state.cell_volts, cells);
  CrossbarSolution solution = equations_.evaluate(voltages, state, cells, mismatch);
  solution.residual = std::max(solution.residual, missing);
  if (!(solution.residual <= largest_residual)) {
    throw RunError(
        fmt::format("the nodal matrix does not solve the circuit: residual {:.1e}; its resistances are too far apart", solution.residual));
  }
  take_voltages(nodes, state, solution);
  solution.iterations = refinements;
  solution.method = "superlu";
  return solution;
}

/// Replaces line voltages by the node voltages: sums of drops have the rounding errors of cancelling currents behind very large
/// resistances, node voltages do not.
void NodalSolver::take_voltages(const NodeVoltages& nodes, const CircuitState& state, CrossbarSolution& solution) const {
  const CrossbarCircuit& circuit = equations_.circuit();
  std::vector<char> undefined_row(circuit.rows);
  std::vector<char> undefined_column(circuit.columns);
  for (const std::uint32_t row : solution.undefined_word_lines)
    undefined_row[row] = 1;
  for (const std::uint32_t column : solution.undefined_bit_lines)
    undefined_column[column] = 1;
  solution.missing_volts = 0.0;
  for (std::size_t row = 0; row < circuit.rows; ++row) {
    for (std::size_t column = 0; column < circuit.columns; ++column) {
      const std::size_t cell = row * circuit.columns + column;
      if (!undefined_row[row]) solution.word_line_volts[cell] = nodes.word_line(cell);
      if (!undefined_column[column]) solution.bit_line_volts[cell] = nodes.bit_line(cell);
      if (undefined_row[row] || undefined_column[column]) continue;
      solution.cell_volts[cell] = state.cell_volts[cell];
      const double between = solution.word_line_volts[cell] - solution.bit_line_volts[cell];
      solution.missing_volts = std::max(solution.missing_volts, std::fabs(between - state.cell_volts[cell]));
    }
  }
  set_volts_across_undefined(solution);
}

}  // namespace memcosim
