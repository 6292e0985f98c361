// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/front_kernels.hpp"

namespace memcosim {

/// A matrix of effective conductances in a layout for products; a product reads it once, whether for one input or for many.
class EffectiveMatrix {
 public:
  EffectiveMatrix() = default;
  /// siemens: rows x columns, row-major.
  EffectiveMatrix(std::size_t rows, std::size_t columns, const std::vector<double>& siemens,
                  const FrontKernel& kernel = *available_front_kernels().front());

  /// currents (inputs x columns) = volts (inputs x rows) times the matrix. A current is summed row by row with fma, so that its bits depend
  /// neither on the other inputs nor on the instruction set.
  void multiply(const double* volts, std::size_t inputs, double* currents) const;
  /// Adds the outer product of two vectors: one entry per row, one per column.
  void add_product(const std::vector<double>& of_rows, const std::vector<double>& of_columns);

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  const FrontKernel* kernel_ = nullptr;
  std::vector<double> tiles_;  ///< tiles of FrontKernel::tile_rows columns: [tile][row][column]
};

}  // namespace memcosim
