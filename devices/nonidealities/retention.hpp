// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/nonidealities/lammie_law.hpp"
#include "memcosim/devices/nonidealities/law_table.hpp"
#include "memcosim/devices/nonidealities/sonos_drift.hpp"
#include "memcosim/devices/nonidealities/spread_law.hpp"
#include "memcosim/devices/nonidealities/state_curve.hpp"
#include "memcosim/devices/nonidealities/temperature.hpp"

namespace memcosim {

class ConfigNode;

/// How a programmed conductance changes with its age t.
///
/// Power laws: g (t) = g ((t + t0) / t0)^-nu, nu = scale |mean + sigma z|, one draw z per cell and programming event.
///   power                one mean and sigma for all states (sigma 0: a fixed exponent); Boybat et al., Nature Communications 9:2514, 2018
///   state_independent    the same with nu ~ N(0.1, 0.05), t0 = 20 s (IBM AIHWKit)
///   pcm_like             mean and sigma over g / g_max: S. R. Nandakumar et al., IEEE ICECS 2019, curves of IBM AIHWKit; t0 = 20 s
///   hermes_one_device, hermes_two_devices
///                        M. Le Gallo et al., Nature Electronics 6, 2023, curves of IBM AIHWKit; t0 = 200 s and 300 s
///   exponent_table       mean and sigma over g from a file
/// Failure: lammie_gradual, lammie_sudden (LammieLaw with x = t / s).
/// Distributions measured at certain times, about a mean that moves; one draw per cell and programming event, so that a cell keeps its
/// quantile:
///   sonos_agrawal_2022   SonosDrift, up to 5 days
///   cmo_hfox             mean g - 0.0890 uS ln(t / s), sigma 0.0420 uS ln(t / s) + 0.4118 uS from 1 s on, about the programmed
///                        conductance and the same for all: D. F. Falcone et al., arXiv 2502.04524, 2025, fit of IBM AIHWKit, 9 to 88.2 uS
///   rram_wan_2022        sigma over g / 40 uS at 1 s, 1 day and 2 days: W. Wan et al., Nature 608, 2022, polynomials of IBM AIHWKit. Other
///                        times were not measured: a configuration may ask only for those; between them sigma is linear in log t
///   table                factor and relative sigma over time from a file, both relative to the programmed conductance, linear in log t,
///                        held before the first and after the last time
/// A published distribution about the target may include the programming error (includes_programming). Then only the excess over the error
/// law of the same specification is added, sigma^2 = max(sigma(t)^2 - sigma_error^2, 0), so that both together have the published spread
/// (to first order: both are evaluated at the conductance that was reached), whether the cell was programmed by law or by pulses.
///
/// A temperature other than the reference makes time run faster by exp(E_a / k_B (1 / T_ref - 1 / T)).
struct RetentionSpec {
  enum class Law : std::uint8_t {
    none,
    power,
    state_independent,
    pcm_like,
    hermes_one_device,
    hermes_two_devices,
    exponent_table,
    lammie_gradual,
    lammie_sudden,
    sonos_agrawal_2022,
    cmo_hfox,
    rram_wan_2022,
    table,
  };
  Law law = Law::none;
  double time_s = 0.0;  ///< age at which a run evaluates what it has programmed
  double activation_energy_j = 0.0;
  // Power laws.
  double t0_s = 1.0;
  double nu_mean = 0.0;
  double nu_sigma = 0.0;
  double scale = 1.0;
  double g_max = 0.0;  ///< S, where the curves over the state are normalised; their shape is stretched with it
  StateCurve mean_curve;
  StateCurve sigma_curve;
  LammieLaw lammie;
  // Distributions.
  bool includes_programming = false;
  double read_voltage_v = 0.1;  ///< of the law stated in currents
  LawTable table;

  /// True if the law uses a random draw per cell.
  MEMCOSIM_HD bool is_random() const {
    return !(law == Law::none || law == Law::lammie_gradual || law == Law::lammie_sudden || (law == Law::power && nu_sigma == 0.0));
  }

  MEMCOSIM_HD double nu(double g, double z) const {
    double mean = nu_mean;
    double sigma = nu_sigma;
    if (law == Law::exponent_table) {
      mean = table.first_at(g);
      sigma = table.second_at(g);
    } else if (law == Law::pcm_like || law == Law::hermes_one_device || law == Law::hermes_two_devices) {
      mean = mean_curve.at(g / g_max);
      sigma = ::fmax(sigma_curve.at(g / g_max), 0.0);
    }
    return scale * ::fabs(::fma(sigma, z, mean));
  }

  /// Age at the reference temperature that changes a cell as much as `age_s` at this temperature, s.
  MEMCOSIM_HD double effective_age(double age_s, double temperature_k, double reference_k) const {
    if (activation_energy_j == 0.0) return age_s;
    return ::fmin(age_s * arrhenius(activation_energy_j, temperature_k, reference_k), 1e300);
  }

  /// Mean and sigma, S, of a distribution law at the effective age; sigma < 0: age below the first measurement, the cell is as programmed.
  struct Moments {
    double mean_s;
    double sigma_s;
  };
  MEMCOSIM_HD Moments moments(double g, double age_s) const;

  /// Conductance at an age; `z` is the cell's standard normal draw.
  MEMCOSIM_HD double after(double g, double age_s, double temperature_k, double reference_k, const ConductanceRange& range,
                           const SpreadLaw& programming, double z) const;
};

MEMCOSIM_HD inline RetentionSpec::Moments RetentionSpec::moments(double g, double age_s) const {
  constexpr double micro = 1e-6;
  switch (law) {
    case Law::sonos_agrawal_2022: {
      const double amperes_to_na = 1e9 * read_voltage_v;
      const SonosDrift drift = SonosDrift::at(g * amperes_to_na, age_s);
      return {g + drift.mean_na / amperes_to_na, drift.sigma_na / amperes_to_na};
    }
    case Law::cmo_hfox: {
      if (age_s < 1.0) return {g, -1.0};
      const double log_t = ::log(age_s);
      return {::fma(-0.08900206 * micro, log_t, g), micro * ::fma(0.04201137, log_t, 0.41183342)};
    }
    case Law::rram_wan_2022: {
      if (age_s < 1.0) return {g, -1.0};
      constexpr double log_times[3] = {0.0, 11.366742954792146, 12.05989013535209};  // ln of 1 s, 1 day, 2 days
      constexpr double c[3][5] = {
          {0.348, 16.030, -43.853, 45.393, -16.815}, {0.701, 22.086, -50.773, 47.095, -16.458}, {0.782, 20.274, -43.507, 37.062, -11.934}};
      const double r = g / g_max;
      double sigma[3];
      for (int i = 0; i < 3; ++i) {
        const double us = ::fma(::fma(::fma(::fma(c[i][4], r, c[i][3]), r, c[i][2]), r, c[i][1]), r, c[i][0]);
        sigma[i] = ::fmax(us, 0.0) * g_max / 40.0;
      }
      const double log_t = ::fmin(::log(age_s), log_times[2]);
      const int i = log_t < log_times[1] ? 0 : 1;
      return {g, ::fma((log_t - log_times[i]) / (log_times[i + 1] - log_times[i]), sigma[i + 1] - sigma[i], sigma[i])};
    }
    case Law::table: {
      if (!(age_s > 0.0)) return {g, -1.0};
      const double log_t = ::log(age_s);
      return {g * table.first_at(log_t), g * table.second_at(log_t)};
    }
    default:
      return {g, 0.0};
  }
}

MEMCOSIM_HD inline double RetentionSpec::after(double g, double age_s, double temperature_k, double reference_k,
                                               const ConductanceRange& range, const SpreadLaw& programming, double z) const {
  if (law == Law::none || !(age_s > 0.0)) return g;
  const double age = effective_age(age_s, temperature_k, reference_k);
  switch (law) {
    case Law::power:
    case Law::state_independent:
    case Law::pcm_like:
    case Law::hermes_one_device:
    case Law::hermes_two_devices:
    case Law::exponent_table:
      // log1p keeps its digits for ages far below t0.
      return g * ::exp(-nu(g, z) * ::log1p(age / t0_s));
    case Law::lammie_gradual:
    case Law::lammie_sudden:
      return lammie.after(g, age, temperature_k, range);
    default: {
      const Moments at = moments(g, age);
      if (at.sigma_s < 0.0) return g;
      double variance = at.sigma_s * at.sigma_s;
      if (includes_programming) {
        const double error = programming.sigma(g);
        variance = ::fmax(variance - error * error, 0.0);
      }
      return ::fmax(::fma(::sqrt(variance), z, at.mean_s), 0.0);
    }
  }
}

std::string name_of(RetentionSpec::Law law);
/// Conductances and longest time that the law was measured for; {0, infinity} and infinity for laws without data.
ConductanceRange valid_range(const RetentionSpec& spec);
double longest_valid_time(const RetentionSpec& spec);
/// The reason why the law cannot be used at this age: it was not measured there, and its publication gives no way to extrapolate. Empty if
/// it can.
std::string fault_of_age(const RetentionSpec& spec, double age_s);
/// The only ages above 0 that a law was measured at, s, rising; empty: any up to longest_valid_time().
std::vector<double> measured_ages(const RetentionSpec& spec);

/// The published numbers of a law.
RetentionSpec retention_law(RetentionSpec::Law law);
/// Reads `retention: {law, time, activation_energy, ...}` and the keys of the law.
RetentionSpec read_retention(const ConfigNode& device, const RetentionSpec& fallback);
void check(const RetentionSpec& spec);

}  // namespace memcosim
