// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/crosssim_pulse.hpp"

namespace memcosim {

/// Asymmetric non-linear update of CrossSim: steps are largest far from the bound ahead, for both polarities. With d = 1 / pulses,
/// G0 = R / (1 - exp(-alpha)):
///   up:    dG = (G0 + g_min - G) (1 - exp(-alpha d)),   down: dG = (g_max - G0 - G) (1 - exp(-alpha d)).
/// The curve is that of `exponential_pulse` with alpha = P / A.
struct CrossSimAsymmetricCell : CrossSimPulseCell {
  static constexpr const char* name = "crosssim_asymmetric";
  static constexpr const char* summary =
      "asymmetric non-linear step per identical pulse (analytic update of CrossSim; Agarwal et al., IJCNN 2016)";

  enum Parameter : std::size_t { alpha_set = shared_count, alpha_reset };
  static constexpr ParameterInfo parameters[] = {
      g_min_info,
      g_max_info,
      v_set_info,
      v_reset_info,
      pulse_width_info,
      pulses_set_info,
      pulses_reset_info,
      noise_law_info,
      noise_sigma_info,
      {"alpha_set", Dimension::dimensionless, 3.0, {0.0, 60.0, false}, "non-linearity of set pulses; 0: linear"},
      {"alpha_reset", Dimension::dimensionless, 3.0, {0.0, 60.0, false}, "non-linearity of reset pulses; 0: linear"},
  };

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double range = p[g_max] - p[g_min];
    const double below = ::fmax(state - p[g_min], 0.0);
    const double above = ::fmax(p[g_max] - state, 0.0);
    const double change = towards > 0 ? exponential_curve_step(range, below, above, p[alpha_set], p[pulses_set])
                                      : -exponential_curve_step(range, above, below, p[alpha_reset], p[pulses_reset]);
    return with_noise(p, state, change, draws);
  }
};

}  // namespace memcosim
