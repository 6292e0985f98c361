// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/nonidealities/spread_law.hpp"

namespace memcosim {

class ConfigNode;

/// Deviation of a cell from its target when an array is programmed by a statistical law (in a write-verify loop the pulses themselves make
/// the errors). g = target + deviation(target), one draw per cell and programming event, then clamped to the cell's range.
struct ProgrammingErrorSpec {
  SpreadLaw law;
};

/// Reads `programming_error: {law, magnitude, g_max, scale, read_voltage, file}`.
ProgrammingErrorSpec read_programming_error(const ConfigNode& device, const ProgrammingErrorSpec& fallback);
void check(const ProgrammingErrorSpec& spec);

}  // namespace memcosim
