// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_models.hpp"

#include <iterator>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

template <typename Model>
CellModelInfo row() {
  static_assert(std::size(Model::parameters) <= max_cell_parameters);
  return {Model::name, Model::summary, Model::set_polarity, Model::parameters, std::size(Model::parameters)};
}

template <typename... Models>
std::vector<CellModelInfo> rows(CellModelList<Models...>) {
  return {row<Models>()...};
}

}  // namespace

const std::vector<CellModelInfo>& cell_models() {
  static const std::vector<CellModelInfo> table = rows(CellModels{});
  return table;
}

const CellModelInfo& cell_model(const std::string& name) {
  std::vector<std::string> names;
  for (const CellModelInfo& model : cell_models()) {
    if (name == model.name) return model;
    names.emplace_back(model.name);
  }
  const auto nearest = nearest_name(name, names);
  throw InputError(fmt::format("unknown cell model '{}'{}; known: {}", name, nearest ? fmt::format(", did you mean '{}'?", *nearest) : "",
                               fmt::join(names, ", ")));
}

}  // namespace memcosim
