// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "memcosim/common/config.hpp"

namespace memcosim {
namespace {

/// Normalises a name for comparison: lower case, and one kind of dash.
std::string folded(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ') c = '_';
  }
  return text;
}

/// Edit distance that counts swapped adjacent letters as one edit (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(current);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view wrong, const std::vector<std::string>& names) {
  constexpr std::size_t longest = 200;  // no name is longer, and the distance costs the product of both lengths
  if (wrong.size() > longest) return std::nullopt;
  const std::string sought = folded(wrong);
  std::optional<std::string> nearest;
  std::size_t allowed = std::max<std::size_t>(1, sought.size() / 3);
  for (const std::string& name : names) {
    const std::size_t apart = name.size() > sought.size() ? name.size() - sought.size() : sought.size() - name.size();
    if (name.size() > longest || apart > allowed) continue;
    const std::size_t distance = edit_distance(sought, folded(name));
    // A single letter is one edit from every other single letter: no hint.
    if (distance > allowed || (distance > 0 && distance >= name.size())) continue;
    nearest = name;
    if (distance == 0) break;
    allowed = distance - 1;
  }
  return nearest;
}

}  // namespace memcosim
