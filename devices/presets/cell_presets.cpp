// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/presets/cell_presets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/step_table_cell.hpp"
#include "memcosim/devices/cells/step_tables.hpp"

namespace memcosim {

namespace {

/// Identical pulses with the measured voltage and duration; unknown ones (0) are taken from `usual`.
PulseHint as_measured(double volts, double seconds, const PulseHint& usual) {
  PulseHint hint = usual;
  if (volts > 0.0) hint = {volts, 0.0, volts, usual.duration_s};
  if (seconds > 0.0) hint.duration_s = seconds;
  return hint;
}

/// Number of median steps with which the slower polarity crosses 90 % of the range; at most 10,000.
std::uint32_t pulses_across(const CellSpec& spec, const ConductanceRange& range) {
  constexpr std::uint32_t most = 10'000;
  const double way = 0.9 * (range.high - range.low);
  std::uint32_t slower = 0;
  for (const int towards : {1, -1}) {
    double state = towards > 0 ? range.low : range.high;
    const double end = state + towards * way;
    std::uint32_t count = 0;
    while (towards * (end - state) > 0.0 && count < most) {
      const double step = StepTableCell::change(nominal_cell(spec, 0.0), towards, state, 0.5);
      if (!(towards * step > 0.0)) break;
      state += step;
      ++count;
    }
    slower = std::max(slower, count);
  }
  return slower;
}

}  // namespace

const std::vector<CellPreset>& cell_presets() {
  static const std::vector<CellPreset> table = [] {
    std::vector<CellPreset> all;
    for (const auto& family : {detail::state_presets(), detail::pulse_presets(), detail::statistical_presets()})
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return table;
}

const CellPreset& cell_preset(const std::string& name) {
  std::vector<std::string> names;
  for (const CellPreset& preset : cell_presets()) {
    if (name == preset.name) return preset;
    names.emplace_back(preset.name);
  }
  const auto nearest = nearest_name(name, names);
  throw InputError(fmt::format("unknown device preset '{}'{}; known: {}", name,
                               nearest ? fmt::format(", did you mean '{}'?", *nearest) : "", fmt::join(names, ", ")));
}

CellSpec preset_cell_spec(const std::string& name) {
  const CellPreset& preset = cell_preset(name);
  CellSpec spec = default_cell_spec(preset.model);
  const CellModel& model = cell_model(spec.model);
  for (const auto& [parameter, value] : preset.parameters) {
    for (std::size_t i = 0; i < model.parameter_count; ++i) {
      if (std::string(parameter) == model.parameters[i].name) spec.parameters[i] = value;
    }
  }
  spec.preset = name;
  if (preset.complete != nullptr) preset.complete(spec);
  return spec;
}

CellUse cell_use(const CellSpec& spec) {
  constexpr double read_voltage_v = 0.2;
  constexpr PulseHint pulses{0.6, 0.05, 2.5, 100e-9};
  if (!spec.preset.empty()) {
    CellUse use = cell_preset(spec.preset).use;
    if (!(use.set.start_v > 0.0)) use.set = pulses;
    if (!(use.reset.start_v > 0.0)) use.reset = pulses;
    return use;
  }
  const MeasuredPulses measured = spec.tables == nullptr ? MeasuredPulses{} : spec.tables->pulses;
  const double read_v = measured.read_voltage_v > 0.0 ? measured.read_voltage_v : read_voltage_v;
  const ConductanceRange range = conductance_range(cell_model(spec.model), nominal_cell(spec, read_v), spec.circuit);
  // A duration that is known for one polarity only is taken for both: the cell steps only for pulses of that width.
  const double set_s = measured.set_duration_s > 0.0 ? measured.set_duration_s : measured.reset_duration_s;
  const double reset_s = measured.reset_duration_s > 0.0 ? measured.reset_duration_s : set_s;
  CellUse use{range.low, range.high, read_v, as_measured(measured.set_voltage_v, set_s, pulses),
              as_measured(measured.reset_voltage_v, reset_s, pulses)};
  if (measured.set_voltage_v > 0.0 || measured.reset_voltage_v > 0.0) {
    use.max_pulses = std::max(use.max_pulses, 4 * pulses_across(spec, range));
  }
  return use;
}

}  // namespace memcosim
