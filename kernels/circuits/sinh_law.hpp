// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// exp(x) - 1 for 0 <= x <= 700, to 2 units in the last place: x = k ln 2 + r, and the Taylor series of exp(r) - 1 up to r^13, which leaves
/// less than 2e-17 of it for |r| <= ln 2 / 2. Arithmetic alone, so that loops over cells become vector instructions.
MEMCOSIM_HD inline double exponential_minus_one(double x) {
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

/// Beyond this multiple of v0 squares of currents would overflow in a solver; the law is continued by its tangent.
inline constexpr double most_sinh_v0 = 150.0;

/// I = G v0 sinh(V / v0) and its slope.
MEMCOSIM_HD inline void sinh_tangent(double siemens, double volts, double v0, double& amperes, double& slope) {
  const double magnitude = std::fabs(volts) / v0;
  const double inside = magnitude < most_sinh_v0 ? magnitude : most_sinh_v0;
  const double grown = exponential_minus_one(inside);
  const double share = grown / (grown + 1.0);
  const double cosh = 1.0 + 0.5 * grown * share;
  const double sinh = 0.5 * (grown + share) + cosh * (magnitude - inside);  // beyond, the tangent
  amperes = siemens * v0 * std::copysign(sinh, volts);
  slope = siemens * cosh;
}

}  // namespace memcosim
