// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/arrays/array_wires.hpp"
#include "memcosim/kernels/arrays/cell_tangent.hpp"

namespace memcosim {

/// The only conducting row of a 1T1R array (the gates of all other rows are off): a ladder. Its nodes are the cells' connections to the
/// word line; each cell is in series with its bit line from the row to the line's terminal.
class RowLadder {
 public:
  /// Row `row` of an array of rows x columns.
  RowLadder(const ArrayWires& wires, std::size_t rows, std::size_t columns, std::size_t row);

  /// Resistance from the cell to the terminal of its bit line, ohm; the same for every column.
  double bit_line_ohms() const { return bit_line_ohms_; }

  /// The rest of the ladder as seen by one cell: a source behind a resistance (Thevenin).
  struct Port {
    double open_volts;  ///< across the terminals of the cell while the cell is removed
    double ohms;
  };
  /// Solves the ladder with `word_line_volts` at the word line's terminals and bit_line_volts[column] at those of the bit lines. Exact for
  /// linear cells; a step of Newton's method for others. O(columns); only positive conductances are added, so no digits cancel.
  void solve(double word_line_volts, const double* bit_line_volts, const std::vector<CellTangent>& cells, std::vector<Port>& ports) const;

 private:
  double bit_line_ohms_;
  std::vector<double> ohms_;  ///< of the word line before each cell; the last: behind the last cell (infinite: open)
};

}  // namespace memcosim
