// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_base/plain_exp.hpp"
#include "memcosim/devices/cell_base/windows.hpp"

namespace memcosim {

/// Voltage threshold adaptive memristor: S. Kvatinsky, M. Ramadan, E. G. Friedman, A. Kolodny, "VTEAM: A General Model for
/// Voltage-Controlled Memristors", IEEE TCAS-II 62(8), 2015. The state is the position x in metres, from x_on (low resistance) to x_off
/// (high resistance):
///   dx/dt = k_off (v / v_off - 1)^alpha_off f(xi)   for v > v_off > 0
///         = k_on (v / v_on - 1)^alpha_on f(xi)      for v < v_on < 0
///         = 0                                       between
///   R(x) = r_on + (r_off - r_on) xi  or  r_on (r_off / r_on)^xi,   xi = (x - x_on) / (x_off - x_on)
/// with a window f (windows.hpp). A positive voltage raises the resistance. Without window the speed is constant at constant voltage, so a
/// pulse has a closed form.
struct VteamCell {
  static constexpr const char* name = "vteam";
  static constexpr const char* summary = "threshold-driven memristor, VTEAM (Kvatinsky et al., IEEE TCAS-II 62(8), 2015), with windows";
  static constexpr int set_polarity = -1;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t {
    r_on,
    r_off,
    k_on,
    k_off,
    alpha_on,
    alpha_off,
    v_on,
    v_off,
    x_on,
    x_off,
    resistance,
    window,
    window_p,
    window_j
  };
  static constexpr const char* resistance_words[] = {"linear", "exponential", nullptr};
  static constexpr ParameterInfo parameters[] = {
      {"r_on", Dimension::resistance, 50.0, {1e-3, 1e15, false}, "resistance at x_on"},
      {"r_off", Dimension::resistance, 1000.0, {1e-3, 1e15, false}, "resistance at x_off"},
      {"k_on", Dimension::velocity, -10.0, {-1e12, -1e-30, false}, "speed scale towards x_on (negative)"},
      {"k_off", Dimension::velocity, 5e-4, {1e-30, 1e12, false}, "speed scale towards x_off"},
      {"alpha_on", Dimension::dimensionless, 3.0, {0.01, 32.0, false}, "exponent of the overdrive towards x_on"},
      {"alpha_off", Dimension::dimensionless, 1.0, {0.01, 32.0, false}, "exponent of the overdrive towards x_off"},
      {"v_on", Dimension::voltage, -0.2, {-1e3, -1e-6, false}, "threshold below which the resistance falls (negative)"},
      {"v_off", Dimension::voltage, 0.02, {1e-6, 1e3, false}, "threshold above which the resistance rises"},
      {"x_on", Dimension::length, 0.0, {0.0, 1e-3, false}, "position of the low-resistance state"},
      {"x_off", Dimension::length, 3e-9, {1e-12, 1e-3, false}, "position of the high-resistance state"},
      {"resistance", Dimension::dimensionless, 0.0, {0.0, 1.0, false}, "resistance over position: linear or exponential", resistance_words},
      {"window", Dimension::dimensionless, 0.0, {0.0, 4.0, false}, "window function", window_words},
      {"window_p", Dimension::dimensionless, 1.0, window_order_range, "order p of the window"},
      {"window_j", Dimension::dimensionless, 1.0, window_scale_range, "scale j of the Prodromakis window"},
  };

  /// Smallest ratio r_off / r_on and smallest distance of the bounds that keep all formulas well conditioned.
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
  MEMCOSIM_HD static double conductance(const CellParameters& p, double state) { return 1.0 / resistance_at(p, state); }

  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    if (siemens <= 1.0 / p[r_off]) return p[x_off];
    if (siemens >= 1.0 / p[r_on]) return p[x_on];
    const double ohms = 1.0 / siemens;
    const double position = is_exponential(p) ? ::log(ohms / p[r_on]) / ::log(p[r_off] / p[r_on]) : (ohms - p[r_on]) / (p[r_off] - p[r_on]);
    return clamp_state<VteamCell>(p, ::fma(position, p[x_off] - p[x_on], p[x_on]));
  }

  MEMCOSIM_HD static double current(const CellParameters& p, double state, double volts) { return volts * conductance(p, state); }

  static constexpr bool follows_rate = true;
  /// Speed of the position, m/s (eq. 2 of the paper).
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) {
    const double speed = free_speed(p, volts);
    if (p[window] == 0.0 || speed == 0.0) return speed;
    return speed * window_value(p[window], (state - p[x_on]) / (p[x_off] - p[x_on]), speed, p[window_p], p[window_j]);
  }

  MEMCOSIM_HD static bool has_closed_form(const CellParameters& p) { return p[window] == 0.0; }
  MEMCOSIM_HD static CellPulse closed_form(const CellParameters& p, double state, double volts, double seconds) {
    return closed_form(p, derived(p), state, volts, seconds);
  }

  /// Index of the parameter whose word chooses the formula, and the number of words: GPU code has a version for each.
  static constexpr std::size_t law = resistance;
  static constexpr int laws = 2;

  /// True if pulses of this voltage use the parameter. Each polarity has its own speed and threshold.
  static constexpr bool needs(std::size_t parameter, double volts) {
    const bool on = parameter == k_on || parameter == alpha_on || parameter == v_on;
    const bool off = parameter == k_off || parameter == alpha_off || parameter == v_off;
    return volts > 0.0 ? !on : (volts < 0.0 ? !off : !on && !off);
  }

  /// Quantities that depend on the parameters alone: loops over equal cells compute them once.
  struct Derived {
    double growth;      ///< ln(r_off / r_on) per length, 1/m; of exponential resistance
    double siemens_on;  ///< 1 / r_on; of exponential resistance
    double ohms_per_m;  ///< of linear resistance
  };
  MEMCOSIM_HD static Derived derived(const CellParameters& p) {
    const double length = p[x_off] - p[x_on];
    if (!is_exponential(p)) return {0.0, 0.0, (p[r_off] - p[r_on]) / length};
    const double siemens_on = 1.0 / p[r_on];
    return {detail::natural_log(p[r_off] * siemens_on) / length, siemens_on, 0.0};
  }
  /// Quantities that depend on parameters and pulse but not on the state: loops over equal pulses compute them once.
  struct Push {
    double volts;
    double seconds;
    double speed;           ///< of the state, m/s
    double square_seconds;  ///< V^2 s
  };
  MEMCOSIM_HD static Push push(const CellParameters& p, double volts, double seconds) {
    return {volts, seconds, free_speed(p, volts), volts * volts * seconds};
  }
  /// State of a cell between two pulses, with the resistance that one pulse has computed and the next starts from.
  struct Place {
    double state;
    double ohms;  ///< of linear resistance
  };
  MEMCOSIM_HD static Place place(const CellParameters& p, const Derived& shape, double state) {
    return {state, is_exponential(p) ? 0.0 : linear_ohms(p, shape, state)};
  }
  /// One pulse of a duration above 0: moves the cell and returns the energy, J.
  MEMCOSIM_HD static double move(const CellParameters& p, const Derived& shape, const Push& push, Place& place) {
    const Place from = place;
    const double unbounded = ::fma(push.speed, push.seconds, from.state);
    const double end = clamp_state<VteamCell>(p, unbounded);
    place = VteamCell::place(p, shape, end);
    const double mean_siemens = mean_conductance(p, shape, from, place);
    if (end == unbounded) return mean_siemens * push.square_seconds;
    // The state reached a bound and stays there.
    double moving_s = (end - from.state) / push.speed;
    moving_s = moving_s > push.seconds ? push.seconds : moving_s;
    return push.volts * push.volts * ::fma(mean_siemens, moving_s, conductance(p, end) * (push.seconds - moving_s));
  }
  MEMCOSIM_HD static CellPulse closed_form(const CellParameters& p, const Derived& shape, double state, double volts, double seconds) {
    if (!(seconds > 0.0)) return {state, 0.0};
    Place at = place(p, shape, state);
    const double energy_j = move(p, shape, push(p, volts, seconds), at);
    return {at.state, energy_j};
  }

 private:
  MEMCOSIM_HD static bool is_exponential(const CellParameters& p) { return p[resistance] != 0.0; }

  MEMCOSIM_HD static double resistance_at(const CellParameters& p, double state) {
    const double position = (state - p[x_on]) / (p[x_off] - p[x_on]);
    if (is_exponential(p)) return p[r_on] * plain_exp(detail::natural_log(p[r_off] / p[r_on]) * position);
    return ::fma(p[r_off] - p[r_on], position, p[r_on]);
  }

  /// Linear resistance by one product with a precomputed slope; for energies.
  MEMCOSIM_HD static double linear_ohms(const CellParameters& p, const Derived& shape, double state) {
    return ::fma(shape.ohms_per_m, state - p[x_on], p[r_on]);
  }

  /// Speed without window. An integer exponent is a repeated product, the same bits everywhere.
  MEMCOSIM_HD static double free_speed(const CellParameters& p, double volts) {
    const bool off = volts > p[v_off];
    if (!off && !(volts < p[v_on])) return 0.0;
    // One formula for both directions, so that the threads of a warp do not diverge.
    return (off ? p[k_off] : p[k_on]) * whole_power(volts / (off ? p[v_off] : p[v_on]) - 1.0, off ? p[alpha_off] : p[alpha_on]);
  }

  /// Mean of 1 / R(x) over a path of constant speed: ln(R1 / R0) / (R1 - R0) for linear R, (1 - exp(-u)) / (u R0) with u = ln(R1 / R0) for
  /// exponential R. Most pulses change R little: then a short series, without libm, which stays accurate down to a path of length 0.
  MEMCOSIM_HD static double mean_conductance(const CellParameters& p, const Derived& shape, const Place& from, const Place& to) {
    if (is_exponential(p)) {
      const double from_siemens = shape.siemens_on * plain_exp(-shape.growth * (from.state - p[x_on]));
      return decay_mean(shape.growth * (to.state - from.state)) * from_siemens;
    }
    // ln(R1 / R0) / (R1 - R0) = 2 / (R0 + R1) * atanh(s) / s, s = (R1 - R0) / (R1 + R0).
    const double half_siemens = 1.0 / (from.ohms + to.ohms);
    const double s = (to.ohms - from.ohms) * half_siemens;
    const double z = s * s;
    if (z < 1e-4) {  // the next term is z^5 / 11, below 1e-21
      double series = ::fma(z, 2.0 / 9.0, 2.0 / 7.0);
      series = ::fma(z, series, 2.0 / 5.0);
      series = ::fma(z, series, 2.0 / 3.0);
      return half_siemens * ::fma(z, series, 2.0);
    }
    if (z < 0.01) {  // the next term is z^8 / 17, below 1e-17
      double series = ::fma(z, 2.0 / 15.0, 2.0 / 13.0);
      series = ::fma(z, series, 2.0 / 11.0);
      series = ::fma(z, series, 2.0 / 9.0);
      series = ::fma(z, series, 2.0 / 7.0);
      series = ::fma(z, series, 2.0 / 5.0);
      series = ::fma(z, series, 2.0 / 3.0);
      return half_siemens * ::fma(z, series, 2.0);
    }
    // Relative to the lower end, and at least 0.2: 1 + change keeps the digits that its logarithm needs.
    const double least_ohms = from.ohms < to.ohms ? from.ohms : to.ohms;
    const double change = ::fabs(to.ohms - from.ohms) / least_ohms;
    return detail::natural_log(1.0 + change) / change / least_ohms;
  }

  /// (1 - exp(-u)) / u.
  MEMCOSIM_HD static double decay_mean(double u) {
    if (::fabs(u) < 0.125) {  // the next term is u^10 / 11!, below 1e-16
      const double u2 = u * u;
      const double u4 = u2 * u2;
      const double c0 = ::fma(u, -1.0 / 2.0, 1.0);
      const double c2 = ::fma(u, -1.0 / 24.0, 1.0 / 6.0);
      const double c4 = ::fma(u, -1.0 / 720.0, 1.0 / 120.0);
      const double c6 = ::fma(u, -1.0 / 40320.0, 1.0 / 5040.0);
      const double c8 = ::fma(u, -1.0 / 3628800.0, 1.0 / 362880.0);
      return ::fma(u4, ::fma(u4, c8, ::fma(u2, c6, c4)), ::fma(u2, c2, c0));
    }
    return (1.0 - plain_exp(-u)) / u;
  }
};

}  // namespace memcosim
