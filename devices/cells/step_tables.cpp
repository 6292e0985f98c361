// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/step_tables.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/random.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/cells/piecewise_step_cell.hpp"
#include "memcosim/devices/cells/step_table_cell.hpp"

namespace memcosim {

namespace {

using nlohmann::json;

constexpr std::size_t max_points = 4096;  // of an axis

[[noreturn]] void refuse(const std::string& place, const std::string& message) {
  throw InputError(fmt::format("{}: {}", place, message));
}

void check_curves(const StepCurves& curves, const std::string& place, std::size_t columns) {
  if (curves.g_s.empty() && curves.dg_s.empty()) return;
  if (curves.g_s.size() < 2 || curves.g_s.size() > max_points) {
    refuse(place + ".g_s", fmt::format("has {} points, expected 2 to {}", curves.g_s.size(), max_points));
  }
  for (std::size_t i = 0; i < curves.g_s.size(); ++i) {
    if (!(std::isfinite(curves.g_s[i]) && curves.g_s[i] >= 0.0)) refuse(place + ".g_s", "must be conductances of at least 0");
    if (i > 0 && !(curves.g_s[i] > curves.g_s[i - 1])) refuse(place + ".g_s", fmt::format("must rise strictly; point {} does not", i));
  }
  if (curves.dg_s.size() != curves.g_s.size()) {
    refuse(place + ".dg_s", fmt::format("has {} rows, expected one per point of g_s ({})", curves.dg_s.size(), curves.g_s.size()));
  }
  for (std::size_t row = 0; row < curves.dg_s.size(); ++row) {
    const std::vector<double>& steps = curves.dg_s[row];
    if (steps.size() != columns || columns < 2 || columns > max_points) {
      refuse(place + ".dg_s",
             fmt::format("row {} has {} numbers, expected 2 to {}, the same in all rows of a device", row, steps.size(), max_points));
    }
    for (std::size_t i = 0; i < columns; ++i) {
      if (!std::isfinite(steps[i])) refuse(place + ".dg_s", fmt::format("row {} has a number that is not finite", row));
      if (i > 0 && steps[i] < steps[i - 1]) {
        refuse(place + ".dg_s", fmt::format("row {} falls at number {}: a row holds quantiles, which never fall", row, i));
      }
    }
  }
}

void append(std::vector<double>& block, const StepCurves& curves) {
  block.insert(block.end(), curves.g_s.begin(), curves.g_s.end());
  for (const std::vector<double>& row : curves.dg_s)
    block.insert(block.end(), row.begin(), row.end());
}

void check_count(std::size_t devices) {
  if (devices == 0 || devices > max_table_devices) {
    refuse("devices", fmt::format("has {} entries, expected 1 to {}", devices, max_table_devices));
  }
}

std::string device_place(std::size_t index, const std::string& name) {
  return fmt::format("devices[{}] ('{}')", index, name);
}

/// Returns a member of an object; refuses if it is missing. `place` names the object in messages.
const json& member(const json& object, const char* key, const std::string& place) {
  if (!object.is_object()) refuse(place, "must be an object {...}");
  const auto found = object.find(key);
  if (found == object.end()) refuse(place, fmt::format("lacks the key '{}'", key));
  return *found;
}

void refuse_unknown_keys(const json& object, const std::vector<std::string>& known, const std::string& place) {
  for (const auto& entry : object.items()) {
    if (std::find(known.begin(), known.end(), entry.key()) == known.end()) {
      refuse(place, fmt::format("unknown key '{}'; known: {}", entry.key(), fmt::join(known, ", ")));
    }
  }
}

std::string text(const json& value, const std::string& place) {
  if (!value.is_string()) refuse(place, "must be a text");
  return value.get<std::string>();
}

std::vector<double> numbers(const json& value, const std::string& place) {
  if (!value.is_array()) refuse(place, "must be a list of numbers");
  std::vector<double> list;
  list.reserve(value.size());
  for (const json& entry : value) {
    if (!entry.is_number()) refuse(place, fmt::format("entry {} is not a number", list.size()));
    list.push_back(entry.get<double>());
  }
  return list;
}

StepCurves read_curves(const json& value, const std::string& place) {
  StepCurves curves;
  if (value.is_null()) return curves;
  curves.g_s = numbers(member(value, "g_s", place), place + ".g_s");
  const json& rows = member(value, "dg_s", place);
  if (!rows.is_array()) refuse(place + ".dg_s", "must be a list of lists of numbers");
  for (const json& row : rows)
    curves.dg_s.push_back(numbers(row, fmt::format("{}.dg_s[{}]", place, curves.dg_s.size())));
  refuse_unknown_keys(value, {"g_s", "dg_s"}, place);
  return curves;
}

json parse(const std::filesystem::path& file) {
  json root;
  try {
    root = json::parse(read_file(file));
  } catch (const json::exception& error) {
    // Remove the tag in brackets at the start of nlohmann's message, which does not help the user.
    const std::string what = error.what();
    refuse(file.string(), "is not JSON: " + what.substr(what.find(']') == std::string::npos ? 0 : what.find(']') + 2));
  }
  if (!root.is_object()) refuse(file.string(), "must be a JSON object {...}");
  return root;
}

/// Schema and version of a parsed file; the message for another one names the expected schemas.
std::string schema_of(const json& root, const std::vector<std::string>& expected) {
  const std::string schema = text(member(root, "schema", "the file"), "schema");
  if (std::find(expected.begin(), expected.end(), schema) == expected.end()) {
    refuse("schema", fmt::format("is '{}', expected {}", schema, fmt::join(expected, " or ")));
  }
  const json& version = member(root, "version", "the file");
  if (!version.is_number_integer() || version.get<double>() != 1.0) refuse("version", "must be 1");
  return schema;
}

const json& devices_of(const json& root) {
  const json& devices = member(root, "devices", "the file");
  if (!devices.is_array()) refuse("devices", "must be a list");
  check_count(devices.size());
  return devices;
}

/// Refuses units other than SI; without an entry `units` the numbers are in SI.
void check_units(const json& root) {
  if (!root.contains("units")) return;
  for (const char* key : {"g_s", "dg_s"}) {
    if (text(member(root["units"], key, "units"), fmt::format("units.{}", key)) != "S") refuse("units", "g_s and dg_s must be in S");
  }
}

/// Names in the file and members of MeasuredPulses.
constexpr std::pair<const char*, double MeasuredPulses::*> measured_members[] = {{"set_voltage_v", &MeasuredPulses::set_voltage_v},
                                                                                 {"set_duration_s", &MeasuredPulses::set_duration_s},
                                                                                 {"reset_voltage_v", &MeasuredPulses::reset_voltage_v},
                                                                                 {"reset_duration_s", &MeasuredPulses::reset_duration_s},
                                                                                 {"read_voltage_v", &MeasuredPulses::read_voltage_v}};

MeasuredPulses read_measured(const json& root) {
  MeasuredPulses measured;
  const auto found = root.find("measured");
  if (found == root.end()) return measured;
  if (!found->is_object()) refuse("measured", "must be an object {...}");
  std::vector<std::string> known;
  for (const auto& [key, place] : measured_members) {
    known.emplace_back(key);
    const auto value = found->find(key);
    if (value == found->end()) continue;
    if (!value->is_number() || !(value->get<double>() > 0.0 && value->get<double>() <= 1e3)) {
      refuse(fmt::format("measured.{}", key), "must be a number above 0 and at most 1000 (leave it out where it is not known)");
    }
    measured.*place = value->get<double>();
    if (std::string_view(key).find("voltage") != std::string_view::npos && measured.*place > most_cell_volts)
      refuse(fmt::format("measured.{}", key), fmt::format("must be at most {} V, the range of the cell models", most_cell_volts));
  }
  refuse_unknown_keys(*found, known, "measured");
  return measured;
}

std::optional<ConductanceRange> read_range(const json& device, const std::string& place) {
  const auto found = device.find("range_s");
  if (found == device.end()) return std::nullopt;
  const std::vector<double> ends = numbers(*found, place + ".range_s");
  if (ends.size() != 2) refuse(place + ".range_s", "must be a list of the lowest and the highest conductance");
  return ConductanceRange{ends[0], ends[1]};
}

StepTableFile table_file(const json& root) {
  schema_of(root, {StepTableCell::table_schema});
  refuse_unknown_keys(root, {"schema", "version", "provenance", "units", "measured", "devices"}, "the file");
  check_units(root);
  StepTableFile file;
  file.provenance = text(member(root, "provenance", "the file"), "provenance");
  file.measured = read_measured(root);
  for (const json& entry : devices_of(root)) {
    const std::string place = fmt::format("devices[{}]", file.devices.size());
    DeviceStepTable device;
    device.name = text(member(entry, "name", place), place + ".name");
    device.set = read_curves(member(entry, "set", place), place + ".set");
    device.reset = read_curves(member(entry, "reset", place), place + ".reset");
    device.range = read_range(entry, place);
    refuse_unknown_keys(entry, {"name", "range_s", "set", "reset"}, place);
    file.devices.push_back(std::move(device));
  }
  make_step_tables(file.devices);
  return file;
}

StepNodesFile nodes_file(const json& root) {
  schema_of(root, {PiecewiseStepCell::table_schema});
  refuse_unknown_keys(root, {"schema", "version", "provenance", "devices"}, "the file");
  StepNodesFile file;
  file.provenance = text(member(root, "provenance", "the file"), "provenance");
  for (const json& entry : devices_of(root)) {
    const std::string place = fmt::format("devices[{}]", file.devices.size());
    file.devices.push_back({text(member(entry, "name", place), place + ".name"), numbers(member(entry, "up", place), place + ".up"),
                            numbers(member(entry, "down", place), place + ".down")});
    refuse_unknown_keys(entry, {"name", "up", "down"}, place);
  }
  make_step_tables(file.devices);
  return file;
}

/// Runs a reader and adds the name of the file to its errors.
template <typename Reader>
auto with_file(const std::filesystem::path& file, const Reader& reader) {
  const json root = parse(file);
  try {
    return reader(root);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

std::string list(const std::vector<double>& values) {
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i)
    out += (i == 0 ? "" : ", ") + exact_number(values[i]);
  return out + "]";
}

std::string quoted(const std::string& value) {
  return json(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string head(const char* schema, const std::string& provenance) {
  return fmt::format("{{\n  \"schema\": \"{}\",\n  \"version\": 1,\n  \"provenance\": {},\n", schema, quoted(provenance));
}

std::string curves_json(const char* key, const StepCurves& curves) {
  if (curves.g_s.empty()) return fmt::format("      \"{}\": null", key);
  std::string out = fmt::format("      \"{}\": {{\n        \"g_s\": {},\n        \"dg_s\": [\n", key, list(curves.g_s));
  for (std::size_t row = 0; row < curves.dg_s.size(); ++row)
    out += "          " + list(curves.dg_s[row]) + (row + 1 < curves.dg_s.size() ? ",\n" : "\n");
  return out + "        ]\n      }";
}

StepTables table_blocks(const StepTableFile& file) {
  return make_step_tables(file.devices, file.measured);
}

std::string measured_json(const MeasuredPulses& measured) {
  std::string out;
  for (const auto& [key, place] : measured_members) {
    if (measured.*place > 0.0) out += fmt::format("{}\"{}\": {}", out.empty() ? "" : ", ", key, exact_number(measured.*place));
  }
  return out.empty() ? out : fmt::format("  \"measured\": {{{}}},\n", out);
}

}  // namespace

StepTables make_step_tables(const std::vector<DeviceStepTable>& devices, const MeasuredPulses& measured) {
  check_count(devices.size());
  StepTables tables{StepTableCell::table_schema, {}, measured};
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const DeviceStepTable& device = devices[i];
    const std::string place = device_place(i, device.name);
    const StepCurves& first = device.set.g_s.empty() ? device.reset : device.set;
    const std::size_t columns = first.dg_s.empty() ? 0 : first.dg_s.front().size();
    check_curves(device.set, place + ".set", columns);
    check_curves(device.reset, place + ".reset", columns);
    if (first.g_s.empty()) refuse(place, "has steps of neither polarity");
    const StepCurves& last = device.reset.g_s.empty() ? device.set : device.reset;
    const ConductanceRange range =
        device.range.value_or(ConductanceRange{std::min(first.g_s.front(), last.g_s.front()), std::max(first.g_s.back(), last.g_s.back())});
    if (!(range.low >= 0.0 && range.low < range.high && std::isfinite(range.high))) {
      refuse(place + ".range_s", "must be two conductances of at least 0, the lower one first");
    }
    std::vector<double> block = {static_cast<double>(device.set.g_s.size()), static_cast<double>(device.reset.g_s.size()),
                                 static_cast<double>(columns), range.low, range.high};
    append(block, device.set);
    append(block, device.reset);
    tables.devices.push_back(std::move(block));
  }
  return tables;
}

StepTables make_step_tables(const std::vector<DeviceStepNodes>& devices) {
  check_count(devices.size());
  StepTables tables{PiecewiseStepCell::table_schema, {}, {}};
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const DeviceStepNodes& device = devices[i];
    std::vector<double> block = {static_cast<double>(device.up.size()), static_cast<double>(device.down.size())};
    for (const auto& [key, nodes] : {std::pair{".up", &device.up}, std::pair{".down", &device.down}}) {
      const std::string place = device_place(i, device.name) + key;
      if (nodes->empty() || nodes->size() > max_points) {
        refuse(place, fmt::format("has {} nodes, expected 1 to {}", nodes->size(), max_points));
      }
      for (const double node : *nodes) {
        // Larger steps are mistakes of units, and could overflow in products.
        if (!(std::fabs(node) <= 1e9)) refuse(place, "nodes are factors of the step, finite and at most 1e9");
        block.push_back(node);
      }
    }
    tables.devices.push_back(std::move(block));
  }
  return tables;
}

std::string to_json(const StepTableFile& file) {
  make_step_tables(file.devices);
  std::string out = head(StepTableCell::table_schema, file.provenance);
  out += "  \"units\": {\"g_s\": \"S\", \"dg_s\": \"S\"},\n" + measured_json(file.measured) + "  \"devices\": [\n";
  for (std::size_t i = 0; i < file.devices.size(); ++i) {
    const DeviceStepTable& device = file.devices[i];
    const std::string range = device.range ? fmt::format("      \"range_s\": {},\n", list({device.range->low, device.range->high})) : "";
    out += fmt::format("    {{\n      \"name\": {},\n{}{},\n{}\n    }}{}\n", quoted(device.name), range, curves_json("set", device.set),
                       curves_json("reset", device.reset), i + 1 < file.devices.size() ? "," : "");
  }
  return out + "  ]\n}\n";
}

std::string to_json(const StepNodesFile& file) {
  make_step_tables(file.devices);
  std::string out = head(PiecewiseStepCell::table_schema, file.provenance) + "  \"devices\": [\n";
  for (std::size_t i = 0; i < file.devices.size(); ++i) {
    const DeviceStepNodes& device = file.devices[i];
    out += fmt::format("    {{\"name\": {}, \"up\": {}, \"down\": {}}}{}\n", quoted(device.name), list(device.up), list(device.down),
                       i + 1 < file.devices.size() ? "," : "");
  }
  return out + "  ]\n}\n";
}

StepTableFile read_step_table_file(const std::filesystem::path& file) {
  return with_file(file, [](const json& root) { return table_file(root); });
}

StepNodesFile read_step_nodes_file(const std::filesystem::path& file) {
  return with_file(file, [](const json& root) { return nodes_file(root); });
}

StepTables read_step_tables(const std::filesystem::path& file) {
  return with_file(file, [](const json& root) {
    const std::string schema = schema_of(root, {StepTableCell::table_schema, PiecewiseStepCell::table_schema});
    return schema == StepTableCell::table_schema ? table_blocks(table_file(root)) : make_step_tables(nodes_file(root).devices);
  });
}

StepTables illustrative_step_tables(const std::string& schema) {
  if (schema == PiecewiseStepCell::table_schema)
    return make_step_tables({DeviceStepNodes{"illustrative", {1.5, 1.0, 0.5}, {0.5, 1.0, 1.5}}});
  if (schema != StepTableCell::table_schema) throw InputError(fmt::format("unknown schema of tables '{}'", schema));
  // Soft bounds of 1 uS and 100 uS that a pulse approaches by 2 %, with normal noise of 0.3 uS.
  DeviceStepTable device;
  device.name = "illustrative";
  for (int i = 0; i <= 10; ++i) {
    const double siemens = 1e-6 + 99e-7 * i;
    std::vector<double> up;
    std::vector<double> down;
    for (int k = 0; k <= 20; ++k) {
      const double noise = 0.3e-6 * normal_quantile((k + 0.5) / 21.0);
      up.push_back(0.02 * (100e-6 - siemens) + noise);
      down.push_back(-0.02 * (siemens - 1e-6) + noise);
    }
    device.set.g_s.push_back(siemens);
    device.set.dg_s.push_back(up);
    device.reset.g_s.push_back(siemens);
    device.reset.dg_s.push_back(down);
  }
  return make_step_tables({device});
}

}  // namespace memcosim
