// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/sinh_cells.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/simd/clones.hpp"
#include "memcosim/kernels/circuits/sinh_law.hpp"

namespace memcosim {

namespace {

MEMCOSIM_CLONES void sinh_currents(const double* siemens, const double* volts, double v0, double* amperes, double* slopes,
                                   std::size_t size) {
  for (std::size_t cell = 0; cell < size; ++cell)
    sinh_tangent(siemens[cell], volts[cell], v0, amperes[cell], slopes[cell]);
}

}  // namespace

SinhCells::SinhCells(std::vector<double> siemens, double v0) : siemens_(std::move(siemens)), v0_(v0) {
  if (!(v0_ > 0.0 && std::isfinite(v0_) && std::isfinite(1.0 / v0_))) {
    throw InputError(fmt::format("the voltage v0 of cells with I = G v0 sinh(V / v0) is {} V: it is above 0 and finite", v0_));
  }
  for (std::size_t cell = 0; cell < siemens_.size(); ++cell) {
    if (siemens_[cell] >= 0.0 && std::isfinite(siemens_[cell])) continue;
    throw InputError(fmt::format("conductance[{}] is {} S: the conductance of a cell is 0 or positive, and finite", cell, siemens_[cell]));
  }
}

void SinhCells::evaluate(const std::vector<double>& volts, CellCurrents& currents) const {
  currents.amperes.resize(siemens_.size());
  currents.siemens.resize(siemens_.size());
  sinh_currents(siemens_.data(), volts.data(), v0_, currents.amperes.data(), currents.siemens.data(),
                std::min(volts.size(), siemens_.size()));
}

}  // namespace memcosim
