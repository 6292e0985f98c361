// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"

namespace memcosim {

/// Data-driven model of metal-oxide ReRAM, second-order form: I. Messaris, S. Nikolaidis, A. Serb, S. Stathopoulos, I. Gupta, A.
/// Khiat, T. Prodromakis, "A Compact Verilog-A ReRAM Switching Model" (arXiv:1703.01167, 2017), eq. 4 to 8, as it was taken up again in
/// 2021 for devices whose resistance falls at positive voltage. The state is the resistance R:
///   i = (a / R) sinh(b v)                                     a_p, b_p for v > 0, a_n, b_n for v < 0
///   dR/dt = A_p (e^(|v| / t_p) - 1) (r_p(v) - R)^2   for v > 0 and R > r_p(v)
///         = A_n (e^(|v| / t_n) - 1) (R - r_n(v))^2   for v < 0 and R < r_n(v)
///   r_p(v) = r_p0 + r_p1 v, r_n(v) = r_n0 + r_n1 v
/// A_p > 0, A_n < 0 and negative t_p, t_n: the rate saturates with the voltage. A positive voltage lowers R towards r_p(v) and never past
/// it, a negative one raises it towards r_n(v); beyond its limit R does not move. R is kept within r_on and r_off. At constant voltage the
/// distance to the limit falls as 1 / (1 + s D t).
struct DataDriven2021Cell {
  static constexpr const char* name = "data_driven_2021";
  static constexpr const char* summary =
      "fitted switching rate of second order with voltage-dependent limits (Messaris et al., arXiv:1703.01167)";
  static constexpr int set_polarity = 1;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t { r_on, r_off, A_p, A_n, t_p, t_n, r_p0, r_p1, r_n0, r_n1, a_p, a_n, b_p, b_n };
  static constexpr ParameterInfo parameters[] = {
      {"r_on", Dimension::resistance, 1600.0, {1e-3, 1e12, false}, "lowest resistance"},
      {"r_off", Dimension::resistance, 3000.0, {1e-3, 1e12, false}, "highest resistance"},
      {"A_p", Dimension::conductance_rate, 600.10075, {1e-30, 1e30, false}, "rate at positive voltage (S/s is 1/(ohm s))"},
      {"A_n", Dimension::conductance_rate, -34.5988399, {-1e30, -1e-30, false}, "rate at negative voltage (negative)"},
      {"t_p", Dimension::voltage, -0.0212028, {-1e3, -1e-4, false}, "voltage over which the rate saturates, v > 0 (negative)"},
      {"t_n", Dimension::voltage, -0.05343997, {-1e3, -1e-4, false}, "voltage over which the rate saturates, v < 0 (negative)"},
      {"r_p0", Dimension::resistance, 2699.2336, {-1e12, 1e12, false}, "limit at positive voltage: constant"},
      {"r_p1", Dimension::resistance_per_voltage, -672.930205, {-1e12, 1e12, false}, "limit at positive voltage: linear"},
      {"r_n0", Dimension::resistance, 649.413746, {-1e12, 1e12, false}, "limit at negative voltage: constant"},
      {"r_n1", Dimension::resistance_per_voltage, -1474.32358, {-1e12, 1e12, false}, "limit at negative voltage: linear"},
      {"a_p", Dimension::voltage, 0.32046175, {1e-12, 1e12, false}, "scale of the current at positive voltage"},
      {"a_n", Dimension::voltage, 0.32046175, {1e-12, 1e12, false}, "scale of the current at negative voltage"},
      {"b_p", Dimension::inverse_voltage, 2.71689828, {1e-6, 50.0, false}, "rise of the current at positive voltage"},
      {"b_n", Dimension::inverse_voltage, 2.71689828, {1e-6, 50.0, false}, "rise of the current at negative voltage"},
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
    return clamp_state<DataDriven2021Cell>(p, conductance(p, 1.0) / siemens);
  }

  static constexpr bool follows_rate = true;
  /// dR/dt, ohm/s.
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) {
    const Limit limit = limit_at(p, volts);
    const double distance = limit.direction * (limit.ohms - state);
    if (!(distance > 0.0) || volts == 0.0) return 0.0;
    return limit.direction * limit.speed * (distance * distance);
  }

  MEMCOSIM_HD static bool has_closed_form(const CellParameters&) { return true; }
  MEMCOSIM_HD static CellPulse closed_form(const CellParameters& p, double state, double volts, double seconds) {
    const Limit limit = limit_at(p, volts);
    // The energy's elementary form loses digits by cancellation where the limit is near 0 ohm: computed by the general quadrature instead.
    const auto motion = [&](double ohms) { return CellMotion{rate(p, ohms, volts), current(p, ohms, volts)}; };
    CellPulse pulse = integrate_pulse(motion, PulsePath{p[r_on], p[r_off], state, volts, seconds, 1e-10});
    pulse.state_error = 0.0;
    pulse.rate_evaluations = 0;
    pulse.state = state;
    const double distance = limit.direction * (limit.ohms - state);
    if (!(distance > 0.0) || volts == 0.0) return pulse;
    const double passed = limit.speed * distance * seconds;
    pulse.state = clamp_state<DataDriven2021Cell>(p, ::fma(limit.direction * distance, passed / (1.0 + passed), state));
    return pulse;
  }

 private:
  struct Limit {
    double direction;  ///< of R
    double ohms;
    double speed;  ///< 1/(ohm s), positive
  };
  MEMCOSIM_HD static Limit limit_at(const CellParameters& p, double volts) {
    if (volts > 0.0) return {-1.0, ::fma(volts, p[r_p1], p[r_p0]), -p[A_p] * ::expm1(volts / p[t_p])};
    return {1.0, ::fma(volts, p[r_n1], p[r_n0]), p[A_n] * ::expm1(-volts / p[t_n])};
  }
};

}  // namespace memcosim
