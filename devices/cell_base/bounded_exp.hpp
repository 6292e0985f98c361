// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// exp with its argument limited to +-300 (1e130), so that products of a few of them stay finite. A speed at the limit crosses the range of
/// any cell in far less than the shortest pulse, 1 ps, so the limit does not change results; it only keeps intermediate values finite.
MEMCOSIM_HD inline double bounded_exp(double argument) {
  return ::exp(argument > 300.0 ? 300.0 : (argument < -300.0 ? -300.0 : argument));
}

}  // namespace memcosim
