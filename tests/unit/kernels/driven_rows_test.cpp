// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/driven_rows.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

/// The definition: a row counts in each slice in which its DAC code is not zero.
std::uint64_t counted_one_by_one(const std::vector<InputCode>& codes, unsigned dac_bits) {
  std::uint64_t rows = 0;
  for (const InputCode code : codes) {
    for (unsigned shift = 0; shift < 16; shift += dac_bits)
      rows += ((code >> shift) & ((1u << dac_bits) - 1u)) != 0 ? 1 : 0;
  }
  return rows;
}

TEST(DrivenRows, MatchTheDefinition) {
  for (unsigned dac_bits = 1; dac_bits <= 16; ++dac_bits) {
    for (const std::size_t count : {0u, 1u, 3u, 4u, 5u, 124u, 125u, 128u, 1021u}) {
      std::vector<InputCode> codes(count);
      for (std::size_t row = 0; row < count; ++row)
        codes[row] = static_cast<InputCode>(row * 40503u ^ (row >> 3));
      EXPECT_EQ(driven_rows(codes.data(), count, dac_bits), counted_one_by_one(codes, dac_bits)) << dac_bits << " bits, " << count;
      std::fill(codes.begin(), codes.end(), InputCode{0xffff});
      EXPECT_EQ(driven_rows(codes.data(), count, dac_bits), counted_one_by_one(codes, dac_bits));
    }
  }
}

}  // namespace
}  // namespace memcosim
