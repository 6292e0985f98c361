// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/settling_time.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/nodal_matrix.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/superlu_factor.hpp"

namespace memcosim {

namespace {

constexpr double eigenvalue_precision = 1e-6;
constexpr unsigned most_lanczos_steps = 300;
constexpr unsigned most_ranks = 40;  ///< largest number of envelopes that are computed
constexpr double solution_precision = 1e-8;

/// Largest eigenvalue of a symmetric tridiagonal matrix with non-negative off-diagonal entries, by bisection: all pivots of the elimination
/// of (value - matrix) are positive exactly for values above it.
double largest_eigenvalue(const std::vector<double>& diagonal, const std::vector<double>& beside) {
  double low = 0.0;
  double high = 0.0;
  for (std::size_t index = 0; index < diagonal.size(); ++index) {
    const double before = index > 0 ? beside[index - 1] : 0.0;
    const double behind = index + 1 < diagonal.size() ? beside[index] : 0.0;
    low = std::max(low, diagonal[index]);
    high = std::max(high, diagonal[index] + before + behind);
  }
  for (unsigned halving = 0; halving < 60 && low < high; ++halving) {
    const double middle = 0.5 * (low + high);
    double pivot = middle - diagonal[0];
    for (std::size_t index = 1; index < diagonal.size() && pivot > 0.0; ++index)
      pivot = middle - diagonal[index] - beside[index - 1] * beside[index - 1] / pivot;
    (pivot > 0.0 ? high : low) = middle;
  }
  return high;
}

/// Last entry of the normalised eigenvector of an eigenvalue.
double last_of_eigenvector(const std::vector<double>& diagonal, const std::vector<double>& beside, double value) {
  double before = 0.0;
  double entry = 1.0;
  double squares = 1.0;
  for (std::size_t index = 0; index + 1 < diagonal.size(); ++index) {
    const double pull = index > 0 ? beside[index - 1] * before : 0.0;
    before = entry;
    entry = ((value - diagonal[index]) * entry - pull) / beside[index];
    squares += entry * entry;
  }
  return entry / std::sqrt(squares);
}

/// The nodes of a circuit with their capacitances.
class Network {
 public:
  Network(const CrossbarCircuit& circuit, const LineCapacitance& capacitance)
      : equations_(circuit), matrix_(equations_), factor_(matrix_), farads_(static_cast<std::size_t>(matrix_.nodes())) {
    for (std::size_t cell = 0; cell < circuit.conductance.size(); ++cell) {
      // Lines without a path to a terminal do not move: they are left out.
      const auto defined = [](const std::vector<std::uint32_t>& undefined, std::size_t line) {
        return !std::binary_search(undefined.begin(), undefined.end(), line);
      };
      if (defined(equations_.undefined_word_lines(), cell / circuit.columns)) {
        add(matrix_.word_line_node()[cell], capacitance.word_line_farads);
      }
      if (defined(equations_.undefined_bit_lines(), cell % circuit.columns)) {
        add(matrix_.bit_line_node()[cell], capacitance.bit_line_farads);
      }
    }
  }

  const std::vector<double>& farads() const { return farads_; }

  /// Y^-1 C v, refined once. The size of the refinement bounds the error: throws RunError if it is too large.
  std::vector<double> respond(const std::vector<double>& volts) const {
    std::vector<double> charge(volts.size());
    for (std::size_t node = 0; node < volts.size(); ++node)
      charge[node] = farads_[node] * volts[node];
    std::vector<double> result = charge;
    factor_.solve(result);
    std::vector<double> rest = std::move(charge);
    const std::vector<int>& start = matrix_.column_start();
    for (std::size_t column = 0; column < volts.size(); ++column) {
      for (auto entry = static_cast<std::size_t>(start[column]); entry < static_cast<std::size_t>(start[column + 1]); ++entry)
        rest[static_cast<std::size_t>(matrix_.row_index()[entry])] -= matrix_.values()[entry] * result[column];
    }
    factor_.solve(rest);
    if (!(largest_magnitude(rest) <= solution_precision * largest_magnitude(result))) {
      throw RunError("the nodal matrix does not give the step response: the circuit's resistances are too far apart");
    }
    for (std::size_t node = 0; node < volts.size(); ++node)
      result[node] += rest[node];
    return result;
  }

  /// Node voltages of a solution.
  std::vector<double> nodes_of(const CrossbarSolution& solution) const {
    std::vector<double> volts(farads_.size());
    for (std::size_t cell = 0; cell < solution.cell_volts.size(); ++cell) {
      put(matrix_.word_line_node()[cell], solution.word_line_volts[cell], volts);
      put(matrix_.bit_line_node()[cell], solution.bit_line_volts[cell], volts);
    }
    return volts;
  }

  /// Column currents: from each bit line into its terminals, or through cells into bit line nodes held by ideal sources; all sources at 0
  /// V.
  std::vector<double> column_currents(const std::vector<double>& volts) const {
    const CrossbarCircuit& circuit = equations_.circuit();
    std::vector<double> amperes(circuit.columns);
    for (const NodalMatrix::Branch& wire : matrix_.wires()) {
      if (wire.line < circuit.rows || (wire.a != NodalMatrix::held && wire.b != NodalMatrix::held)) continue;
      const int node = wire.a == NodalMatrix::held ? wire.b : wire.a;
      amperes[wire.line - circuit.rows] += wire.siemens * volts[static_cast<std::size_t>(node)];
    }
    for (std::size_t cell = 0; cell < circuit.conductance.size(); ++cell) {
      const int node = matrix_.word_line_node()[cell];
      if (matrix_.bit_line_node()[cell] != NodalMatrix::held || node == NodalMatrix::held) continue;
      amperes[cell % circuit.columns] += circuit.conductance[cell] * volts[static_cast<std::size_t>(node)];
    }
    return amperes;
  }

 private:
  void add(int node, double farads) {
    if (node != NodalMatrix::held) farads_[static_cast<std::size_t>(node)] += farads;
  }
  static void put(int node, double value, std::vector<double>& volts) {
    if (node != NodalMatrix::held) volts[static_cast<std::size_t>(node)] = value;
  }

  CircuitEquations equations_;
  NodalMatrix matrix_;
  SuperluFactor factor_;
  std::vector<double> farads_;
};

/// Largest eigenvalue of Y^-1 C, s, by Lanczos' method in the scalar product with C, in which the matrix is symmetric.
double slowest_time_constant(const Network& network, std::vector<double> vector) {
  const std::vector<double>& farads = network.farads();
  const auto product = [&](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t node = 0; node < farads.size(); ++node)
      sum += farads[node] * a[node] * b[node];
    return sum;
  };
  const auto scale = [](std::vector<double>& values, double factor) {
    for (double& value : values)
      value *= factor;
  };
  scale(vector, 1.0 / std::sqrt(product(vector, vector)));
  std::vector<double> previous(vector.size());
  std::vector<double> diagonal;
  std::vector<double> beside;
  for (unsigned step = 0; step < most_lanczos_steps; ++step) {
    std::vector<double> next = network.respond(vector);
    const double along = product(next, vector);
    const double back = beside.empty() ? 0.0 : beside.back();
    for (std::size_t node = 0; node < next.size(); ++node)
      next[node] -= along * vector[node] + back * previous[node];
    diagonal.push_back(along);
    const double length = std::sqrt(product(next, next));
    const double value = largest_eigenvalue(diagonal, beside);
    if (length * std::fabs(last_of_eigenvector(diagonal, beside, value)) <= eigenvalue_precision * value) return value;
    beside.push_back(length);
    previous = std::move(vector);
    vector = std::move(next);
    scale(vector, 1.0 / length);
  }
  throw RunError(fmt::format("the slowest time constant of the circuit is not found in {} steps of Lanczos' method", most_lanczos_steps));
}

TerminalVoltages magnitudes(TerminalVoltages voltages) {
  for (auto* terminals : {&voltages.word_line_start, &voltages.word_line_end, &voltages.bit_line_start, &voltages.bit_line_end}) {
    for (double& volts : *terminals)
      volts = std::fabs(volts);
  }
  return voltages;
}

void check(const LineCapacitance& capacitance) {
  for (const double farads : {capacitance.word_line_farads, capacitance.bit_line_farads}) {
    if (farads == 0.0 || (farads > 0.0 && std::isfinite(farads) && std::isfinite(1.0 / farads))) continue;
    throw InputError(fmt::format("the capacitance of a line's node is {} F: it is 0 or positive, and finite", farads));
  }
}

}  // namespace

double Settling::settle_s(double relative_error) const {
  if (!(relative_error > 0.0 && relative_error < 1.0)) {
    throw InputError(fmt::format("the error to settle to is a share of the largest current between 0 and 1, not {}", relative_error));
  }
  double best = envelopes.empty() ? 0.0 : std::numeric_limits<double>::infinity();
  for (const Envelope& envelope : envelopes)
    best = std::min(best, std::max(envelope.from_s, envelope.time_constant_s * std::log(envelope.excess / relative_error)));
  return best;
}

Settling settling_time(const CrossbarCircuit& circuit, const TerminalVoltages& voltages, const LineCapacitance& capacitance) {
  check(capacitance);
  const NodalSolver solver(circuit);
  const CrossbarSolution end = solver.solve(voltages);
  const Network network(circuit, capacitance);
  const std::vector<double>& farads = network.farads();
  Settling settling;
  settling.column_elmore_s.resize(circuit.columns);
  if (largest_magnitude(farads) == 0.0) return settling;

  const std::vector<double> end_volts = network.nodes_of(end);
  const std::vector<double> moments = network.column_currents(network.respond(end_volts));
  for (std::size_t column = 0; column < circuit.columns; ++column) {
    if (end.column_currents[column] != 0.0) settling.column_elmore_s[column] = moments[column] / end.column_currents[column];
  }
  settling.slowest_s = slowest_time_constant(network, std::vector<double>(farads.size(), 1.0));

  const double largest_current = largest_magnitude(end.column_currents);
  if (largest_current == 0.0) return settling;
  const std::vector<double> first = network.nodes_of(solver.solve(magnitudes(voltages)));
  std::vector<double> shape = first;
  for (unsigned rank = 1; rank <= most_ranks; ++rank) {
    std::vector<double> next = network.respond(shape);
    double slowest = 0.0;
    double above = 0.0;
    for (std::size_t node = 0; node < farads.size(); ++node) {
      next[node] /= settling.slowest_s;  // keeps the order of magnitude over the iterations
      if (farads[node] == 0.0 || first[node] == 0.0) continue;
      slowest = std::max(slowest, next[node] / shape[node]);
      above = std::max(above, first[node] / std::max(next[node], 0.0));
    }
    const double current = largest_magnitude(network.column_currents(next)) / largest_current;
    const double time_constant = slowest * settling.slowest_s;
    settling.envelopes.push_back({time_constant, above * current, 0.0});
    const double times = rank;
    const double moment = std::exp(std::lgamma(times + 1.0) + times * (1.0 - std::log(times * slowest)));
    settling.envelopes.push_back({time_constant, moment * current, times * time_constant});
    if (slowest <= 1.0 + eigenvalue_precision) break;
    shape = std::move(next);
  }
  return settling;
}

}  // namespace memcosim
