// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/crosssim_pulse.hpp"

namespace memcosim {

/// Symmetric non-linear update of CrossSim: the conductance follows a logistic curve over the pulses, so an up and a down pulse from the
/// same place undo each other. With d = +-1 / pulses, A = R (e^alpha + 1) / (e^alpha - 1), B = g_min - R / (e^alpha - 1):
///   dG = A / (1 + exp(-2 alpha d) (A / (G - B) - 1)) - G + B.
struct CrossSimSymmetricCell : CrossSimPulseCell {
  static constexpr const char* name = "crosssim_symmetric";
  static constexpr const char* summary =
      "symmetric (logistic) non-linear step per identical pulse (analytic update of CrossSim; Agarwal et al., IJCNN 2016)";

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
    const double below = ::fmax(state - p[g_min], 0.0);
    const double above = ::fmax(p[g_max] - state, 0.0);
    const double change = towards > 0 ? logistic_step(p, below, above, p[alpha_set], p[pulses_set])
                                      : -logistic_step(p, above, below, p[alpha_reset], p[pulses_reset]);
    return with_noise(p, state, change, draws);
  }

 private:
  /// The equation above rearranged so that nothing cancels: counted from the bound behind, (e^alpha - 1) travelled / R + 1 is e^alpha + 1
  /// times the logistic variable, and likewise from the bound ahead. The law is its own mirror image, so a step down is a step up with the
  /// two bounds exchanged.
  MEMCOSIM_HD static double logistic_step(const CellParameters& p, double travelled, double left, double alpha, double pulses) {
    const double range = p[g_max] - p[g_min];
    if (alpha < 1e-9) return range / pulses;
    const double rise = ::expm1(alpha);
    const double behind = ::fma(travelled / range, rise, 1.0);
    const double ahead = ::fma(left / range, rise, 1.0);
    const double exponent = -2.0 * alpha / pulses;
    return range * behind * -::expm1(exponent) / rise * (ahead / ::fma(ahead, ::exp(exponent), behind));
  }
};

}  // namespace memcosim
