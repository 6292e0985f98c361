// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace memcosim {

/// Smallest whole number of clocks that covers a duration. Decimal literals have no exact binary form (100e-9 / 1e-9 is just above 100), so
/// an excess below 1e-9 of a clock is treated as rounding error.
inline std::uint64_t clocks_covering(double seconds, double clock_period_s) {
  return static_cast<std::uint64_t>(std::ceil(seconds / clock_period_s * (1.0 - 1e-12) - 1e-9));
}

}  // namespace memcosim
