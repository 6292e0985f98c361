// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// Step that falls linearly to nothing at the bound ahead (SoftBounds of AIHWKit): LinearStep with gamma = 1,
///   up: dG = dg_min (1 + up_down) (g_max - G) / (g_max - g_zero),  down: dG = -dg_min (1 - up_down) (G - g_min) / (g_zero - g_min).
/// Without noise the distance to the bound ahead shrinks by a constant factor per pulse. Noise as LinearStep.
///
/// SoftBoundsPmax of AIHWKit, given by n pulses from r_min to about r_max and a shape alpha, is this law: with B = (r_max - r_min) /
/// (1 - exp(-alpha n)), g_min = r_min, g_max = r_min + B, dg_min = alpha B / 2 and up_down = (g_min + g_max - 2 g_zero) / B, a pulse up
/// moves by alpha (g_max - G) and a pulse down by alpha (G - g_min), wherever g_zero is.
struct SoftBoundsCell : StepDeviceCell {
  static constexpr const char* name = "soft_bounds";
  static constexpr const char* summary =
      "step per pulse that falls linearly to zero at the bound (SoftBounds of AIHWKit; Rasch et al., AICAS 2021)";

  enum Parameter : std::size_t { g_zero = shared_count, noise_law };
  static constexpr ParameterInfo parameters[] = {g_min_info,  g_max_info,   v_set_info,       v_reset_info, pulse_width_info,
                                                 dg_min_info, up_down_info, cycle_sigma_info, g_zero_info,  noise_law_info};

  static CellInconsistency inconsistency(const double* p) { return zero_inconsistency(p, g_zero); }
  MEMCOSIM_HD static bool make_consistent(double* p) { return zero_consistent(p, g_zero); }

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double factor = towards > 0 ? (p[g_max] - state) / (p[g_max] - p[g_zero]) : (state - p[g_min]) / (p[g_zero] - p[g_min]);
    return p[noise_law] == 0.0 ? multiplicative(p, state, towards, factor, draws) : additive(p, state, towards, factor, draws);
  }
};

}  // namespace memcosim
