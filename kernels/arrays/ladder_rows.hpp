// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/arrays/row_access.hpp"
#include "memcosim/kernels/arrays/row_ladder.hpp"

namespace memcosim {

/// 1T1R with resistive lines: the selected row is a ladder, all other rows are cut off by their gates. Bit lines that take no part in a
/// pulse stay at 0 V like the word line.
///
/// During a pulse each cell integrates behind its port of the ladder, in which the other cells of the row keep the currents, or for cells
/// that are not linear the tangents, that they have when the pulse begins.
class LadderRows final : public RowAccess {
 public:
  LadderRows(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, CellArray& cells)
      : wires_(wires), rows_(rows), columns_(columns), cells_(cells) {}

  void read(std::uint32_t row, const std::vector<std::uint32_t>& columns, double volts, double* siemens) const override;
  void pulse(std::uint32_t row, const std::vector<std::uint32_t>& columns, const double* volts, double seconds, double* energy_j) override;
  bool rows_are_independent() const override { return true; }

 private:
  struct Solution {
    std::vector<RowLadder::Port> ports;
    std::vector<double> cell_volts;
    std::vector<double> amperes;  ///< from word line to bit line
  };
  std::uint32_t cell(std::uint32_t row, std::uint32_t column) const { return row * columns_ + column; }
  Solution solve(std::uint32_t row, double word_line_volts, const std::vector<double>& bit_line_volts) const;

  ArrayWires wires_;
  std::uint32_t rows_;
  std::uint32_t columns_;
  CellArray& cells_;
};

}  // namespace memcosim
