// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// Published form of PCM coefficients as functions of the relative conductance r = g / g_max: a clipped logarithm below a knee, a
/// polynomial above it.
struct StateCurve {
  double knee = 0.0;  ///< relative conductance; infinity: no polynomial part
  double log_slope = 0.0;
  double log_offset = 0.0;
  double low = 0.0;  ///< clip of the logarithm
  double high = 0.0;
  double c[4] = {};  ///< polynomial

  MEMCOSIM_HD double at(double r) const {
    if (r < knee) {
      // Bounds the logarithm: 1e-7 is below any state that can be read.
      const double value = ::fma(log_slope, ::log(::fmax(r, 1e-7)), log_offset);
      return ::fmin(::fmax(value, low), high);
    }
    return ::fma(::fma(::fma(c[3], r, c[2]), r, c[1]), r, c[0]);
  }
};

}  // namespace memcosim
