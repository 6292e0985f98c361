// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/sinh_cells.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/clones.hpp"

namespace memcosim {

namespace {

/// exp(x) - 1 for 0 <= x <= 700, to 2 units in the last place: x = k ln 2 + r, and the Taylor series of exp(r) - 1 up to r^13, which leaves
/// less than 2e-17 of it for |r| <= ln 2 / 2. Arithmetic alone, so that loops over cells become vector instructions.
inline double exponential_minus_one(double x) {
  constexpr double to_integer = 0x1.8p52;  // adding it leaves the rounded integer in the last bits
  const double shifted = x * 1.4426950408889634 + to_integer;
  const double k = shifted - to_integer;
  // ln 2 in two parts; the product of the first with an integer is exact.
  const double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
  double series = 1.0 / 6227020800.0;
  series = series * r + 1.0 / 479001600.0;
  series = series * r + 1.0 / 39916800.0;
  series = series * r + 1.0 / 3628800.0;
  series = series * r + 1.0 / 362880.0;
  series = series * r + 1.0 / 40320.0;
  series = series * r + 1.0 / 5040.0;
  series = series * r + 1.0 / 720.0;
  series = series * r + 1.0 / 120.0;
  series = series * r + 1.0 / 24.0;
  series = series * r + 1.0 / 6.0;
  series = series * r + 0.5;
  const double rest = r + r * r * series;
  std::uint64_t bits = 0;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double power = 0.0;
  std::memcpy(&power, &bits, sizeof power);
  return (power - 1.0) + power * rest;
}

MEMCOSIM_CLONES void sinh_currents(const double* siemens, const double* volts, double v0, double* amperes, double* slopes,
                                   std::size_t size) {
  for (std::size_t cell = 0; cell < size; ++cell) {
    const double magnitude = std::fabs(volts[cell]) / v0;
    const double inside = magnitude < SinhCells::most_v0 ? magnitude : SinhCells::most_v0;
    const double grown = exponential_minus_one(inside);
    const double share = grown / (grown + 1.0);
    const double cosh = 1.0 + 0.5 * grown * share;
    const double sinh = 0.5 * (grown + share) + cosh * (magnitude - inside);  // beyond, the tangent
    amperes[cell] = siemens[cell] * v0 * std::copysign(sinh, volts[cell]);
    slopes[cell] = siemens[cell] * cosh;
  }
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
