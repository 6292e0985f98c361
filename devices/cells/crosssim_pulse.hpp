// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/pulse_response.hpp"

namespace memcosim {

/// Common part of the analytic update laws of CrossSim (Sandia National Laboratories; S. Agarwal et al., "Resistive memory device
/// requirements for a neural algorithm accelerator", IJCNN 2016). With R = g_max - g_min, one pulse is the update d = 1 / pulses of the
/// range, up or down with its own count, and its noise has the standard deviation
///   noise_sigma sqrt(|dG| R) * { 1 (independent), G / R (proportional), R / G (inverse; G at least 1e-9 R) }
/// so that n pulses and one update of n-fold size have the same noise.
struct CrossSimPulseCell : PulseResponseCell {
  enum Shared : std::size_t { pulses_set = common_count, pulses_reset, noise_law, noise_sigma, shared_count };
  static constexpr const char* noise_words[] = {"independent", "proportional", "inverse", nullptr};
  static constexpr ParameterInfo pulses_set_info = {
      "pulses_set", Dimension::dimensionless, 100.0, {1.0, 1e9, false}, "set pulses from g_min to g_max"};
  static constexpr ParameterInfo pulses_reset_info = {
      "pulses_reset", Dimension::dimensionless, 100.0, {1.0, 1e9, false}, "reset pulses from g_max to g_min"};
  static constexpr ParameterInfo noise_law_info = {
      "noise_law", Dimension::dimensionless, 0.0, {0.0, 2.0, false}, "how the noise of a step follows the conductance", noise_words};
  static constexpr ParameterInfo noise_sigma_info = {
      "noise_sigma", Dimension::dimensionless, 0.0, {0.0, 100.0, false}, "noise of a step, relative to sqrt(step * range)"};

 protected:
  /// The step with its noise and direction.
  MEMCOSIM_HD static double with_noise(const CellParameters& p, double state, double change, const PulseDraws& draws) {
    const double range = p[g_max] - p[g_min];
    double scale = 1.0;
    if (p[noise_law] == 1.0) scale = state / range;
    if (p[noise_law] == 2.0) scale = range / ::fmax(state, 1e-9 * range);
    return state + change + noise(draws, p[noise_sigma] * ::sqrt(::fabs(change) * range) * scale);
  }
};

}  // namespace memcosim
