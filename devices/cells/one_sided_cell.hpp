// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/exp_step_cell.hpp"

namespace memcosim {

/// A device that gradual pulses can only raise (phase-change memory): a set pulse is one step up of ExpStep with w counted from g_min,
///   dG = dg_min max(0, 1 - amplitude exp(gamma z)),  z = 2 a (G - g_min) / (g_max - g_min) + b,
/// with noise of standard deviation cycle_sigma (|dG| + noise_offset + noise_slope (G - g_min)); amplitude = 0 is a constant step. A reset
/// pulse melts it back to the low end whatever its conductance, G = g_min + reset_sigma |xi|. A signed weight takes two cells,
/// OneSidedPair.
/// Source: the one-sided unit cell of AIHWKit (Rasch et al., AICAS 2021); partial crystallisation as in S. R. Nandakumar et al.,
/// "Mixed-Precision Deep Learning Based on Computational Memory", Front. Neurosci. 14:406, 2020.
struct OneSidedCell : PulseResponseCell {
  static constexpr const char* name = "one_sided";
  static constexpr const char* summary =
      "set pulses raise in exponential steps, a reset pulse returns to the low end (phase-change memory; one-sided cell of AIHWKit)";

  enum Parameter : std::size_t { dg_min = common_count, a, b, amplitude, gamma, cycle_sigma, noise_offset, noise_slope, reset_sigma };
  static constexpr ParameterInfo parameters[] = {
      g_min_info,
      g_max_info,
      v_set_info,
      v_reset_info,
      pulse_width_info,
      {"dg_min", Dimension::conductance, 1e-6, {0.0, 1e3, false}, "mean step up where the law's factor is 1"},
      {"a", Dimension::dimensionless, 0.0, {-10.0, 10.0, false}, "scale of the conductance in the exponent"},
      {"b", Dimension::dimensionless, 0.0, {-10.0, 10.0, false}, "shift of the exponent"},
      {"amplitude", Dimension::dimensionless, 0.0, {-1e3, 1e3, false}, "weight of the exponential; 0: constant step"},
      {"gamma", Dimension::dimensionless, 0.0, {-100.0, 100.0, false}, "rate in the exponent"},
      {"cycle_sigma", Dimension::dimensionless, 0.0, {0.0, 1e3, false}, "noise of a step, relative to the step"},
      {"noise_offset", Dimension::conductance, 0.0, {0.0, 1e3, false}, "part of the noise that no step scales"},
      {"noise_slope", Dimension::dimensionless, 0.0, {0.0, 1e3, false}, "part of the noise that grows with the conductance above g_min"},
      {"reset_sigma", Dimension::conductance, 0.0, {0.0, 1e3, false}, "spread of the conductance after a reset"},
  };

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    if (towards < 0) return p[g_min] + ::fabs(noise(draws, p[reset_sigma]));
    const double weight = state - p[g_min];
    const double z = ::fma(2.0 * p[a], weight / (p[g_max] - p[g_min]), p[b]);
    const double size = p[dg_min] * exp_step_factor(p[amplitude], p[gamma], z);
    return state + size + noise(draws, p[cycle_sigma] * (size + ::fma(p[noise_slope], weight, p[noise_offset])));
  }
};

}  // namespace memcosim
