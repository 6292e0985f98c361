// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// Counts the MVMs of one array between two movements of its cells: for each row and voltage (relative_voltages()), the number of slices in
/// which the row was driven with it, or of unit pulses where a row is driven as long as its code says (read_disturb.law: rate, devices/nonidealities/read_disturb.hpp). The order of the MVMs does not matter.
class ReadEpoch {
 public:
  /// `readout`: of the array.
  ReadEpoch(const CellStore& cells, ArrayId array, const ReadoutConfig& readout);

  ArrayId array() const { return array_; }
  /// Counts `vectors` MVMs, whose input codes are `stride` elements apart: the codes of the `rows` rows from row 0 on.
  void add(const InputCode* codes, std::size_t vectors, std::size_t stride, std::uint32_t rows);
  /// Moves the cells by the counted drives; a slice drives a row with the highest code for `slice_s` seconds, and begins the next epoch. Returns the result of
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
  bool timed_;  ///< InputCoding::timed
  std::vector<double> relative_volts_;
  std::uint64_t ended_ = 0;
  std::vector<std::uint64_t> drives_;  ///< rows x voltages
};

}  // namespace memcosim
