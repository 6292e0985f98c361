// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/sinh_law.hpp"

namespace memcosim {

/// I = G v0 sinh(V / v0): hopping conduction, with the small-signal conductance G.
class SinhCells final : public CellCharacteristics {
 public:
  static constexpr double most_v0 = most_sinh_v0;  ///< the law is exact up to this multiple of v0

  /// `siemens`: rows x columns; `v0` in V. Throws InputError where one is not possible.
  SinhCells(std::vector<double> siemens, double v0);

  void evaluate(const std::vector<double>& volts, CellCurrents& currents) const override;
  double largest_volts() const override { return most_v0 * v0_; }

 private:
  std::vector<double> siemens_;
  double v0_;
};

}  // namespace memcosim
