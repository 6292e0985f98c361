// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/level_digits.hpp"

#include <random>

#include <gtest/gtest.h>

namespace memcosim::testing {
namespace {

std::int64_t value_of(const DigitFormat& format, std::int64_t value) {
  std::int64_t sum = 0;
  for (unsigned k = format.count; k-- > 0;)
    sum = sum * 256 + digit(format, value, k);
  return format.bias + (sum * (std::int64_t{1} << format.shift));
}

void expect_exact(const std::vector<std::int64_t>& values, unsigned digits) {
  const DigitFormat format = shortest_format(values);
  EXPECT_EQ(format.count, digits);
  for (const std::int64_t value : values)
    ASSERT_EQ(value_of(format, value), value) << digits;
}

TEST(LevelDigits, GiveBackEveryValue) {
  expect_exact({-128, 127}, 1);
  expect_exact({0, 255}, 1);             // a bias centres them
  expect_exact({0, 256 * 255, 256}, 1);  // and zeros at the end do not count
  expect_exact({0, 65536 * 15, 65536}, 1);
  expect_exact({-129, 127, 0}, 2);
  expect_exact({-32896, 32639, 1}, 2);
  expect_exact({-32897, 32639, 0}, 3);
  expect_exact({7, 7, 7}, 1);
  expect_exact({0, 0}, 1);
  std::mt19937_64 generator(2);
  for (unsigned bits = 1; bits <= 31; ++bits) {
    std::vector<std::int64_t> values{0, (std::int64_t{1} << bits) - 1};
    for (int i = 0; i < 2000; ++i)
      values.push_back(static_cast<std::int64_t>(generator() & ((std::uint64_t{1} << bits) - 1)));
    const std::int64_t shift = static_cast<std::int64_t>(generator() % 100000) - 50000;
    for (std::int64_t& value : values)
      value += shift;
    expect_exact(values, (bits + 7) / 8);
  }
}

TEST(LevelDigits, TellWhereFourAreNotEnough) {
  EXPECT_GT(shortest_format(std::vector<std::int64_t>{0, std::int64_t{1} << 32, 1}).count, most_digits);
}

TEST(LevelDigits, LevelsAreMultiplesOfTheirUnit) {
  ConductanceWindow window;
  window.g_min = 1e-6;
  window.g_max = 16e-6;
  window.levels = 16;
  std::mt19937_64 generator(3);
  std::uniform_real_distribution<double> uniform(0.0, 20e-6);
  std::vector<double> siemens(7 * 6);
  for (double& value : siemens)
    value = uniform(generator);
  const LevelMatrix matrix(7, 6, window, siemens);
  const auto lines = integer_levels(matrix, ConversionLines(encodings::single, 6));
  const auto pairs = integer_levels(matrix, ConversionLines(encodings::differential_analog, 6));
  ASSERT_EQ(lines.size(), 42u);
  ASSERT_EQ(pairs.size(), 21u);
  for (std::size_t i = 0; i < lines.size(); ++i)
    EXPECT_EQ(static_cast<double>(lines[i]) * 0x1p-16, static_cast<double>(matrix.levels[i]));
  for (std::size_t i = 0; i < pairs.size(); ++i)
    EXPECT_EQ(pairs[i], lines[2 * i] - lines[2 * i + 1]);
}

TEST(LevelMatrix, VariancesAreMultiplesOfTheirUnit) {
  ConductanceWindow window;
  window.g_min = 0.0;
  window.g_max = 15e-6;
  window.levels = 16;
  std::mt19937_64 generator(4);
  std::uniform_real_distribution<double> decades(-9.0, -5.0);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<double> siemens(12, 5e-6);
    std::vector<double> sigmas(12);
    for (double& sigma : sigmas)
      sigma = std::pow(10.0, decades(generator));
    LevelMatrix matrix(3, 4, window, siemens);
    matrix.set_read_noise(window, sigmas);
    ASSERT_EQ(matrix.variance_units.size(), 2u);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double unit = matrix.variance_units[pair];
      double largest = 0.0;
      for (const std::size_t i : {2 * pair, 2 * pair + 1, 2 * pair + 4, 2 * pair + 5, 2 * pair + 8, 2 * pair + 9}) {
        const double units = static_cast<double>(matrix.read_variance[i]) / unit;
        EXPECT_EQ(units, std::floor(units));
        EXPECT_NEAR(matrix.read_variance[i], sigmas[i] / 1e-6 * sigmas[i] / 1e-6, 0.5001 * unit);
        largest = std::max(largest, units);
      }
      EXPECT_LE(largest, 32767.0);
      EXPECT_GE(largest, 16383.0);
    }
  }
}

}  // namespace
}  // namespace memcosim::testing
