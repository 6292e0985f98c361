// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/level_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace memcosim {

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
  const auto in_steps = [step](double sigma) { return (sigma / step) * (sigma / step); };
  read_variance.clear();
  variance_unit = 1.0;
  double largest = 0.0;
  for (const double sigma : sigmas)
    largest = std::max(largest, in_steps(sigma));
  if (largest > 0.0) {
    constexpr double most_units = 32767.0;
    variance_unit = std::ldexp(1.0, std::ilogb(largest) - 14);
    if (std::floor(largest / variance_unit + 0.5) > most_units) variance_unit *= 2.0;
  }
  for (const double sigma : sigmas)
    read_variance.push_back(static_cast<float>(std::floor(in_steps(sigma) / variance_unit + 0.5) * variance_unit));
}

}  // namespace memcosim
