// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"

namespace memcosim {

/// The admittance matrix of a circuit's nodes in compressed columns, both triangles: symmetric and positive definite. Nodes joined by ideal
/// wires are one node; nodes held by an ideal source are not unknowns. The pattern depends on the resistances alone, not on the
/// conductances.
class NodalMatrix {
 public:
  static constexpr int held = -1;  ///< the number of a node at an ideal source: its voltage is known

  /// A conductance between two nodes; that of a wire may be `held` on one side, that of a cell on both.
  struct Branch {
    int a;
    int b;
    double siemens;
    std::size_t line = 0;   ///< of a wire: word lines first, then bit lines. `a` is held by the line's start, `b` by its end
    std::size_t upper = 0;  ///< places of the two off-diagonal values
    std::size_t lower = 0;
  };

  /// Throws InputError when there are more nodes or entries than 32-bit indices address.
  explicit NodalMatrix(const CircuitEquations& equations);

  /// Sets the values for these equations, which must differ from the first ones in the conductances only.
  void set_values(const CircuitEquations& equations);

  int nodes() const { return node_count_; }
  const std::vector<int>& column_start() const { return column_start_; }
  const std::vector<int>& row_index() const { return row_index_; }
  const std::vector<double>& values() const { return values_; }
  double diagonal(std::size_t node) const { return values_[static_cast<std::size_t>(column_start_[node])]; }
  const std::vector<Branch>& wires() const { return wires_; }
  const std::vector<int>& word_line_node() const { return word_line_node_; }  ///< rows x columns
  const std::vector<int>& bit_line_node() const { return bit_line_node_; }    ///< rows x columns

 private:
  void number_lines(const LineChains& chains, std::size_t line_stride, std::size_t cell_stride, std::vector<int>& node_of);
  void add_wires(const LineChains& chains, std::size_t first_line, std::size_t line_stride, std::size_t cell_stride,
                 const std::vector<int>& node_of);
  void build_pattern();
  void add(const Branch& branch, double siemens);

  int node_count_ = 0;
  std::vector<int> word_line_node_;
  std::vector<int> bit_line_node_;
  std::vector<Branch> wires_;
  std::vector<Branch> cells_;
  std::vector<int> column_start_;  ///< the first entry of each column is its diagonal
  std::vector<int> row_index_;
  std::vector<double> values_;
};

}  // namespace memcosim
