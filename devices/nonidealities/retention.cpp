// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/retention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Law = RetentionSpec::Law;

const std::vector<std::pair<std::string, Law>> laws = {
    {"none", Law::none},
    {"power", Law::power},
    {"state_independent", Law::state_independent},
    {"pcm_like", Law::pcm_like},
    {"hermes_one_device", Law::hermes_one_device},
    {"hermes_two_devices", Law::hermes_two_devices},
    {"exponent_table", Law::exponent_table},
    {"lammie_gradual", Law::lammie_gradual},
    {"lammie_sudden", Law::lammie_sudden},
    {"sonos_agrawal_2022", Law::sonos_agrawal_2022},
    {"cmo_hfox", Law::cmo_hfox},
    {"rram_wan_2022", Law::rram_wan_2022},
    {"table", Law::table},
};

const Range times{0.0, 1e15, false};
const Range t0_range{1e-15, 1e12, false};
const Range exponents{0.0, 10.0, false};
const Range scales{0.0, 100.0, false};
const Range conductances{1e-15, 1e3, false};
const Range voltages{1e-3, 10.0, false};
const Range energies{0.0, 10.0 * 1.602176634e-19, false};
constexpr double day_s = 86400.0;

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

bool has_curves(Law law) {
  return law == Law::pcm_like || law == Law::hermes_one_device || law == Law::hermes_two_devices;
}

bool is_power(Law law) {
  return law == Law::power || law == Law::state_independent || law == Law::exponent_table || has_curves(law);
}

bool is_lammie(Law law) {
  return law == Law::lammie_gradual || law == Law::lammie_sudden;
}

/// Replaces the times of the table by their logarithms, since interpolation is linear in log t.
LawTable over_log_time(LawTable table) {
  for (int i = 0; i < table.rows; ++i)
    table.x[i] = std::log(table.x[i]);
  return table;
}

}  // namespace

std::string name_of(Law law) {
  return laws[static_cast<std::size_t>(law)].first;
}

ConductanceRange valid_range(const RetentionSpec& spec) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (has_curves(spec.law) || spec.law == Law::rram_wan_2022) return {0.0, spec.g_max};
  if (spec.law == Law::sonos_agrawal_2022) return {0.0, SonosDrift::highest_na * 1e-9 / spec.read_voltage_v};
  if (spec.law == Law::cmo_hfox) return {9e-6, 88.2e-6};
  if (spec.law == Law::exponent_table && spec.table.rows > 0) return {spec.table.x[0], spec.table.x[spec.table.rows - 1]};
  return {0.0, infinity};
}

double longest_valid_time(const RetentionSpec& spec) {
  if (spec.law == Law::sonos_agrawal_2022) return SonosDrift::last_day * day_s;
  if (spec.law == Law::rram_wan_2022) return 2.0 * day_s;
  if (spec.law == Law::table && spec.table.rows > 0) return std::exp(spec.table.x[spec.table.rows - 1]) * (1.0 + 1e-9);
  return std::numeric_limits<double>::infinity();
}

std::string fault_of_age(const RetentionSpec& spec, double age_s) {
  if (spec.law == Law::sonos_agrawal_2022 && age_s > longest_valid_time(spec)) {
    return fmt::format("{} s is beyond the 5 days that the law was measured for", age_s);
  }
  const std::vector<double> measured = measured_ages(spec);
  if (measured.empty() || age_s == 0.0 || std::find(measured.begin(), measured.end(), age_s) != measured.end()) return "";
  return fmt::format("{} s was not measured: 0, 1 s, 1 day or 2 day", age_s);
}

std::vector<double> measured_ages(const RetentionSpec& spec) {
  if (spec.law == Law::rram_wan_2022) return {1.0, day_s, 2.0 * day_s};
  return {};
}

RetentionSpec retention_law(Law law) {
  RetentionSpec spec;
  spec.law = law;
  const double infinity = std::numeric_limits<double>::infinity();
  switch (law) {
    case Law::power:
      spec.nu_mean = 0.1;  // illustrative
      break;
    case Law::state_independent:
      spec.t0_s = 20.0;
      spec.nu_mean = 0.1;
      spec.nu_sigma = 0.05;
      break;
    case Law::pcm_like:
      spec.t0_s = 20.0;
      spec.g_max = 25e-6;
      spec.mean_curve = {infinity, -0.0155, 0.0244, 0.049, 0.1, {}};
      spec.sigma_curve = {infinity, -0.0125, -0.0059, 0.008, 0.045, {}};
      break;
    case Law::hermes_one_device:
      spec.t0_s = 200.0;
      spec.g_max = 10.35e-6;
      spec.mean_curve = {0.0945, -0.0387, -0.0182, 0.0720, 0.13, {0.0736, -0.0126, -0.0436, 0.0}};
      spec.sigma_curve = {0.3039, -0.0120, -0.0023, 0.0124, 0.04, {0.0104, 0.0116, -0.0165, 0.0}};
      break;
    case Law::hermes_two_devices:
      spec.t0_s = 300.0;
      spec.g_max = 20.7e-6;
      spec.mean_curve = {0.0945, -0.0387, -0.0182, 0.0720, 0.13, {0.0736, -0.0126, -0.0436, 0.0}};
      spec.sigma_curve = {0.3055, -0.0117, -0.0057, 0.0091, 0.04, {0.0073, 0.0093, -0.0118, 0.0}};
      break;
    case Law::lammie_sudden:
      spec.lammie = lammie_gdox_retention_sudden();
      break;
    case Law::sonos_agrawal_2022:
      spec.includes_programming = true;
      break;
    case Law::rram_wan_2022:
      spec.includes_programming = true;
      spec.g_max = 40e-6;
      break;
    case Law::none:
    case Law::lammie_gradual:  // no published numbers
    case Law::cmo_hfox:
    case Law::exponent_table:
    case Law::table:
      break;
  }
  return spec;
}

RetentionSpec read_retention(const ConfigNode& device, const RetentionSpec& fallback) {
  const ConfigNode node = device.map("retention");
  const Law law = node.one_of("law", laws, laws[static_cast<std::size_t>(fallback.law)].first);
  const bool same = law == fallback.law;
  RetentionSpec spec = same ? fallback : retention_law(law);
  spec.time_s = node.quantity("time", Dimension::time, times, fallback.time_s);
  if (law == Law::none) return spec;
  spec.activation_energy_j = node.quantity("activation_energy", Dimension::energy, energies, spec.activation_energy_j);
  if (is_power(law)) {
    spec.t0_s = node.quantity("t0", Dimension::time, t0_range, spec.t0_s);
    spec.scale = node.number("scale", scales, spec.scale);
  }
  if (law == Law::power || law == Law::state_independent) {
    spec.nu_mean = node.number("nu_mean", exponents, spec.nu_mean);
    spec.nu_sigma = node.number("nu_sigma", exponents, spec.nu_sigma);
  }
  if (has_curves(law) || law == Law::rram_wan_2022) {
    spec.g_max = node.quantity("g_max", Dimension::conductance, conductances, spec.g_max);
  }
  if (is_lammie(law)) spec.lammie = read_lammie_law(node, spec.lammie);
  if (law == Law::lammie_gradual && spec.lammie.low_resistance.p3 == 0.0 && spec.lammie.high_resistance.p3 == 0.0) {
    node.fault("",
               "no gradual retention is published for this law: give low_resistance and high_resistance their p0, p1_per_nm or p2, and p3");
  }
  if (law == Law::sonos_agrawal_2022)
    spec.read_voltage_v = node.quantity("read_voltage", Dimension::voltage, voltages, spec.read_voltage_v);
  if (!is_power(law) && !is_lammie(law)) spec.includes_programming = node.boolean("includes_programming", spec.includes_programming);
  if (law == Law::exponent_table && (!same || node.has("file"))) {
    spec.table = read_law_table(node, "file", {"conductance_s", "nu_mean", "nu_sigma", false}, 0.0);
  }
  if (law == Law::table && (!same || node.has("file"))) {
    spec.table = over_log_time(read_law_table(node, "file", {"time_s", "factor", "relative_sigma", true}, 1e-15));
  }
  const std::string fault = fault_of_age(spec, spec.time_s);
  if (!fault.empty()) node.fault("time", fault);
  return spec;
}

void check(const RetentionSpec& spec) {
  if (spec.law == Law::none) return;
  if (!within(spec.time_s, times)) throw InputError("retention: time must be from 0 s to 1e15 s");
  if (!within(spec.activation_energy_j, energies)) throw InputError("retention: activation_energy must be from 0 eV to 10 eV");
  if (is_power(spec.law)) {
    if (!within(spec.t0_s, t0_range) || !within(spec.scale, scales) || !within(spec.nu_mean, exponents) ||
        !within(spec.nu_sigma, exponents)) {
      throw InputError("retention: t0 must be from 1 fs to 1e12 s, scale from 0 to 100, nu_mean and nu_sigma from 0 to 10");
    }
  }
  if ((has_curves(spec.law) || spec.law == Law::rram_wan_2022) && !within(spec.g_max, conductances)) {
    throw InputError("retention: g_max must be from 1e-15 S to 1000 S; start from retention_law()");
  }
  if (is_lammie(spec.law)) {
    if (spec.lammie.sudden != (spec.law == Law::lammie_sudden))
      throw InputError("retention: the law and its 'sudden' contradict each other");
    check(spec.lammie, "retention");
  }
  if (spec.law == Law::sonos_agrawal_2022 && !within(spec.read_voltage_v, voltages)) {
    throw InputError("retention: read_voltage must be from 1 mV to 10 V");
  }
  if ((spec.law == Law::table || spec.law == Law::exponent_table) && spec.table.rows < 1) throw InputError("retention: the table is empty");
  const std::string fault = fault_of_age(spec, spec.time_s);
  if (!fault.empty()) throw InputError("retention: time " + fault);
}

}  // namespace memcosim
