// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/common/config.hpp"
#include "memcosim/runs/run_spec.hpp"

namespace memcosim {

/// Version of the configuration schema that this program writes; it reads older ones too.
constexpr std::int64_t schema_version = 2;

/// A change of one key by one version of the schema. Either the key was renamed, and a file with the old name is refused; or its default
/// changed, and an older file that leaves the key out runs with the new default and a note says so. `memcosim check --upgrade` rewrites
/// both.
struct SchemaChange {
  std::int64_t since;        ///< first version with the new name or default
  std::string path;          ///< "macro.adc.sharing"; for a renamed key the old path
  std::string new_key = {};  ///< not empty: new name of the key, in the same mapping
  /// Default of the older versions for this run, as YAML; nothing if the key has no effect on this run or both defaults agree.
  std::function<std::optional<std::string>(const RunSpec&)> old_default = nullptr;
};

/// All changes of the schema so far, one row per changed key.
const std::vector<SchemaChange>& schema_changes();

/// Reads `schema_version` of the root; records a fault for each key under its old name in an older file.
std::int64_t read_schema_version(const ConfigNode& root, const std::vector<SchemaChange>& changes = schema_changes());

/// The effective configuration (every key) as YAML, always in the present schema version.
std::string effective_config(const ConfigDocument& document);

/// For a file of an older version: a sentence with the absent keys whose defaults have changed; empty if there are none.
std::string old_schema_note(const ConfigNode& root, const RunSpec& spec, const std::filesystem::path& file,
                            const std::vector<SchemaChange>& changes = schema_changes());

/// The text of a configuration file rewritten in the present version: keys renamed, old defaults written out, comments and layout kept.
/// Throws InputError for a file that has other faults, or whose layout does not allow the edit.
std::string upgraded_schema(const std::filesystem::path& file, const std::vector<SchemaChange>& changes = schema_changes());

}  // namespace memcosim
