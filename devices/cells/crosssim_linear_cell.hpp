// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/crosssim_pulse.hpp"

namespace memcosim {

/// Linear update of CrossSim: dG = R / pulses whatever the conductance (the limit alpha = 0 of the two laws beside it).
struct CrossSimLinearCell : CrossSimPulseCell {
  static constexpr const char* name = "crosssim_linear";
  static constexpr const char* summary =
      "linear step per identical pulse with write noise (analytic update of CrossSim; Agarwal et al., IJCNN 2016)";

  static constexpr ParameterInfo parameters[] = {g_min_info,      g_max_info,        v_set_info,     v_reset_info,    pulse_width_info,
                                                 pulses_set_info, pulses_reset_info, noise_law_info, noise_sigma_info};

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double range = p[g_max] - p[g_min];
    return with_noise(p, state, towards > 0 ? range / p[pulses_set] : -range / p[pulses_reset], draws);
  }
};

}  // namespace memcosim
