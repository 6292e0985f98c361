// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// The shape in which PCM coefficients are published over the relative conductance r = g / g_max: a clipped logarithm below a knee, a
/// polynomial from it on.
struct StateCurve {
  double knee = 0.0;  ///< relative conductance; infinity: no polynomial part
  double log_slope = 0.0;
  double log_offset = 0.0;
  double low = 0.0;  ///< clip of the logarithm
  double high = 0.0;
  double c[4] = {};  ///< polynomial

  MEMCOSIM_HD double at(double r) const {
    if (r < knee) {
      // 1e-7 is below any state that can be read; the logarithm needs a bound.
      const double value = ::fma(log_slope, ::log(::fmax(r, 1e-7)), log_offset);
      return ::fmin(::fmax(value, low), high);
    }
    return ::fma(::fma(::fma(c[3], r, c[2]), r, c[1]), r, c[0]);
  }
};

}  // namespace memcosim
