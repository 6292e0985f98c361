// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/held_cells.hpp"

#include <string_view>

#include <fmt/format.h>

#include "memcosim/common/units.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {
namespace {

/// Voltages that cover those at which devices switch, up to the 10 V and 1 s for which models must be finite (cell.hpp).
constexpr double tried_volts[] = {10.0, 3.0, 1.0, 0.3, 0.1};
constexpr double tried_s = 1.0;
/// Draws tried for a random step: a single one may happen to end at the bound at which the cell already is.
constexpr std::uint64_t tried_draws = 8;

bool is_held(const CellSpec& spec, double read_voltage_v, double state) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters cell = nominal_cell(spec, read_voltage_v);
  for (const double volts : tried_volts) {
    for (const double polarity : {1.0, -1.0}) {
      for (std::uint64_t draw = 0; draw < (model.is_random ? tried_draws : 1); ++draw) {
        const PulseDraws draws{1, 0, 0, draw};
        if (model.apply_pulse(cell, spec.circuit, state, {polarity * volts, tried_s, 0.0, {}}, draws).state != state) return false;
      }
    }
  }
  return true;
}

}  // namespace

std::string why_held(const CellSpec& spec, double read_voltage_v, double state) {
  const CellModel& model = cell_model(spec.model);
  if (model.set_polarity == 0 || !is_held(spec, read_voltage_v, state)) return {};
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    if (info.words == nullptr || std::string_view(info.name) != "window") continue;
    CellSpec without = spec;
    without.parameters[i] = 0.0;
    if (is_held(without, read_voltage_v, state)) break;
    return fmt::format(
        "device.parameters.window: '{}' is zero on the bounds of the state in both directions, so that no pulse ever moves a cell that "
        "stands exactly on one, as cells do at the start. Choose biolek or none to switch from bound to bound.",
        info.words[static_cast<std::size_t>(spec.parameters[i])]);
  }
  return fmt::format(
      "device.parameters: no pulse of up to 10 V and 1 s moves a cell of model '{}' from its {}: compare its thresholds and limits.",
      spec.model, format_quantity(model.conductance(nominal_cell(spec, read_voltage_v), spec.circuit, state), Dimension::conductance));
}

}  // namespace memcosim
