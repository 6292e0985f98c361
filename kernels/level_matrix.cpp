// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/level_matrix.hpp"

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
  read_variance.clear();
  for (const double sigma : sigmas)
    read_variance.push_back(static_cast<float>((sigma / step) * (sigma / step)));
}

}  // namespace memcosim
