// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace memcosim::detail {

/// Place of a part of a configuration: in the file (lines and columns from 1), or in an override.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string override_path;  ///< not empty: given by --set
};

struct YamlNode;
using YamlPointer = std::shared_ptr<const YamlNode>;

/// A key of a mapping with its value.
struct YamlEntry {
  std::string key;
  Place place;  ///< of the key
  YamlPointer value;
};

/// A YAML document as an immutable tree; an alias shares the node of its anchor. Replaces yaml-cpp's own tree, which loses the places of
/// keys, accepts duplicate keys silently and does not distinguish quoted from plain scalars.
struct YamlNode {
  enum class Kind { null, scalar, mapping, sequence };
  Kind kind = Kind::null;
  Place place;
  bool quoted = false;
  std::string scalar;
  std::vector<YamlEntry> entries;
  std::map<std::string, std::size_t, std::less<>> index;  ///< key -> position in entries
  std::vector<YamlPointer> elements;

  const YamlEntry* find(std::string_view key) const;
};

/// A fault found while parsing.
struct YamlFault {
  Place place;
  std::string path;  ///< dotted path of the key, or empty
  std::string message;
};

/// Result of parsing: the tree and its faults.
struct YamlDocument {
  YamlPointer root;               ///< of kind null for an empty text; no node after a syntax error
  std::vector<YamlFault> faults;  ///< syntax (always the last), duplicate keys, unusable keys
};

constexpr std::size_t most_yaml_bytes = std::size_t{1} << 24;

/// Parses the text of a file.
YamlDocument parse_yaml(std::string_view text);

/// Parses the value of an override: a scalar, [list] or {mapping}. All its places are "--set override_path".
YamlDocument parse_override_value(std::string_view text, const std::string& override_path);

std::string join_path(std::string_view path, std::string_view key);

}  // namespace memcosim::detail
