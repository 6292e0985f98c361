// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/bounded_exp.hpp"
#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"

namespace memcosim {

/// Stanford-PKU model of filamentary metal-oxide RRAM: Z. Jiang, S. Yu, Y. Wu, J. H. Engel, X. Guan, H.-S. P. Wong, "Verilog-A compact
/// model for oxide-based resistive random access memory (RRAM)", SISPAD 2014; after X. Guan, S. Yu, H.-S. P. Wong, IEEE EDL 33(10), 2012.
/// The state is the gap g in metres between filament and electrode:
///   i = i_0 exp(-g / g_0) sinh(v / v_0)
///   T = t_init + |v i| r_th
///   gamma = gamma_0 - beta (g / 1 nm)^3, zero where gamma |v| / t_ox < f_min
///   dg/dt = -vel_0 exp(-e_a / kT) sinh(gamma a_0 q v / (t_ox k T)) + chi delta_g / (1 + exp((t_crit - T) / t_smth))
/// A positive voltage lowers the gap (SET). The temperature follows the current without delay, so a SET heats itself and runs away; the
/// conductance is always i / v at the read voltage.
///
/// chi is the random drive, a standard normal. The published code draws it anew at each step of the integrator, so that its effect depends
/// on the step size; here one draw holds for one pulse. delta_g = 0 (default) switches it off, as in the paper, whose value is 0.02 m/s.
struct StanfordPkuCell {
  static constexpr const char* name = "stanford_pku";
  static constexpr const char* summary = "filamentary RRAM with gap and temperature, Stanford-PKU (Jiang et al., SISPAD 2014)";
  static constexpr int set_polarity = 1;
  static constexpr bool is_random = true;

  enum Parameter : std::size_t {
    g_0,
    v_0,
    i_0,
    gap_min,
    gap_max,
    vel_0,
    e_a,
    a_0,
    gamma_0,
    beta,
    t_ox,
    f_min,
    r_th,
    t_init,
    delta_g,
    t_crit,
    t_smth
  };
  static constexpr double charge_c = 1.602176634e-19;
  static constexpr double boltzmann_j_per_k = 1.380649e-23;
  static constexpr ParameterInfo parameters[] = {
      {"g_0", Dimension::length, 0.25e-9, {1e-12, 1e-6, false}, "gap that lowers the current e times"},
      {"v_0", Dimension::voltage, 0.25, {0.02, 1e3, false}, "voltage scale of the sinh current"},
      {"i_0", Dimension::current, 1e-3, {1e-15, 1e3, false}, "current scale"},
      {"gap_min", Dimension::length, 0.2e-9, {0.0, 1e-6, false}, "smallest gap (low resistance)"},
      {"gap_max", Dimension::length, 1.7e-9, {1e-12, 1e-6, false}, "largest gap (high resistance)"},
      {"vel_0", Dimension::velocity, 10.0, {1e-12, 1e6, false}, "speed scale of the gap"},
      {"e_a", Dimension::energy, 0.6 * charge_c, {1e-21, 1e-18, false}, "activation energy of a hop"},
      {"a_0", Dimension::length, 0.25e-9, {1e-12, 1e-6, false}, "hopping distance"},
      {"gamma_0", Dimension::dimensionless, 16.0, {0.0, 1e4, false}, "enhancement of the field at gap zero"},
      {"beta", Dimension::dimensionless, 0.8, {0.0, 1e4, false}, "loss of enhancement at a gap of 1 nm; it grows with the cube of the gap"},
      {"t_ox", Dimension::length, 12e-9, {1e-10, 1e-6, false}, "thickness of the oxide"},
      {"f_min", Dimension::electric_field, 1.4e9, {0.0, 1e12, false}, "least enhanced field that moves the gap"},
      {"r_th", Dimension::thermal_resistance, 2.1e3, {0.0, 1e9, false}, "thermal resistance"},
      {"t_init", Dimension::temperature, 298.0, {50.0, 2000.0, false}, "temperature of the surroundings"},
      {"delta_g", Dimension::velocity, 0.0, {0.0, 1e3, false}, "random drive, one draw per pulse"},
      {"t_crit", Dimension::temperature, 450.0, {50.0, 2000.0, false}, "temperature at which half of the random drive acts"},
      {"t_smth", Dimension::temperature, 500.0, {1.0, 2000.0, false}, "temperature over which the random drive sets in"},
  };

  static constexpr double least_length_m = 1e-12;

  static CellInconsistency inconsistency(const double* p) {
    if (!(p[gap_max] >= p[gap_min] + least_length_m)) return {gap_max, "must be greater than gap_min by at least 1 pm"};
    if (!(p[gap_max] <= 300.0 * p[g_0])) return {gap_max, "must not be above 300 g_0: there is no current left to read"};
    return {};
  }

  /// Drawn parameters: gap_max is lowered to at most 300 g_0, then raised to at least gap_min + 1 pm, with gap_min below both.
  MEMCOSIM_HD static bool make_consistent(double* p) {
    bool moved = false;
    const double most = 300.0 * p[g_0];
    if (p[gap_max] > most) {
      p[gap_max] = most;
      moved = true;
    }
    if (p[gap_max] < p[gap_min] + least_length_m) {
      p[gap_max] = p[gap_min] + least_length_m;
      moved = true;
      if (p[gap_max] > most) {
        p[gap_max] = most;
        p[gap_min] = 0.5 * most;
      }
    }
    return moved;
  }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p[gap_min]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[gap_max]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return p[gap_max]; }
  MEMCOSIM_HD static double current(const CellParameters& p, double state, double volts) {
    return p[i_0] * ::exp(-state / p[g_0]) * ::sinh(volts / p[v_0]);
  }
  MEMCOSIM_HD static double conductance(const CellParameters& p, double state) {
    return current(p, state, p.read_voltage_v) / p.read_voltage_v;
  }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    const double at_zero_gap = p[i_0] * ::sinh(p.read_voltage_v / p[v_0]) / p.read_voltage_v;
    if (!(siemens > 0.0)) return p[gap_max];
    return clamp_state<StanfordPkuCell>(p, p[g_0] * ::log(at_zero_gap / siemens));
  }

  static constexpr bool follows_rate = true;
  /// d(gap)/dt, m/s, without the random drive.
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) { return motion(p, state, volts).rate; }
  MEMCOSIM_HD static CellMotion motion(const CellParameters& p, double state, double volts) {
    const double amperes = current(p, state, volts);
    const double magnitude = ::fabs(volts);
    const double nanometres = state * 1e9;
    const double gamma = ::fma(-p[beta] * nanometres * nanometres, nanometres, p[gamma_0]);
    if (!(gamma > 0.0) || gamma * magnitude < p[f_min] * p[t_ox]) return {0.0, amperes};
    const double thermal_j = boltzmann_j_per_k * temperature(p, volts, amperes);
    const double lowering = gamma * p[a_0] * charge_c * magnitude / (p[t_ox] * thermal_j);
    // exp(-E) sinh(l) as exp(l - E) (1 - exp(-2 l)) / 2: no factor can overflow, and small l keeps its digits.
    double speed = 0.5 * p[vel_0] * bounded_exp(lowering - p[e_a] / thermal_j);
    if (lowering < 20.0) speed *= -::expm1(-2.0 * lowering);
    return {volts > 0.0 ? -speed : speed, amperes};
  }
  MEMCOSIM_HD static bool has_closed_form(const CellParameters&) { return false; }

  MEMCOSIM_HD static bool agitates(const CellParameters& p) { return p[delta_g] > 0.0; }
  MEMCOSIM_HD static double agitation(const CellParameters& p, const PulseDraws& draws) {
    return agitates(p) ? p[delta_g] * draws.normal(0) : 0.0;
  }
  MEMCOSIM_HD static double agitation_speed(const CellParameters& p, double state, double volts) {
    const double kelvin = temperature(p, volts, current(p, state, volts));
    return 1.0 / (1.0 + bounded_exp((p[t_crit] - kelvin) / p[t_smth]));
  }

 private:
  MEMCOSIM_HD static double temperature(const CellParameters& p, double volts, double amperes) {
    return ::fma(::fabs(volts * amperes), p[r_th], p[t_init]);
  }
};

}  // namespace memcosim
