// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace memcosim::test {

/// What is wrong with the markup, or nothing. Stricter than HTML: every element is closed, every attribute is quoted and given once, every
/// & starts an entity, so that the same page is well-formed XML after its first line.
inline std::string markup_fault(std::string_view html) {
  constexpr std::string_view doctype = "<!DOCTYPE html>\n";
  if (html.substr(0, doctype.size()) == doctype) html.remove_prefix(doctype.size());
  static const std::regex tag("<(/?)([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*=\"[^\"<>]*\")*)(/?)>");
  static const std::regex attribute(" ([a-zA-Z][a-zA-Z0-9-]*)=\"");
  static const std::regex identity(" id=\"([^\"]*)\"");
  static const std::regex stray_ampersand("&(?!(amp|lt|gt|quot|#39|#160);)");
  std::vector<std::string> open;
  std::set<std::string> ids;
  while (!html.empty()) {
    const std::size_t begin = html.find('<');
    const std::string_view text = html.substr(0, begin);
    if (text.find('>') != std::string_view::npos && (open.empty() || open.back() != "style")) return "stray > in: " + std::string(text);
    if (std::regex_search(text.begin(), text.end(), stray_ampersand)) return "stray & in: " + std::string(text);
    if (begin == std::string_view::npos) break;
    html.remove_prefix(begin);
    const std::size_t end = html.find('>');
    std::string form(html.substr(0, end == std::string_view::npos ? end : end + 1));
    html.remove_prefix(form.size());
    // Image data and the paths of drawings would overflow the recursion of std::regex.
    if (const std::size_t data = form.find("base64,"); data != std::string::npos) form.erase(data, form.find('"', data) - data);
    if (const std::size_t path = form.find(" d=\""); path != std::string::npos) form.erase(path + 4, form.find('"', path + 4) - path - 4);
    std::smatch match;
    if (!std::regex_match(form, match, tag)) return "malformed tag: " + form.substr(0, 200);
    const std::string attributes = match[3];
    if (std::regex_search(attributes, stray_ampersand)) return "stray & in: " + attributes;
    std::set<std::string> names;
    for (std::sregex_iterator at(attributes.begin(), attributes.end(), attribute), last; at != last; ++at) {
      if (!names.insert((*at)[1]).second) return "attribute twice in: " + attributes;
    }
    std::smatch id;
    if (std::regex_search(attributes, id, identity) && !ids.insert(id[1]).second) return "id twice: " + id[1].str();
    if (match[1].length() != 0) {
      if (open.empty() || open.back() != match[2]) return "</" + match[2].str() + "> closes <" + (open.empty() ? "" : open.back()) + ">";
      open.pop_back();
    } else if (match[4].length() == 0) {
      open.push_back(match[2]);
    }
  }
  return open.empty() ? std::string() : "<" + open.back() + "> is never closed";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

/// First captured group of every match, in order.
inline std::vector<std::string> captures(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), last; at != last; ++at)
    found.push_back((*at)[1]);
  return found;
}

}  // namespace memcosim::test
