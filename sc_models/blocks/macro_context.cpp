// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/macro_context.hpp"

#include <string>

namespace memcosim {

void MacroContext::require_passed(const char* message_id, std::uint64_t since, std::uint64_t clocks, const char* what,
                                  const char* since_what) const {
  const std::uint64_t passed = ticks_now() - since;
  if (passed >= clocks * period) return;
  SC_REPORT_FATAL(message_id, (std::string(what) + " " + time_of_ticks(passed).to_string() + " after " + since_what + "; at least " +
                               std::to_string(clocks) + " clocks (" + time_of_ticks(clocks * period).to_string() + ") are needed")
                                  .c_str());
}

}  // namespace memcosim
