// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/level_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace memcosim {

namespace {

/// The smallest power of two in which `largest`, rounded, is at most 2^15 - 1; not below the range of single precision.
double variance_unit_for(double largest) {
  constexpr double most_units = 32767.0;
  constexpr int least_exponent = -120;
  if (largest == 0.0) return 1.0;
  const double unit = std::ldexp(1.0, std::max(std::ilogb(largest) - 14, least_exponent));
  return std::floor(largest / unit + 0.5) > most_units ? 2.0 * unit : unit;
}

}  // namespace

LevelMatrix::LevelMatrix(std::uint32_t row_count, std::uint32_t column_count, const ConductanceWindow& window,
                         gsl::span<const double> siemens)
    : rows(row_count), columns(column_count), offset(window.g_min / window.step()) {
  const double step = window.step();
  levels.reserve(siemens.size());
  row_siemens.reserve(rows);
  for (std::uint32_t row = 0; row < rows; ++row) {
    double sum = 0.0;
    for (std::uint32_t column = 0; column < columns; ++column) {
      const double conductance = siemens[std::size_t{row} * columns + column];
      sum += conductance;
      levels.push_back(static_cast<float>(std::floor((conductance - window.g_min) / step * 65536.0 + 0.5) / 65536.0));
    }
    row_siemens.push_back(sum);
  }
}

void LevelMatrix::set_row_coupling(std::vector<double> siemens) {
  row_coupling = std::move(siemens);
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t other = 0; other < rows; ++other)
      row_siemens[row] += row_coupling[std::size_t{row} * rows + other];
  }
}

void LevelMatrix::set_read_noise(const ConductanceWindow& window, gsl::span<const double> sigmas) {
  const double step = window.step();
  read_variance.assign(sigmas.size(), 0.0f);
  variance_units.clear();
  if (sigmas.empty()) return;
  const auto variance = [&](std::size_t cell) { return (sigmas[cell] / step) * (sigmas[cell] / step); };
  for (std::uint32_t first = 0; first < columns; first += 2) {
    const auto for_each_cell = [&](const auto& work) {
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::uint32_t column = first; column < std::min(first + 2, columns); ++column)
          work(row * columns + column);
      }
    };
    double largest = 0.0;
    for_each_cell([&](std::size_t cell) { largest = std::max(largest, variance(cell)); });
    const double unit = variance_unit_for(largest);
    for_each_cell([&](std::size_t cell) { read_variance[cell] = static_cast<float>(std::floor(variance(cell) / unit + 0.5) * unit); });
    variance_units.push_back(unit);
  }
}

}  // namespace memcosim
