// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// e^x within 1.5 ulp for |x| <= 690 (clamped there), without libm or any call: the same bits on every host and device.
/// x = k ln 2 + r with |r| <= ln 2 / 2; the series of e^r ends below 2^-57 after r^13.
MEMCOSIM_HD inline double plain_exp(double x) {
  x = x > 690.0 ? 690.0 : (x < -690.0 ? -690.0 : x);
  // Adding 1.5 * 2^52 rounds to the nearest integer, which then stands in the low bits.
  const double shift = 0x1.8p52;
  const double shifted = ::fma(x, 0x1.71547652b82fep0, shift);
  const double k = shifted - shift;
  const double r = ::fma(k, -0x1.a39ef35793c76p-33, ::fma(k, -0x1.62e42fee00000p-1, x));
  const double r2 = r * r;
  const double r4 = r2 * r2;
  // Estrin's scheme: short dependency chains, so that the work on several cells overlaps.
  const double c2 = ::fma(r, 1.0 / 6.0, 1.0 / 2.0);
  const double c4 = ::fma(r, 1.0 / 120.0, 1.0 / 24.0);
  const double c6 = ::fma(r, 1.0 / 5040.0, 1.0 / 720.0);
  const double c8 = ::fma(r, 1.0 / 362880.0, 1.0 / 40320.0);
  const double c10 = ::fma(r, 1.0 / 39916800.0, 1.0 / 3628800.0);
  const double c12 = ::fma(r, 1.0 / 6227020800.0, 1.0 / 479001600.0);
  const double high = ::fma(r4, ::fma(r2, c12, c10), ::fma(r2, c8, c6));
  const double series = ::fma(r4, high, ::fma(r2, c4, c2));
  const double value = ::fma(r2, series, r) + 1.0;
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  std::uint64_t integer = 0;
  std::memcpy(&integer, &shifted, sizeof integer);
  bits += integer << 52;
  double result = 0.0;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

}  // namespace memcosim
