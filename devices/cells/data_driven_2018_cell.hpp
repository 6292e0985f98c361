// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/bounded_exp.hpp"
#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"

namespace memcosim {

/// Data-driven model of metal-oxide ReRAM: I. Messaris, A. Serb, S. Stathopoulos, A. Khiat, S. Nikolaidis, T. Prodromakis, "A Data-Driven
/// Verilog-A ReRAM Model", IEEE TCAD 37(12), 2018, eq. 3 to 10, with eta = 1. The state is the resistance R:
///   i = (a / R) sinh(b v)                                  a_p, b_p for v > 0, a_n, b_n for v < 0
///   dR/dt = A_p (e^(t_p |v|) - 1) (e^(k_p (r_p(v) - R)) - 1)   for v > 0 and R < r_p(v)
///         = A_n (e^(t_n |v|) - 1) (e^(k_n (R - r_n(v))) - 1)   for v < 0 and R > r_n(v), A_n < 0
///   r_p(v), r_n(v): polynomials of second degree in the signed voltage
/// A positive voltage raises R towards r_p(v) and never past it, a negative one lowers it towards r_n(v); beyond its limit R does not move.
/// R is kept within r_on and r_off, which are not part of the paper. A device whose resistance falls at positive voltage (eta = -1) is this
/// one with the voltage reversed.
///
/// At constant voltage and x = k |r - R| the equation is d(e^-x)/dt = k s (1 - e^-x), which has a closed form, computed with log1p and
/// expm1 (log-sum-exp where e^x overflows). A cell moves if it is on the near side of its limit. (MemTorch tests instead whether the new
/// value is beyond the limit, which rounding can make true next to the limit, and then ignores the whole pulse.)
struct DataDriven2018Cell {
  static constexpr const char* name = "data_driven_2018";
  static constexpr const char* summary = "fitted switching rate with voltage-dependent limits (Messaris et al., IEEE TCAD 37(12), 2018)";
  static constexpr int set_polarity = -1;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t { r_on, r_off, A_p, A_n, t_p, t_n, k_p, k_n, r_p0, r_p1, r_p2, r_n0, r_n1, r_n2, a_p, a_n, b_p, b_n };
  static constexpr ParameterInfo parameters[] = {
      {"r_on", Dimension::resistance, 2e3, {1e-3, 1e12, false}, "lowest resistance"},
      {"r_off", Dimension::resistance, 16.7e3, {1e-3, 1e12, false}, "highest resistance"},
      {"A_p", Dimension::resistance_rate, 743.47, {1e-30, 1e30, false}, "rate at positive voltage"},
      {"A_n", Dimension::resistance_rate, -6.80e4, {-1e30, -1e-30, false}, "rate at negative voltage (negative)"},
      {"t_p", Dimension::inverse_voltage, 6.51, {1e-6, 50.0, false}, "rise of the rate at positive voltage"},
      {"t_n", Dimension::inverse_voltage, 0.31, {1e-6, 50.0, false}, "rise of the rate at negative voltage"},
      {"k_p", Dimension::conductance, 5.11e-4, {1e-15, 1e3, false}, "fall of the rate towards r_p over the distance (1/ohm is S)"},
      {"k_n", Dimension::conductance, 1.17e-3, {1e-15, 1e3, false}, "fall of the rate towards r_n over the distance (1/ohm is S)"},
      {"r_p0", Dimension::resistance, 16.71e3, {-1e12, 1e12, false}, "limit at positive voltage: constant"},
      {"r_p1", Dimension::resistance_per_voltage, 0.0, {-1e12, 1e12, false}, "limit at positive voltage: linear"},
      {"r_p2", Dimension::resistance_per_square_voltage, 0.0, {-1e12, 1e12, false}, "limit at positive voltage: square"},
      {"r_n0", Dimension::resistance, 29.30e3, {-1e12, 1e12, false}, "limit at negative voltage: constant"},
      {"r_n1", Dimension::resistance_per_voltage, 23.69e3, {-1e12, 1e12, false}, "limit at negative voltage: linear"},
      {"r_n2", Dimension::resistance_per_square_voltage, 0.0, {-1e12, 1e12, false}, "limit at negative voltage: square"},
      {"a_p", Dimension::voltage, 0.24, {1e-12, 1e12, false}, "scale of the current at positive voltage"},
      {"a_n", Dimension::voltage, 0.24, {1e-12, 1e12, false}, "scale of the current at negative voltage"},
      {"b_p", Dimension::inverse_voltage, 2.81, {1e-6, 50.0, false}, "rise of the current at positive voltage"},
      {"b_n", Dimension::inverse_voltage, 2.81, {1e-6, 50.0, false}, "rise of the current at negative voltage"},
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

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p[r_on]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[r_off]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return p[r_off]; }
  MEMCOSIM_HD static double current(const CellParameters& p, double state, double volts) {
    return (volts > 0.0 ? p[a_p] * ::sinh(p[b_p] * volts) : p[a_n] * ::sinh(p[b_n] * volts)) / state;
  }
  MEMCOSIM_HD static double conductance(const CellParameters& p, double state) {
    return current(p, state, p.read_voltage_v) / p.read_voltage_v;
  }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    if (!(siemens > 0.0)) return p[r_off];
    return clamp_state<DataDriven2018Cell>(p, conductance(p, 1.0) / siemens);
  }

  static constexpr bool follows_rate = true;
  /// dR/dt, ohm/s.
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) {
    const Limit limit = limit_at(p, volts);
    const double distance = limit.direction * (limit.ohms - state);
    if (!(distance > 0.0) || volts == 0.0) return 0.0;
    const double exponent = limit.k * distance;
    return limit.direction * limit.speed * (exponent < 300.0 ? ::expm1(exponent) : bounded_exp(exponent));
  }

  MEMCOSIM_HD static bool has_closed_form(const CellParameters&) { return true; }
  MEMCOSIM_HD static CellPulse closed_form(const CellParameters& p, double state, double volts, double seconds) {
    const Limit limit = limit_at(p, volts);
    // The energy has no elementary form: computed by the general quadrature, with a tolerance tight enough to count as exact.
    const auto motion = [&](double ohms) { return CellMotion{rate(p, ohms, volts), current(p, ohms, volts)}; };
    CellPulse pulse = integrate_pulse(motion, PulsePath{p[r_on], p[r_off], state, volts, seconds, 1e-10});
    pulse.state_error = 0.0;
    pulse.rate_evaluations = 0;
    pulse.state = state;
    const double distance = limit.direction * (limit.ohms - state);
    if (!(distance > 0.0) || volts == 0.0) return pulse;
    const double exponent = limit.k * distance;
    const double passed = -::expm1(-limit.k * limit.speed * seconds);  // 1 - e^(-k s t)
    // Path: ln(1 + (1 - e^(-k s t)) (e^x - 1)) / k.
    double moved = 0.0;
    if (exponent < 300.0) {
      moved = ::log1p(passed * ::expm1(exponent)) / limit.k;
    } else if (passed > 0.0) {
      const double grown = exponent + ::log(passed);
      moved = (grown > 40.0 ? grown : ::log1p(::exp(grown))) / limit.k;
    }
    moved = moved > distance ? distance : moved;
    pulse.state = clamp_state<DataDriven2018Cell>(p, ::fma(limit.direction, moved, state));
    return pulse;
  }

 private:
  struct Limit {
    double direction;  ///< of R
    double ohms;
    double k;
    double speed;  ///< ohm/s, positive
  };
  MEMCOSIM_HD static Limit limit_at(const CellParameters& p, double volts) {
    if (volts > 0.0) {
      return {1.0, ::fma(volts, ::fma(volts, p[r_p2], p[r_p1]), p[r_p0]), p[k_p], p[A_p] * ::expm1(p[t_p] * volts)};
    }
    return {-1.0, ::fma(volts, ::fma(volts, p[r_n2], p[r_n1]), p[r_n0]), p[k_n], -p[A_n] * ::expm1(-p[t_n] * volts)};
  }
};

}  // namespace memcosim
