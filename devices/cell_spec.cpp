// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_spec.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/step_tables.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {

namespace {

std::size_t parameter_index(const CellModel& model, const std::string& name) {
  std::size_t index = 0;
  while (index < model.parameter_count && name != model.parameters[index].name)
    ++index;
  return index;
}

std::vector<std::string> parameter_names(const CellModel& model) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.parameter_count; ++i)
    names.emplace_back(model.parameters[i].name);
  return names;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const CellPreset& preset : cell_presets())
    names.emplace_back(preset.name);
  return names;
}

std::string hint(const std::string& wrong, const std::vector<std::string>& names) {
  const auto nearest = nearest_name(wrong, names);
  return nearest ? fmt::format("did you mean '{}'?", *nearest) : fmt::format("known: {}", fmt::join(names, ", "));
}

/// Reads a parameter whose values have names: takes the name or the number.
double read_words(const ConfigNode& parameters, const ParameterInfo& info, double fallback) {
  std::vector<std::string> names;
  for (std::size_t i = 0; info.words[i] != nullptr; ++i)
    names.emplace_back(info.words[i]);
  const std::size_t count = names.size();
  for (std::size_t i = 0; i < count; ++i)
    names.push_back(fmt::format("{}", i));
  return static_cast<double>(parameters.choice(info.name, names, names[static_cast<std::size_t>(fallback)]) % count);
}

/// The model named by `preset` or `model`, and its nominal parameters before overrides.
CellSpec nominal_spec(const ConfigNode& device) {
  const bool has_preset = device.has("preset");
  const bool has_model = device.has("model");
  if (!has_preset && !has_model) {
    device.fault("", "needs 'preset' (a named parameter set) or 'model' (with its default parameters)");
    return default_cell_spec(cell_models().front().name);
  }
  std::vector<std::string> model_names;
  for (const CellModel& model : cell_models())
    model_names.emplace_back(model.name);
  std::string model_name = model_names.front();
  if (has_model) model_name = model_names[device.choice("model", model_names)];
  if (!has_preset) return default_cell_spec(model_name);

  const std::vector<std::string> presets = preset_names();
  const CellSpec spec = preset_cell_spec(presets[device.choice("preset", presets)]);
  if (has_model && model_name != spec.model) {
    device.fault("model",
                 fmt::format("the preset is a set of parameters of model '{}': leave 'model' out or choose another preset", spec.model));
  }
  return spec;
}

CellInconsistency inconsistency(const CellSpec& spec) {
  return cell_model(spec.model).inconsistency(spec.parameters.data());
}

void read_parameters(const ConfigNode& parameters, CellSpec& spec) {
  const CellModel& model = cell_model(spec.model);
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    if (info.words != nullptr) {
      spec.parameters[i] = read_words(parameters, info, spec.parameters[i]);
    } else {
      spec.parameters[i] = parameters.quantity(info.name, info.dimension, info.range, spec.parameters[i]);
    }
  }
  const CellInconsistency fault = inconsistency(spec);
  if (fault.message != nullptr) {
    const char* name = model.parameters[fault.parameter].name;
    parameters.fault(parameters.has(name) ? name : "", fmt::format("{} {}", name, fault.message));
  }
}

Variation read_variation(const ConfigNode& node, const ParameterInfo& info, std::size_t index, double nominal) {
  Variation variation{};
  variation.parameter = index;
  variation.distribution = node.one_of<Distribution>(
      "distribution", {{"normal", Distribution::normal}, {"log_normal", Distribution::log_normal}, {"uniform", Distribution::uniform}},
      "normal");
  const bool has_sigma = node.has("sigma");
  const bool has_relative = node.has("relative_sigma");
  if (has_sigma == has_relative) node.fault("", "needs either 'sigma' (in the parameter's unit) or 'relative_sigma', not both");
  if (variation.distribution == Distribution::log_normal) {
    // The sigma of the logarithm is dimensionless, whatever the unit of the parameter.
    variation.sigma = node.quantity(has_sigma ? "sigma" : "relative_sigma", Dimension::dimensionless, Range::non_negative());
  } else {
    if (has_sigma) variation.sigma = node.quantity("sigma", info.dimension, Range::non_negative());
    if (has_relative)
      variation.sigma = node.quantity("relative_sigma", Dimension::dimensionless, Range::non_negative()) * std::fabs(nominal);
  }
  variation.low = node.quantity("low", info.dimension, info.range, info.range.low);
  variation.high = node.quantity("high", info.dimension, info.range, info.range.high);
  variation.truncated = node.one_of<bool>("limits", {{"clamped", false}, {"truncated", true}}, "clamped");
  if (!(variation.low <= nominal && nominal <= variation.high)) {
    node.fault("", fmt::format("the limits low and high must enclose the nominal value {}", exact_quantity(nominal, info.dimension)));
  }
  return variation;
}

std::vector<Variation> read_variations(const ConfigNode& node, const CellSpec& spec, const std::vector<Variation>& fallback) {
  std::vector<Variation> variations = fallback;
  const CellModel& model = cell_model(spec.model);
  for (const std::string& key : node.keys()) {
    const std::size_t index = parameter_index(model, key);
    const ConfigNode entry = node.map(key);
    if (index == model.parameter_count) {
      node.fault(key, fmt::format("model '{}' has no parameter '{}'; {}", model.name, key, hint(key, parameter_names(model))));
      continue;
    }
    if (model.parameters[index].words != nullptr) {
      node.fault(key, fmt::format("'{}' chooses a law and cannot vary", key));
      continue;
    }
    const Variation read = read_variation(entry, model.parameters[index], index, spec.parameters[index]);
    const auto same = std::find_if(variations.begin(), variations.end(), [&](const Variation& known) { return known.parameter == index; });
    if (same != variations.end()) {
      *same = read;
    } else {
      variations.push_back(read);
    }
  }
  std::sort(variations.begin(), variations.end(), [](const Variation& a, const Variation& b) { return a.parameter < b.parameter; });
  return variations;
}

/// Reads the table file of a model that is built from tables; a fault without a file, unless a preset brings the tables.
void read_tables(const ConfigNode& device, CellSpec& spec) {
  const CellModel& model = cell_model(spec.model);
  if (model.table_schema == nullptr) return;
  if (!device.has("tables")) {
    if (!device.has("preset")) {
      device.fault("tables", fmt::format("model '{}' needs a file of tables of schema {} (`memcosim device fit` makes step tables)",
                                         model.name, model.table_schema));
    }
    device.existing_file("tables", "");
    return;
  }
  const std::filesystem::path file = device.existing_file("tables");
  if (file.empty()) return;
  try {
    StepTables tables = read_step_tables(file);
    if (tables.schema != model.table_schema) {
      device.fault("tables",
                   fmt::format("{} has schema {}, model '{}' needs {}", file.string(), tables.schema, model.name, model.table_schema));
      return;
    }
    spec.tables = std::make_shared<const StepTables>(std::move(tables));
  } catch (const InputError& error) {
    device.fault("tables", error.what());
  }
}

/// Sets the thresholds of a device that was measured with known pulses: their duration, and 3/4 of their amplitude, so that pulses still
/// act after a voltage drop along a line, and half of the amplitude (on half-selected cells) does not.
void take_measured_thresholds(CellSpec& spec) {
  if (spec.tables == nullptr) return;
  constexpr double share = 0.75;
  const CellModel& model = cell_model(spec.model);
  const MeasuredPulses& measured = spec.tables->pulses;
  const auto set = [&](const char* name, double value) {
    if (value > 0.0) spec.parameters[parameter_index(model, name)] = value;
  };
  set("v_set", share * measured.set_voltage_v);
  set("v_reset", share * measured.reset_voltage_v);
  const bool both = measured.set_duration_s > 0.0 && measured.reset_duration_s > 0.0;
  set("pulse_width",
      both ? std::min(measured.set_duration_s, measured.reset_duration_s) : std::max(measured.set_duration_s, measured.reset_duration_s));
}

bool lacks_closed_form(const CellSpec& spec) {
  return spec.stepping.mode == Stepping::exact &&
         !(spec.circuit.is_plain() && cell_model(spec.model).has_closed_form(spec.parameters.data()));
}

std::string no_closed_form(const CellSpec& spec) {
  return fmt::format("stepping exact: model '{}' with these parameters, current law and access device has no closed form: use automatic",
                     spec.model);
}

bool lacks_rate(const CellSpec& spec) {
  return spec.nonidealities.read_disturb.law == ReadDisturbSpec::Law::rate && !cell_model(spec.model).follows_rate;
}

std::string no_rate(const CellSpec& spec) {
  return fmt::format("read_disturb rate: model '{}' knows whole pulses and has no rate at other voltages: expected none or jiang_2021",
                     spec.model);
}

void check_variations(const std::vector<Variation>& variations, const CellModel& model, const std::vector<double>& parameters) {
  for (const Variation& variation : variations) {
    if (variation.parameter >= model.parameter_count) throw InputError("a variation names a parameter that the cell model does not have");
    const double nominal = parameters[variation.parameter];
    if (!(variation.sigma >= 0.0 && std::isfinite(variation.sigma) && variation.low <= nominal && nominal <= variation.high)) {
      throw InputError(fmt::format("the variation of {}.{} needs a finite sigma >= 0 and limits that enclose the nominal value", model.name,
                                   model.parameters[variation.parameter].name));
    }
  }
}

}  // namespace

CellSpec default_cell_spec(const std::string& model) {
  const CellModel& info = cell_model(model);
  CellSpec spec;
  spec.model = model;
  for (std::size_t i = 0; i < info.parameter_count; ++i)
    spec.parameters.push_back(info.parameters[i].fallback);
  if (info.follows_rate) spec.nonidealities.read_disturb.law = ReadDisturbSpec::Law::rate;
  if (info.table_schema != nullptr) spec.tables = std::make_shared<const StepTables>(illustrative_step_tables(info.table_schema));
  return spec;
}

void check(const CellSpec& spec) {
  const CellModel& model = cell_model(spec.model);
  if (spec.parameters.size() != model.parameter_count) {
    throw InputError(
        fmt::format("cell model '{}' has {} parameters, the specification {}", model.name, model.parameter_count, spec.parameters.size()));
  }
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    if (!(spec.parameters[i] >= info.range.low && spec.parameters[i] <= info.range.high)) {
      throw InputError(
          fmt::format("{}.{} = {} is outside {} to {}", model.name, info.name, spec.parameters[i], info.range.low, info.range.high));
    }
  }
  if (model.table_schema != nullptr) {
    if (spec.tables == nullptr || spec.tables->schema != model.table_schema || spec.tables->devices.empty() ||
        spec.tables->devices.size() > max_table_devices) {
      throw InputError(
          fmt::format("cell model '{}' needs tables of schema {}: 1 to {} devices", model.name, model.table_schema, max_table_devices));
    }
  } else if (spec.tables != nullptr) {
    throw InputError(fmt::format("cell model '{}' has no use for tables", model.name));
  }
  const CellInconsistency fault = inconsistency(spec);
  if (fault.message != nullptr) {
    throw InputError(fmt::format("{}.{} {}", model.name, model.parameters[fault.parameter].name, fault.message));
  }
  check_variations(spec.variations, model, spec.parameters);
  check_variations(spec.cycle_variations, model, spec.parameters);
  check(spec.circuit);
  check(spec.stepping);
  if (lacks_closed_form(spec)) throw InputError(no_closed_form(spec));
  check(spec.nonidealities);
  if (lacks_rate(spec)) throw InputError(no_rate(spec));
}

void check_cell_voltage(double volts, const std::string& what) {
  if (std::fabs(volts) <= most_cell_volts) return;
  throw InputError(fmt::format("{}: {} is outside -{} to {}, the range of the cell models", what,
                               format_quantity(volts, Dimension::voltage), format_quantity(most_cell_volts, Dimension::voltage),
                               format_quantity(most_cell_volts, Dimension::voltage)));
}

bool counts_pulses(const CellSpec& spec) {
  return !spec.cycle_variations.empty() || spec.nonidealities.write_noise_s > 0.0 || cell_model(spec.model).is_random;
}

CellParameters nominal_cell(const CellSpec& spec, double read_voltage_v) {
  return {spec.parameters.data(), read_voltage_v, spec.tables == nullptr ? nullptr : spec.tables->devices.front().data()};
}

CellSpec read_cell_spec(const ConfigNode& device) {
  CellSpec spec = nominal_spec(device);
  read_tables(device, spec);
  take_measured_thresholds(spec);
  read_parameters(device.map("parameters"), spec);
  const ConfigNode variability = device.map("variability");
  spec.variations = read_variations(variability.map("device_to_device"), spec, spec.variations);
  spec.cycle_variations = read_variations(variability.map("cycle_to_cycle"), spec, spec.cycle_variations);
  spec.circuit = read_cell_circuit(device, spec.circuit);
  spec.stepping = read_stepping(device, spec.stepping);
  spec.nonidealities = read_nonidealities(device, spec.nonidealities);
  if (lacks_closed_form(spec)) device.map("stepping").fault("mode", no_closed_form(spec));
  if (lacks_rate(spec)) device.map("read_disturb").fault("law", no_rate(spec));
  return spec;
}

}  // namespace memcosim
