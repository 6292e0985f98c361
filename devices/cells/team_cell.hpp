// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/bounded_exp.hpp"
#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_base/windows.hpp"

namespace memcosim {

/// Threshold adaptive memristor: S. Kvatinsky, E. G. Friedman, A. Kolodny, U. C. Weiser, "TEAM: ThrEshold Adaptive Memristor Model", IEEE
/// TCAS-I 60(1), 2013. The state is the position x in metres, from x_on (low resistance) to x_off (high resistance), moved by the current:
///   dx/dt = k_off (i / i_off - 1)^alpha_off f_off(x)   for i > i_off > 0
///         = k_on (i / i_on - 1)^alpha_on f_on(x)       for i < i_on < 0
///         = 0                                          between
///   R(x) = r_on + (r_off - r_on) xi  or  r_on (r_off / r_on)^xi,   xi = (x - x_on) / (x_off - x_on),   i = v / R(x)
/// Windows: those of windows.hpp, or the paper's own (`team`): f_off = exp(-exp((x - a_off) / w_c)), f_on = exp(-exp((a_on - x) / w_c)).
/// A positive current raises the resistance. At constant voltage a RESET slows itself down, until the current is i_off. A current law
/// (CurrentLaw) applied to the cell does not change the current i in the equation of motion.
struct TeamCell {
  static constexpr const char* name = "team";
  static constexpr const char* summary = "memristor with current thresholds, TEAM (Kvatinsky et al., IEEE TCAS-I 60(1), 2013)";
  static constexpr int set_polarity = -1;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t {
    r_on,
    r_off,
    k_on,
    k_off,
    alpha_on,
    alpha_off,
    i_on,
    i_off,
    x_on,
    x_off,
    resistance,
    window,
    window_p,
    window_j,
    a_on,
    a_off,
    w_c
  };
  static constexpr const char* resistance_words[] = {"linear", "exponential", nullptr};
  static constexpr const char* team_window_words[] = {"none", "strukov", "joglekar", "biolek", "prodromakis", "team", nullptr};
  static constexpr double team_window = 5.0;
  static constexpr ParameterInfo parameters[] = {
      {"r_on", Dimension::resistance, 100.0, {1e-3, 1e15, false}, "resistance at x_on"},
      {"r_off", Dimension::resistance, 1000.0, {1e-3, 1e15, false}, "resistance at x_off"},
      {"k_on", Dimension::velocity, -4.68e-13, {-1e12, -1e-30, false}, "speed scale towards x_on (negative)"},
      {"k_off", Dimension::velocity, 1.46e-9, {1e-30, 1e12, false}, "speed scale towards x_off"},
      {"alpha_on", Dimension::dimensionless, 10.0, {0.01, 16.0, false}, "exponent of the overdrive towards x_on"},
      {"alpha_off", Dimension::dimensionless, 10.0, {0.01, 16.0, false}, "exponent of the overdrive towards x_off"},
      {"i_on", Dimension::current, -8.9e-6, {-1e3, -1e-12, false}, "threshold below which the resistance falls (negative)"},
      {"i_off", Dimension::current, 115e-6, {1e-12, 1e3, false}, "threshold above which the resistance rises"},
      {"x_on", Dimension::length, 0.0, {0.0, 1e-3, false}, "position of the low-resistance state"},
      {"x_off", Dimension::length, 3e-9, {1e-12, 1e-3, false}, "position of the high-resistance state"},
      {"resistance", Dimension::dimensionless, 0.0, {0.0, 1.0, false}, "resistance over position: linear or exponential", resistance_words},
      {"window", Dimension::dimensionless, 0.0, {0.0, 5.0, false}, "window function", team_window_words},
      {"window_p", Dimension::dimensionless, 1.0, window_order_range, "order p of the window"},
      {"window_j", Dimension::dimensionless, 1.0, window_scale_range, "scale j of the Prodromakis window"},
      {"a_on", Dimension::length, 1.8e-9, {0.0, 1e-3, false}, "window team: where the motion towards x_on fades"},
      {"a_off", Dimension::length, 1.2e-9, {0.0, 1e-3, false}, "window team: where the motion towards x_off fades"},
      {"w_c", Dimension::length, 107e-12, {1e-13, 1e-3, false}, "window team: length over which it fades"},
  };

  static constexpr double least_ratio = 1.0 + 1e-6;
  static constexpr double least_length_m = 1e-12;

  static CellInconsistency inconsistency(const double* p) {
    if (!(p[r_off] >= p[r_on] * least_ratio)) return {r_off, "must be greater than r_on"};
    if (!(p[x_off] >= p[x_on] + least_length_m)) return {x_off, "must be greater than x_on by at least 1 pm"};
    return {};
  }

  /// Drawn parameters: r_off is raised to at least r_on * (1 + 1e-6) and x_off to at least x_on + 1 pm.
  MEMCOSIM_HD static bool make_consistent(double* p) {
    bool moved = false;
    if (p[r_off] < p[r_on] * least_ratio) {
      p[r_off] = p[r_on] * least_ratio;
      moved = true;
    }
    if (p[x_off] < p[x_on] + least_length_m) {
      p[x_off] = p[x_on] + least_length_m;
      moved = true;
    }
    return moved;
  }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p[x_on]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[x_off]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return p[x_off]; }
  MEMCOSIM_HD static double conductance(const CellParameters& p, double state) {
    const double position = (state - p[x_on]) / (p[x_off] - p[x_on]);
    if (p[resistance] != 0.0) return ::exp(-::log(p[r_off] / p[r_on]) * position) / p[r_on];
    return 1.0 / ::fma(p[r_off] - p[r_on], position, p[r_on]);
  }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    if (siemens <= 1.0 / p[r_off]) return p[x_off];
    if (siemens >= 1.0 / p[r_on]) return p[x_on];
    const double ohms = 1.0 / siemens;
    const double position =
        p[resistance] != 0.0 ? ::log(ohms / p[r_on]) / ::log(p[r_off] / p[r_on]) : (ohms - p[r_on]) / (p[r_off] - p[r_on]);
    return clamp_state<TeamCell>(p, ::fma(position, p[x_off] - p[x_on], p[x_on]));
  }
  MEMCOSIM_HD static double current(const CellParameters& p, double state, double volts) { return volts * conductance(p, state); }

  static constexpr bool follows_rate = true;
  /// Speed of the position, m/s (eq. 10 of the paper).
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) { return motion(p, state, volts).rate; }
  MEMCOSIM_HD static CellMotion motion(const CellParameters& p, double state, double volts) {
    const double amperes = current(p, state, volts);
    double speed = 0.0;
    if (amperes > p[i_off]) {
      speed = p[k_off] * whole_power(amperes / p[i_off] - 1.0, p[alpha_off]) * window_at(p, state, 1.0);
    } else if (amperes < p[i_on]) {
      speed = p[k_on] * whole_power(amperes / p[i_on] - 1.0, p[alpha_on]) * window_at(p, state, -1.0);
    }
    return {speed, amperes};
  }
  MEMCOSIM_HD static bool has_closed_form(const CellParameters&) { return false; }

 private:
  MEMCOSIM_HD static double window_at(const CellParameters& p, double state, double direction) {
    if (p[window] == team_window) {
      const double beyond = direction > 0.0 ? state - p[a_off] : p[a_on] - state;
      return bounded_exp(-bounded_exp(beyond / p[w_c]));
    }
    const double position = (state - p[x_on]) / (p[x_off] - p[x_on]);
    return window_value(p[window], position, direction, p[window_p], p[window_j]);
  }
};

}  // namespace memcosim
