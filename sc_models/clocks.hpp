// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <systemc>

namespace memcosim {

/// Smallest whole number of clocks that covers a duration. Decimal literals have no exact binary form (100e-9 / 1e-9 is just above 100), so
/// an excess below 1e-9 of a clock is treated as rounding error.
inline std::uint64_t clocks_covering(double seconds, double clock_period_s) {
  return static_cast<std::uint64_t>(std::ceil(seconds / clock_period_s * (1.0 - 1e-12) - 1e-9));
}

/// Duration of `clocks` periods, exact in the time resolution of the kernel.
inline sc_core::sc_time clock_time(std::uint64_t clocks, const sc_core::sc_time& period) {
  return sc_core::sc_time::from_value(clocks * period.value());
}

/// Present simulated time in ticks of the kernel's time resolution.
inline std::uint64_t ticks_now() {
  return sc_core::sc_time_stamp().value();
}

/// Present simulated time by value (sc_time_stamp() returns a reference to a value that changes).
inline sc_core::sc_time time_now() {
  return sc_core::sc_time_stamp();
}

inline sc_core::sc_time time_of_ticks(std::uint64_t ticks) {
  return sc_core::sc_time::from_value(ticks);
}

}  // namespace memcosim
