// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/fast_normal.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace memcosim::testing {
namespace {

TEST(FastNormal, DrawsAreTheWordsOfRandomBits) {
  std::mt19937_64 generator(1);
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t seed = generator();
    const std::uint64_t event = generator() >> (16 + generator() % 40);
    const auto block = static_cast<std::uint32_t>(generator() >> (32 + generator() % 30));
    const auto array = static_cast<std::uint32_t>(generator() & 0xffffffu);
    const auto index = static_cast<std::uint16_t>(generator());
    const auto purpose = i % 2 == 0 ? Purpose::adc_noise : Purpose::read_noise;
    const PhiloxKeys keys = philox_keys(seed);
    const RandomBits draws = column_draws(keys, event_draws(keys, purpose, array, event, index), block);
    const RandomBits bits = random_bits(seed, {purpose, array, block, event, index});
    for (int word = 0; word < 4; ++word)
      ASSERT_EQ(draws.word[word], bits.word[word]);
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
    if (!normal.certain()) {
      ++uncertain;
      continue;
    }
    const double exact = column_normal(word);
    largest = std::max(largest, std::abs(exact - static_cast<double>(normal.value)));
    ASSERT_LT(std::abs(exact), fast_normal_range);
  }
  EXPECT_LT(largest, fast_normal_error);
  EXPECT_LT(uncertain, count / 10000);
  EXPECT_GT(uncertain, 0u);
}

TEST(FastNormal, TheEndsAreNotCertain) {
  for (const std::uint32_t word : {0u, 1u, 1000u, 0xffffffffu, 0xfffffff0u})
    EXPECT_FALSE(fast_normal(word).certain());
  // The last certain words.
  std::uint32_t word = 100000;
  while (!fast_normal(word).certain())
    ++word;
  for (std::uint32_t i = 0; i < 200000; ++i)
    ASSERT_NEAR(column_normal(word + i), static_cast<double>(fast_normal(word + i).value), fast_normal_error);
}

}  // namespace
}  // namespace memcosim::testing
