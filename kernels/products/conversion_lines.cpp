// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/conversion_lines.hpp"

namespace memcosim {

std::vector<double> conversion_levels(const LevelMatrix& matrix, const ConversionLines& table) {
  std::vector<double> levels;
  levels.reserve(std::size_t{matrix.rows} * table.conversions());
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const float* of_lines = matrix.levels.data() + row * matrix.columns;
    for (std::size_t conversion = 0; conversion < table.conversions(); ++conversion)
      levels.push_back(table.sum(conversion, of_lines));
  }
  return levels;
}

std::vector<double> conversion_variances(const LevelMatrix& matrix, const ConversionLines& table) {
  std::vector<double> variances;
  if (matrix.read_variance.empty()) return variances;
  variances.reserve(std::size_t{matrix.rows} * table.conversions());
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const float* of_lines = matrix.read_variance.data() + row * matrix.columns;
    for (std::size_t conversion = 0; conversion < table.conversions(); ++conversion)
      variances.push_back(table.magnitude_sum(conversion, of_lines));
  }
  return variances;
}

}  // namespace memcosim
