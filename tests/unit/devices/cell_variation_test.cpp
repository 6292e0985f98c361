// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_variation.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

constexpr std::uint32_t cells = 40000;
constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> draw(const Variation& variation, double mean, std::uint64_t seed = 5, std::uint32_t array = 3) {
  std::vector<double> values;
  for (std::uint32_t cell = 0; cell < cells; ++cell)
    values.push_back(draw_parameter(variation, mean, Range::any(), seed, array, cell));
  return values;
}

struct Moments {
  double mean = 0.0;
  double deviation = 0.0;
};

Moments moments(const std::vector<double>& values) {
  Moments m;
  for (const double value : values)
    m.mean += value / static_cast<double>(values.size());
  for (const double value : values)
    m.deviation += (value - m.mean) * (value - m.mean) / static_cast<double>(values.size() - 1);
  m.deviation = std::sqrt(m.deviation);
  return m;
}

/// Five standard errors of mean and deviation; `excess` is the excess kurtosis of the distribution.
void expect_moments(const std::vector<double>& values, double mean, double deviation, double excess = 0.0) {
  const Moments m = moments(values);
  const double root = std::sqrt(static_cast<double>(values.size()));
  EXPECT_NEAR(m.mean, mean, 5.0 * deviation / root);
  EXPECT_NEAR(m.deviation, deviation, 5.0 * deviation * std::sqrt((2.0 + excess) / 4.0) / root);
}

TEST(CellVariation, NormalHasItsMoments) {
  expect_moments(draw({2, Distribution::normal, 0.07, -infinity, infinity}, 1.5), 1.5, 0.07);
}

TEST(CellVariation, UniformHasItsMomentsAndBounds) {
  const auto values = draw({2, Distribution::uniform, 0.07, -infinity, infinity}, 1.5);
  expect_moments(values, 1.5, 0.07, -1.2);
  for (const double value : values)
    EXPECT_LE(std::fabs(value - 1.5), 0.07 * std::sqrt(3.0) * (1.0 + 1e-12));
}

TEST(CellVariation, LogNormalHasItsMomentsInTheLogarithm) {
  auto values = draw({2, Distribution::log_normal, 0.3, -infinity, infinity}, 1e4);
  for (double& value : values) {
    ASSERT_GT(value, 0.0);
    value = std::log(value / 1e4);
  }
  expect_moments(values, 0.0, 0.3);
}

TEST(CellVariation, LimitsHold) {
  std::uint32_t at_limit = 0;
  for (const double value : draw({0, Distribution::normal, 1.0, 0.5, 1.8}, 1.0)) {
    ASSERT_GE(value, 0.5);
    ASSERT_LE(value, 1.8);
    if (value == 0.5 || value == 1.8) ++at_limit;
  }
  EXPECT_GT(at_limit, cells / 4);  // clamped, not drawn again
  const Variation wide{0, Distribution::normal, 1.0, -infinity, infinity};
  for (std::uint32_t cell = 0; cell < 1000; ++cell)
    EXPECT_GE(draw_parameter(wide, 1.0, Range::between(0.9, 2.0), 1, 0, cell), 0.9);
}

/// Moments of a standard normal between a and b.
Moments truncated_normal(double a, double b) {
  const auto density = [](double z) { return std::exp(-0.5 * z * z) / std::sqrt(2.0 * M_PI); };
  const auto share = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
  const double mass = share(b) - share(a);
  const double mean = (density(a) - density(b)) / mass;
  return {mean, std::sqrt(1.0 + (a * density(a) - b * density(b)) / mass - mean * mean)};
}

TEST(CellVariation, TruncationRenormalises) {
  const auto values = draw({0, Distribution::normal, 0.5, 0.75, 2.5, true}, 1.0);
  const Moments expected = truncated_normal(-0.5, 3.0);
  expect_moments(values, 1.0 + 0.5 * expected.mean, 0.5 * expected.deviation);
  std::size_t at_limit = 0;
  for (const double value : values) {
    ASSERT_GE(value, 0.75);
    ASSERT_LE(value, 2.5);
    at_limit += value == 0.75 || value == 2.5 ? 1 : 0;
  }
  EXPECT_LT(at_limit, 3u);  // nothing gathers there
  const auto uniform = draw({0, Distribution::uniform, 1.0, 0.5, 1.1, true}, 1.0);
  expect_moments(uniform, 0.8, 0.6 / std::sqrt(12.0), -1.2);
}

TEST(CellVariation, TruncationOfALogNormalOfEitherSign) {
  for (const double sign : {1.0, -1.0}) {
    const double low = sign > 0.0 ? 0.5 : -4.0;
    const double high = sign > 0.0 ? 4.0 : -0.5;
    auto values = draw({0, Distribution::log_normal, 1.0, low, high, true}, sign);
    for (double& value : values)
      value = std::log(value / sign);
    const Moments expected = truncated_normal(std::log(0.5), std::log(4.0));
    expect_moments(values, expected.mean, expected.deviation);
  }
  // Limits that hold hardly any of the distribution are still limits.
  for (const double value : draw({0, Distribution::normal, 0.01, 1.0, 1.0 + 1e-9, true}, 1.0))
    ASSERT_TRUE(value >= 1.0 && value <= 1.0 + 1e-9);
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const Moments ma = moments(a);
  const Moments mb = moments(b);
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (a[i] - ma.mean) * (b[i] - mb.mean);
  return sum / (static_cast<double>(a.size()) * ma.deviation * mb.deviation);
}

TEST(CellVariation, ParametersArraysAndSeedsAreIndependent) {
  const Variation first{0, Distribution::normal, 1.0, -infinity, infinity};
  const Variation second{1, Distribution::normal, 1.0, -infinity, infinity};
  const double limit = 5.0 / std::sqrt(static_cast<double>(cells));
  const auto base = draw(first, 0.0);
  EXPECT_LT(std::fabs(correlation(base, draw(second, 0.0))), limit);
  EXPECT_LT(std::fabs(correlation(base, draw(first, 0.0, 6))), limit);
  EXPECT_LT(std::fabs(correlation(base, draw(first, 0.0, 5, 4))), limit);
  EXPECT_GT(correlation(base, draw(first, 7.0)), 0.999);  // the check can fail
}

}  // namespace
}  // namespace memcosim
