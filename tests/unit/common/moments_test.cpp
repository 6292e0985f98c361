// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/moments.hpp"

#include <random>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

TEST(Moments, EqualValuesHaveTheirValueAsMeanAndNoSpread) {
  std::mt19937_64 engine(11);
  std::uniform_real_distribution<double> exponent(-12.0, 3.0);
  for (int trial = 0; trial < 300; ++trial) {
    const double value = std::pow(10.0, exponent(engine)) * (trial % 2 == 0 ? 1.0 : -1.0);
    Moments moments;
    RootMeanSquare rms;
    for (int i = 0; i <= 7 * trial; ++i) {
      moments.add(value);
      rms.add(value);
    }
    ASSERT_EQ(moments.mean(), value);
    ASSERT_EQ(moments.sigma(), 0.0);
    ASSERT_EQ(rms.value(), std::fabs(value));
    ASSERT_EQ(mean_of(std::vector<double>(static_cast<std::size_t>(trial + 1), value)), value);
  }
}

TEST(Moments, TheMeanLiesBetweenTheExtremes) {
  std::mt19937_64 engine(12);
  for (int trial = 0; trial < 2000; ++trial) {
    // Neighbouring doubles: rounding is as large as the spread.
    const double low = std::pow(10.0, -6 + trial % 7) * std::uniform_real_distribution<double>(1.0, 10.0)(engine);
    const double high = std::nextafter(low, 1e300);
    Moments moments;
    for (int i = 0; i < 50; ++i)
      moments.add(engine() % 3 == 0 ? high : low);
    ASSERT_GE(moments.mean(), low);
    ASSERT_LE(moments.mean(), high);
    ASSERT_LE(moments.sigma(), high - low);
  }
}

TEST(Moments, AgreeWithTwoPassesInLongDouble) {
  std::mt19937_64 engine(13);
  for (const double offset : {0.0, 1.0, -1e6}) {
    std::normal_distribution<double> draw(offset, 1e-3);
    std::vector<double> values;
    Moments moments;
    RootMeanSquare rms;
    for (int i = 0; i < 20000; ++i) {
      values.push_back(draw(engine));
      moments.add(values.back());
      rms.add(values.back());
    }
    long double sum = 0.0L;
    for (const double value : values)
      sum += value;
    const long double mean = sum / 20000.0L;
    long double squares = 0.0L;
    long double all = 0.0L;
    for (const double value : values) {
      squares += (value - mean) * (value - mean);
      all += static_cast<long double>(value) * value;
    }
    const double scale = std::fabs(offset) + 1e-3;
    EXPECT_NEAR(moments.mean(), static_cast<double>(mean), 1e-13 * scale);
    EXPECT_NEAR(moments.sigma(), static_cast<double>(std::sqrt(squares / 20000.0L)), 1e-12 * scale);
    EXPECT_NEAR(rms.value(), static_cast<double>(std::sqrt(all / 20000.0L)), 1e-12 * scale);
    EXPECT_EQ(moments.count(), 20000u);
    EXPECT_EQ(moments.low(), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(moments.high(), *std::max_element(values.begin(), values.end()));
  }
}

TEST(Moments, OfNothingAreZero) {
  EXPECT_EQ(Moments().mean(), 0.0);
  EXPECT_EQ(Moments().sigma(), 0.0);
  EXPECT_EQ(RootMeanSquare().value(), 0.0);
  EXPECT_EQ(mean_of({}), 0.0);
}

}  // namespace
}  // namespace memcosim
