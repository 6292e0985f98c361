// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim::test {

inline double largest_magnitude(const std::vector<double>& values) {
  double result = 0.0;
  for (const double value : values)
    result = std::max(result, std::fabs(value));
  return result;
}

/// Largest difference relative to the largest expected value; an absolute floor takes the place of the latter where all is (nearly) zero.
inline double relative_difference(const std::vector<double>& actual, const std::vector<double>& expected, double floor = 0.0) {
  if (actual.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double difference = 0.0;
  for (std::size_t index = 0; index < actual.size(); ++index)
    difference = std::max(difference, std::fabs(actual[index] - expected[index]));
  return difference == 0.0 ? 0.0 : difference / std::max(largest_magnitude(expected), floor);
}

/// Sources deliver what cells and wires turn into heat; what enters by the word lines leaves by the bit lines.
inline void expect_balanced(const CrossbarSolution& solution, double tolerance) {
  double magnitudes = 0.0;
  for (const double power : {solution.cell_power, solution.wire_power, solution.source_power})
    magnitudes = std::max(magnitudes, std::fabs(power));
  EXPECT_NEAR(solution.source_power, solution.cell_power + solution.wire_power, tolerance * magnitudes);
  double in = 0.0;
  double out = 0.0;
  for (const double current : solution.row_currents)
    in += current;
  for (const double current : solution.column_currents)
    out += current;
  EXPECT_NEAR(in, out, tolerance * largest_magnitude(solution.column_currents) * static_cast<double>(solution.row_currents.size()));
}

}  // namespace memcosim::test
