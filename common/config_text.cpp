// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/config_text.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/detail/config_impl.hpp"
#include "memcosim/common/detail/config_override.hpp"

namespace memcosim {
namespace {

using detail::Place;
using detail::YamlEntry;
using detail::YamlNode;
using detail::YamlPointer;

std::vector<std::string> keys_of(std::string_view path) {
  std::vector<std::string> keys;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('.', at), path.size());
    keys.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return keys;
}

using NodePairs = std::set<std::pair<const YamlNode*, const YamlNode*>>;

/// True for equal documents: kinds, values and keys, regardless of the order of keys and of places in the file. `compared`: pairs that need
/// no second comparison, so that nested aliases do not take exponential time.
bool same(const YamlNode& a, const YamlNode& b, NodePairs& compared) {
  if (&a == &b || !compared.emplace(&a, &b).second) return true;
  if (a.kind != b.kind || a.scalar != b.scalar || a.quoted != b.quoted) return false;
  if (a.entries.size() != b.entries.size() || a.elements.size() != b.elements.size()) return false;
  for (const YamlEntry& entry : a.entries) {
    const YamlEntry* other = b.find(entry.key);
    if (other == nullptr || !same(*entry.value, *other->value, compared)) return false;
  }
  for (std::size_t i = 0; i < a.elements.size(); ++i) {
    if (!same(*a.elements[i], *b.elements[i], compared)) return false;
  }
  return true;
}

/// Offset of a place in the text; npos if the text has no such line.
std::size_t offset_of(std::string_view text, const Place& place) {
  std::size_t at = 0;
  for (std::size_t line = 1; line < place.line; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return at;
    ++at;
  }
  return at + place.column - 1 <= text.size() ? at + place.column - 1 : std::string_view::npos;
}

bool starts_with(std::string_view text, std::size_t at, std::string_view start) {
  return at <= text.size() && text.compare(at, start.size(), start) == 0;
}

/// Text "a: {b: {c: value}}" for the keys from `first` on.
std::string flow_text(const std::vector<std::string>& keys, std::size_t first, std::string_view value) {
  std::string out;
  for (std::size_t i = first; i < keys.size(); ++i)
    out += keys[i] + (i + 1 < keys.size() ? ": {" : ": ");
  out += value;
  return out + std::string(keys.size() - 1 - first, '}');
}

/// Finds the place of a key in the text and writes it there. Empty results for layouts that are not supported.
class KeyWriter {
 public:
  KeyWriter(std::string_view text, const std::vector<std::string>& keys, std::string_view value, std::string_view remark)
      : text_(text), keys_(keys), value_(value), remark_(remark), line_end_(text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n") {}

  std::optional<std::string> write(const YamlNode& root) const {
    const YamlNode* node = &root;
    const YamlEntry* parent = nullptr;
    for (std::size_t depth = 0; depth < keys_.size(); ++depth) {
      if (node->kind == YamlNode::Kind::null && parent != nullptr) return into_null(*parent, depth);
      if (node->kind != YamlNode::Kind::mapping) return std::nullopt;
      const YamlEntry* entry = node->find(keys_[depth]);
      if (entry == nullptr) return parent == nullptr ? into_root(*node) : into_mapping(*node, *parent, depth);
      parent = entry;
      node = entry->value.get();
    }
    return over_scalar(*node);
  }

 private:
  std::optional<std::string> replaced(std::size_t at, std::size_t length, std::string_view by) const {
    if (at == std::string_view::npos) return std::nullopt;
    return std::string(text_.substr(0, at)).append(by).append(text_.substr(at + length));
  }

  std::optional<std::string> over_scalar(const YamlNode& node) const {
    const std::size_t at = offset_of(text_, node.place);
    if (node.kind != YamlNode::Kind::scalar || !starts_with(text_, at, node.scalar)) return std::nullopt;
    return replaced(at, node.scalar.size(), value_);
  }

  /// Inserts a flow mapping after "key:" without a value.
  std::optional<std::string> into_null(const YamlEntry& parent, std::size_t depth) const {
    const std::size_t at = offset_of(text_, parent.place);
    if (!starts_with(text_, at, parent.key + ":")) return std::nullopt;
    return replaced(at + parent.key.size() + 1, 0, " {" + flow_text(keys_, depth, value_) + "}");
  }

  std::optional<std::string> into_flow(const YamlNode& mapping, std::size_t depth) const {
    const std::size_t at = offset_of(text_, mapping.place);
    return replaced(at + 1, 0, flow_text(keys_, depth, value_) + (mapping.entries.empty() ? "" : ", "));
  }

  std::string own_line(std::size_t indent, std::size_t depth) const {
    return std::string(indent, ' ') + flow_text(keys_, depth, value_) + (remark_.empty() ? "" : "  # ") + std::string(remark_) + line_end_;
  }

  bool is_flow(const YamlNode& mapping) const { return starts_with(text_, offset_of(text_, mapping.place), "{"); }

  /// Inserts directly below the line of the key of the mapping, above its contents and their comments.
  std::optional<std::string> into_mapping(const YamlNode& mapping, const YamlEntry& parent, std::size_t depth) const {
    if (is_flow(mapping)) return into_flow(mapping, depth);
    const std::size_t line_end = text_.find('\n', offset_of(text_, parent.place));
    if (line_end == std::string_view::npos) return std::nullopt;
    return replaced(line_end + 1, 0, own_line(mapping.entries.front().place.column - 1, depth));
  }

  /// Inserts at the end of the text.
  std::optional<std::string> into_root(const YamlNode& mapping) const {
    if (is_flow(mapping)) return into_flow(mapping, 0);
    const std::string before = text_.back() == '\n' ? "" : line_end_;
    return replaced(text_.size(), 0, before + own_line(mapping.entries.front().place.column - 1, 0));
  }

  std::string_view text_;
  const std::vector<std::string>& keys_;
  std::string_view value_;
  std::string_view remark_;
  std::string line_end_;
};

/// The entry at this path of keys, or null.
const YamlEntry* find_entry(const YamlNode& root, const std::vector<std::string>& keys) {
  const YamlNode* node = &root;
  const YamlEntry* entry = nullptr;
  for (const std::string& key : keys) {
    entry = node->find(key);
    if (entry == nullptr) return nullptr;
    node = entry->value.get();
  }
  return entry;
}

YamlPointer renamed(const YamlNode& node, const std::vector<std::string>& keys, std::size_t depth, std::string_view key) {
  auto copy = std::make_shared<YamlNode>(node);
  YamlEntry& entry = copy->entries[copy->index.at(keys[depth])];
  if (depth + 1 < keys.size()) {
    entry.value = renamed(*entry.value, keys, depth + 1, key);
    return copy;
  }
  entry.key = std::string(key);
  copy->index.emplace(entry.key, copy->index.at(keys[depth]));
  copy->index.erase(keys[depth]);
  return copy;
}

/// True if parsing `text` gives a document equal to `expected`.
bool reads_as(const std::string& text, const YamlNode& expected) {
  const detail::YamlDocument parsed = detail::parse_yaml(text);
  NodePairs compared;
  return parsed.root != nullptr && parsed.faults.empty() && same(*parsed.root, expected, compared);
}

}  // namespace

ConfigText::ConfigText(std::string text, std::string name) : text_(std::move(text)), name_(std::move(name)) {
  ConfigDocument::from_text(text_, name_);
}

bool ConfigText::has(std::string_view path) const {
  return find_entry(*detail::parse_yaml(text_).root, keys_of(path)) != nullptr;
}

void ConfigText::set(std::string_view path, std::string_view value, std::string_view remark) {
  const YamlPointer root = detail::parse_yaml(text_).root;
  std::vector<detail::YamlFault> faults;
  const YamlPointer expected = detail::apply_override(root, fmt::format("{}={}", path, value), faults);
  if (!faults.empty()) throw detail::config_error(std::move(faults), name_);
  const std::vector<std::string> keys = keys_of(path);
  std::optional<std::string> edited = KeyWriter(text_, keys, value, remark).write(*root);
  if (!edited || !reads_as(*edited, *expected)) {
    throw InputError(
        fmt::format("{}: the layout of this file does not allow to set {} in place: set it to {} by hand", name_, path, value));
  }
  text_ = std::move(*edited);
}

void ConfigText::rename(std::string_view path, std::string_view key) {
  const YamlPointer root = detail::parse_yaml(text_).root;
  const std::vector<std::string> keys = keys_of(path);
  const YamlEntry* entry = find_entry(*root, keys);
  std::vector<std::string> target = keys;
  target.back() = std::string(key);
  if (entry == nullptr || find_entry(*root, target) != nullptr) {
    throw InputError(fmt::format("{}: {} cannot be renamed to {}: the file {}", name_, path, key,
                                 entry == nullptr ? "does not have it" : "has both; remove one of the two"));
  }
  const std::size_t at = offset_of(text_, entry->place);
  std::string edited = text_;
  if (starts_with(text_, at, keys.back())) edited.replace(at, keys.back().size(), key);
  if (!reads_as(edited, *renamed(*root, keys, 0, key))) {
    throw InputError(fmt::format("{}: the layout of this file does not allow to rename {} in place: call it {} by hand", name_, path, key));
  }
  text_ = std::move(edited);
}

}  // namespace memcosim
