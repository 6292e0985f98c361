// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"

namespace memcosim {

/// The linear map from cell currents (rows x columns, A) to the voltage drops along the lines between terminals and cells (V): R in
/// (1 + R G) d = V. Symmetric and positive semidefinite. Sums have a fixed order, so results do not depend on the instruction set.
class LineOperator {
 public:
  /// Throws InputError for a floating line with conducting cells: there, currents do not determine voltages.
  explicit LineOperator(const CircuitEquations& equations);

  /// Not for use by several threads at once, since it uses working memory.
  void apply(const double* currents, double* drops);

 private:
  /// Lines of one kind that are fed from the same end; other lines have zeros here. Stored line by line in blocks: [block][cell][lane].
  struct Pass {
    bool used = false;
    bool reversed = false;  ///< cells counted from the line's end
    bool closed = false;    ///< some lines have a terminal at the far end, too
    std::size_t lines = 0;
    std::size_t cells = 0;
    std::size_t line_stride = 0;  ///< in the arrays of cells
    std::size_t cell_stride = 0;
    std::vector<double> ohms;
    std::vector<double> path;     ///< sum of `ohms` up to the cell; where `closed`
    std::vector<double> closure;  ///< per line: 1 / (resistance from terminal to terminal), 0 for an open far end
  };
  static Pass make_pass(const LineChains& chains, std::size_t line_stride, std::size_t cell_stride, bool reversed);
  void add(const Pass& pass, const double* currents, double* drops);

  std::size_t cells_;
  Pass passes_[4];
  std::vector<double> carried_;  ///< currents of one block of lines
};

}  // namespace memcosim
