// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/column_draw.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// Read noise of a column: the sum of independent normal noise of its cells is normal with the summed variance, so one draw per column and
/// conversion is exact. Variances of the converted columns in levels squared, for the DAC codes of one slice: rows in order from 0 up.
inline void column_read_variances(const LevelMatrix& matrix, ColumnPairing pairing, const unsigned* codes, double* variances) {
  const std::size_t converted = converted_columns(pairing, matrix.columns);
  for (std::size_t column = 0; column < converted; ++column)
    variances[column] = 0.0;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    if (codes[row] == 0) continue;
    const double square = static_cast<double>(codes[row]) * static_cast<double>(codes[row]);
    const float* cell = matrix.read_variance.data() + row * matrix.columns;
    if (pairing == ColumnPairing::differential_analog) {
      for (std::size_t column = 0; column < converted; ++column)
        variances[column] += square * (static_cast<double>(cell[2 * column]) + static_cast<double>(cell[2 * column + 1]));
    } else {
      for (std::size_t column = 0; column < converted; ++column)
        variances[column] += square * static_cast<double>(cell[column]);
    }
  }
}

/// The draw of one conversion, in LSB; `step`: AdcTransfer::step().
inline double column_read_noise(double variance, double step, std::uint64_t seed, std::uint32_t stream, std::uint32_t column,
                                std::uint64_t event, unsigned slice) {
  const DrawAddress address{Purpose::read_noise, stream, column, event, static_cast<std::uint16_t>(slice)};
  return std::sqrt(variance) / step * column_normal(seed, address);
}

}  // namespace memcosim
