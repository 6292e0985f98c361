// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// Levels of the converted columns as integers, units of 2^-16, rows x converted columns: for differential_analog the differences of two
/// lines. Exact: a level is a multiple of its unit.
std::vector<std::int64_t> integer_levels(const LevelMatrix& matrix, ColumnPairing pairing);

/// Representation of integers by few signed bytes: value = bias + 2^shift * sum over k of digit_k * 256^k, digit_k from -128 to 127.
struct DigitFormat {
  unsigned count = 1;     ///< digits of every value, 1 to most_digits; more: the values do not fit
  unsigned shift = 0;     ///< trailing zero bits that all values share
  std::int64_t bias = 0;  ///< offset that all values share
};
constexpr unsigned most_digits = 4;

/// The shortest format that holds all values; without a bias if that takes no more digits.
DigitFormat shortest_format(gsl::span<const std::int64_t> values);

/// Digit k of a value; exact for values that the format holds.
std::int8_t digit(const DigitFormat& format, std::int64_t value, unsigned k);

}  // namespace memcosim
