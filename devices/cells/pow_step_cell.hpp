// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// Step as a power of the distance to the bound ahead (PowStep of AIHWKit): with o = (g_max - G) / (g_max - g_min),
///   up: dG = dg_min (1 + up_down) o^gamma_up,   down: dG = -dg_min (1 - up_down) (1 - o)^gamma_down.
struct PowStepCell : StepDeviceCell {
  static constexpr const char* name = "pow_step";
  static constexpr const char* summary =
      "step per pulse as a power of the distance to the bound (PowStep of AIHWKit; Rasch et al., AICAS 2021)";

  enum Parameter : std::size_t { gamma_up = shared_count, gamma_down };
  static constexpr ParameterInfo parameters[] = {
      g_min_info,
      g_max_info,
      v_set_info,
      v_reset_info,
      pulse_width_info,
      dg_min_info,
      up_down_info,
      cycle_sigma_info,
      {"gamma_up", Dimension::dimensionless, 1.0, {0.0, 100.0, false}, "exponent of steps up"},
      {"gamma_down", Dimension::dimensionless, 1.0, {0.0, 100.0, false}, "exponent of steps down"},
  };

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double range = p[g_max] - p[g_min];
    const double ahead = (towards > 0 ? p[g_max] - state : state - p[g_min]) / range;
    const double factor = ::pow(within(ahead, 0.0, 1.0), towards > 0 ? p[gamma_up] : p[gamma_down]);
    return multiplicative(p, state, towards, factor, draws);
  }
};

}  // namespace memcosim
