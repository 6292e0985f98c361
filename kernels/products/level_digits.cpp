// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/level_digits.hpp"

#include <algorithm>
#include <cmath>

namespace memcosim {

namespace {

/// Number of trailing zero bits that all (value - bias) have in common.
unsigned common_zeros(gsl::span<const std::int64_t> values, std::int64_t bias) {
  std::uint64_t all = 0;
  for (const std::int64_t value : values)
    all |= static_cast<std::uint64_t>(value - bias);
  unsigned zeros = 0;
  while (all != 0 && (all >> zeros & 1u) == 0)
    ++zeros;
  return zeros;
}

/// 1 + 256 + ... + 256^(count - 1): values from -128 to 127 times this number have `count` signed digits.
std::int64_t ones(unsigned count) {
  std::int64_t sum = 0;
  for (unsigned k = 0; k < count; ++k)
    sum = sum * 256 + 1;
  return sum;
}

unsigned digits_for(std::int64_t least, std::int64_t most) {
  unsigned count = 1;
  while (count <= most_digits && (least < -128 * ones(count) || most > 127 * ones(count)))
    ++count;
  return count;
}

}  // namespace

std::vector<std::int64_t> integer_levels(const LevelMatrix& matrix, const ConversionLines& table) {
  std::vector<std::int64_t> values;
  for (const double level : conversion_levels(matrix, table))
    values.push_back(std::llround(level * 65536.0));
  return values;
}

DigitFormat shortest_format(gsl::span<const std::int64_t> values) {
  DigitFormat plain;
  if (values.empty()) return plain;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  plain.shift = common_zeros(values, 0);
  plain.count = digits_for(*least >> plain.shift, *most >> plain.shift);
  DigitFormat centred;
  centred.shift = common_zeros(values, *least);
  const std::int64_t steps = (*most - *least) >> centred.shift;
  while (centred.count <= most_digits && steps > 255 * ones(centred.count))
    ++centred.count;
  const std::int64_t middle = std::max((steps + 1) / 2, steps - 127 * ones(centred.count));
  centred.bias = *least + (middle << centred.shift);
  return centred.count < plain.count ? centred : plain;
}

std::int8_t digit(const DigitFormat& format, std::int64_t value, unsigned k) {
  std::int64_t rest = (value - format.bias) >> format.shift;
  for (unsigned lower = 0;; ++lower) {
    const auto low = static_cast<std::int64_t>(static_cast<std::int8_t>(rest & 0xff));
    if (lower == k) return static_cast<std::int8_t>(low);
    rest = (rest - low) >> 8;
  }
}

}  // namespace memcosim
