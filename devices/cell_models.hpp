// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/ohmic_cell.hpp"
#include "memcosim/devices/vteam_cell.hpp"

namespace memcosim {

template <typename... Models>
struct CellModelList {};

/// The table of cell models: a new model is its file and one name here.
using CellModels = CellModelList<OhmicCell, VteamCell>;

namespace detail {

template <typename Visitor, typename First, typename... Rest>
auto visit_cell_model(const std::string& name, Visitor&& visitor, CellModelList<First, Rest...>) -> decltype(visitor(First{})) {
  if constexpr (sizeof...(Rest) > 0) {
    if (name != First::name) return visit_cell_model(name, std::forward<Visitor>(visitor), CellModelList<Rest...>{});
  }
  return visitor(First{});
}

}  // namespace detail

/// Calls visitor(Model{}) with the model of that name. Throws InputError naming the nearest model.
template <typename Visitor>
auto visit_cell_model(const std::string& name, Visitor&& visitor) {
  const CellModelInfo& info = cell_model(name);
  return detail::visit_cell_model(info.name, std::forward<Visitor>(visitor), CellModels{});
}

}  // namespace memcosim
