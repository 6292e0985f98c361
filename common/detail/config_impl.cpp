// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/detail/config_impl.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"

namespace memcosim {
namespace detail {

std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

namespace {

/// Text of a key in YAML; quoted unless it is safe as a plain scalar.
std::string key_text(const std::string& key) {
  const bool word = std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  const bool starts_well = !key.empty() && key.front() != '-' && key.front() != '.';
  constexpr std::array<std::string_view, 3> null_names{"null", "Null", "NULL"};
  const bool means_null = std::find(null_names.begin(), null_names.end(), key) != null_names.end();
  return word && starts_well && !means_null ? key : quoted_text(key);
}

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::mapping:
      return "a mapping";
    case YamlNode::Kind::sequence:
      return "a list";
  }
  return "";
}

}  // namespace
}  // namespace detail

void ConfigNode::Impl::ask(std::string_view key) {
  if (std::find(asked_names.begin(), asked_names.end(), key) == asked_names.end()) asked_names.emplace_back(key);
}

const detail::YamlEntry* ConfigNode::Impl::find(std::string_view key) const {
  return yaml == nullptr ? nullptr : yaml->find(key);
}

void ConfigNode::Impl::add_fault(std::string_view key, const detail::Place& where, std::string message) const {
  if (!broken) context->add({where, detail::join_path(path, key), std::move(message)});
}

const detail::YamlNode* ConfigNode::Impl::value(std::string_view key, detail::YamlNode::Kind kind, const std::string& expected,
                                                bool required, bool& present) {
  ask(key);
  read_keys.emplace(key);
  const detail::YamlEntry* entry = find(key);
  present = entry != nullptr;
  if (!present) {
    if (required) add_fault(key, place, fmt::format("required key is missing: expected {}", expected));
    return nullptr;
  }
  const detail::YamlNode& node = *entry->value;
  if (node.kind == kind) return &node;
  if (node.kind == detail::YamlNode::Kind::null) {
    add_fault(key, entry->place, fmt::format("the key has no value: expected {}", expected));
  } else {
    add_fault(key, node.place, fmt::format("{} stands here: expected {}", detail::kind_name(node), expected));
  }
  return nullptr;
}

void ConfigNode::Impl::record(std::string_view key, decltype(Record::value) value, bool set) {
  if (record_index.emplace(key, records.size()).second) records.push_back({std::string(key), std::move(value), set});
}

const ConfigNode::Impl::Record* ConfigNode::Impl::recorded(std::string_view key) const {
  const auto found = record_index.find(key);
  return found == record_index.end() ? nullptr : &records[found->second];
}

bool ConfigNode::Impl::has_content() const {
  if (yaml != nullptr) return true;
  return std::any_of(records.begin(), records.end(), [](const Record& one) {
    const auto* child = std::get_if<Pointer>(&one.value);
    return child == nullptr || (*child)->has_content();
  });
}

void ConfigNode::Impl::write(std::string& out, std::size_t indent) const {
  constexpr std::size_t step = 2;
  for (const Record& one : records) {
    const std::string start = std::string(indent, ' ') + detail::key_text(one.key) + ":";
    if (const auto* scalar = std::get_if<std::string>(&one.value)) {
      out += start + " " + *scalar + "\n";
    } else if (const auto* child = std::get_if<Pointer>(&one.value)) {
      if (!(*child)->has_content()) continue;
      std::string block;
      (*child)->write(block, indent + step);
      out += start + (block.empty() ? " {}\n" : "\n" + block);
    } else {
      const auto& elements = std::get<std::vector<Pointer>>(one.value);
      out += start + (elements.empty() ? " []\n" : "\n");
      for (const Pointer& element : elements) {
        std::string block;
        element->write(block, indent + 2 * step);
        if (block.empty()) block = std::string(indent + 2 * step, ' ') + "{}\n";
        block[indent + step] = '-';
        out += block;
      }
    }
  }
}

void ConfigNode::Impl::add_unread(std::vector<detail::YamlFault>& faults) const {
  if (yaml != nullptr) {
    for (const detail::YamlEntry& entry : yaml->entries) {
      if (read_keys.count(entry.key) != 0) continue;
      std::string hint = "nothing is read here";
      if (const auto near = nearest_name(entry.key, asked_names)) {
        hint = fmt::format("did you mean \"{}\"?", *near);
      } else if (!asked_names.empty()) {
        constexpr std::size_t most = 24;
        hint = "known here: ";
        for (std::size_t i = 0; i < std::min(most, asked_names.size()); ++i)
          hint += (i == 0 ? "" : ", ") + asked_names[i];
        if (asked_names.size() > most) hint += ", ...";
      }
      faults.push_back({entry.place, detail::join_path(path, entry.key), "unknown key; " + hint});
    }
  }
  for (const Record& one : records) {
    if (const auto* child = std::get_if<Pointer>(&one.value)) {
      (*child)->add_unread(faults);
    } else if (const auto* elements = std::get_if<std::vector<Pointer>>(&one.value)) {
      for (const Pointer& element : *elements)
        element->add_unread(faults);
    }
  }
}

void ConfigNode::Impl::add_set(std::vector<SetKey>& keys) const {
  for (const Record& one : records) {
    if (const auto* scalar = std::get_if<std::string>(&one.value)) {
      if (one.set) keys.push_back({detail::join_path(path, one.key), *scalar});
    } else if (const auto* child = std::get_if<Pointer>(&one.value)) {
      (*child)->add_set(keys);
    } else {
      for (const Pointer& element : std::get<std::vector<Pointer>>(one.value))
        element->add_set(keys);
    }
  }
}

}  // namespace memcosim
