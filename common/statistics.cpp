// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace memcosim {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const StatisticGroup& group) {
  Json object = Json::object();
  for (const Statistic& statistic : group.statistics()) {
    Json& entry = object[statistic.name];
    std::visit([&](const auto& value) { entry["value"] = value; }, statistic.value);
    entry["unit"] = unit_symbol(statistic.dimension);
    entry["meaning"] = statistic.meaning;
  }
  for (const auto& child : group.groups())
    object[child->name()] = json_of(*child);
  return object;
}

/// A statistic and a sub-group of the same name would be the same key of the JSON object.
void require_new_name(const StatisticGroup& group, std::string_view name, bool against_groups) {
  const auto& statistics = group.statistics();
  bool taken = std::any_of(statistics.begin(), statistics.end(), [&](const Statistic& one) { return one.name == name; });
  if (against_groups) {
    const auto& groups = group.groups();
    taken = taken || std::any_of(groups.begin(), groups.end(), [&](const auto& one) { return one->name() == name; });
  }
  if (taken) throw std::logic_error("statistic \"" + std::string(name) + "\" added twice to group \"" + group.name() + "\"");
  if (name.empty()) throw std::logic_error("a statistic or sub-group of \"" + group.name() + "\" has no name");
}

}  // namespace

void StatisticGroup::add(std::string name, double value, Dimension dimension, std::string meaning) {
  require_new_name(*this, name, true);
  if (!std::isfinite(value)) throw std::logic_error("statistic \"" + name + "\" of group \"" + name_ + "\" is not finite");
  statistics_.push_back({std::move(name), dimension, std::move(meaning), value});
}

void StatisticGroup::add_count(std::string name, std::uint64_t value, std::string meaning) {
  require_new_name(*this, name, true);
  statistics_.push_back({std::move(name), Dimension::dimensionless, std::move(meaning), value});
}

void StatisticGroup::add_text(std::string name, std::string value, std::string meaning) {
  require_new_name(*this, name, true);
  statistics_.push_back({std::move(name), Dimension::dimensionless, std::move(meaning), std::move(value)});
}

StatisticGroup& StatisticGroup::group(std::string_view name) {
  for (const auto& child : groups_) {
    if (child->name() == name) return *child;
  }
  require_new_name(*this, name, false);
  groups_.push_back(std::make_unique<StatisticGroup>(std::string(name)));
  return *groups_.back();
}

const Statistic* StatisticGroup::find(std::string_view path) const {
  for (const Statistic& statistic : statistics_) {
    if (statistic.name == path) return &statistic;
  }
  // Names can contain dots (those of network layers do), so every sub-group whose name is a prefix is searched.
  for (const auto& child : groups_) {
    const std::string& prefix = child->name();
    if (path.size() <= prefix.size() || path.substr(0, prefix.size()) != prefix || path[prefix.size()] != '.') continue;
    if (const Statistic* found = child->find(path.substr(prefix.size() + 1))) return found;
  }
  return nullptr;
}

const StatisticGroup* StatisticGroup::find_group(std::string_view path) const {
  for (const auto& child : groups_) {
    const std::string& prefix = child->name();
    if (path == prefix) return child.get();
    if (path.size() <= prefix.size() || path.substr(0, prefix.size()) != prefix || path[prefix.size()] != '.') continue;
    if (const StatisticGroup* found = child->find_group(path.substr(prefix.size() + 1))) return found;
  }
  return nullptr;
}

std::string StatisticGroup::to_json() const {
  // Texts can come from user files (node names): bytes that are not UTF-8 become U+FFFD, so that they cause no exception at the end of a
  // run.
  return json_of(*this).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace memcosim
