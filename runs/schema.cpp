// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/schema.hpp"

#include <string_view>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/config_text.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {
namespace {

constexpr std::int64_t oldest_version = 1;

/// The mapping that contains the last key of the path; empty if the file has none there.
std::optional<ConfigNode> parent_of(const ConfigNode& root, std::string_view path) {
  ConfigNode node = root;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    if (!node.has(path.substr(0, dot))) return std::nullopt;
    node = node.map(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  return node;
}

std::string_view last_key(std::string_view path) {
  return path.substr(path.rfind('.') + 1);  // npos + 1 is 0
}

bool given(const ConfigNode& root, std::string_view path) {
  const std::optional<ConfigNode> parent = parent_of(root, path);
  return parent && parent->has(last_key(path));
}

/// Throws ConfigError for a version that is missing or unknown; other faults of the file are ignored here.
std::int64_t written_version(const ConfigDocument& document) {
  const std::int64_t version = document.root().integer("schema_version", oldest_version, schema_version);
  try {
    document.finish();
  } catch (const ConfigError& error) {
    for (const Diagnostic& one : error.diagnostics()) {
      if (one.path == "schema_version") throw ConfigError({one});
    }
  }
  return version;
}

/// Before version 2, neighbouring columns shared a converter; with one column per converter both are the same.
std::optional<std::string> old_sharing(const RunSpec& spec) {
  if (spec.chip.macro.columns_per_adc == 1) return std::nullopt;
  return "blocked";
}

/// Before version 2, verify reads had the read voltage of the preset even if the array had another one.
std::optional<std::string> old_verify_voltage(const RunSpec& spec) {
  if (spec.programming != ProgrammingMethod::write_verify) return std::nullopt;
  if (spec.use.read_voltage_v == spec.chip.macro.read_voltage_v) return std::nullopt;
  return exact_quantity(spec.use.read_voltage_v, Dimension::voltage);
}

/// Before version 2, reads did not move cells of models with a rate.
std::optional<std::string> old_read_disturb(const RunSpec& spec) {
  if (!cell_model(spec.cell.model).follows_rate) return std::nullopt;
  if (spec.cell.nonidealities.read_disturb.law != ReadDisturbSpec::Law::rate) return std::nullopt;  // set by the preset
  return "none";
}

}  // namespace

const std::vector<SchemaChange>& schema_changes() {
  static const std::vector<SchemaChange> changes = {
      {2, "macro.adc.sharing", {}, old_sharing},
      {2, "programming.verify.read_voltage", {}, old_verify_voltage},
      {2, "device.read_disturb.law", {}, old_read_disturb},
  };
  return changes;
}

std::int64_t read_schema_version(const ConfigNode& root, const std::vector<SchemaChange>& changes) {
  const std::int64_t version = root.integer("schema_version", oldest_version, schema_version);
  for (const SchemaChange& change : changes) {
    if (change.new_key.empty() || version >= change.since || !given(root, change.path)) continue;
    parent_of(root, change.path)
        ->fault(last_key(change.path),
                fmt::format("is called {} since schema_version {}: `memcosim check FILE --upgrade --in-place` rewrites the file",
                            change.new_key, change.since));
  }
  return version;
}

std::string effective_config(const ConfigDocument& document) {
  ConfigText text(document.effective_yaml(), "the effective configuration");
  text.set("schema_version", std::to_string(schema_version));
  return text.str();
}

std::string old_schema_note(const ConfigNode& root, const RunSpec& spec, const std::filesystem::path& file,
                            const std::vector<SchemaChange>& changes) {
  std::string keys;
  for (const SchemaChange& change : changes) {
    if (!change.old_default || spec.schema_version >= change.since || given(root, change.path)) continue;
    if (const auto old = change.old_default(spec)) keys += fmt::format("{}{} (was {})", keys.empty() ? "" : ", ", change.path, *old);
  }
  if (keys.empty()) return {};
  return fmt::format(
      "{}: schema_version {} had other defaults for keys that this file leaves out: {}. The new defaults are used; `memcosim check {} "
      "--upgrade --in-place` writes the old ones into the file, and schema_version: {} accepts the new ones.",
      file.string(), spec.schema_version, keys, file.string(), schema_version);
}

std::string upgraded_schema(const std::filesystem::path& file, const std::vector<SchemaChange>& changes) {
  const std::string name = file.string();
  const std::string before = read_file(file);
  const std::int64_t version = written_version(ConfigDocument::from_text(before, name));
  ConfigText text(before, name);
  for (const SchemaChange& change : changes) {
    if (version < change.since && !change.new_key.empty() && text.has(change.path)) text.rename(change.path, change.new_key);
  }
  if (version < schema_version) text.set("schema_version", std::to_string(schema_version));
  const RunSpec spec = read_run_spec(ConfigDocument::from_text(text.str(), name, {}, file.parent_path()));
  for (const SchemaChange& change : changes) {
    if (version >= change.since || !change.old_default || text.has(change.path)) continue;
    if (const auto old = change.old_default(spec)) {
      text.set(change.path, *old, fmt::format("the default of schema_version {}", change.since - 1));
    }
  }
  return text.str();
}

}  // namespace memcosim
