// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim {

/// Suitable pulses of one polarity: amplitude of the first pulse after a reversal, increment per pulse, and limit (magnitudes).
struct PulseHint {
  double start_v;
  double step_v;
  double limit_v;
  double duration_s;
};

/// How a device is used: defaults of a run's `array` and `programming` sections.
struct CellUse {
  double g_min;  ///< S, conductance of level 0
  double g_max;  ///< S
  double read_voltage_v;
  PulseHint set;
  PulseHint reset;
  std::uint32_t max_pulses = 200;  ///< per cell: enough to cross the conductance window
  std::uint32_t max_reversals = 20;
};

}  // namespace memcosim
