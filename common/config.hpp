// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memcosim/common/error.hpp"
#include "memcosim/common/range.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// One fault of a configuration: its place and the remedy.
struct Diagnostic {
  std::string place;    ///< "file:line:column", or "--set path" for an override
  std::string path;     ///< "macro.adc.bits"
  std::string message;  ///< what was found, what was expected, what to do (nearest valid name, range, unit)
};

/// All faults of a configuration at once; what() holds one line for each.
class ConfigError : public InputError {
 public:
  explicit ConfigError(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// A scalar key that the document sets to another value than its default, or that has no default.
struct SetKey {
  std::string path;   ///< "macro.adc.bits"
  std::string value;  ///< as in the effective configuration
};

/// A file that a key names.
struct NamedFile {
  std::string path;  ///< of the key: "network.model"
  std::filesystem::path file;
};

class ConfigDocument;

/// One mapping of the document. Every read names its key, its kind, its range and its default; the value that came out is recorded for the
/// effective configuration. A fault is recorded, not thrown, and the read returns the default (or a harmless value), so that one pass finds
/// all faults; ConfigDocument::finish() throws them together. A key that nobody reads is a fault.
/// A default outside its range or not finite is a std::logic_error: the effective configuration could not be read again.
/// A node is a light handle: copy freely, the document must outlive it.
class ConfigNode {
 public:
  /// Dotted path of this node ("macro.adc"); empty for the root.
  const std::string& path() const;
  bool has(std::string_view key) const;
  /// Keys in document order (for mappings whose keys the user chooses); marks none of them as read.
  std::vector<std::string> keys() const;

  /// A number with a unit; a dimensionless one may be a percentage. Without default the key is required.
  double quantity(std::string_view key, Dimension dimension, Range range = Range::any(),
                  std::optional<double> fallback = std::nullopt) const;
  /// A bare number, without "%": for exponents, factors and counts. Non-finite values are faults.
  double number(std::string_view key, Range range = Range::any(), std::optional<double> fallback = std::nullopt) const;
  /// One bare number, or a list of at least one.
  std::vector<double> numbers(std::string_view key, Range range, const std::vector<double>& fallback) const;
  std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high,
                       std::optional<std::int64_t> fallback = std::nullopt) const;
  bool boolean(std::string_view key, std::optional<bool> fallback = std::nullopt) const;
  std::string text(std::string_view key, std::optional<std::string> fallback = std::nullopt) const;
  /// One of `names`; a fault lists them and the nearest. Returns the index in `names`.
  std::size_t choice(std::string_view key, const std::vector<std::string>& names, std::optional<std::string> fallback = std::nullopt) const;
  /// Enum form of choice(): pairs of name and value.
  template <typename Enum>
  Enum one_of(std::string_view key, const std::vector<std::pair<std::string, Enum>>& table,
              std::optional<std::string> fallback = std::nullopt) const {
    std::vector<std::string> names;
    for (const auto& row : table)
      names.push_back(row.first);
    return table[choice(key, names, std::move(fallback))].second;
  }
  /// A path to a file that must exist; relative paths are relative to the configuration file's folder, then to the working directory.
  /// The effective configuration records the absolute path. With an empty default the file may be left out: the result is an empty path.
  std::filesystem::path existing_file(std::string_view key, std::optional<std::string> fallback = std::nullopt) const;

  /// One path as in existing_file(), or a list of at least one; `fallback` are the files of an absent key, absolute.
  std::vector<std::filesystem::path> existing_files(std::string_view key, const std::vector<std::string>& fallback) const;

  /// A nested mapping; absent: an empty one (so defaults are recorded), unless required.
  ConfigNode map(std::string_view key, bool required = false) const;
  /// The sequence of mappings under `key`; absent: empty.
  std::vector<ConfigNode> list(std::string_view key) const;

  /// YAML of the values of this node that were read so far, in the form of ConfigDocument::effective_yaml().
  std::string effective_yaml() const;

  /// Records a fault at `key` of this node (empty: at the node itself): for checks that need several values.
  void fault(std::string_view key, std::string message) const;

 private:
  friend class ConfigDocument;
  struct Impl;
  explicit ConfigNode(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

/// A YAML file (or text), its overrides, its faults and its effective form. An override is "macro.adc.bits=8" or "layers[2].name=x"; its
/// value is a plain YAML value, [list] or {mapping}. Missing mappings are made; a malformed override is a fault.
class ConfigDocument {
 public:
  /// Reads the file. Throws ConfigError for a file that cannot be read, YAML syntax, duplicate keys or a root that is no mapping.
  static ConfigDocument from_file(const std::filesystem::path& file, const std::vector<std::string>& overrides = {});
  /// The same from a text; `name` stands for the file in messages, and relative paths start at `folder`.
  static ConfigDocument from_text(std::string_view text, std::string name, const std::vector<std::string>& overrides = {},
                                  std::filesystem::path folder = {});
  ConfigDocument(ConfigDocument&&) noexcept;
  ConfigDocument& operator=(ConfigDocument&&) noexcept;
  ~ConfigDocument();

  ConfigNode root() const;
  /// Adds a fault for each unread key (with the nearest known key), then throws ConfigError if there is any fault.
  void finish() const;
  /// YAML with every value that was read, defaults included, in reading order; exact numbers. Reading it again gives the same values.
  std::string effective_yaml() const;
  /// The keys whose values differ from their defaults, in reading order; the effective configuration sets the same keys.
  std::vector<SetKey> set_keys() const;
  /// The existing files that keys name or whose defaults were taken, in reading order.
  const std::vector<NamedFile>& files() const;

 private:
  struct Impl;
  explicit ConfigDocument(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The entry of `names` nearest to `wrong` by edit distance, or nothing when none is near. For error messages.
std::optional<std::string> nearest_name(std::string_view wrong, const std::vector<std::string>& names);

}  // namespace memcosim
