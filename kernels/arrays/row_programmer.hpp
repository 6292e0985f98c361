// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/row_access.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {

/// One row of a region to be written, and the place of its results.
struct WriteRow {
  const WriteVerifySpec* spec;
  std::uint32_t row;
  std::uint32_t first_cell;  ///< index in the array
  std::uint32_t columns;
  const double* targets_s;   ///< one value per column: conductance that a verify read is to see
  std::uint64_t event;       ///< programming event of the array, for random draws
  std::size_t first_result;  ///< index of the row's first cell in the result
  std::size_t result_row;    ///< index of the row in ProgramResult::rows
  bool reads_move;           ///< CellArray::moves_when_read() at the verify read voltage
};

/// The write-verify loop of one row. In each round the cells that step together are read; then those below their band get a set pulse
/// together, and those above it a reset pulse.
class RowProgrammer {
 public:
  RowProgrammer(CellArray& cells, RowAccess& access) : cells_(cells), access_(access) {}

  /// Writes the row's elements of `result` except the residuals, since later rows may still disturb this one.
  void write(const WriteRow& row, ProgramResult& result);

 private:
  void write_together(const WriteRow& row, std::vector<std::uint32_t> unfinished, ProgramResult& result);
  void pulse(const WriteRow& row, WriteAction action, const std::vector<std::uint32_t>& unfinished, ProgramResult& result);

  CellArray& cells_;
  RowAccess& access_;
  std::vector<WriteVerifyFsm> steps_;
  std::vector<WriteAction> actions_;
};

}  // namespace memcosim
