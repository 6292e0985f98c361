// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"

namespace memcosim {

/// Common part of all pulse-response models. Such a model is a fit to trains of identical pulses: one pulse is one step of the conductance,
/// which depends on the polarity and on the conductance alone. Amplitude and duration only decide whether there is a step:
///   * a pulse of at least v_set and pulse_width makes one step up, one of at most -v_reset and at least pulse_width one step down;
///   * a weaker or shorter pulse makes none, and a stronger or longer one makes the same step (its energy differs).
/// So these models are not valid for amplitude staircases, half-selected cells above a threshold, or merged pulses; use a state-based model
/// for these. A positive voltage raises the conductance: for a device of the opposite polarity, exchange its electrodes.
///
/// The state is the conductance in siemens. A state outside of bounds that vary from cycle to cycle counts as at the bound. Cycle-to-cycle
/// noise is part of the step: the next pulse starts from the noisy conductance.
struct PulseResponseCell {
  static constexpr int set_polarity = 1;
  static constexpr bool is_random = true;
  static constexpr bool follows_rate = false;

  enum Common : std::size_t { g_min, g_max, v_set, v_reset, pulse_width, common_count };
  static constexpr ParameterInfo g_min_info = {"g_min", Dimension::conductance, 1e-6, {0.0, 1e3, false}, "lowest conductance"};
  static constexpr ParameterInfo g_max_info = {"g_max", Dimension::conductance, 1e-4, {1e-15, 1e3, false}, "highest conductance"};
  static constexpr ParameterInfo v_set_info = {
      "v_set", Dimension::voltage, 1.0, {1e-6, 1e3, false}, "smallest positive voltage that makes a step up"};
  static constexpr ParameterInfo v_reset_info = {
      "v_reset", Dimension::voltage, 1.0, {1e-6, 1e3, false}, "magnitude of the smallest negative voltage that makes a step down"};
  static constexpr ParameterInfo pulse_width_info = {
      "pulse_width", Dimension::time, 100e-9, {0.0, 1e3, false}, "shortest pulse that makes a step"};

  /// Smallest ratio of the bounds that keeps all formulas well conditioned.
  static constexpr double least_ratio = 1.0 + 1e-6;

  static CellInconsistency inconsistency(const double* p) {
    if (!(p[g_max] >= p[g_min] * least_ratio)) return {g_max, "must be greater than g_min"};
    return {};
  }

  /// Drawn parameters: g_max is raised to at least g_min * (1 + 1e-6).
  MEMCOSIM_HD static bool make_consistent(double* p) {
    const double least = p[g_min] * least_ratio;
    if (p[g_max] >= least) return false;
    p[g_max] = least;
    return true;
  }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p[g_min]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[g_max]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return p[g_min]; }
  MEMCOSIM_HD static double conductance(const CellParameters&, double state) { return state; }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) { return within(siemens, p[g_min], p[g_max]); }
  MEMCOSIM_HD static double current(const CellParameters&, double state, double volts) { return state * volts; }

  /// +1: the pulse makes a step up, -1: down, 0: none.
  MEMCOSIM_HD static int direction(const CellParameters& p, double volts, double seconds) {
    if (!(seconds >= p[pulse_width])) return 0;
    return volts >= p[v_set] ? 1 : (volts <= -p[v_reset] ? -1 : 0);
  }

 protected:
  MEMCOSIM_HD static double within(double value, double low, double high) { return value < low ? low : (value > high ? high : value); }

  /// A normal draw of the pulse times sigma, S. Without noise nothing is drawn.
  MEMCOSIM_HD static double noise(const PulseDraws& draws, double sigma) { return sigma > 0.0 ? sigma * draws.normal(0) : 0.0; }
};

/// One step along an exponential curve G(x) = low + range * (1 - exp(-c x / n)) / (1 - exp(-c)) that crosses `range` in n pulses, in the
/// direction of the pulse: `left` siemens from here to the bound ahead, `travelled` from the bound behind. Steps shrink along the curve for
/// c > 0 and grow for c < 0. Both forms are free of cancellation, even if the step is many orders of magnitude below the range.
MEMCOSIM_HD inline double exponential_curve_step(double range, double travelled, double left, double curvature, double pulses) {
  if (::fabs(curvature) < 1e-12) return range / pulses;
  if (curvature > 0.0) return (left + range / ::expm1(curvature)) * -::expm1(-curvature / pulses);
  return (travelled + range / ::expm1(-curvature)) * ::expm1(-curvature / pulses);
}

}  // namespace memcosim
