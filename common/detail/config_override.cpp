// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/detail/config_override.hpp"

#include <charconv>
#include <variant>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim::detail {
namespace {

using Step = std::variant<std::string, std::size_t>;  ///< a key, or the number of a list element

constexpr std::string_view form = "expected key=value or section.key=value, with [n] behind a key for element n of a list";

/// Splits "a.b[2].c" into steps; throws InputError for another form.
std::vector<Step> split_path(std::string_view path) {
  std::vector<Step> steps;
  std::size_t at = 0;
  while (true) {
    const std::size_t end = std::min(path.find_first_of(".[]", at), path.size());
    if (end == at) throw InputError(std::string(form));
    steps.emplace_back(std::string(path.substr(at, end - at)));
    at = end;
    while (at < path.size() && path[at] == '[') {
      std::size_t number = 0;
      const auto result = std::from_chars(path.data() + at + 1, path.data() + path.size(), number);
      const auto close = static_cast<std::size_t>(result.ptr - path.data());
      if (result.ec != std::errc() || close >= path.size() || path[close] != ']') throw InputError(std::string(form));
      steps.emplace_back(number);
      at = close + 1;
    }
    if (at == path.size()) break;
    if (path[at] != '.') throw InputError(std::string(form));
    ++at;
  }
  if (steps.size() > 64) throw InputError("nested deeper than 64 levels");
  return steps;
}

/// Returns a copy with the value replaced. Copies the nodes along the path, so that other aliases of them keep their value.
YamlPointer replaced(const YamlPointer& node, const std::vector<Step>& steps, std::size_t depth, const YamlPointer& value) {
  if (depth == steps.size()) return value;
  const bool absent = node == nullptr || node->kind == YamlNode::Kind::null;
  if (const auto* number = std::get_if<std::size_t>(&steps[depth])) {
    const std::size_t size = absent || node->kind != YamlNode::Kind::sequence ? 0 : node->elements.size();
    if (*number >= size) throw InputError(fmt::format("there is no element [{}]: the list has {} elements", *number, size));
    auto copy = std::make_shared<YamlNode>(*node);
    copy->elements[*number] = replaced(node->elements[*number], steps, depth + 1, value);
    return copy;
  }
  const std::string& key = std::get<std::string>(steps[depth]);
  if (!absent && node->kind != YamlNode::Kind::mapping) {
    throw InputError(fmt::format("\"{}\" cannot be set: what is above it is {}, not a mapping", key,
                                 node->kind == YamlNode::Kind::sequence ? "a list" : "a single value"));
  }
  auto copy = absent ? std::make_shared<YamlNode>() : std::make_shared<YamlNode>(*node);
  if (absent) {
    copy->kind = YamlNode::Kind::mapping;
    copy->place = value->place;
  }
  const auto [found, added] = copy->index.emplace(key, copy->entries.size());
  if (added) copy->entries.push_back({key, value->place, nullptr});
  YamlEntry& entry = copy->entries[found->second];
  entry.value = replaced(entry.value, steps, depth + 1, value);
  if (depth + 1 == steps.size()) entry.place = value->place;
  return copy;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

YamlPointer apply_override(const YamlPointer& root, std::string_view text, std::vector<YamlFault>& faults) {
  const auto equals = text.find('=');
  const std::string path(trimmed(text.substr(0, equals)));
  const Place place{0, 0, path.empty() ? fmt::format("\"{}\"", text) : path};
  try {
    if (equals == std::string_view::npos) throw InputError(std::string(form));
    const std::vector<Step> steps = split_path(path);
    const YamlDocument value = parse_override_value(text.substr(equals + 1), path);
    if (!value.faults.empty()) {
      faults.insert(faults.end(), value.faults.begin(), value.faults.end());
      return root;
    }
    return replaced(root, steps, 0, value.root);
  } catch (const InputError& error) {
    faults.push_back({place, path, error.what()});
    return root;
  }
}

}  // namespace memcosim::detail
