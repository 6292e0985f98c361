// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/effective_matrix.hpp"

#include <algorithm>

#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

constexpr std::size_t tile_columns = FrontKernel::tile_rows;
constexpr std::size_t block = FrontKernel::panel_rows;  ///< inputs multiplied in one pass over the matrix

MEMCOSIM_CLONES void add_to_tile(double* tile, const double* of_rows, std::size_t rows, const double* of_columns) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < tile_columns; ++column)
      tile[row * tile_columns + column] += of_rows[row] * of_columns[column];
  }
}

}  // namespace

EffectiveMatrix::EffectiveMatrix(std::size_t rows, std::size_t columns, const std::vector<double>& siemens, const FrontKernel& kernel)
    : rows_(rows), columns_(columns), kernel_(&kernel), tiles_((columns + tile_columns - 1) / tile_columns * rows * tile_columns) {
  for (std::size_t column = 0; column < columns; column += tile_columns) {
    const std::size_t count = std::min(tile_columns, columns - column);
    for (std::size_t row = 0; row < rows; ++row)
      std::copy_n(&siemens[row * columns + column], count, &tiles_[column * rows + row * tile_columns]);
  }
}

void EffectiveMatrix::multiply(const double* volts, std::size_t inputs, double* currents) const {
  // Inputs are packed in blocks, [row][input]; the remaining ones are multiplied one by one.
  const std::size_t blocked = inputs / block * block;
  std::vector<double> packed(blocked * rows_);
  for (std::size_t input = 0; input < blocked; ++input) {
    double* to = &packed[input / block * block * rows_ + input % block];
    for (std::size_t row = 0; row < rows_; ++row)
      to[row * block] = volts[input * rows_ + row];
  }
  for (std::size_t column = 0; column < columns_; column += tile_columns) {
    const double* tile = &tiles_[column * rows_];
    const std::size_t count = std::min(tile_columns, columns_ - column);
    const std::size_t vectors = (count + FrontKernel::panel_rows - 1) / FrontKernel::panel_rows * FrontKernel::panel_rows;
    double sums[block * tile_columns];
    for (std::size_t input = 0; input < blocked; input += block) {
      std::fill(std::begin(sums), std::end(sums), 0.0);
      kernel_->add_products(sums, tile_columns, vectors, tile, &packed[input * rows_], rows_);
      for (std::size_t index = 0; index < block; ++index)
        std::copy_n(sums + index * tile_columns, count, currents + (input + index) * columns_ + column);
    }
    for (std::size_t input = blocked; input < inputs; ++input) {
      std::fill_n(sums, tile_columns, 0.0);
      kernel_->add_product(sums, vectors, tile, volts + input * rows_, rows_);
      std::copy_n(sums, count, currents + input * columns_ + column);
    }
  }
}

void EffectiveMatrix::add_product(const std::vector<double>& of_rows, const std::vector<double>& of_columns) {
  double padded[tile_columns];
  for (std::size_t column = 0; column < columns_; column += tile_columns) {
    const std::size_t count = std::min(tile_columns, columns_ - column);
    std::fill(std::copy_n(&of_columns[column], count, padded), std::end(padded), 0.0);
    add_to_tile(&tiles_[column * rows_], of_rows.data(), rows_, padded);
  }
}

}  // namespace memcosim
