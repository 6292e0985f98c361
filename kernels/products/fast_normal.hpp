// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/kernels/products/column_draw.hpp"

namespace memcosim {

/// Keys of the ten rounds of Philox-4x32: the seed's halves plus multiples of the Weyl constants.
struct PhiloxKeys {
  std::uint32_t low[10];
  std::uint32_t high[10];
};

inline PhiloxKeys philox_keys(std::uint64_t seed) {
  PhiloxKeys keys{};
  for (std::uint32_t round = 0; round < 10; ++round) {
    keys.low[round] = static_cast<std::uint32_t>(seed) + round * 0x9e3779b9u;
    keys.high[round] = static_cast<std::uint32_t>(seed >> 32) + round * 0xbb67ae85u;
  }
  return keys;
}

constexpr std::uint32_t philox_m0 = 0xd2511f53u;
constexpr std::uint32_t philox_m1 = 0xcd9e8d57u;

/// The part of the first two Philox rounds that is the same for all columns of one event.
struct EventDraws {
  std::uint32_t event_high;  ///< counter word 3
  std::uint32_t first;       ///< word 1 after the first round
  std::uint32_t second;      ///< high half of the second round's first product
  std::uint32_t third;       ///< its low half
};

/// Counter words as in random_bits().
MEMCOSIM_HD inline EventDraws event_draws(const PhiloxKeys& keys, Purpose purpose, std::uint32_t array, std::uint64_t event,
                                          std::uint16_t index) {
  const std::uint64_t event_and_index = (event << 16) | index;
  const std::uint32_t array_word = (static_cast<std::uint32_t>(purpose) << 24) | array;
  const std::uint64_t product = std::uint64_t{philox_m1} * static_cast<std::uint32_t>(event_and_index);
  const std::uint32_t word0 = static_cast<std::uint32_t>(product >> 32) ^ array_word ^ keys.low[0];
  const std::uint64_t next = std::uint64_t{philox_m0} * word0;
  return {static_cast<std::uint32_t>(event_and_index >> 32), static_cast<std::uint32_t>(product), static_cast<std::uint32_t>(next >> 32),
          static_cast<std::uint32_t>(next)};
}

/// random_bits() for cell `block`: the random words of column_normal() for columns 4 * block to 4 * block + 3.
MEMCOSIM_HD inline RandomBits column_draws(const PhiloxKeys& keys, const EventDraws& event, std::uint32_t block) {
  const auto high = [](std::uint64_t product) { return static_cast<std::uint32_t>(product >> 32); };
  const auto low = [](std::uint64_t product) { return static_cast<std::uint32_t>(product); };
  const std::uint64_t first = std::uint64_t{philox_m0} * block;
  const std::uint64_t second = std::uint64_t{philox_m1} * (high(first) ^ event.event_high ^ keys.high[0]);
  RandomBits bits{{high(second) ^ event.first ^ keys.low[1], low(second), event.second ^ low(first) ^ keys.high[1], event.third}};
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
  for (int round = 2; round < 10; ++round) {
    const std::uint64_t even = std::uint64_t{philox_m0} * bits.word[0];
    const std::uint64_t odd = std::uint64_t{philox_m1} * bits.word[2];
    bits = {{high(odd) ^ bits.word[1] ^ keys.low[round], low(odd), high(even) ^ bits.word[3] ^ keys.high[round], low(even)}};
  }
  return bits;
}

/// Largest distance of fast_normal() from column_normal(). Parts: 2.8e-6 of the polynomial, 0.4e-6 of the logarithm (2^-22 of its value),
/// 0.3e-6 of u's last half bit in it at the end of the range, the rest rounding. Measured over all 2^32 words by a test.
constexpr double fast_normal_error = 5e-6;
/// Values whose logarithm (FastNormal::log) is above this are certain.
constexpr float fast_normal_log = -12.98f;
/// Largest magnitude of a certain value.
constexpr double fast_normal_range = 4.1;

/// Single-precision approximation of column_normal(), with the means to bound its error.
struct FastNormal {
  float value;
  float log;                                                          ///< log2(4u(1 - u))
  MEMCOSIM_HD bool certain() const { return log > fast_normal_log; }  ///< `value` is within fast_normal_error of column_normal()
};

/// z = (2u - 1) P(log2(4u(1 - u))), P the minimax polynomial of degree 8 for -log(4u(1 - u)) up to 9; beyond (one draw in 16,000): not
/// certain. The form is that of M. Giles, Approximating the erfinv function (2010); the coefficients are our own.
MEMCOSIM_HD inline FastNormal fast_normal(std::uint32_t word) {
#ifdef __CUDA_ARCH__
  const float up = __uint2float_rn(word);
  const float down = __uint2float_rn(~word);
  float log = 0.0f;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(log) : "f"(up * 0x1p-62f * down));
#else
  const auto up = static_cast<float>(word);
  const auto down = static_cast<float>(~word);
  const float log = std::log2(up * 0x1p-62f * down);
#endif
  constexpr float scale = 0x1p-32f;
  constexpr float l = -0.693147181f;
  float p = -0x1.9125e8p-26f * (l * l * l * l) * (l * l * l * l) * scale;
  p = ::fmaf(p, log, 0x1.0fbe4ep-20f * (l * l * l * l) * (l * l * l) * scale);
  p = ::fmaf(p, log, -0x1.27545cp-16f * (l * l * l) * (l * l * l) * scale);
  p = ::fmaf(p, log, 0x1.2e767ep-13f * (l * l * l) * (l * l) * scale);
  p = ::fmaf(p, log, -0x1.627c54p-12f * (l * l * l * l) * scale);
  p = ::fmaf(p, log, -0x1.9dba0ep-9f * (l * l * l) * scale);
  p = ::fmaf(p, log, 0x1.0b4702p-6f * (l * l) * scale);
  p = ::fmaf(p, log, 0x1.4ff254p-2f * l * scale);
  p = ::fmaf(p, log, 0x1.40da12p+0f * scale);
  return {(up - down) * p, log};
}

}  // namespace memcosim
