// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "memcosim/common/units.hpp"

namespace memcosim {

/// One reported number: name, SI unit, one-line meaning.
struct Statistic {
  std::string name;
  Dimension dimension;
  std::string meaning;
  std::variant<double, std::uint64_t, std::string> value;
};

/// A named group of statistics and sub-groups, in insertion order: a node of summary.json. Adding a name twice is a programming error
/// (std::logic_error), as is a non-finite double, so that no NaN reaches a file.
class StatisticGroup {
 public:
  explicit StatisticGroup(std::string name = "") : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

  void add(std::string name, double value, Dimension dimension, std::string meaning);
  void add_count(std::string name, std::uint64_t value, std::string meaning);
  void add_text(std::string name, std::string value, std::string meaning);
  /// Finds or appends a sub-group.
  StatisticGroup& group(std::string_view name);

  const std::vector<Statistic>& statistics() const { return statistics_; }
  const std::vector<std::unique_ptr<StatisticGroup>>& groups() const { return groups_; }
  /// The statistic at a dotted path ("energy.adc"), or null.
  const Statistic* find(std::string_view path) const;
  /// The sub-group at a dotted path ("energy.inference"), or null.
  const StatisticGroup* find_group(std::string_view path) const;

  /// JSON text: {"name": {"value": .., "unit": "J", "meaning": ".."}, "group": {...}}; deterministic, shortest round-trip numbers.
  std::string to_json() const;

 private:
  std::string name_;
  std::vector<Statistic> statistics_;
  std::vector<std::unique_ptr<StatisticGroup>> groups_;
};

}  // namespace memcosim
