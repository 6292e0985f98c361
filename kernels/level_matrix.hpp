// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <gsl/span>

#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

/// What every backend computes MVMs from: the conductances of one array state in one canonical rounding.
///
/// A level is (G - g_min) / step, rounded to a multiple of 2^-16 and kept in single precision. So a cell within 2^-17 of a step of its
/// ideal level has exactly that integer, sums of ideal levels are exact, and below level 256 the difference of two levels is exact too.
struct LevelMatrix {
  LevelMatrix(std::uint32_t row_count, std::uint32_t column_count, const ConductanceWindow& window, gsl::span<const double> siemens);

  std::uint32_t rows;
  std::uint32_t columns;
  double offset;                    ///< g_min / step: what a DAC LSB on a row adds to each column's value beside the level
  std::vector<float> levels;        ///< rows x columns, row-major
  std::vector<double> row_siemens;  ///< sum over all physical columns of a row, from column 0 up
};

}  // namespace memcosim
