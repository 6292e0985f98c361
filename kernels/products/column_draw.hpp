// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/random.hpp"

namespace memcosim {

/// Standard normal from 32 random bits: the quantile of u = (word + 1/2) 2^-32, so that no magnitude exceeds 6.34.
MEMCOSIM_HD inline double column_normal(std::uint32_t word) {
  return normal_quantile(::fma(static_cast<double>(word), 0x1p-32, 0x1p-33));
}

/// The draw of one conversion of column `address.cell`. Four neighbouring columns share a block: column c has word c % 4 of random_bits()
/// for cell c / 4.
MEMCOSIM_HD inline double column_normal(std::uint64_t seed, const DrawAddress& address) {
  const RandomBits four = random_bits(seed, {address.purpose, address.array, address.cell / 4, address.event, address.index});
  return column_normal(four.word[address.cell % 4]);
}

}  // namespace memcosim
