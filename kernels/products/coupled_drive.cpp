// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/coupled_drive.hpp"

#include <cstddef>
#include <vector>

#include "memcosim/common/simd/clones.hpp"
#include "memcosim/kernels/encodings/code_energy.hpp"

namespace memcosim {

namespace {

MEMCOSIM_CLONES void add_scaled(double factor, const double* values, double* sums, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index)
    sums[index] += factor * values[index];
}

}  // namespace

double coupled_drive(const LevelMatrix& matrix, const unsigned* codes, CodeWeights weights) {
  double drive = 0.0;
  if (weights.square) {  // a product of the codes: half of it leaves the inner sum
    std::vector<double> sums(matrix.rows);
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      if (codes[row] != 0) add_scaled(codes[row], matrix.row_coupling.data() + row * matrix.rows, sums.data(), matrix.rows);
    }
    for (std::size_t row = 0; row < matrix.rows; ++row)
      drive += codes[row] * sums[row];
    return drive;
  }
  for (std::size_t column = 0; column < matrix.rows; ++column) {
    double sum = 0.0;
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      if (codes[row] != 0) sum += shared_energy(weights, codes[row], codes[column]) * matrix.row_coupling[row * matrix.rows + column];
    }
    drive += sum;
  }
  return drive;
}

}  // namespace memcosim
