// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <gsl/span>

#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

class CircuitProducts;

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

  /// Of an array with resistive lines, rows x rows, S: V^T row_coupling V is the power that flows between the drivers of the word lines,
  /// taken off what row_siemens says; empty: ideal lines. The diagonal is zero.
  std::vector<double> row_coupling;
  /// Variance of one read of every cell, in levels squared; empty: the cells have no read noise. A row that carries the DAC code c adds c^2
  /// times its cells' variances to its columns. Rounded to multiples of the columns' unit, so that these sums are exact in any order.
  std::vector<float> read_variance;
  /// For each two neighbouring columns the power of two that makes their largest variance at most 2^15 - 1 units and as many as possible.
  std::vector<double> variance_units;
  /// Levels at DAC code c of cells with a non-linear current, element c - 1; empty: the same at every code.
  std::vector<LevelMatrix> codes;
  /// Instead of levels, where cells with a non-linear current lie behind resistive lines; null: the levels are all that there is.
  std::shared_ptr<const CircuitProducts> circuit;

  /// Adds the conductance between word lines, rows x rows, S, of the circuit that the effective conductances came from.
  void set_row_coupling(std::vector<double> siemens);
  /// `sigmas`: standard deviation of one read of every cell, S; empty: none.
  void set_read_noise(const ConductanceWindow& window, gsl::span<const double> sigmas);
  const LevelMatrix& at_code(unsigned code) const { return codes.empty() || code == 0 ? *this : codes[code - 1]; }
};

}  // namespace memcosim
