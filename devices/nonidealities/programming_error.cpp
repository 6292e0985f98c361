// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/programming_error.hpp"

#include "memcosim/common/config.hpp"

namespace memcosim {

ProgrammingErrorSpec read_programming_error(const ConfigNode& device, const ProgrammingErrorSpec& fallback) {
  return {read_spread_law(device.map("programming_error"), SpreadUse::programming, fallback.law)};
}

void check(const ProgrammingErrorSpec& spec) {
  check(spec.law, SpreadUse::programming, "programming_error");
}

}  // namespace memcosim
