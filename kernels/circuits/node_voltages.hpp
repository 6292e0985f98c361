// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/nodal_matrix.hpp"

namespace memcosim {

/// The voltages of a circuit's nodes for one input, with about twice the digits of a double, so that differences of neighbours keep theirs
/// even where next to nothing drops between them.
///
/// Their error is bounded by the current law at the nodes: let its violation at each node be at most `r` times the current that passes
/// through the node. A node's current i flows down to the terminals, so its resistance R to all terminals obeys R i <= the spread of the
/// terminals' voltages (Thomson's principle: no unit flow has less power than R). All violations together then change no node voltage by
/// more than r times the number of nodes times that spread, and no current by more than r times the sum of the nodes' currents, however far
/// apart the resistances are.
class NodeVoltages {
 public:
  /// All nodes at 0 V. `held_word_lines`, `held_bit_lines`: voltages of the cells' nodes (rows x columns) where an ideal source holds them.
  NodeVoltages(const NodalMatrix& matrix, const CrossbarCircuit& circuit, const TerminalVoltages& voltages,
               const std::vector<double>& held_word_lines, const std::vector<double>& held_bit_lines);

  /// Writes the violation of the current law at each node (A, current to be injected); returns the largest, relative to the node's current.
  double missing_currents(std::vector<double>& amperes) const;
  void add(const std::vector<double>& volts);

  double word_line(std::size_t cell) const { return value(matrix_->word_line_node()[cell], (*held_word_lines_)[cell]).high; }
  double bit_line(std::size_t cell) const { return value(matrix_->bit_line_node()[cell], (*held_bit_lines_)[cell]).high; }
  /// Word line minus bit line, with all digits of a double.
  double across(std::size_t cell) const;

 private:
  /// `high + low`, the latter below the rounding of the former.
  struct Extended {
    double high;
    double low;
  };
  static double difference(const Extended& a, const Extended& b);
  Extended value(int node, double held_volts) const {
    return node == NodalMatrix::held ? Extended{held_volts, 0.0} : volts_[static_cast<std::size_t>(node)];
  }

  const NodalMatrix* matrix_;
  const CrossbarCircuit* circuit_;
  const std::vector<double>* held_word_lines_;
  const std::vector<double>* held_bit_lines_;
  std::vector<double> terminal_volts_;  ///< one of each of the matrix's wires; 0 where it has no terminal
  double largest_volts_ = 0.0;
  std::vector<Extended> volts_;
};

}  // namespace memcosim
