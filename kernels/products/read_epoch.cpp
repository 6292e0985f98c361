// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/read_epoch.hpp"

#include <algorithm>
#include <bitset>
#include <limits>

namespace memcosim {

ReadEpoch::ReadEpoch(const CellStore& cells, ArrayId array, const DacTransfer& dac)
    : array_(array),
      dac_bits_(dac.bits),
      code_max_(dac.code_max()),
      relative_volts_(relative_voltages(dac)),
      slices_(std::size_t{cells.config(array).rows} * code_max_, 0) {}

void ReadEpoch::add(const InputCode* codes, std::size_t vectors, std::size_t stride, std::uint32_t rows) {
  constexpr int bits = std::numeric_limits<InputCode>::digits;
  for (std::size_t vector = 0; vector < vectors; ++vector, codes += stride) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (dac_bits_ == 1) {
        slices_[row] += std::bitset<bits>(codes[row]).count();
        continue;
      }
      for (unsigned left = codes[row]; left != 0; left >>= dac_bits_) {
        const unsigned code = left & code_max_;
        if (code != 0) ++slices_[std::size_t{row} * code_max_ + code - 1];
      }
    }
  }
}

double ReadEpoch::end(CellStore& cells, double slice_s) {
  const double moved = cells.move_by_reads(array_, relative_volts_, slices_, slice_s, ended_);
  ++ended_;
  clear();
  return moved;
}

void ReadEpoch::clear() {
  std::fill(slices_.begin(), slices_.end(), 0);
}

}  // namespace memcosim
