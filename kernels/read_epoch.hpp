// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/kernels/backend.hpp"

namespace memcosim {

/// The MVMs of one array between two moves of its cells: for each row and DAC code, the slices that the row was driven with it
/// (read_disturb.law: rate, devices/nonidealities/read_disturb.hpp). The order of the MVMs does not matter.
class ReadEpoch {
 public:
  /// The array's readout must be set and stay.
  ReadEpoch(const Backend& backend, ArrayId array);

  ArrayId array() const { return array_; }
  /// Counts MVMs: the codes of `rows` rows from row 0 on, `vectors` times, `stride` elements apart.
  void add(const InputCode* codes, std::size_t vectors, std::size_t stride, std::uint32_t rows);
  /// Moves the cells, each slice for `slice_s`, and begins the next epoch. Returns Backend::move_by_reads().
  double end(Backend& backend, double slice_s);
  /// Begins the next epoch without a move: the cells were written anew.
  void clear();
  /// Epochs that have ended.
  std::uint64_t ended() const { return ended_; }

 private:
  ArrayId array_;
  unsigned dac_bits_;
  unsigned code_max_;
  std::uint64_t ended_ = 0;
  std::vector<std::uint64_t> slices_;  ///< rows x codes above 0
};

}  // namespace memcosim
