// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/converters/converter_kind.hpp"
#include "memcosim/devices/costs/component_costs.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/backends/backends.hpp"

namespace memcosim {
namespace {

void list_models() {
  fmt::print("Device models (device.model)\n");
  for (const CellModel& model : cell_models()) {
    fmt::print("\n  {}: {}\n", model.name, model.summary);
    for (std::size_t i = 0; i < model.parameter_count; ++i) {
      const ParameterInfo& p = model.parameters[i];
      fmt::print("    {:<14} {:<14} {:<24} {}\n", p.name, value_text(p, p.fallback), range_text(p), p.meaning);
    }
  }
}

void list_presets() {
  fmt::print("Device presets (device.preset)\n");
  for (const CellPreset& preset : cell_presets()) {
    fmt::print("\n  {} ({})\n    source: {}\n", preset.name, preset.model, preset.source);
    const CellModel& model = cell_model(preset.model);
    for (const auto& [name, value] : preset.parameters) {
      for (std::size_t i = 0; i < model.parameter_count; ++i) {
        if (std::string_view(model.parameters[i].name) == name) fmt::print("    {:<14} {}\n", name, value_text(model.parameters[i], value));
      }
    }
  }
}

void list_converters() {
  fmt::print("Kinds of column converters (macro.adc.kind)\n\n");
  for (const ConverterKind* kind : converter_kinds())
    fmt::print("  {:<10} {}\n", kind->name(), kind->summary());
}

void list_component(const char* name, const ComponentCost& cost) {
  fmt::print("    {:<16} {:>12} {:>12} {:>12}  {}\n", name, format_quantity(cost.energy_j, Dimension::energy),
             format_quantity(cost.static_power_w, Dimension::power), format_quantity(cost.area_m2, Dimension::area), cost.source);
}

void list_costs() {
  const CostContext context;
  fmt::print("Component costs (costs.preset), here for an {}-bit ADC at {}, {}-bit DAC, {} clock\n", context.adc_bits,
             format_quantity(context.adc_rate_hz, Dimension::frequency), context.dac_bits,
             format_quantity(context.clock_hz, Dimension::frequency));
  for (const CostPreset& preset : cost_presets()) {
    fmt::print("\n  {}: {}\n    source: {}\n", preset.name, preset.summary, preset.source);
    const ComponentCosts c = cost_preset(preset.name, context);
    fmt::print("    {:<16} {:>12} {:>12} {:>12}\n", "component", "energy/op", "static", "area");
    list_component("row_driver", c.row_driver);
    list_component("cell", c.cell);
    list_component("sample_hold", c.sample_hold);
    list_component("adc", c.adc);
    list_component("shift_add", c.shift_add);
    list_component("controller", c.controller);
    list_component("input_register", c.input_register);
    list_component("output_register", c.output_register);
    list_component("programmer", c.programmer);
    list_component("buffer", c.buffer);
    list_component("bus", c.bus);
    list_component("adder", c.adder);
    list_component("activation", c.activation);
    list_component("comparator", c.comparator);
  }
}

void list_backends() {
  fmt::print("Functional cores (simulation.backend)\n\n");
  for (const BackendInfo& backend : backends())
    fmt::print("  {:<10} {}\n", backend.name, backend.summary);
}

}  // namespace

int list_command(const std::string& what) {
  const bool all = what.empty();
  if (all || what == "models") list_models();
  if (all) fmt::print("\n");
  if (all || what == "presets") list_presets();
  if (all) fmt::print("\n");
  if (all || what == "converters") list_converters();
  if (all) fmt::print("\n");
  if (all || what == "costs") list_costs();
  if (all) fmt::print("\n");
  if (all || what == "backends") list_backends();
  return 0;
}

}  // namespace memcosim
