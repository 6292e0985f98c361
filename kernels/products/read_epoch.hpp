// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// Counts the MVMs of one array between two movements of its cells: for each row and DAC code, the number of slices in which the row was
/// driven with that code (read_disturb.law: rate, devices/nonidealities/read_disturb.hpp). The order of the MVMs does not matter.
class ReadEpoch {
 public:
  /// `dac`: that drives the rows of the array.
  ReadEpoch(const CellStore& cells, ArrayId array, const DacTransfer& dac);

  ArrayId array() const { return array_; }
  /// Counts `vectors` MVMs, whose input codes are `stride` elements apart: the codes of the `rows` rows from row 0 on.
  void add(const InputCode* codes, std::size_t vectors, std::size_t stride, std::uint32_t rows);
  /// Moves the cells by the counted slices of `slice_s` seconds each, and begins the next epoch. Returns the result of
  /// CellStore::move_by_reads().
  double end(CellStore& cells, double slice_s);
  /// Discards the counts without moving the cells, after these have been programmed again.
  void clear();
  /// Number of epochs that have ended.
  std::uint64_t ended() const { return ended_; }

 private:
  ArrayId array_;
  unsigned dac_bits_;
  unsigned code_max_;
  std::vector<double> relative_volts_;
  std::uint64_t ended_ = 0;
  std::vector<std::uint64_t> slices_;  ///< rows x codes above 0
};

}  // namespace memcosim
