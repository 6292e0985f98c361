// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/cli/run_spec.hpp"
#include "memcosim/common/config.hpp"

namespace memcosim {

/// Version of the configuration schema that this program writes; it reads older ones too.
constexpr std::int64_t schema_version = 2;

/// What one version of the schema changed at one key. Either the key has another name since then, and a file that has the old one is
/// refused; or its default is another one, and a file of an older version that leaves it out runs with the new default and is told so.
/// `memcosim check --upgrade` rewrites both.
struct SchemaChange {
  std::int64_t since;        ///< first version with the new name or default
  std::string path;          ///< "macro.adc.sharing"; of a renamed key the old one
  std::string new_key = {};  ///< not empty: the key's name since then, in the same mapping
  /// Value that older versions meant where a file leaves the key out, as YAML; nothing where this run has no use for the key, or both
  /// defaults are the same.
  std::function<std::optional<std::string>(const RunSpec&)> old_default = nullptr;
};

/// Every change of the schema so far: a change of a key adds one row.
const std::vector<SchemaChange>& schema_changes();

/// Reads `schema_version` of the root; records a fault for each key that an older file still calls by its old name.
std::int64_t read_schema_version(const ConfigNode& root, const std::vector<SchemaChange>& changes = schema_changes());

/// The effective configuration, in the present version whatever that of the file: it has every key.
std::string effective_config(const ConfigDocument& document);

/// For a file of an older version: one sentence that names the keys it leaves out whose defaults are new; empty if there are none.
std::string old_schema_note(const ConfigNode& root, const RunSpec& spec, const std::filesystem::path& file,
                            const std::vector<SchemaChange>& changes = schema_changes());

/// The text of a configuration file in the present version: keys have their new names, and old defaults are written out. Comments and
/// layout stay. Throws InputError for a file that is no valid configuration otherwise, or whose layout does not allow an edit.
std::string upgraded_schema(const std::filesystem::path& file, const std::vector<SchemaChange>& changes = schema_changes());

}  // namespace memcosim
