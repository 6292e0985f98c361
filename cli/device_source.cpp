// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_source.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/step_tables.hpp"

namespace memcosim {
namespace {

constexpr double usual_read_voltage_v = 0.1;

bool is_file_name(const std::string& device) {
  const std::string extension = std::filesystem::path(device).extension().string();
  return extension == ".yaml" || extension == ".yml" || std::filesystem::is_regular_file(device);
}

bool is_model(const std::string& name) {
  const auto& models = cell_models();
  return std::any_of(models.begin(), models.end(), [&](const CellModel& model) { return name == model.name; });
}

bool is_preset(const std::string& name) {
  const auto& presets = cell_presets();
  return std::any_of(presets.begin(), presets.end(), [&](const CellPreset& preset) { return name == preset.name; });
}

/// The use of the first preset of a model; without presets only the read voltage is set (fit_window() then takes the whole range).
CellUse use_of_model(const std::string& model) {
  for (const CellPreset& preset : cell_presets()) {
    if (model == preset.model) return preset.use;
  }
  return {0.0, 0.0, usual_read_voltage_v, {}, {}};
}

/// The use of the preset; else of tables that record the measured pulses; else of the model.
CellUse use_of(const CellSpec& spec) {
  if (!spec.preset.empty()) return cell_preset(spec.preset).use;
  if (spec.tables != nullptr && spec.tables->pulses.set_voltage_v + spec.tables->pulses.reset_voltage_v > 0.0) return cell_use(spec);
  return use_of_model(spec.model);
}

/// Limits the window to the range of the nominal cell, which overrides of parameters may have moved.
void fit_window(const CellSpec& spec, CellUse& use) {
  const ConductanceRange range = conductance_range(cell_model(spec.model), nominal_cell(spec, use.read_voltage_v), spec.circuit);
  use.g_min = std::max(use.g_min, range.low);
  use.g_max = std::min(use.g_max, range.high);
  if (use.g_min < use.g_max) return;
  use.g_min = range.low;
  use.g_max = range.high;
}

/// The use of the device in a run configuration: window, read voltage and pulses from its sections.
CellUse use_in_run(const CellSpec& spec, const ConfigNode& root) {
  const ConfigNode array = root.map("array");
  const ConfigNode programming = root.map("programming");
  CellUse use = cell_use(spec);
  use.read_voltage_v = array.quantity("read_voltage", Dimension::voltage, cell_voltages, use.read_voltage_v);
  use.g_min = array.quantity("g_min", Dimension::conductance, Range::non_negative(), use.g_min);
  use.g_max = array.quantity("g_max", Dimension::conductance, Range::positive(), use.g_max);
  for (const auto& [name, hint] : {std::pair{"set", &use.set}, std::pair{"reset", &use.reset}}) {
    const ConfigNode ramp = programming.map(name);
    hint->start_v = ramp.quantity("start", Dimension::voltage, Range::non_negative(), hint->start_v);
    hint->step_v = ramp.quantity("step", Dimension::voltage, Range::non_negative(), hint->step_v);
    hint->limit_v = ramp.quantity("limit", Dimension::voltage, Range::non_negative(), hint->limit_v);
    hint->duration_s = ramp.quantity("duration", Dimension::time, Range::non_negative(), hint->duration_s);
  }
  return use;
}

/// Throws the faults of the keys that this command reads; other sections of a run configuration are left to `memcosim check`.
void finish_device_part(const ConfigDocument& document) {
  constexpr std::string_view keys[] = {"array.read_voltage", "array.g_min", "array.g_max"};
  constexpr std::string_view sections[] = {"device.", "programming.set.", "programming.reset."};
  const auto is_read = [&](const std::string& path) {
    return path == "device" || std::find(std::begin(keys), std::end(keys), path) != std::end(keys) ||
           std::any_of(std::begin(sections), std::end(sections), [&](std::string_view section) { return path.rfind(section, 0) == 0; });
  };
  try {
    document.finish();
  } catch (const ConfigError& error) {
    std::vector<Diagnostic> own;
    for (const Diagnostic& one : error.diagnostics()) {
      if (is_read(one.path) || one.place.compare(0, 5, "--set") == 0) own.push_back(one);
    }
    if (!own.empty()) throw ConfigError(own);
  }
}

struct Section {
  ConfigDocument document;
  bool whole;  ///< the root is the device section
  ConfigNode node() const { return whole ? document.root() : document.root().map("device"); }
};

Section open_section(const std::string& device, const std::vector<std::string>& overrides) {
  if (!is_file_name(device)) {
    if (!is_model(device) && !is_preset(device)) throw unknown_device(device);
    const std::string text = fmt::format("{}: {}\n", is_preset(device) ? "preset" : "model", device);
    return {ConfigDocument::from_text(text, device, overrides), true};
  }
  const bool has_section = ConfigDocument::from_file(device).root().has("device");
  if (!has_section) return {ConfigDocument::from_file(device, overrides), true};
  std::vector<std::string> rooted;
  for (const std::string& one : overrides)
    rooted.push_back("device." + one);
  return {ConfigDocument::from_file(device, rooted), false};
}

}  // namespace

InputError unknown_device(const std::string& name) {
  std::vector<std::string> names;
  for (const CellModel& model : cell_models())
    names.emplace_back(model.name);
  for (const CellPreset& preset : cell_presets())
    names.emplace_back(preset.name);
  const auto nearest = nearest_name(name, names);
  return InputError(fmt::format("'{}' is neither a cell model nor a preset{}; `memcosim device list` shows all", name,
                                nearest ? fmt::format(", did you mean '{}'?", *nearest) : ""));
}

DeviceSource default_device_source(const std::string& model) {
  DeviceSource source;
  source.name = model;
  source.spec = default_cell_spec(model);
  source.use = use_of_model(model);
  fit_window(source.spec, source.use);
  return source;
}

DeviceSource read_device_source(const std::string& device, const std::vector<std::string>& overrides) {
  const Section section = open_section(device, overrides);
  const ConfigNode node = section.node();
  DeviceSource source;
  source.name = device;
  source.spec = read_cell_spec(node);
  if (node.has("preset")) source.preset = node.text("preset");
  if (section.whole) {
    section.document.finish();
    source.use = use_of(source.spec);
  } else {
    source.use = use_in_run(source.spec, section.document.root());
    finish_device_part(section.document);
  }
  fit_window(source.spec, source.use);
  source.effective_yaml = section.document.effective_yaml();
  source.files = section.document.files();
  if (is_file_name(device)) source.files.push_back({"the device", device});
  return source;
}

}  // namespace memcosim
