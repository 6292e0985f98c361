// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_base/windows.hpp"

namespace memcosim {

/// Linear ion drift: D. B. Strukov, G. S. Snider, D. R. Stewart, R. S. Williams, "The missing memristor found", Nature 453, 80 (2008), eq.
/// 5 and 6. The state is the doped share x = w / D of the film, 0 to 1:
///   R(x) = r_on x + r_off (1 - x),   dx/dt = (mobility r_on / d^2) i f(x),   i = v / R(x)
/// with a window f (windows.hpp); `none` is the paper's equation between the bounds. A positive voltage lowers the resistance. Between
/// threshold_reset and threshold_set (not part of the paper, default 0) the state does not move.
///
/// Without window, at constant voltage, R^2 falls linearly in time: R^2 = R0^2 - 2 k v t, k = (r_off - r_on) mobility r_on / d^2, and the
/// charge is (x1 - x0) d^2 / (mobility r_on).
struct LinearIonDriftCell {
  static constexpr const char* name = "linear_ion_drift";
  static constexpr const char* summary = "doped region that grows with the charge (Strukov et al., Nature 453, 2008), with windows";
  static constexpr int set_polarity = 1;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t { r_on, r_off, mobility, d, threshold_set, threshold_reset, window, window_p, window_j };
  static constexpr ParameterInfo parameters[] = {
      {"r_on", Dimension::resistance, 100.0, {1e-3, 1e15, false}, "resistance of the fully doped film"},
      {"r_off", Dimension::resistance, 16e3, {1e-3, 1e15, false}, "resistance of the undoped film"},
      {"mobility", Dimension::mobility, 1e-14, {1e-25, 1e-2, false}, "mobility of the dopants"},
      {"d", Dimension::length, 10e-9, {1e-10, 1e-3, false}, "thickness of the film"},
      {"threshold_set", Dimension::voltage, 0.0, {0.0, 1e3, false}, "voltage up to which a positive voltage moves nothing"},
      {"threshold_reset", Dimension::voltage, 0.0, {-1e3, 0.0, false}, "voltage down to which a negative voltage moves nothing"},
      {"window", Dimension::dimensionless, 0.0, {0.0, 4.0, false}, "window function", window_words},
      {"window_p", Dimension::dimensionless, 1.0, window_order_range, "order p of the window"},
      {"window_j", Dimension::dimensionless, 1.0, window_scale_range, "scale j of the Prodromakis window"},
  };

  static constexpr double least_ratio = 1.0 + 1e-6;

  static CellInconsistency inconsistency(const double* p) {
    if (!(p[r_off] >= p[r_on] * least_ratio)) return {r_off, "must be greater than r_on"};
    return {};
  }

  /// Drawn parameters: r_off is raised to at least r_on * (1 + 1e-6).
  MEMCOSIM_HD static bool make_consistent(double* p) {
    if (p[r_off] >= p[r_on] * least_ratio) return false;
    p[r_off] = p[r_on] * least_ratio;
    return true;
  }

  MEMCOSIM_HD static double state_low(const CellParameters&) { return 0.0; }
  MEMCOSIM_HD static double state_high(const CellParameters&) { return 1.0; }
  MEMCOSIM_HD static double initial_state(const CellParameters&) { return 0.0; }
  MEMCOSIM_HD static double resistance(const CellParameters& p, double state) { return ::fma(p[r_on] - p[r_off], state, p[r_off]); }
  MEMCOSIM_HD static double conductance(const CellParameters& p, double state) { return 1.0 / resistance(p, state); }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    if (siemens <= 1.0 / p[r_off]) return 0.0;
    if (siemens >= 1.0 / p[r_on]) return 1.0;
    return clamp_state<LinearIonDriftCell>(p, (p[r_off] - 1.0 / siemens) / (p[r_off] - p[r_on]));
  }
  MEMCOSIM_HD static double current(const CellParameters& p, double state, double volts) { return volts * conductance(p, state); }

  static constexpr bool follows_rate = true;
  /// dx/dt, 1/s.
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) {
    if (rests(p, volts)) return 0.0;
    return drift(p) * volts / resistance(p, state) * window_value(p[window], state, volts, p[window_p], p[window_j]);
  }

  MEMCOSIM_HD static bool has_closed_form(const CellParameters& p) { return p[window] == 0.0; }
  MEMCOSIM_HD static CellPulse closed_form(const CellParameters& p, double state, double volts, double seconds) {
    const double from = resistance(p, state);
    if (rests(p, volts)) return {state, volts * volts * seconds / from};
    const double speed = drift(p) * volts;  // dx/dt * R
    const double bound = volts > 0.0 ? 1.0 : 0.0;
    const double bound_ohms = resistance(p, bound);
    // Time to the bound: dx R = speed dt, R linear in x.
    const double arrival_s = 0.5 * (bound - state) * (from + bound_ohms) / speed;
    if (seconds >= arrival_s) {
      const double moving = arrival_s > 0.0 ? 2.0 * arrival_s / (from + bound_ohms) : 0.0;
      return {bound, volts * volts * (moving + (seconds - arrival_s) / bound_ohms)};
    }
    const double squared = from * from - 2.0 * (p[r_off] - p[r_on]) * speed * seconds;
    const double to = ::sqrt(squared);
    const double siemens_seconds = 2.0 * seconds / (from + to);  // integral of dt / R
    return {clamp_state<LinearIonDriftCell>(p, ::fma(speed, siemens_seconds, state)), volts * volts * siemens_seconds};
  }

 private:
  MEMCOSIM_HD static double drift(const CellParameters& p) { return p[mobility] * p[r_on] / (p[d] * p[d]); }
  MEMCOSIM_HD static bool rests(const CellParameters& p, double volts) {
    return volts == 0.0 || (volts > 0.0 ? volts < p[threshold_set] : volts > p[threshold_reset]);
  }
};

}  // namespace memcosim
