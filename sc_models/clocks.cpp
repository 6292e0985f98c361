// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/clocks.hpp"

#include <string>

namespace memcosim {

void require_passed(const char* message_id, const ClockSpan& span, const char* what, const char* since_what) {
  const std::uint64_t passed = ticks_now() - span.since;
  const std::uint64_t needed = span.clocks * span.period;
  if (passed >= needed) return;
  SC_REPORT_FATAL(message_id, (std::string(what) + " " + time_of_ticks(passed).to_string() + " after " + since_what + "; at least " +
                               std::to_string(span.clocks) + " clocks (" + time_of_ticks(needed).to_string() + ") are needed")
                                  .c_str());
}

}  // namespace memcosim
