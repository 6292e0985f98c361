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

/// Clocks of a period (ticks) since a time (ticks).
struct ClockSpan {
  std::uint64_t since = 0;
  std::uint64_t clocks = 0;
  std::uint64_t period = 0;
};
/// A fatal error under `message_id` unless the span has passed. The message says that `what` comes too early after `since_what`.
void require_passed(const char* message_id, const ClockSpan& span, const char* what, const char* since_what);

}  // namespace memcosim
