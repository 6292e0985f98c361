// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

namespace memcosim {

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
