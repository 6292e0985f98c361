// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// SoftBounds read relative to a reference device (SoftBoundsReference of AIHWKit; N. Gong, M. J. Rasch et al., "Deep learning
/// acceleration in 14nm CMOS compatible ReRAM array: device, material and algorithm co-optimization", IEDM 2022). The cell's own
/// conductance H follows the law of `soft_bounds` with the steps a+ = dg_min (1 + up_down) and a- = dg_min (1 - up_down); what is read is
///   G = H - r,   r = reference + (subtract_symmetry_point ? H* - g_zero : 0),
/// where H* is the symmetry point, at which a step up and a step down are equally long:
///   H* = g_zero + (a+ - a-) / (a+ / (g_max - g_zero) + a- / (g_zero - g_min)).
/// So with the symmetry point subtracted, every cell's own symmetry point reads as g_zero whatever its drawn bounds and steps. The state is
/// G, between g_min - r (not below zero) and g_max - r.
struct SoftBoundsReferenceCell : StepDeviceCell {
  static constexpr const char* name = "soft_bounds_reference";
  static constexpr const char* summary =
      "soft bounds against a reference device, symmetry point subtracted (Gong, Rasch et al., IEDM 2022; AIHWKit)";

  enum Parameter : std::size_t { g_zero = shared_count, noise_law, reference, subtract_symmetry_point };
  static constexpr const char* subtract_words[] = {"no", "yes", nullptr};
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
      noise_law_info,
      {"reference", Dimension::conductance, 0.0, {-1e3, 1e3, false}, "conductance of the reference device beyond the symmetry point's"},
      {"subtract_symmetry_point",
       Dimension::dimensionless,
       1.0,
       {0.0, 1.0, false},
       "whether each cell reads g_zero at its symmetry point",
       subtract_words},
  };

  static CellInconsistency inconsistency(const double* p) {
    const CellInconsistency zero = zero_inconsistency(p, g_zero);
    if (zero.message != nullptr) return zero;
    if (!(p[g_max] - subtracted(p) >= least_top(p))) return {reference, "must leave g_max above zero"};
    return {};
  }

  /// As for the other laws; then a reference so high that no conductance would be left to read is lowered.
  MEMCOSIM_HD static bool make_consistent(double* p) {
    bool moved = zero_consistent(p, g_zero);
    if (p[g_max] - subtracted(p) < least_top(p)) {
      p[reference] = p[g_max] - 1.001 * least_top(p) - symmetry_shift(p);
      moved = true;
    }
    return moved;
  }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return ::fmax(p[g_min] - subtracted(p.values), 0.0); }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[g_max] - subtracted(p.values); }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return state_low(p); }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    return within(siemens, state_low(p), state_high(p));
  }

  /// H*, S.
  MEMCOSIM_HD static double symmetry_point(const double* p) {
    const double up = 1.0 + p[up_down];
    const double down = 1.0 - p[up_down];
    return p[g_zero] + (up - down) / (up / (p[g_max] - p[g_zero]) + down / (p[g_zero] - p[g_min]));
  }

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double own = state + subtracted(p.values);
    const double factor = towards > 0 ? (p[g_max] - own) / (p[g_max] - p[g_zero]) : (own - p[g_min]) / (p[g_zero] - p[g_min]);
    return p[noise_law] == 0.0 ? multiplicative(p, state, towards, factor, draws) : additive(p, state, towards, factor, draws);
  }

 private:
  MEMCOSIM_HD static double subtracted(const double* p) { return p[reference] + symmetry_shift(p); }
  MEMCOSIM_HD static double symmetry_shift(const double* p) {
    return p[subtract_symmetry_point] != 0.0 ? symmetry_point(p) - p[g_zero] : 0.0;
  }
  /// The highest state must stay above zero, and above the lowest state.
  MEMCOSIM_HD static double least_top(const double* p) { return 1e-6 * p[g_max]; }
};

}  // namespace memcosim
