// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/costs/component_costs.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr double milliwatt = 1e-3;
constexpr double picojoule = 1e-12;
constexpr double square_micrometre = 1e-12;

struct NamedCost {
  const char* name;
  ComponentCost ComponentCosts::*cost;
};
const std::array<NamedCost, 14> named_costs = {{{"row_driver", &ComponentCosts::row_driver},
                                                {"cell", &ComponentCosts::cell},
                                                {"sample_hold", &ComponentCosts::sample_hold},
                                                {"adc", &ComponentCosts::adc},
                                                {"shift_add", &ComponentCosts::shift_add},
                                                {"controller", &ComponentCosts::controller},
                                                {"input_register", &ComponentCosts::input_register},
                                                {"output_register", &ComponentCosts::output_register},
                                                {"programmer", &ComponentCosts::programmer},
                                                {"buffer", &ComponentCosts::buffer},
                                                {"bus", &ComponentCosts::bus},
                                                {"adder", &ComponentCosts::adder},
                                                {"activation", &ComponentCosts::activation},
                                                {"comparator", &ComponentCosts::comparator}}};

constexpr const char* isaac_name = "isaac_32nm";
constexpr double isaac_technology_m = 32e-9;
constexpr unsigned most_menu_dac_bits = 8;  // largest resolution in the DAC table of MNSIM 2.0

/// Shafiee et al., ISCA 2016, table of the 32 nm tile. The paper gives powers at full activity; each is divided by the operations per
/// second of its unit, so all of it counts as energy per operation and none as static power.
ComponentCosts isaac_32nm(const CostContext& context) {
  const std::string paper = "Shafiee et al., ISCA 2016 (32 nm)";
  const double slice_s = 100e-9;             // one crossbar read of the paper
  const double mvm_s = 16 * slice_s;         // 16 input bits, one per slice
  const double digital_hz = 1.2e9;           // clock of the tile
  const double sharing_hz = 2 * digital_hz;  // a shift-and-add unit serves two converters of 1.2 GS/s
  const double shift_add_w = 0.05 * milliwatt;
  const double shift_add_m2 = 60.0 * square_micrometre;
  const double dac_scale = std::ldexp(1.0, static_cast<int>(context.dac_bits) - 1);
  const double access_j = 20.45 * picojoule;  // 256 bits of eDRAM
  const double access_hz = 20.7 * milliwatt / access_j;

  ComponentCosts costs;
  costs.row_driver = {4.0 * milliwatt / 1024 * slice_s * dac_scale, 0.0, 0.166 * square_micrometre * dac_scale,
                      paper + ": 1-bit DAC, 3.9 uW over its 100 ns slice, 0.166 um^2; twice both per further bit (DAC menu of MNSIM 2.0)"};
  costs.cell = {0.0, 0.0, 4 * 32e-9 * 32e-9,
                "4 F^2 of a cross point at F = 32 nm: the geometric lower bound, a selector transistor needs more"};
  costs.sample_hold = {0.01 * milliwatt / 1024 * slice_s, 0.0, 2 * 40.0 / 1024 * square_micrometre,
                       paper + ": 0.01 mW and 40 um^2 for 1024; area doubled for the second capacitor"};
  const std::optional<ComponentCost> own_adc = context.adc_cost(context.adc_bits, context.adc_rate_hz, isaac_technology_m);
  costs.adc = own_adc ? *own_adc : isaac_adc(context.adc_bits, context.adc_rate_hz, isaac_technology_m);
  costs.shift_add = {shift_add_w / sharing_hz, 0.0, shift_add_m2, paper + ": 0.05 mW, 60 um^2, shared by two converters of 1.2 GS/s"};
  costs.controller = {2 * shift_add_w * slice_s, 0.0, 2 * shift_add_m2,
                      "estimate: counters and comparators of two shift-and-add units, clocked for 100 ns per slice"};
  costs.input_register = {1.24 * milliwatt * mvm_s / (2 * 2048), 0.0, 2100.0 / 2048 * square_micrometre,
                          paper + ": 2 KB, 1.24 mW, 2100 um^2; energy of one 1.6 us product shared by one write and one read per byte"};
  costs.output_register = {0.23 * milliwatt * mvm_s / (2 * 256), 0.0, 770.0 / 256 * square_micrometre,
                           paper + ": 256 B, 0.23 mW, 770 um^2; energy of one 1.6 us product shared by one write and one read per byte"};
  costs.programmer = {0.4 * picojoule, 0.0, 2 * costs.controller.area_m2,
                      "estimate: 100 fF of line and driver charged to 2 V per step; logic of two controllers, no high-voltage drivers"};
  costs.buffer = {access_j / 32, 0.0, 83000.0 / 65536 * square_micrometre, paper + ": eDRAM of 64 KB, 20.45 pJ per 256 bit, 0.083 mm^2"};
  costs.bus = {7.0 * milliwatt / (access_hz * 32), 0.0, 90000.0 * square_micrometre,
               paper + ": 7 mW and 0.09 mm^2 for the bus of a tile, moving 256 bit at each access of its eDRAM"};
  costs.adder = {shift_add_w / sharing_hz, 0.0, shift_add_m2, paper + ": the shift-and-add unit of a tile"};
  costs.activation = {0.26 * milliwatt / digital_hz, 0.0, 300.0 * square_micrometre,
                      paper + ": one of two sigmoid units, 0.26 mW and 300 um^2, one result per clock of 1.2 GHz"};
  costs.comparator = {0.4 * milliwatt / digital_hz, 0.0, 240.0 * square_micrometre,
                      paper + ": the max pooling unit, 0.4 mW and 240 um^2, one comparison per clock of 1.2 GHz"};
  return costs;
}

ComponentCosts zero_costs() {
  ComponentCosts costs;
  for (const NamedCost& named : named_costs)
    (costs.*named.cost).source = "zero by choice";
  return costs;
}

/// Reads the costs of one component. Its source names the numbers that differ from the preset. Equal numbers count as not given, so that an
/// effective configuration, which contains all numbers, gives the same costs and sources.
ComponentCost read_cost(const ConfigNode& node, const ComponentCost& preset) {
  ComponentCost cost;
  cost.energy_j = node.quantity("energy", Dimension::energy, Range::non_negative(), preset.energy_j);
  cost.static_power_w = node.quantity("static_power", Dimension::power, Range::non_negative(), preset.static_power_w);
  cost.area_m2 = node.quantity("area", Dimension::area, Range::non_negative(), preset.area_m2);
  std::string changed;
  std::size_t changes = 0;
  const auto compare = [&](const char* name, double value, double preset_value) {
    if (value == preset_value) return;
    changed += (changes++ == 0 ? "" : ", ") + std::string(name);
  };
  compare("energy", cost.energy_j, preset.energy_j);
  compare("static_power", cost.static_power_w, preset.static_power_w);
  compare("area", cost.area_m2, preset.area_m2);
  if (changes == 0) {
    cost.source = preset.source;
  } else {
    cost.source = changes == 3 ? "configuration" : "configuration: " + changed + "; else " + preset.source;
  }
  return cost;
}

/// `stands_in`: `cost` is that of the converter of ISAAC, for a kind that has no published cost of its own.
void warn_of_adc(const CostContext& context, double technology_m, bool stands_in, const ComponentCost& cost,
                 std::vector<std::string>& warnings) {
  const char* remedy = "give costs.adc.energy and costs.adc.area for such a converter";
  const std::string beyond = beyond_adc_survey(context.adc_bits, context.adc_rate_hz, technology_m);
  if (!beyond.empty()) {
    warnings.push_back(
        fmt::format("costs.adc lies outside of the range of the ADC survey regression it is scaled by ({}): {}.", beyond, remedy));
  }
  if (stands_in) {
    warnings.push_back(
        fmt::format("costs.adc is that of a successive-approximation converter of {}, macro.adc.kind is another: {}, or set "
                    "costs.adc_model: survey for the best published converter of any kind.",
                    converter_text(context.adc_bits, context.adc_rate_hz), remedy));
  }
  // The regression rises with bits and rate. If fewer bits take fewer clocks, the higher rate can outweigh the fewer bits.
  const ComponentCost here = survey_adc(context.adc_bits, context.adc_rate_hz, technology_m);
  const ComponentCost next = survey_adc(context.adc_bits + 1, context.next_adc_rate_hz, technology_m);
  const double next_area_m2 = cost.area_m2 * (next.area_m2 / here.area_m2);
  if (next_area_m2 < cost.area_m2) {
    warnings.push_back(
        fmt::format("An ADC of {} is larger ({}) than one of {} ({}): fewer bits take fewer clocks, and a faster converter costs more. "
                    "Compare resolutions at one rate, with macro.adc.interval and macro.adc.latency given.",
                    converter_text(context.adc_bits, context.adc_rate_hz), format_quantity(cost.area_m2, Dimension::area),
                    converter_text(context.adc_bits + 1, context.next_adc_rate_hz), format_quantity(next_area_m2, Dimension::area)));
  }
}

}  // namespace

const std::vector<CostPreset>& cost_presets() {
  static const std::vector<CostPreset> presets = {
      {isaac_name, "a 32 nm tile with 8-bit SAR converters; other resolutions are scaled", "Shafiee et al., ISCA 2016"},
      {"zero", "every cost zero, for comparisons and for costs given one by one", "none"},
  };
  return presets;
}

ComponentCosts cost_preset(const std::string& name, const CostContext& context) {
  if (name == isaac_name) return isaac_32nm(context);
  if (name == "zero") return zero_costs();
  std::vector<std::string> names;
  std::string list;
  for (const CostPreset& preset : cost_presets()) {
    names.emplace_back(preset.name);
    list += (list.empty() ? "" : ", ") + std::string(preset.name);
  }
  const auto nearest = nearest_name(name, names);
  throw InputError("no cost preset '" + name + "'" + (nearest ? "; did you mean '" + *nearest + "'?" : "") + " (there are: " + list + ")");
}

ComponentCosts read_component_costs(const ConfigNode& costs, const CostContext& context) {
  std::vector<std::string> names;
  for (const CostPreset& preset : cost_presets())
    names.emplace_back(preset.name);
  const std::string name = names[costs.choice("preset", names, isaac_name)];
  ComponentCosts preset = cost_preset(name, context);
  const bool survey = costs.choice("adc_model", {"preset", "survey"}, "preset") == 1;
  const double technology_m = costs.quantity("technology", Dimension::length, Range::positive(), 32e-9);
  if (survey) preset.adc = survey_adc(context.adc_bits, context.adc_rate_hz, technology_m);
  ComponentCosts result;
  for (const NamedCost& named : named_costs)
    result.*named.cost = read_cost(costs.map(named.name), preset.*named.cost);
  const bool survey_scaled = survey || name == isaac_name;
  if (survey_scaled && (result.adc.energy_j == preset.adc.energy_j || result.adc.area_m2 == preset.adc.area_m2)) {
    const double node_m = survey ? technology_m : isaac_technology_m;
    const bool stands_in = !survey && !context.adc_cost(context.adc_bits, context.adc_rate_hz, node_m);
    warn_of_adc(context, node_m, stands_in, preset.adc, result.warnings);
  }
  if (name == isaac_name && context.dac_bits > most_menu_dac_bits && result.row_driver.source == preset.row_driver.source) {
    result.warnings.push_back(fmt::format(
        "costs.row_driver: a DAC of {} bits lies beyond the {} bits of the menu that it is scaled by; energy and area are extrapolated, "
        "twice both per bit.",
        context.dac_bits, most_menu_dac_bits));
  }
  return result;
}

}  // namespace memcosim
