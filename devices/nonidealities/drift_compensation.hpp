// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace memcosim {

// Digital compensation of conductance drift (IBM AIHWKit; V. Joshi et al., Nature Communications 11:2473, 2020): right after programming
// and again later, each row is read alone with the same input; outputs are then multiplied by
//   alpha = mean |y_0| / mean |y_t|
// over all outputs (global) or over the outputs of one column. With one unit input per row the outputs are the conductances themselves
// (differential pairs: their differences), so both functions take matrices of those, row-major. A column that reads zero has alpha = 1.

/// One factor for the array.
inline double global_drift_compensation(const double* before, const double* now, std::size_t rows, std::size_t columns) {
  double sum_before = 0.0;
  double sum_now = 0.0;
  for (std::size_t i = 0; i < rows * columns; ++i) {
    sum_before += std::fabs(before[i]);
    sum_now += std::fabs(now[i]);
  }
  return sum_now > 0.0 && sum_before > 0.0 ? sum_before / sum_now : 1.0;
}

/// One factor per column.
inline std::vector<double> column_drift_compensation(const double* before, const double* now, std::size_t rows, std::size_t columns) {
  std::vector<double> sum_before(columns);
  std::vector<double> factors(columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      sum_before[column] += std::fabs(before[row * columns + column]);
      factors[column] += std::fabs(now[row * columns + column]);
    }
  }
  for (std::size_t column = 0; column < columns; ++column) {
    const bool defined = factors[column] > 0.0 && sum_before[column] > 0.0;
    factors[column] = defined ? sum_before[column] / factors[column] : 1.0;
  }
  return factors;
}

}  // namespace memcosim
