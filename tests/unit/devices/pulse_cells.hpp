// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cells of pulse-response models for tests.

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/cell_models.hpp"

namespace memcosim {

/// A model's default parameters with some of them replaced, by name.
inline std::vector<double> parameters_of(const char* model, const std::map<std::string, double>& changes) {
  CellSpec spec = default_cell_spec(model);
  const CellModel& info = cell_model(model);
  std::size_t found = 0;
  for (std::size_t i = 0; i < info.parameter_count; ++i) {
    const auto change = changes.find(info.parameters[i].name);
    if (change == changes.end()) continue;
    spec.parameters[i] = change->second;
    ++found;
  }
  EXPECT_EQ(found, changes.size()) << "a changed parameter does not exist";
  EXPECT_EQ(info.inconsistency(spec.parameters.data()).message, nullptr);
  return spec.parameters;
}

/// State after one pulse of +-1.5 V and 100 ns, which every default threshold lets through.
template <typename Model>
double after_pulse(const CellParameters& p, double state, int direction, const PulseDraws& draws = {}) {
  return apply_pulse<Model>(p, CellCircuit{}, state, {direction * 1.5, 100e-9, 0.0, {}}, draws).state;
}

/// Mean and standard deviation of a sample.
struct Sample {
  double mean = 0.0;
  double sigma = 0.0;
  double count = 0.0;

  template <typename Draw>
  static Sample of(std::uint32_t count, const Draw& draw) {
    std::vector<double> values;
    for (std::uint32_t i = 0; i < count; ++i)
      values.push_back(draw(i));
    Sample sample;
    sample.count = count;
    for (const double value : values)
      sample.mean += value / count;
    for (const double value : values)
      sample.sigma += (value - sample.mean) * (value - sample.mean) / (count - 1.0);
    sample.sigma = std::sqrt(sample.sigma);
    return sample;
  }

  /// Expects a normal distribution's mean and sigma within five standard errors.
  void expect_normal(double mean_wanted, double sigma_wanted, const std::string& what) const {
    EXPECT_NEAR(mean, mean_wanted, 5.0 * sigma_wanted / std::sqrt(count)) << what;
    EXPECT_NEAR(sigma, sigma_wanted, 5.0 * sigma_wanted / std::sqrt(2.0 * count)) << what;
  }
};

inline constexpr std::uint32_t many_devices = 100000;

/// Change by one pulse over many devices: the draws of cell 0, 1, ...
template <typename Model>
Sample changes_of(const CellParameters& p, double state, int direction) {
  return Sample::of(many_devices, [&](std::uint32_t cell) { return after_pulse<Model>(p, state, direction, {7, 1, cell, 3}) - state; });
}

}  // namespace memcosim
