// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/pulse_response.hpp"

namespace memcosim {

/// Common part of the pulsed devices of AIHWKit (M. J. Rasch et al., "A Flexible and Fast PyTorch Toolkit for Simulating Training and
/// Inference on Analog Crossbar Arrays", AICAS 2021). There a device holds a weight w between w_min < 0 and w_max > 0; here the same laws
/// act on the conductance, with g_zero standing for w = 0 and one scale for all steps: G = g_zero + w * unit, dg_min = dw_min * unit for a
/// chosen conductance `unit` of w = 1. In these terms the bounds g_min and g_max, the step and the asymmetry are parameters of their own,
/// so that `variability` on them is AIHWKit's device-to-device spread (w_min_dtod, w_max_dtod, dw_min_dtod, up_down_dtod).
///   step up: dg_min (1 + up_down),  step down: dg_min (1 - up_down),  noise of a step: cycle_sigma (dw_min_std) times the step.
/// AIHWKit's own up_down u > 0 only weakens the step down: dg_min' = dg_min (1 - u / 2), up_down' = (u / 2) / (1 - u / 2).
///
/// Write noise of AIHWKit (a hidden weight that moves, an apparent one drawn anew around it after each update) is not part of the step,
/// because it does not affect the next step. It is available for any model: `write_noise` with sigma = write_noise_std * dg_min.
struct StepDeviceCell : PulseResponseCell {
  enum Shared : std::size_t { dg_min = common_count, up_down, cycle_sigma, shared_count };
  static constexpr ParameterInfo dg_min_info = {
      "dg_min", Dimension::conductance, 5e-7, {0.0, 1e3, false}, "mean step of one pulse where the law's factor is 1"};
  static constexpr ParameterInfo up_down_info = {"up_down",
                                                 Dimension::dimensionless,
                                                 0.0,
                                                 {-1.0, 1.0, false},
                                                 "asymmetry: steps up are 1 + up_down, steps down 1 - up_down times dg_min"};
  static constexpr ParameterInfo cycle_sigma_info = {
      "cycle_sigma", Dimension::dimensionless, 0.0, {0.0, 1e3, false}, "noise of a step, relative to the step"};
  static constexpr ParameterInfo g_zero_info = {
      "g_zero", Dimension::conductance, 5e-5, {0.0, 1e3, false}, "conductance of weight zero, between g_min and g_max"};
  static constexpr const char* noise_words[] = {"multiplicative", "additive", nullptr};
  static constexpr ParameterInfo noise_law_info = {
      "noise_law", Dimension::dimensionless, 0.0, {0.0, 1.0, false}, "noise on the whole step or on dg_min alone", noise_words};

 protected:
  /// Mean step in the direction of the pulse before the law's factor, S; never negative.
  MEMCOSIM_HD static double scale(const CellParameters& p, int towards) {
    return p[dg_min] * (towards > 0 ? 1.0 + p[up_down] : 1.0 - p[up_down]);
  }

  /// A step of `factor` times the scale with noise relative to the whole step.
  MEMCOSIM_HD static double multiplicative(const CellParameters& p, double state, int towards, double factor, const PulseDraws& draws) {
    const double size = scale(p, towards) * factor;
    const double noisy = ::fma(size, noise(draws, p[cycle_sigma]), size);
    return towards > 0 ? state + noisy : state - noisy;
  }

  /// The same with noise relative to the scale.
  MEMCOSIM_HD static double additive(const CellParameters& p, double state, int towards, double factor, const PulseDraws& draws) {
    const double noisy = scale(p, towards) * (factor + noise(draws, p[cycle_sigma]));
    return towards > 0 ? state + noisy : state - noisy;
  }

  static CellInconsistency zero_inconsistency(const double* p, std::size_t g_zero) {
    if (!(p[g_max] >= p[g_min] * least_ratio)) return {g_max, "must be greater than g_min"};
    if (!(p[g_zero] >= p[g_min] + margin(p, g_zero))) return {g_zero, "must be greater than g_min"};
    if (!(p[g_max] >= p[g_zero] + margin(p, g_zero))) return {g_zero, "must be less than g_max"};
    return {};
  }

  /// Drawn bounds that crossed g_zero are moved back to it: g_min to at most g_zero less a millionth, g_max to at least a millionth more.
  MEMCOSIM_HD static bool zero_consistent(double* p, std::size_t g_zero) {
    const double away = margin(p, g_zero);
    const double zero = p[g_zero] < 2.0 * away ? 2.0 * away : p[g_zero];
    bool moved = zero != p[g_zero];
    p[g_zero] = zero;
    // Slightly more than the margin, so that rounding cannot undo it.
    if (p[g_min] + away > zero) {
      p[g_min] = zero - 1.5 * away;
      moved = true;
    }
    if (p[g_max] < zero + away) {
      p[g_max] = zero + 1.5 * away;
      moved = true;
    }
    return moved;
  }

 private:
  MEMCOSIM_HD static double margin(const double* p, std::size_t g_zero) { return ::fmax(1e-6 * p[g_zero], 1e-15); }
};

}  // namespace memcosim
