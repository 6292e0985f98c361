// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/idle_keys.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"

namespace memcosim {
namespace {

/// Keys, or sections with all their keys, that have no effect if idle(spec) is true.
struct IdleRule {
  std::vector<std::string_view> keys;
  bool (*idle)(const RunSpec& spec);
  const char* reason;  ///< after "has no effect: "
};

bool covers(std::string_view key, std::string_view path) {
  return path.substr(0, key.size()) == key && (path.size() == key.size() || path[key.size()] == '.');
}

/// True for a key set to none or 0, which switches off an effect of a preset: that it has no further effect is intended. `array.selector:
/// none` is different: it chooses a passive array.
bool switches_off(const SetKey& set) {
  const bool none = set.value == "\"none\"" && set.path != "array.selector";
  return none || set.value == "0" || set.value.substr(0, 2) == "0 ";
}

bool sets(const RunSpec& spec, std::string_view key) {
  return std::any_of(spec.set_keys.begin(), spec.set_keys.end(), [&](const SetKey& set) { return covers(key, set.path); });
}

const CellNonidealities& effects(const RunSpec& spec) {
  return spec.cell.nonidealities;
}

bool no_pulses(const RunSpec& spec) {
  return spec.programming != ProgrammingMethod::write_verify;
}

bool no_values(const RunSpec& spec) {
  return spec.values == ValueMode::none;
}

bool no_age(const RunSpec& spec) {
  return effects(spec).retention.time_s == 0.0;
}

/// True if no observed conductance depends on age.
bool ageless(const RunSpec& spec) {
  const CellNonidealities& cell = effects(spec);
  return cell.retention.law == RetentionSpec::Law::none && cell.relaxation.law == RelaxationSpec::Law::none &&
         cell.read_noise.flicker.law == FlickerSpec::Law::none && cell.read_noise.telegraph.share == 0.0;
}

/// True if read disturb depends neither on temperature nor cycles, and causes no drift that a run could compensate (only jiang_2021 does).
bool undisturbed(const RunSpec& spec) {
  return effects(spec).read_disturb.law != ReadDisturbSpec::Law::jiang_2021;
}

bool heats_nothing(const RunSpec& spec) {
  const CellNonidealities& cell = effects(spec);
  const bool retention = cell.retention.law != RetentionSpec::Law::none && cell.retention.time_s > 0.0;
  const bool conduction = cell.temperature.activation_energy_j != 0.0 || cell.temperature.metallic_coefficient_per_k != 0.0;
  const bool losses = retention && (cell.retention.activation_energy_j != 0.0 || cell.retention.lammie.uses_temperature);
  const bool wear = cell.endurance.law != EnduranceSpec::Law::none && cell.endurance.lammie.uses_temperature;
  return !conduction && !losses && !wear && undisturbed(spec);
}

/// True if no fault of this kind can occur.
bool never(const RunSpec& spec, CellFault fault, double share) {
  const FaultSpec& faults = effects(spec).faults;
  const bool clusters = faults.clusters.probability > 0.0 && faults.clusters.fault == fault;
  const bool lines = (faults.lines.word_line_share > 0.0 || faults.lines.bit_line_share > 0.0) && faults.lines.fault == fault;
  return share == 0.0 && !clusters && !lines && faults.map.empty();
}

bool own_adc_costs(const RunSpec& spec) {
  return sets(spec, "costs.adc.energy") && sets(spec, "costs.adc.area");
}

const std::vector<IdleRule>& rules() {
  static const std::vector<IdleRule> table = {
      {{"costs.technology"},
       [](const RunSpec& spec) { return !sets(spec, "costs.adc_model"); },
       "it is the node of the ADC survey; set costs.adc_model: survey"},
      {{"costs.adc_model", "costs.technology"},
       [](const RunSpec& spec) { return sets(spec, "costs.adc_model") && own_adc_costs(spec); },
       "costs.adc gives energy and area of the converter itself"},
      {{"costs.cell.energy"}, [](const RunSpec&) { return true; }, "the energy in the cells is the sum of V^2 G t"},
      {{"costs.programmer.energy"}, no_pulses, "nothing is programmed with pulses; set programming.method: write_verify"},

      {{"network.drift_compensation"}, no_values, "simulation.values: none computes no values"},
      {{"network.drift_compensation"},
       [](const RunSpec& spec) { return !no_values(spec) && (no_age(spec) || ageless(spec)) && undisturbed(spec); },
       "cells do not drift; set device.retention (law and time), device.relaxation or device.read_disturb"},
      {{"macro.adc.noise_lsb", "macro.adc.gain", "macro.adc.offset_lsb", "macro.adc.inl", "macro.adc.full_scale",
        "macro.digital.accumulator", "macro.digital.converter_logic"},
       no_values,
       "simulation.values: none computes no values"},

      {{"device.variability.cycle_to_cycle", "device.write_noise"},
       no_pulses,
       "pulses draw it, and there are none; set programming.method: write_verify"},
      {{"device.stepping"},
       [](const RunSpec& spec) { return no_pulses(spec) && effects(spec).read_disturb.law == ReadDisturbSpec::Law::none; },
       "it is about pulses, and there are none; set programming.method: write_verify"},
      {{"device.stepping.tolerance"},
       [](const RunSpec& spec) {
         return !no_pulses(spec) && (spec.cell.stepping.mode == Stepping::exact || spec.cell.stepping.mode == Stepping::sampled);
       },
       "this device.stepping.mode has no tolerance; set it to adaptive or automatic"},
      {{"device.stepping.sample"},
       [](const RunSpec& spec) { return !no_pulses(spec) && spec.cell.stepping.mode != Stepping::sampled; },
       "set device.stepping.mode: sampled"},
      {{"device.programming_error"},
       [](const RunSpec& spec) { return spec.programming != ProgrammingMethod::statistical && effects(spec).states < 2; },
       "only cells that get their targets with the law of error have it; set programming.method: statistical"},
      {{"device.endurance.initial_cycles"},
       [](const RunSpec& spec) { return effects(spec).endurance.law == EnduranceSpec::Law::none && undisturbed(spec); },
       "nothing wears; set device.endurance.law"},
      {{"device.relaxation", "device.retention"},
       [](const RunSpec& spec) { return no_age(spec) && !ageless(spec); },
       "images run at once after programming; set device.retention.time"},
      {{"device.retention.time"}, ageless, "nothing changes with age; set device.retention.law or device.relaxation.law"},
      {{"device.read_disturb"},
       [](const RunSpec& spec) { return !undisturbed(spec) && effects(spec).read_disturb.reads == 0.0; },
       "no reads came before the images; set device.read_disturb.reads"},
      {{"device.temperature"}, heats_nothing, "nothing depends on the temperature; set device.temperature.activation_energy"},
      {{"device.temperature"},
       [](const RunSpec& spec) {
         return !heats_nothing(spec) && undisturbed(spec) &&
                effects(spec).temperature.temperature_k == effects(spec).temperature.reference_k && !sets(spec, "device.temperature.value");
       },
       "cells are at their reference temperature; set device.temperature.value"},
      {{"device.read_noise.telegraph"},
       [](const RunSpec& spec) { return effects(spec).read_noise.telegraph.share == 0.0; },
       "no cell has it; set device.read_noise.telegraph.share"},
      {{"device.read_noise.telegraph"},
       [](const RunSpec& spec) {
         return effects(spec).read_noise.telegraph.share > 0.0 && effects(spec).read_noise.telegraph.relative_amplitude == 0.0;
       },
       "its amplitude is 0; set device.read_noise.telegraph.relative_amplitude"},
      {{"device.faults.clusters"},
       [](const RunSpec& spec) { return effects(spec).faults.clusters.probability == 0.0; },
       "there are none; set device.faults.clusters.probability"},
      {{"device.faults.lines"},
       [](const RunSpec& spec) {
         return effects(spec).faults.lines.word_line_share == 0.0 && effects(spec).faults.lines.bit_line_share == 0.0;
       },
       "there are none; set device.faults.lines.word_line_share or bit_line_share"},
      {{"device.faults.map"},
       [](const RunSpec& spec) { return effects(spec).faults.map.empty(); },
       "there is no map; set device.faults.map.file"},
      {{"device.faults.low_resistance"},
       [](const RunSpec& spec) { return never(spec, CellFault::stuck_low_resistance, effects(spec).faults.low_resistance_share); },
       "no cell is stuck there; set device.faults.low_resistance_share"},
      {{"device.faults.high_resistance"},
       [](const RunSpec& spec) { return never(spec, CellFault::stuck_high_resistance, effects(spec).faults.high_resistance_share); },
       "no cell is stuck there; set device.faults.high_resistance_share"},
      {{"device.faults.unformed"},
       [](const RunSpec& spec) { return never(spec, CellFault::unformed, effects(spec).faults.unformed_share); },
       "no cell is unformed; set device.faults.unformed_share"},

      {{"array.wire_resistance"},
       [](const RunSpec& spec) { return sets(spec, "array.word_line_resistance") && sets(spec, "array.bit_line_resistance"); },
       "array.word_line_resistance and array.bit_line_resistance stand instead"},
      {{"array.drive", "array.wire_capacitance"},
       [](const RunSpec& spec) { return !spec.wires.resistive(); },
       "lines without resistance settle at once and have one voltage; set array.wire_resistance"},
      {{"array.selector", "array.write_bias"}, no_pulses, "it is about writing rows with pulses; set programming.method: write_verify"},
      {{"macro.columns_per_adc"},
       [](const RunSpec& spec) { return spec.chip.macro.columns_per_adc > spec.encoding->conversions_in(spec.chip.macro.columns); },
       "more columns than an array converts; one converter takes all of them already"},
      {{"macro.digital.writer"}, no_pulses, "nothing is programmed with pulses; set programming.method: write_verify"},
      {{"macro.digital.compare"},
       [](const RunSpec& spec) { return !spec.chip.macro.digital.changes_sums(); },
       "the models have the sums of the functional core; it is for an accumulator or a converter_logic of your own"},
      {{"macro.adc.sharing"},
       [](const RunSpec& spec) { return spec.chip.macro.columns_per_adc == 1 || spec.chip.macro.adcs() == 1; },
       "each converter has one column, or one converter has all; set macro.columns_per_adc"},

      {{"macro.timing.overlap"},
       [](const RunSpec& spec) { return !spec.chip.macro.timing.pipelined; },
       "slices and products follow one after the other; set macro.timing.pipelined: true"},

      {{"programming.set", "programming.reset", "programming.verify", "programming.tolerance", "programming.max_pulses",
        "programming.max_reversals", "programming.confirm_reads", "programming.row_parallel"},
       no_pulses,
       "it is about programming with pulses; set programming.method: write_verify"},
      {{"programming.conductance_map"},
       [](const RunSpec& spec) { return spec.programming != ProgrammingMethod::map; },
       "set programming.method: map"},

      {{"simulation.chunk"},
       [](const RunSpec& spec) { return spec.values != ValueMode::ahead; },
       "it is the number of images computed at once; set simulation.values: ahead"},
      {{"simulation.gpus"},
       [](const RunSpec& spec) { return spec.backend.name == "cpu" || spec.backend.name == "reference"; },
       "this backend uses no GPU; set simulation.backend: cuda"},
      {{"output.timeline_events"},
       [](const RunSpec& spec) { return spec.output.timeline_images == 0; },
       "no timeline is written; set output.timeline_images"},
  };
  return table;
}

}  // namespace

std::vector<std::string> idle_key_warnings(const RunSpec& spec) {
  std::vector<std::string> warnings;
  for (const IdleRule& rule : rules()) {
    std::vector<std::string_view> idle;
    for (const SetKey& set : spec.set_keys) {
      if (switches_off(set)) continue;
      if (std::any_of(rule.keys.begin(), rule.keys.end(), [&](std::string_view key) { return covers(key, set.path); }))
        idle.push_back(set.path);
    }
    if (idle.empty() || !rule.idle(spec)) continue;
    warnings.push_back(fmt::format("{} {} no effect: {}.", fmt::join(idle, ", "), idle.size() == 1 ? "has" : "have", rule.reason));
  }
  if (spec.chip.macro.readout.dac.bits > spec.network.quantisation.input_bits) {
    warnings.push_back(
        fmt::format("macro.dac.bits ({}) is above network.input_bits ({}): one slice carries the whole input, the upper codes are never "
                    "driven, so rows see at most {:.3g} of array.read_voltage.",
                    spec.chip.macro.readout.dac.bits, spec.network.quantisation.input_bits,
                    spec.chip.macro.readout.dac.relative_voltage((1u << spec.network.quantisation.input_bits) - 1u)));
  }
  return warnings;
}

}  // namespace memcosim
