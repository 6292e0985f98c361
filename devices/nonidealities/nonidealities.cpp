// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/nonidealities.hpp"

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr std::uint32_t most_states = 1u << 20;
const Range write_noises{0.0, 1e3, false};

}  // namespace

bool has_read_noise(const CellNonidealities& effects) {
  return effects.read_noise.white.form != SpreadLaw::Form::none || effects.read_noise.flicker.law != FlickerSpec::Law::none;
}

bool shows_its_state(const CellNonidealities& effects) {
  const bool snaps = effects.states >= 2 && effects.programming_error.law.form == SpreadLaw::Form::none;
  return !snaps && effects.write_noise_s == 0.0 && effects.endurance.law == EnduranceSpec::Law::none &&
         effects.relaxation.law == RelaxationSpec::Law::none && effects.retention.law == RetentionSpec::Law::none &&
         effects.read_disturb.law != ReadDisturbSpec::Law::jiang_2021 && effects.temperature.is_off() &&
         effects.read_noise.telegraph.share == 0.0;
}

std::vector<std::string> beyond_validity(const CellNonidealities& effects, const ConductanceRange& window) {
  std::vector<std::string> lines;
  const auto compare = [&](const char* what, const std::string& law, const ConductanceRange& valid) {
    // Tolerance for rounding, for a window that ends exactly where the data end.
    const double slack = 1e-9 * window.high;
    if (window.low >= valid.low - slack && window.high <= valid.high + slack) return;
    lines.push_back(fmt::format("{} {} was measured from {} to {}; cells are used from {} to {}", what, law,
                                format_quantity(valid.low, Dimension::conductance), format_quantity(valid.high, Dimension::conductance),
                                format_quantity(window.low, Dimension::conductance), format_quantity(window.high, Dimension::conductance)));
  };
  const SpreadLaw& error = effects.programming_error.law;
  const SpreadLaw& white = effects.read_noise.white;
  compare("programming_error", spread_laws()[error.law].name, valid_range(error));
  compare("read_noise.white", spread_laws()[white.law].name, valid_range(white));
  const RetentionSpec& retention = effects.retention;
  if (retention.law != RetentionSpec::Law::none) compare("retention", name_of(retention.law), valid_range(retention));
  if (retention.law == RetentionSpec::Law::none) return lines;
  const TemperatureSpec& temperature = effects.temperature;
  const double age_s = retention.effective_age(retention.time_s, temperature.temperature_k, temperature.reference_k);
  if (age_s > longest_valid_time(retention)) {
    std::string asked = format_quantity(retention.time_s, Dimension::time);
    if (age_s != retention.time_s) {
      asked += fmt::format(" at {}, as much as {} at {}", format_quantity(temperature.temperature_k, Dimension::temperature),
                           format_quantity(age_s, Dimension::time), format_quantity(temperature.reference_k, Dimension::temperature));
    }
    lines.push_back(fmt::format("retention {} was measured up to {}; asked for is {}", name_of(retention.law),
                                format_quantity(longest_valid_time(retention), Dimension::time), asked));
  }
  return lines;
}

CellNonidealities read_nonidealities(const ConfigNode& device, const CellNonidealities& fallback) {
  CellNonidealities effects;
  effects.states = static_cast<std::uint32_t>(device.integer("states", 0, most_states, fallback.states));
  if (effects.states == 1) device.fault("states", "1 state holds no information: 0 (continuous) or at least 2");
  effects.states_low_s = fallback.states_low_s;
  effects.states_high_s = fallback.states_high_s;
  if (effects.states > 0) {
    effects.states_low_s = read_conductance_or_range(device, "states_low", fallback.states_low_s);
    effects.states_high_s = read_conductance_or_range(device, "states_high", fallback.states_high_s);
    if (effects.states_low_s >= 0.0 && effects.states_high_s >= 0.0 && !(effects.states_low_s < effects.states_high_s)) {
      device.fault("states_high", "must be greater than states_low");
    }
  }
  effects.write_noise_s = device.quantity("write_noise", Dimension::conductance, write_noises, fallback.write_noise_s);
  effects.programming_error = read_programming_error(device, fallback.programming_error);
  effects.endurance = read_endurance(device, fallback.endurance);
  effects.relaxation = read_relaxation(device, fallback.relaxation);
  effects.retention = read_retention(device, fallback.retention);
  effects.read_disturb = read_read_disturb(device, fallback.read_disturb);
  effects.temperature = read_temperature(device, fallback.temperature);
  effects.read_noise = read_read_noise(device, fallback.read_noise);
  effects.stuck = fallback.stuck;
  effects.faults = read_faults(device, fallback.faults, effects.stuck);
  return effects;
}

void check(const CellNonidealities& effects) {
  if (effects.states == 1 || effects.states > most_states) throw InputError("states must be 0 (continuous) or from 2 to 1048576");
  if (effects.states_low_s >= 0.0 && effects.states_high_s >= 0.0 && !(effects.states_low_s < effects.states_high_s)) {
    throw InputError("states_high must be greater than states_low");
  }
  if (!(effects.write_noise_s >= write_noises.low && effects.write_noise_s <= write_noises.high)) {
    throw InputError("write_noise must be from 0 S to 1000 S");
  }
  check(effects.programming_error);
  check(effects.endurance);
  check(effects.relaxation);
  check(effects.retention);
  check(effects.read_disturb);
  check(effects.temperature);
  check(effects.read_noise);
  check(effects.faults);
  check(effects.stuck);
}

}  // namespace memcosim
