// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/coupled_drive.hpp"

#include <cstddef>
#include <vector>

#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

MEMCOSIM_CLONES void add_scaled(double factor, const double* values, double* sums, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index)
    sums[index] += factor * values[index];
}

}  // namespace

double coupled_drive(const LevelMatrix& matrix, const unsigned* codes) {
  std::vector<double> sums(matrix.rows);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    if (codes[row] != 0) add_scaled(codes[row], matrix.row_coupling.data() + row * matrix.rows, sums.data(), matrix.rows);
  }
  double drive = 0.0;
  for (std::size_t row = 0; row < matrix.rows; ++row)
    drive += codes[row] * sums[row];
  return drive;
}

}  // namespace memcosim
