// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <gsl/span>

#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

class CircuitProducts;

/// The conductances of one array state in one canonical rounding, from which every backend computes MVMs.
///
/// A level is (G - g_min) / step, rounded to a multiple of 2^-16 and kept in single precision. So a cell within 2^-17 of a step of its
/// ideal level has exactly that integer, sums of ideal levels are exact, and below level 256 the difference of two levels is exact too.
struct LevelMatrix {
  LevelMatrix(std::uint32_t row_count, std::uint32_t column_count, const ConductanceWindow& window, gsl::span<const double> siemens);

  std::uint32_t rows;
  std::uint32_t columns;
  double offset;                    ///< g_min / step: added to each column's value per DAC LSB on a row, on top of the level
  std::vector<float> levels;        ///< rows x columns, row-major
  std::vector<double> row_siemens;  ///< sum over all physical columns of a row, from column 0 up

  /// Rows x rows, S, of an array with resistive lines: V^T row_coupling V is the power that flows between the drivers of the word lines and
  /// is subtracted from the power that row_siemens gives. Empty: ideal lines. The diagonal is zero.
  std::vector<double> row_coupling;
  /// Variance of one read of every cell, in levels squared; empty: the cells have no read noise. A row that carries the DAC code c adds c^2
  /// times its cells' variances to its columns. Rounded to multiples of the columns' unit, so that these sums are exact in any order.
  std::vector<float> read_variance;
  /// Unit of read_variance for each two neighbouring columns: the smallest power of two in which their largest variance is at most
  /// 2^15 - 1.
  std::vector<double> variance_units;
  /// Levels at DAC code c of cells with a non-linear current, element c - 1; empty: the same at every code.
  std::vector<LevelMatrix> codes;
  /// Replaces the levels for cells with a non-linear current behind resistive lines; null: MVMs use the levels.
  std::shared_ptr<const CircuitProducts> circuit;

  /// Takes the conductances between word lines, rows x rows, S, of the circuit that the effective conductances came from, as row_coupling,
  /// and adds them to row_siemens.
  void set_row_coupling(std::vector<double> siemens);
  /// `sigmas`: standard deviation of one read of every cell, S; empty: none.
  void set_read_noise(const ConductanceWindow& window, gsl::span<const double> sigmas);
  const LevelMatrix& at_code(unsigned code) const { return codes.empty() || code == 0 ? *this : codes[code - 1]; }
};

}  // namespace memcosim
