// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/fast_normal.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace memcosim::testing {
namespace {

TEST(FastNormal, DrawsAreTheUpperWordOfTheUniformDraw) {
  std::mt19937_64 generator(1);
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t seed = generator();
    const std::uint64_t event = generator() >> (16 + generator() % 40);
    const auto column = static_cast<std::uint32_t>(generator() >> (32 + generator() % 30));
    const auto array = static_cast<std::uint32_t>(generator() & 0xffffffu);
    const auto index = static_cast<std::uint16_t>(generator());
    const auto purpose = i % 2 == 0 ? Purpose::adc_noise : Purpose::read_noise;
    const PhiloxKeys keys = philox_keys(seed);
    const std::uint32_t word = column_draw(keys, event_draws(keys, purpose, array, event, index), column);
    ASSERT_EQ(word, random_bits(seed, {purpose, array, column, event, index}).word[1]);
  }
}

TEST(FastNormal, IsWithinItsBound) {
  std::mt19937_64 generator(2);
  double largest = 0.0;
  std::size_t uncertain = 0;
  constexpr std::size_t count = 4000000;
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = static_cast<std::uint32_t>(generator());
    const FastNormal normal = fast_normal(word);
    if (!normal.certain) {
      ++uncertain;
      continue;
    }
    const double exact = normal_quantile((static_cast<double>(word) + 0.5) * 0x1p-32);
    largest = std::max(largest, std::abs(exact - static_cast<double>(normal.value)));
    ASSERT_LT(std::abs(exact), fast_normal_range);
  }
  EXPECT_LT(largest, fast_normal_error);
  EXPECT_LT(uncertain, count / 10000);
  EXPECT_GT(uncertain, 0u);
}

TEST(FastNormal, TheEndsAreNotCertain) {
  for (const std::uint32_t word : {0u, 1u, 1000u, 0xffffffffu, 0xfffffff0u})
    EXPECT_FALSE(fast_normal(word).certain);
  // The last certain words, with the least and the largest lower bits.
  std::uint32_t word = 100000;
  while (!fast_normal(word).certain)
    ++word;
  for (std::uint32_t i = 0; i < 200000; ++i) {
    for (const double lower : {0x1p-53, 0x1p-32 - 0x1p-53}) {
      const double exact = normal_quantile(static_cast<double>(word + i) * 0x1p-32 + lower);
      ASSERT_NEAR(exact, static_cast<double>(fast_normal(word + i).value), fast_normal_error);
    }
  }
}

}  // namespace
}  // namespace memcosim::testing
