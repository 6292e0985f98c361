// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/nonidealities/nonidealities.hpp"

namespace memcosim::test {

inline constexpr std::uint32_t many = 100000;

/// One value per cell.
inline std::vector<double> over_cells(const std::function<double(const CellAddress&)>& value) {
  std::vector<double> values;
  values.reserve(many);
  for (std::uint32_t cell = 0; cell < many; ++cell)
    values.push_back(value({77, 5, cell}));
  return values;
}

inline double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

inline double sigma_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double value : values)
    sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

inline double normal_distribution(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

/// Largest distance between the distribution of `values` and `distribution`, in units of 1 / sqrt(n) (Kolmogorov-Smirnov).
inline double kolmogorov(std::vector<double> values, const std::function<double(double)>& distribution) {
  std::sort(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = distribution(values[i]);
    distance = std::max({distance, std::fabs(expected - static_cast<double>(i) / n), std::fabs(expected - static_cast<double>(i + 1) / n)});
  }
  return distance * std::sqrt(n);
}

/// Beyond it with a probability of 2 exp(-2 x^2) = 6e-7, as 5 sigma.
inline constexpr double kolmogorov_limit = 2.74;

/// Mean and deviation within 5 standard errors, and the shape.
inline void expect_normal(const std::vector<double>& values, double mean, double sigma, const std::string& what) {
  const double root = std::sqrt(static_cast<double>(values.size()));
  EXPECT_NEAR(mean_of(values), mean, 5.0 * sigma / root) << what;
  EXPECT_NEAR(sigma_of(values), sigma, 5.0 * sigma / std::sqrt(2.0) / root) << what;
  EXPECT_LT(kolmogorov(values, [&](double x) { return normal_distribution((x - mean) / sigma); }), kolmogorov_limit) << what;
}

inline void expect_uniform(const std::vector<double>& values, double mean, double width, const std::string& what) {
  const double root = std::sqrt(static_cast<double>(values.size()));
  const double sigma = width / std::sqrt(12.0);
  EXPECT_NEAR(mean_of(values), mean, 5.0 * sigma / root) << what;
  EXPECT_NEAR(sigma_of(values), sigma, 5.0 * sigma * std::sqrt(0.8 / 4.0) / root) << what;  // excess kurtosis -1.2
  const double low = mean - 0.5 * width;
  EXPECT_LT(kolmogorov(values, [&](double x) { return std::clamp((x - low) / width, 0.0, 1.0); }), kolmogorov_limit) << what;
}

inline constexpr ConductanceRange wide{0.0, 1.0};

inline double observe(const CellNonidealities& effects, double g, const CellAddress& cell, const ArrayHistory& history,
                      const ConductanceRange& range = wide) {
  return observed_conductance(effects, g, range, cell, history, CellFault::none);
}

inline ArrayHistory aged(double age_s) {
  ArrayHistory history;
  history.event = 1;
  history.age_s = age_s;
  return history;
}

}  // namespace memcosim::test
