// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr unsigned most_refinements = 20;
constexpr double largest_residual = 1e-10;

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

/// What is missing in the voltage law around a cell acts as a source in series with it: in the linear circuit with all terminals at 0 V
/// it drives the current G r from its bit line to its word line. What is missing in the current law of a floating line is injected.
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
  check(voltages, equations_.circuit());
  CircuitState state = equations_.zero_state();
  CircuitMismatch mismatch;
  CellCurrents cells;
  const auto evaluate = [&] {
    evaluate_linear(equations_.circuit().conductance, state.cell_volts, cells);
    return equations_.evaluate(voltages, state, cells, mismatch);
  };
  CrossbarSolution best = evaluate();
  for (unsigned refinement = 1; refinement <= most_refinements && best.residual > 0.0; ++refinement) {
    correct(mismatch, state);
    CrossbarSolution next = evaluate();
    const bool settled = !(next.residual < 0.5 * best.residual);
    if (next.residual <= best.residual) {
      best = std::move(next);
      best.iterations = refinement;
    }
    if (settled) break;
  }
  if (!(best.residual <= largest_residual)) {
    throw RunError(
        fmt::format("the nodal matrix does not solve the circuit: residual {:.1e}; its resistances are too far apart", best.residual));
  }
  best.method = "superlu";
  return best;
}

}  // namespace memcosim
