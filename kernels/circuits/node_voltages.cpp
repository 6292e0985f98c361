// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/node_voltages.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace memcosim {

namespace {

/// Lower bound of the current through a node, to which its residual is compared: this share of the current that its conductances carry at
/// the largest voltage. Without it the residual of lines without current would be relative to rounding errors.
constexpr double still = 1e-12;

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

}  // namespace

NodeVoltages::NodeVoltages(const NodalMatrix& matrix, const CrossbarCircuit& circuit, const TerminalVoltages& voltages,
                           const std::vector<double>& held_word_lines, const std::vector<double>& held_bit_lines)
    : matrix_(&matrix),
      circuit_(&circuit),
      held_word_lines_(&held_word_lines),
      held_bit_lines_(&held_bit_lines),
      volts_(static_cast<std::size_t>(matrix.nodes())) {
  terminal_volts_.reserve(matrix.wires().size());
  for (const NodalMatrix::Branch& wire : matrix.wires()) {
    const bool of_word_line = wire.line < circuit.rows;
    const std::size_t line = of_word_line ? wire.line : wire.line - circuit.rows;
    double volts = 0.0;
    if (wire.a == NodalMatrix::held) volts = at(of_word_line ? voltages.word_line_start : voltages.bit_line_start, line);
    if (wire.b == NodalMatrix::held) volts = at(of_word_line ? voltages.word_line_end : voltages.bit_line_end, line);
    terminal_volts_.push_back(volts);
    largest_volts_ = std::max(largest_volts_, std::fabs(volts));
  }
  for (std::size_t cell = 0; cell < held_word_lines.size(); ++cell) {
    if (matrix.word_line_node()[cell] == NodalMatrix::held) largest_volts_ = std::max(largest_volts_, std::fabs(held_word_lines[cell]));
    if (matrix.bit_line_node()[cell] == NodalMatrix::held) largest_volts_ = std::max(largest_volts_, std::fabs(held_bit_lines[cell]));
  }
}

/// Difference of two numbers in double-double precision. The rounding error of a difference of doubles is itself a double: Knuth, "The Art
/// of Computer Programming", vol. 2, section 4.2.2.
double NodeVoltages::difference(const Extended& a, const Extended& b) {
  const double high = a.high - b.high;
  const double back = high - a.high;
  const double error = (a.high - (high - back)) - (b.high + back);
  return high + (error + (a.low - b.low));
}

double NodeVoltages::across(std::size_t cell) const {
  return difference(value(matrix_->word_line_node()[cell], (*held_word_lines_)[cell]),
                    value(matrix_->bit_line_node()[cell], (*held_bit_lines_)[cell]));
}

double NodeVoltages::missing_currents(std::vector<double>& amperes) const {
  amperes.assign(volts_.size(), 0.0);
  std::vector<double> through(volts_.size());
  const auto flow = [&](int from, int to, double current) {
    if (from != NodalMatrix::held) {
      amperes[static_cast<std::size_t>(from)] -= current;
      through[static_cast<std::size_t>(from)] += std::fabs(current);
    }
    if (to != NodalMatrix::held) {
      amperes[static_cast<std::size_t>(to)] += current;
      through[static_cast<std::size_t>(to)] += std::fabs(current);
    }
  };
  for (std::size_t index = 0; index < terminal_volts_.size(); ++index) {
    const NodalMatrix::Branch& wire = matrix_->wires()[index];
    const double held_volts = terminal_volts_[index];
    flow(wire.a, wire.b, wire.siemens * difference(value(wire.a, held_volts), value(wire.b, held_volts)));
  }
  for (std::size_t cell = 0; cell < circuit_->conductance.size(); ++cell)
    flow(matrix_->word_line_node()[cell], matrix_->bit_line_node()[cell], circuit_->conductance[cell] * across(cell));
  double worst = 0.0;
  for (std::size_t node = 0; node < amperes.size(); ++node) {
    if (!std::isfinite(amperes[node])) return std::numeric_limits<double>::infinity();
    const double scale = std::max(through[node], still * matrix_->diagonal(node) * largest_volts_);
    if (amperes[node] != 0.0) worst = std::max(worst, std::fabs(amperes[node]) / scale);
  }
  return worst;
}

void NodeVoltages::add(const std::vector<double>& volts) {
  for (std::size_t node = 0; node < volts_.size(); ++node) {
    const Extended old = volts_[node];
    const double high = old.high + volts[node];
    const double back = high - old.high;
    const double low = (old.high - (high - back)) + (volts[node] - back) + old.low;
    volts_[node].high = high + low;
    volts_[node].low = low - (volts_[node].high - high);
  }
}

}  // namespace memcosim
