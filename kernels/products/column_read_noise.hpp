// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/kernels/products/column_draw.hpp"

namespace memcosim {

/// Read noise of a conversion: the sum of independent normal noise of its cells is normal with the summed variance, so one draw per
/// conversion is exact. Adds up `cells` (conversion_variances(), rows x conversions) for the DAC codes of one slice, rows in order from 0
/// up; levels squared.
inline void column_read_variances(const std::vector<double>& cells, const std::vector<unsigned>& codes, std::vector<double>& variances) {
  const std::size_t conversions = variances.size();
  std::fill(variances.begin(), variances.end(), 0.0);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (codes[row] == 0) continue;
    const double square = static_cast<double>(codes[row]) * static_cast<double>(codes[row]);
    const double* of_row = cells.data() + row * conversions;
    for (std::size_t conversion = 0; conversion < conversions; ++conversion)
      variances[conversion] += square * of_row[conversion];
  }
}

/// The draw of one conversion, in LSB; `step`: ConverterCurve::step().
inline double column_read_noise(double variance, double step, std::uint64_t seed, std::uint32_t stream, std::uint32_t column,
                                std::uint64_t event, unsigned slice) {
  const DrawAddress address{Purpose::read_noise, stream, column, event, static_cast<std::uint16_t>(slice)};
  return std::sqrt(variance) / step * column_normal(seed, address);
}

}  // namespace memcosim
