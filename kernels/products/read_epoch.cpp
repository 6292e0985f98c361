// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/read_epoch.hpp"

#include <algorithm>
#include <bitset>
#include <limits>

namespace memcosim {

ReadEpoch::ReadEpoch(const CellStore& cells, ArrayId array, const ReadoutConfig& readout)
    : array_(array),
      dac_bits_(readout.dac.bits),
      code_max_(readout.dac.code_max()),
      timed_(readout.coding->timed),
      relative_volts_(relative_voltages(readout)),
      drives_(cells.config(array).rows * relative_volts_.size(), 0) {}

void ReadEpoch::add(const InputCode* codes, std::size_t vectors, std::size_t stride, std::uint32_t rows) {
  constexpr int bits = std::numeric_limits<InputCode>::digits;
  const std::size_t voltages = relative_volts_.size();
  for (std::size_t vector = 0; vector < vectors; ++vector, codes += stride) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (dac_bits_ == 1) {
        drives_[row] += std::bitset<bits>(codes[row]).count();
        continue;
      }
      for (unsigned left = codes[row]; left != 0; left >>= dac_bits_) {
        const unsigned code = left & code_max_;
        if (timed_) {
          drives_[row] += code;
        } else if (code != 0) {
          ++drives_[row * voltages + code - 1];
        }
      }
    }
  }
}

double ReadEpoch::end(CellStore& cells, double slice_s) {
  const double moved = cells.move_by_reads(array_, relative_volts_, drives_, timed_ ? slice_s / code_max_ : slice_s, ended_);
  ++ended_;
  clear();
  return moved;
}

void ReadEpoch::clear() {
  std::fill(drives_.begin(), drives_.end(), 0);
}

}  // namespace memcosim
