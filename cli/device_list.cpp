// SPDX-License-Identifier: Apache-2.0
// `memcosim device list` and `memcosim device show`.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/cli/device_source.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {
namespace {

using Json = nlohmann::ordered_json;

const CellModel* find_model(const std::string& name) {
  for (const CellModel& model : cell_models()) {
    if (name == model.name) return &model;
  }
  return nullptr;
}

const CellPreset* find_preset(const std::string& name) {
  for (const CellPreset& preset : cell_presets()) {
    if (name == preset.name) return &preset;
  }
  return nullptr;
}

std::string polarity_text(const CellModel& model) {
  if (model.set_polarity == 0) return "pulses do not move it: it is programmed to a conductance";
  return model.set_polarity > 0 ? "a positive voltage raises the conductance" : "a negative voltage raises the conductance";
}

std::string stepping_text(const CellModel& model, const std::vector<double>& parameters) {
  if (!model.follows_rate) return "one pulse is one step";
  return model.has_closed_form(parameters.data()) ? "closed form for a constant voltage" : "integrated with an error bound";
}

/// Conductance range of the nominal cell at its port.
ConductanceRange range_of(const CellSpec& spec, double read_voltage_v) {
  return conductance_range(cell_model(spec.model), nominal_cell(spec, read_voltage_v), spec.circuit);
}

Json parameter_json(const ParameterInfo& info, double value) {
  Json json = {{"name", info.name}, {"unit", std::string(unit_symbol(info.dimension))}, {"default", info.fallback}};
  if (value != info.fallback) json["value"] = value;
  // JSON has no infinity: an open side is null.
  json["low"] = std::isinf(info.range.low) ? Json() : Json(info.range.low);
  json["high"] = std::isinf(info.range.high) ? Json() : Json(info.range.high);
  json["meaning"] = info.meaning;
  if (info.words != nullptr) {
    json["words"] = Json::array();
    for (std::size_t i = 0; info.words[i] != nullptr; ++i)
      json["words"].push_back(info.words[i]);
  }
  return json;
}

Json parameters_json(const CellModel& model, const std::vector<double>& values) {
  Json list = Json::array();
  for (std::size_t i = 0; i < model.parameter_count; ++i)
    list.push_back(parameter_json(model.parameters[i], values[i]));
  return list;
}

/// How a model is written: by the rate of its state, by steps per pulse, or only set to conductances (statistical).
const char* kind_of(const CellModel& model) {
  if (model.set_polarity == 0) return "statistical";
  return model.follows_rate ? "state" : "pulse";
}

Json model_json(const CellModel& model) {
  return {{"name", model.name},        {"kind", kind_of(model)},
          {"summary", model.summary},  {"set_polarity", model.set_polarity},
          {"random", model.is_random}, {"tables", model.table_schema == nullptr ? Json() : Json(model.table_schema)}};
}

Json hint_json(const PulseHint& hint) {
  return {{"start_v", hint.start_v}, {"step_v", hint.step_v}, {"limit_v", hint.limit_v}, {"duration_s", hint.duration_s}};
}

Json preset_json(const CellPreset& preset) {
  return {{"name", preset.name},
          {"model", preset.model},
          {"kind", kind_of(cell_model(preset.model))},
          {"validity", preset.validity},
          {"source", preset.source}};
}

Json use_json(const CellUse& use) {
  return {{"g_min_s", use.g_min},
          {"g_max_s", use.g_max},
          {"read_voltage_v", use.read_voltage_v},
          {"set", hint_json(use.set)},
          {"reset", hint_json(use.reset)}};
}

void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(2));
}

void print_parameters(const CellModel& model, const std::vector<double>& values) {
  std::size_t name_width = 4;
  std::size_t value_width = 5;
  std::size_t range_width = 5;
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    name_width = std::max(name_width, std::string_view(info.name).size());
    value_width = std::max({value_width, value_text(info, values[i]).size(), value_text(info, info.fallback).size()});
    range_width = std::max(range_width, range_text(info).size());
  }
  fmt::print("  {:<{}}  {:<{}}  {:<{}}  {:<{}}  meaning\n", "name", name_width, "value", value_width, "default", value_width, "range",
             range_width);
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    fmt::print("  {:<{}}  {:<{}}  {:<{}}  {:<{}}  {}\n", info.name, name_width, value_text(info, values[i]), value_width,
               value_text(info, info.fallback), value_width, range_text(info), range_width, info.meaning);
  }
}

void print_hint(const char* name, const PulseHint& hint) {
  if (!(hint.limit_v > 0.0)) return;
  fmt::print("  {:<14}{} pulses from {} in steps of {} to {} (magnitudes)\n", name, format_quantity(hint.duration_s, Dimension::time),
             format_quantity(hint.start_v, Dimension::voltage), format_quantity(hint.step_v, Dimension::voltage),
             format_quantity(hint.limit_v, Dimension::voltage));
}

void print_use(const CellUse& use) {
  fmt::print("Use\n  {:<14}{} to {}\n  {:<14}{}\n", "window", format_quantity(use.g_min, Dimension::conductance),
             format_quantity(use.g_max, Dimension::conductance), "read voltage", format_quantity(use.read_voltage_v, Dimension::voltage));
  print_hint("set", use.set);
  print_hint("reset", use.reset);
}

void print_facts(const CellModel& model, const CellSpec& spec, double read_voltage_v) {
  const ConductanceRange range = range_of(spec, read_voltage_v);
  fmt::print("  {:<14}{}\n", "polarity", polarity_text(model));
  fmt::print("  {:<14}{}{}\n", "pulses", stepping_text(model, spec.parameters), model.is_random ? ", with random draws" : "");
  fmt::print("  {:<14}{} to {} at {}\n", "conductance", format_quantity(range.low, Dimension::conductance),
             format_quantity(range.high, Dimension::conductance), format_quantity(read_voltage_v, Dimension::voltage));
}

std::string indented(const std::string& text) {
  std::string result = "  ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == '\n' && i + 1 < text.size()) result += "  ";
  }
  return result;
}

void show_model(const CellModel& model, bool json) {
  const DeviceSource source = default_device_source(model.name);
  const double read_v = source.use.read_voltage_v;
  std::vector<std::string> presets;
  for (const CellPreset& preset : cell_presets()) {
    if (std::string_view(preset.model) == model.name) presets.emplace_back(preset.name);
  }
  if (json) {
    Json result = model_json(model);
    result["parameters"] = parameters_json(model, source.spec.parameters);
    result["presets"] = presets;
    print_json(result);
    return;
  }
  fmt::print("{}: {}\n", model.name, model.summary);
  print_facts(model, source.spec, read_v);
  if (model.table_schema != nullptr) fmt::print("  {:<14}device.tables: a file of schema {}\n", "tables", model.table_schema);
  fmt::print("Parameters (device.parameters)\n");
  print_parameters(model, source.spec.parameters);
  if (!presets.empty()) fmt::print("Presets\n  {}\n", fmt::join(presets, ", "));
}

void show_preset(const CellPreset& preset, bool json) {
  const DeviceSource source = read_device_source(preset.name, {});
  const CellModel& model = cell_model(preset.model);
  if (json) {
    Json result = preset_json(preset);
    result["parameters"] = parameters_json(model, source.spec.parameters);
    result["use"] = use_json(preset.use);
    result["effective_yaml"] = source.effective_yaml;
    print_json(result);
    return;
  }
  fmt::print("{}: preset of model {}\n  {:<14}{}\n  {:<14}{}\n  {:<14}{}\n", preset.name, preset.model, "source", preset.source, "validity",
             preset.validity, "equations", model.summary);
  print_facts(model, source.spec, preset.use.read_voltage_v);
  print_use(preset.use);
  fmt::print("Parameters (device.parameters)\n");
  print_parameters(model, source.spec.parameters);
  fmt::print("Effective device section\n{}", indented("device:\n" + indented(source.effective_yaml)));
}

}  // namespace

int device_list_command(const DeviceListOptions& options) {
  if (options.json) {
    Json result = {{"models", Json::array()}, {"presets", Json::array()}};
    for (const CellModel& model : cell_models())
      result["models"].push_back(model_json(model));
    for (const CellPreset& preset : cell_presets())
      result["presets"].push_back(preset_json(preset));
    print_json(result);
    return 0;
  }
  std::size_t width = 0;
  for (const CellModel& model : cell_models())
    width = std::max(width, std::string_view(model.name).size());
  for (const CellPreset& preset : cell_presets())
    width = std::max(width, std::string_view(preset.name).size());
  fmt::print("Models (device.model): equations with default parameters\n");
  for (const CellModel& model : cell_models())
    fmt::print("  {:<{}}  {}\n", model.name, width, model.summary);
  fmt::print("\nPresets (device.preset): a model with the numbers of one device\n");
  for (const CellPreset& preset : cell_presets())
    fmt::print("  {:<{}}  {}; {} [{}]\n", preset.name, width, preset.model, preset.validity, preset.source);
  fmt::print("\n`memcosim device show NAME` describes one.\n");
  return 0;
}

int device_show_command(const DeviceShowOptions& options) {
  if (const CellPreset* preset = find_preset(options.name)) {
    show_preset(*preset, options.json);
  } else if (const CellModel* model = find_model(options.name)) {
    show_model(*model, options.json);
  } else {
    throw unknown_device(options.name);
  }
  return 0;
}

}  // namespace memcosim
