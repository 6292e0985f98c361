// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"

namespace memcosim {

/// Magnetic tunnel junction switched by spin-transfer torque: a binary cell that switches at random. State 0: antiparallel (high
/// resistance), 1: parallel.
///
/// Resistance: R_P = RA / area; the magnetoresistance falls with the voltage, R_AP(V) = R_P (1 + tmr / (1 + (V / v_half)^2)), the usual
/// fit (R_P is nearly constant; Y. Zhang et al., "Compact modeling of perpendicular-anisotropy CoFeB/MgO magnetic tunnel junctions", IEEE
/// TED 59(3), 2012).
///
/// Switching within a pulse of V and t, with i = |V| / v_c0 of the direction:
///   i > 1, torque from a thermally distributed initial angle:
///     p = exp(-(pi^2 / 4) delta (i - 1) / (i exp(2 (i - 1) t / tau_d) - 1))
///     (W. H. Butler et al., "Switching Distributions for Perpendicular Spin-Torque Devices Within the Macrospin Approximation", IEEE
///     Trans. Magn. 48(12), 2012), with tau_d the relaxation time of the free layer, (1 + alpha^2) / (alpha gamma mu0 H_k);
///   i <= 1, thermal activation: p = 1 - exp(-t / tau), tau = tau_0 exp(delta (1 - i))
///     (R. H. Koch, J. A. Katine, J. Z. Sun, "Time-Resolved Reversal of Spin-Transfer Switching in a Nanomagnet", PRL 92, 088302, 2004), at
///     most the torque's p at i = 1, exp(-(pi^2 / 4) delta / (1 + 2 t / tau_d)): the law of activation ignores the time that the reversal
///     takes, so that short pulses just below v_c0 would switch more often than those just above.
/// A positive voltage favours the parallel state, a negative one the antiparallel state; a cell that is there already stays (no
/// back-hopping). The v_c0 of both directions and delta are values at one temperature; heating by the pulse is not modelled. Valid in the
/// macrospin limit: junctions so small (about 40 nm) that they reverse uniformly.
struct MtjCell {
  static constexpr const char* name = "mtj";
  static constexpr const char* summary =
      "binary magnetic tunnel junction, stochastic spin-torque switching (Koch et al., PRL 92, 088302, 2004; Butler et al., IEEE Trans. "
      "Magn. "
      "48(12), 2012)";
  static constexpr int set_polarity = 1;
  static constexpr bool is_random = true;
  static constexpr bool follows_rate = false;

  enum Parameter : std::size_t { ra_ohm_um2, diameter, tmr, v_half, delta, tau_0, tau_d, v_c0_set, v_c0_reset };
  static constexpr ParameterInfo parameters[] = {
      {"ra_ohm_um2", Dimension::resistance_area, 10.0, {1e-3, 1e9, false}, "resistance-area product of the parallel state"},
      {"diameter", Dimension::length, 40e-9, {1e-9, 1e-5, false}, "diameter of the junction"},
      {"tmr", Dimension::dimensionless, 1.2, {1e-3, 100.0, false}, "tunnel magnetoresistance (R_AP - R_P) / R_P at zero voltage"},
      {"v_half", Dimension::voltage, 0.5, {1e-3, 1e3, false}, "voltage at which the magnetoresistance is halved"},
      {"delta", Dimension::dimensionless, 43.0, {0.1, 1e3, false}, "thermal stability factor E / kT"},
      {"tau_0", Dimension::time, 1e-9, {1e-15, 1.0, false}, "attempt time"},
      {"tau_d", Dimension::time, 1e-9, {1e-15, 1.0, false}, "relaxation time of the free layer"},
      {"v_c0_set", Dimension::voltage, 0.5, {1e-3, 1e3, false}, "critical voltage at zero temperature, to parallel"},
      {"v_c0_reset", Dimension::voltage, 0.5, {1e-3, 1e3, false}, "magnitude of the critical voltage at zero temperature, to antiparallel"},
  };

  static CellInconsistency inconsistency(const double*) { return {}; }
  MEMCOSIM_HD static bool make_consistent(double*) { return false; }

  MEMCOSIM_HD static double state_low(const CellParameters&) { return 0.0; }
  MEMCOSIM_HD static double state_high(const CellParameters&) { return 1.0; }
  MEMCOSIM_HD static double initial_state(const CellParameters&) { return 0.0; }
  MEMCOSIM_HD static double conductance(const CellParameters& p, double state) { return conductance_at(p, state, p.read_voltage_v); }
  /// The nearer of the two states.
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    return siemens >= 0.5 * (conductance(p, 0.0) + conductance(p, 1.0)) ? 1.0 : 0.0;
  }
  MEMCOSIM_HD static double current(const CellParameters& p, double state, double volts) { return volts * conductance_at(p, state, volts); }

  /// Probability that a pulse switches the cell into the state that its polarity favours.
  MEMCOSIM_HD static double switching_probability(const CellParameters& p, double volts, double seconds) {
    const double drive = ::fabs(volts) / (volts >= 0.0 ? p[v_c0_set] : p[v_c0_reset]);
    const double quarter_pi_squared = 2.4674011002723397;
    const double angle = -quarter_pi_squared * p[delta];
    const double turns = 2.0 * seconds / p[tau_d];
    if (drive <= 1.0) {
      const double thermal = -::expm1(-seconds / p[tau_0] * ::exp(-p[delta] * (1.0 - drive)));
      return ::fmin(thermal, ::exp(angle / (1.0 + turns)));
    }
    const double excess = drive - 1.0;
    const double growth = excess * turns;
    if (growth > 700.0) return 1.0;
    return ::exp(angle * excess / ::fma(drive, ::expm1(growth), excess));
  }

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const double favoured = volts > 0.0 ? 1.0 : 0.0;
    if (volts == 0.0 || is_parallel(state) == is_parallel(favoured)) return state;
    return draws.uniform(0) < switching_probability(p, volts, seconds) ? favoured : state;
  }

 private:
  MEMCOSIM_HD static bool is_parallel(double state) { return state >= 0.5; }

  MEMCOSIM_HD static double conductance_at(const CellParameters& p, double state, double volts) {
    const double quarter_pi = 0.7853981633974483;
    const double square_um = quarter_pi * (p[diameter] * 1e6) * (p[diameter] * 1e6);
    const double parallel = square_um / p[ra_ohm_um2];
    if (is_parallel(state)) return parallel;
    const double u = volts / p[v_half];
    return parallel / (1.0 + p[tmr] / ::fma(u, u, 1.0));
  }
};

}  // namespace memcosim
