// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_presets.hpp"

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

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
  const ConductanceRange range = conductance_range(cell_model(spec.model), nominal_cell(spec, read_voltage_v), spec.circuit);
  return {range.low, range.high, read_voltage_v, pulses, pulses};
}

}  // namespace memcosim
