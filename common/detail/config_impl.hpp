// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <variant>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/detail/yaml_tree.hpp"

namespace memcosim {

namespace detail {

/// State that all nodes of one document share.
struct ConfigContext {
  std::string name;
  std::filesystem::path folder;
  std::vector<YamlFault> faults;
  std::set<std::pair<std::string, std::string>> known;  ///< path and message of each fault
  std::vector<NamedFile> files;

  /// Adds a fault unless it is known already (from a key that was read twice).
  void add(YamlFault fault);
};

/// All faults in the order of the file, overrides last.
ConfigError config_error(std::vector<YamlFault> faults, const std::string& name);

/// Any text as a YAML scalar in double quotes.
std::string quoted_text(std::string_view text);

}  // namespace detail

struct ConfigNode::Impl {
  using Pointer = std::shared_ptr<Impl>;
  /// Result of one read: a scalar as YAML text, a mapping or a list.
  struct Record {
    std::string key;
    std::variant<std::string, Pointer, std::vector<Pointer>> value;
    bool set = false;  ///< of a scalar: the document sets it to another value than its default
  };

  detail::ConfigContext* context = nullptr;
  std::string path;
  detail::Place place;
  detail::YamlPointer yaml;  ///< null: absent, everything is default
  bool broken = false;       ///< stands for a faulty or missing node whose fault is recorded already: adds no further ones
  std::vector<Record> records;
  std::map<std::string, std::size_t, std::less<>> record_index;
  std::set<std::string, std::less<>> read_keys;
  std::vector<std::string> asked_names;  ///< known keys, also those that has() asked for: candidates for a hint

  void ask(std::string_view key);
  const detail::YamlEntry* find(std::string_view key) const;
  void add_fault(std::string_view key, const detail::Place& where, std::string message) const;
  /// The value at `key`; null, with the fault recorded, when it is absent without default, null, or not of the kind `kind`. `present` is
  /// set to whether the key exists.
  const detail::YamlNode* value(std::string_view key, detail::YamlNode::Kind kind, const std::string& expected, bool required,
                                bool& present);
  void record(std::string_view key, decltype(Record::value) value, bool set = false);
  const Record* recorded(std::string_view key) const;

  /// One scalar: `parse` throws InputError for a faulty one. `print` gives its text for the effective configuration.
  template <typename T>
  T read(std::string_view key, const std::string& expected, const std::optional<T>& fallback, T harmless,
         const std::function<T(const detail::YamlNode&)>& parse, const std::function<std::string(const T&)>& print);

  /// One scalar, or a list of at least one.
  template <typename T>
  std::vector<T> read_list(std::string_view key, const std::string& expected, const std::vector<T>& fallback,
                           const std::function<T(const detail::YamlNode&)>& parse,
                           const std::function<std::string(const std::vector<T>&)>& print);

  /// True if any value of this mapping belongs in the effective configuration.
  bool has_content() const;
  void write(std::string& out, std::size_t indent) const;
  void add_unread(std::vector<detail::YamlFault>& faults) const;
  void add_set(std::vector<SetKey>& keys) const;
};

template <typename T>
T ConfigNode::Impl::read(std::string_view key, const std::string& expected, const std::optional<T>& fallback, T harmless,
                         const std::function<T(const detail::YamlNode&)>& parse, const std::function<std::string(const T&)>& print) {
  bool present = false;
  const detail::YamlNode* node = value(key, detail::YamlNode::Kind::scalar, expected, !fallback, present);
  if (node == nullptr) {
    if (!present && fallback) record(key, print(*fallback));
    return fallback.value_or(harmless);
  }
  try {
    const T result = parse(*node);
    record(key, print(result), !fallback || print(result) != print(*fallback));
    return result;
  } catch (const InputError& error) {
    add_fault(key, node->place, error.what());
    return fallback.value_or(harmless);
  }
}

template <typename T>
std::vector<T> ConfigNode::Impl::read_list(std::string_view key, const std::string& expected, const std::vector<T>& fallback,
                                           const std::function<T(const detail::YamlNode&)>& parse,
                                           const std::function<std::string(const std::vector<T>&)>& print) {
  using Kind = detail::YamlNode::Kind;
  const detail::YamlEntry* entry = find(key);
  bool present = false;
  const Kind kind = entry != nullptr && entry->value->kind == Kind::sequence ? Kind::sequence : Kind::scalar;
  const detail::YamlNode* node = value(key, kind, expected, false, present);
  if (node == nullptr) {
    if (!present) record(key, print(fallback));
    return fallback;
  }
  std::vector<T> values;
  const auto add = [&](const detail::YamlNode& element) {
    if (element.kind != Kind::scalar) {
      add_fault(key, element.place, fmt::format("expected {}", expected));
      return;
    }
    try {
      values.push_back(parse(element));
    } catch (const InputError& error) {
      add_fault(key, element.place, error.what());
    }
  };
  if (kind == Kind::scalar) {
    add(*node);
  } else {
    if (node->elements.empty()) add_fault(key, node->place, fmt::format("the list is empty: expected {}", expected));
    for (const detail::YamlPointer& element : node->elements)
      add(*element);
  }
  if (values.empty()) return fallback;
  record(key, print(values), print(values) != print(fallback));
  return values;
}

}  // namespace memcosim
