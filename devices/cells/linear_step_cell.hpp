// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// Step that falls linearly on the way to the bound (LinearStep of AIHWKit): with w = G - g_zero,
///   up:   dG = dg_min (1 + up_down) (1 - gamma_up w / (g_max - g_zero)),
///   down: dG = -dg_min (1 - up_down) (1 + gamma_down w / (g_zero - g_min)),
/// noise on the whole step (multiplicative) or on dg_min alone (additive). At the bound ahead the step is 1 - gamma times the step at
/// g_zero. The slope is relative to the cell's own bounds (mean_bound_reference of AIHWKit is false).
struct LinearStepCell : StepDeviceCell {
  static constexpr const char* name = "linear_step";
  static constexpr const char* summary =
      "step per pulse that falls linearly towards the bound (LinearStep of AIHWKit; Rasch et al., AICAS 2021)";

  enum Parameter : std::size_t { g_zero = shared_count, gamma_up, gamma_down, noise_law };
  static constexpr ParameterInfo parameters[] = {
      g_min_info,
      g_max_info,
      v_set_info,
      v_reset_info,
      pulse_width_info,
      dg_min_info,
      up_down_info,
      cycle_sigma_info,
      g_zero_info,
      {"gamma_up", Dimension::dimensionless, 0.5, {-10.0, 10.0, false}, "fall of the step up from g_zero to g_max"},
      {"gamma_down", Dimension::dimensionless, 0.5, {-10.0, 10.0, false}, "fall of the step down from g_zero to g_min"},
      noise_law_info,
  };

  static CellInconsistency inconsistency(const double* p) { return zero_inconsistency(p, g_zero); }
  MEMCOSIM_HD static bool make_consistent(double* p) { return zero_consistent(p, g_zero); }

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double weight = state - p[g_zero];
    const double factor = towards > 0 ? ::fma(-p[gamma_up], weight / (p[g_max] - p[g_zero]), 1.0)
                                      : ::fma(p[gamma_down], weight / (p[g_zero] - p[g_min]), 1.0);
    return p[noise_law] == 0.0 ? multiplicative(p, state, towards, factor, draws) : additive(p, state, towards, factor, draws);
  }
};

}  // namespace memcosim
