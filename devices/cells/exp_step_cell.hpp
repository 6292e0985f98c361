// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// The exponential factor of ExpStep: max(0, 1 - amplitude exp(gamma z)). The exponent is limited to 300, so that no product overflows.
MEMCOSIM_HD inline double exp_step_factor(double amplitude, double gamma, double z) {
  return ::fmax(0.0, ::fma(-amplitude, ::exp(::fmin(gamma * z, 300.0)), 1.0));
}

/// Step with exponential dependence on the conductance (ExpStep of AIHWKit; fitted to ReRAM by N. Gong et al., "Signal and noise extraction
/// from analog memory elements for neuromorphic computing", Nat. Commun. 9:2102, 2018). With w = G - g_zero and
/// z = 2 a w / (g_max - g_min) + b,
///   up:   dG = dg_min (1 + up_down) max(0, 1 - amplitude_up exp(gamma_up z)),
///   down: dG = -dg_min (1 - up_down) max(0, 1 - amplitude_down exp(-gamma_down z)),
/// and noise of standard deviation cycle_sigma (|dG| + noise_offset + noise_slope |w|).
struct ExpStepCell : StepDeviceCell {
  static constexpr const char* name = "exp_step";
  static constexpr const char* summary =
      "step per pulse with exponential dependence on the conductance (Gong et al., Nat. Commun. 9:2102, 2018; AIHWKit)";

  enum Parameter : std::size_t {
    g_zero = shared_count,
    a,
    b,
    amplitude_up,
    amplitude_down,
    gamma_up,
    gamma_down,
    noise_offset,
    noise_slope
  };
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
      {"a", Dimension::dimensionless, 0.244, {-10.0, 10.0, false}, "scale of the conductance in the exponent"},
      {"b", Dimension::dimensionless, 0.2425, {-10.0, 10.0, false}, "shift of the exponent"},
      {"amplitude_up", Dimension::dimensionless, 0.00081, {-1e3, 1e3, false}, "weight of the exponential, steps up"},
      {"amplitude_down", Dimension::dimensionless, 0.36833, {-1e3, 1e3, false}, "weight of the exponential, steps down"},
      {"gamma_up", Dimension::dimensionless, 12.446, {-100.0, 100.0, false}, "rate in the exponent, steps up"},
      {"gamma_down", Dimension::dimensionless, 12.788, {-100.0, 100.0, false}, "rate in the exponent, steps down"},
      {"noise_offset", Dimension::conductance, 0.0, {0.0, 1e3, false}, "part of the noise that no step scales"},
      {"noise_slope", Dimension::dimensionless, 0.0, {0.0, 1e3, false}, "part of the noise that grows with the distance from g_zero"},
  };

  static CellInconsistency inconsistency(const double* p) { return zero_inconsistency(p, g_zero); }
  MEMCOSIM_HD static bool make_consistent(double* p) { return zero_consistent(p, g_zero); }

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double weight = state - p[g_zero];
    const double z = ::fma(2.0 * p[a], weight / (p[g_max] - p[g_min]), p[b]);
    const double factor =
        towards > 0 ? exp_step_factor(p[amplitude_up], p[gamma_up], z) : exp_step_factor(p[amplitude_down], -p[gamma_down], z);
    const double size = scale(p, towards) * factor;
    const double sigma = p[cycle_sigma] * (size + ::fma(p[noise_slope], ::fabs(weight), p[noise_offset]));
    return state + (towards > 0 ? size : -size) + noise(draws, sigma);
  }
};

}  // namespace memcosim
