// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/cell_models.hpp"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/describe_cell.hpp"

namespace memcosim {

namespace {

template <typename... Models>
std::deque<CellModel> rows(CellModelList<Models...>) {
  return {describe_cell<Models>()...};
}

std::deque<CellModel>& table() {
  static std::deque<CellModel> models = rows(CellModels{});
  return models;
}

}  // namespace

const std::deque<CellModel>& cell_models() {
  return table();
}

const CellModel& cell_model(const std::string& name) {
  std::vector<std::string> names;
  for (const CellModel& model : cell_models()) {
    if (name == model.name) return model;
    names.emplace_back(model.name);
  }
  const auto nearest = nearest_name(name, names);
  throw InputError(fmt::format("unknown cell model '{}'{}; known: {}", name, nearest ? fmt::format(", did you mean '{}'?", *nearest) : "",
                               fmt::join(names, ", ")));
}

void register_cell_model(const CellModel& model) {
  for (const CellModel& known : table()) {
    if (std::string(model.name) == known.name) throw InputError(fmt::format("a cell model '{}' exists already", model.name));
  }
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    if (!(info.fallback >= info.range.low && info.fallback <= info.range.high)) {
      throw InputError(fmt::format("cell model '{}': the default of '{}' is outside of its range", model.name, info.name));
    }
  }
  table().push_back(model);
}

ConductanceRange conductance_range(const CellModel& model, const CellParameters& p, const CellCircuit& circuit) {
  const double low = model.conductance(p, circuit, model.state_low(p));
  const double high = model.conductance(p, circuit, model.state_high(p));
  return {std::min(low, high), std::max(low, high)};
}

}  // namespace memcosim
