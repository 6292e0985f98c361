// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/read_epoch.hpp"

#include <algorithm>
#include <bitset>
#include <limits>

namespace memcosim {

ReadEpoch::ReadEpoch(const Backend& backend, ArrayId array)
    : array_(array),
      dac_bits_(backend.readout(array).dac.bits),
      code_max_(backend.readout(array).dac.code_max()),
      slices_(std::size_t{backend.config(array).rows} * code_max_, 0) {}

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

double ReadEpoch::end(Backend& backend, double slice_s) {
  const double moved = backend.move_by_reads(array_, slices_, slice_s, ended_);
  ++ended_;
  clear();
  return moved;
}

void ReadEpoch::clear() {
  std::fill(slices_.begin(), slices_.end(), 0);
}

}  // namespace memcosim
