// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/spread_law.hpp"

#include <limits>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Form = SpreadLaw::Form;

// Polynomials are written at r = g / g_max, so that a coefficient published per uS^k is multiplied by g_max^k here.
const std::vector<SpreadLawInfo>& table() {
  static const char* const generic = "generic";
  static const char* const joshi = "V. Joshi et al., Nature Communications 11:2473, 2020, Fig. 3b (GST PCM, 27 s after programming)";
  static const char* const nandakumar = "S. R. Nandakumar et al., IEEE ICECS 2019 (GST PCM), polynomial of IBM AIHWKit";
  static const char* const hermes = "M. Le Gallo et al., Nature Electronics 6, 2023 (HERMES chip, PCM), polynomial of IBM AIHWKit";
  static const char* const milo = "V. Milo et al., IEEE IRPS 2021, Fig. 4 (HfO2 RRAM, IGVVA-100), line of CrossSim";
  static const char* const wan = "W. Wan et al., Nature 608, 2022, Ext. Data Fig. 3 (NeuRRAM, HfOx RRAM, 1 s), polynomial of IBM AIHWKit";
  static const char* const wan_cubic =
      "W. Wan et al., Nature 608, 2022, Ext. Data Fig. 3 (NeuRRAM, HfOx RRAM, 1 s), polynomial of CrossSim";
  static const char* const sonos = "V. Agrawal et al., IEEE IEDM 2022, paper 21.7 (40 nm SONOS), fit of CrossSim";
  static const char* const falcone = "D. F. Falcone et al., arXiv 2502.04524, 2025 (CMO/HfOx RRAM), line of IBM AIHWKit";
  static const char* const independent = "IBM AIHWKit, state-independent model: 0.2 uS";
  static const std::vector<SpreadLawInfo> laws = {
      {"none", "", Form::none, false, true, true, 0.0, {}, 0.0, 0.0},
      {"normal_independent", generic, Form::independent, false, true, true, 0.0, {}, 0.0, 0.0},
      {"normal_proportional", generic, Form::proportional, false, true, true, 0.0, {}, 0.0, 0.0},
      {"normal_inverse_proportional", generic, Form::inverse, false, true, true, 0.0, {}, 0.0, 0.0},
      {"uniform_independent", generic, Form::independent, true, true, true, 0.0, {}, 0.0, 0.0},
      {"uniform_proportional", generic, Form::proportional, true, true, true, 0.0, {}, 0.0, 0.0},
      {"uniform_inverse_proportional", generic, Form::inverse, true, true, true, 0.0, {}, 0.0, 0.0},
      {"table", "measured by the user", Form::table, false, true, true, 0.0, {}, 0.0, 0.0},
      {"pcm_joshi_2020",
       joshi,
       Form::polynomial,
       false,
       true,
       false,
       25.0,
       {0.28638599, 0.07585724 * 25.0, -0.00178767 * 625.0, 0.0, 0.0},
       0.0,
       25.0},
      {"pcm_like", nandakumar, Form::polynomial, false, true, false, 25.0, {0.26348, 1.9650, -1.1731, 0.0, 0.0}, 0.0, 25.0},
      {"hermes_one_device",
       hermes,
       Form::polynomial,
       false,
       true,
       false,
       10.35,
       {0.15781817, 2.32443916, -2.16310839, 0.68841818, 0.0},
       0.0,
       10.35},
      {"hermes_two_devices",
       hermes,
       Form::polynomial,
       false,
       true,
       false,
       20.7,
       {0.16603222, 4.71806468, -8.48101252, 4.68961419, 0.0},
       0.0,
       20.7},
      {"rram_milo_2021", milo, Form::polynomial, false, true, false, 225.0, {4.782321, -0.009107 * 225.0, 0.0, 0.0, 0.0}, 50.0, 225.0},
      {"rram_wan_2022", wan, Form::polynomial, false, true, false, 40.0, {0.348, 16.030, -43.853, 45.393, -16.815}, 0.0, 40.0},
      {"rram_wan_2022_cubic",
       wan_cubic,
       Form::polynomial,
       false,
       true,
       false,
       40.0,
       {1.053, 0.2374 * 40.0, -1.167e-2 * 1600.0, 1.536e-4 * 64000.0, 0.0},
       0.0,
       39.26},
      {"sonos_agrawal_2022", sonos, Form::saturating, false, true, false, 0.0, {19.88665, 176.3115, 0.0, 0.0, 0.0}, 0.0, 3200.0},
      {"cmo_hfox", falcone, Form::polynomial, false, true, false, 88.2, {0.00081107, 0.00106879 * 88.2, 0.0, 0.0, 0.0}, 9.0, 88.2},
      {"cmo_hfox_2_percent",
       falcone,
       Form::polynomial,
       false,
       true,
       false,
       88.2,
       {0.0112185391, 0.01129027418 * 88.2, 0.0, 0.0, 0.0},
       9.0,
       88.2},
      {"state_independent", independent, Form::polynomial, false, true, false, 25.0, {0.2, 0.0, 0.0, 0.0, 0.0}, 0.0, 25.0},
      {"sonos_read_agrawal_2022", sonos, Form::saturating, false, false, true, 0.0, {12.58037, 215.36557, 0.0, 0.0, 0.0}, 0.0, 3200.0},
  };
  return laws;
}

bool is_generic(const SpreadLawInfo& info) {
  return info.form == Form::independent || info.form == Form::proportional || info.form == Form::inverse;
}

bool usable(const SpreadLawInfo& info, SpreadUse use) {
  return use == SpreadUse::programming ? info.programming : info.reading;
}

std::size_t row_of(const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table().size(); ++i) {
    if (name == table()[i].name) return i;
    names.emplace_back(table()[i].name);
  }
  const auto nearest = nearest_name(name, names);
  throw InputError(
      fmt::format("unknown law '{}'{}", name,
                  nearest ? fmt::format(", did you mean '{}'?", *nearest) : fmt::format("; known: {}", fmt::join(names, ", "))));
}

}  // namespace

const std::vector<SpreadLawInfo>& spread_laws() {
  return table();
}

void complete(SpreadLaw& law) {
  const SpreadLawInfo& info = table()[law.law];
  law.form = info.form;
  law.uniform = info.uniform;
  for (double& value : law.c)
    value = 0.0;
  const double width_to_sigma = info.uniform ? 1.0 / std::sqrt(12.0) : 1.0;
  switch (info.form) {
    case Form::none:
    case Form::table:
      break;
    case Form::independent:
      law.c[0] = law.magnitude * width_to_sigma * law.g_max;
      break;
    case Form::proportional:
      law.c[0] = law.magnitude * width_to_sigma;
      break;
    case Form::inverse:
      law.c[0] = law.magnitude * width_to_sigma * law.g_max * law.g_max;
      break;
    case Form::polynomial:
      // Coefficients are published in uS at the published g_max; they scale with g_max.
      for (int k = 0; k < 5; ++k)
        law.c[k] = info.c[k] / info.g_max_us * law.g_max;
      break;
    case Form::saturating:
      law.c[0] = info.c[0] * 1e-9 / law.read_voltage_v;
      law.c[1] = info.c[1] * 1e-9 / law.read_voltage_v;
      break;
  }
}

SpreadLaw spread_law(const std::string& name) {
  SpreadLaw law;
  law.law = static_cast<std::uint8_t>(row_of(name));
  const SpreadLawInfo& info = table()[law.law];
  law.g_max = info.g_max_us * 1e-6;
  if (info.form == Form::saturating) law.read_voltage_v = 0.1;
  complete(law);
  return law;
}

SpreadLaw spread_law(const std::string& name, double magnitude, double g_max) {
  SpreadLaw law = spread_law(name);
  law.magnitude = magnitude;
  law.g_max = g_max;
  complete(law);
  return law;
}

ConductanceRange valid_range(const SpreadLaw& law) {
  const SpreadLawInfo& info = table()[law.law];
  if (info.form == Form::polynomial) {
    const double stretch = law.g_max / info.g_max_us;
    return {info.valid_low * stretch, info.valid_high * stretch};
  }
  if (info.form == Form::saturating) return {info.valid_low * 1e-9 / law.read_voltage_v, info.valid_high * 1e-9 / law.read_voltage_v};
  if (info.form == Form::table && law.table.rows > 0) return {law.table.x[0], law.table.x[law.table.rows - 1]};
  return {0.0, std::numeric_limits<double>::infinity()};
}

SpreadLaw read_spread_law(const ConfigNode& node, SpreadUse use, const SpreadLaw& fallback) {
  std::vector<std::string> names;
  for (const SpreadLawInfo& info : table()) {
    if (usable(info, use)) names.emplace_back(info.name);
  }
  const std::string name = names[node.choice("law", names, table()[fallback.law].name)];
  const bool same = name == table()[fallback.law].name;
  SpreadLaw law = same ? fallback : spread_law(name);
  const SpreadLawInfo& info = table()[law.law];
  if (info.form == Form::none) return law;
  if (is_generic(info)) {
    const Range magnitudes = Range::between(0.0, 1e3);
    law.magnitude = same ? node.quantity("magnitude", Dimension::dimensionless, magnitudes, fallback.magnitude)
                         : node.quantity("magnitude", Dimension::dimensionless, magnitudes);
    if (info.form != Form::proportional) {
      const Range conductances = Range::between(1e-15, 1e3);
      law.g_max = same ? node.quantity("g_max", Dimension::conductance, conductances, fallback.g_max)
                       : node.quantity("g_max", Dimension::conductance, conductances);
    }
  }
  if (info.form == Form::polynomial) law.g_max = node.quantity("g_max", Dimension::conductance, Range::between(1e-15, 1e3), law.g_max);
  if (info.form == Form::saturating) {
    law.read_voltage_v = node.quantity("read_voltage", Dimension::voltage, Range::between(1e-3, 10.0), law.read_voltage_v);
  }
  if (info.form == Form::table && (!same || node.has("file"))) {
    law.table = read_law_table(node, "file", {"conductance_s", "sigma_s", "", false}, 0.0);
  }
  law.scale = node.number("scale", Range::between(0.0, 1e3), law.scale);
  complete(law);
  return law;
}

void check(const SpreadLaw& law, SpreadUse use, const std::string& what) {
  if (law.law >= table().size() || !usable(table()[law.law], use)) throw InputError(fmt::format("{}: no such law", what));
  const SpreadLawInfo& info = table()[law.law];
  const auto within = [](double value, double low, double high) { return value >= low && value <= high; };
  if (info.form != law.form) throw InputError(fmt::format("{}: make the law with spread_law()", what));
  if (!within(law.scale, 0.0, 1e3) || !within(law.magnitude, 0.0, 1e3)) {
    throw InputError(fmt::format("{}: scale and magnitude must be from 0 to 1000", what));
  }
  const bool needs_g_max = info.form == Form::polynomial || info.form == Form::independent || info.form == Form::inverse;
  if (needs_g_max && !within(law.g_max, 1e-15, 1e3)) throw InputError(fmt::format("{}: g_max must be from 1e-15 S to 1000 S", what));
  if (info.form == Form::saturating && !within(law.read_voltage_v, 1e-3, 10.0)) {
    throw InputError(fmt::format("{}: the read voltage must be from 1 mV to 10 V", what));
  }
  if (info.form == Form::table && law.table.rows < 1) throw InputError(fmt::format("{}: the table is empty", what));
}

}  // namespace memcosim
