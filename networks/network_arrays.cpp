// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/network_arrays.hpp"

#include <stdexcept>

#include "memcosim/networks/mapping.hpp"

namespace memcosim {

void create_arrays(const MappingPlan& plan, const CellSpec& cell, double read_voltage_v, Backend& backend) {
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    ArrayConfig config;
    config.rows = plan.array_rows;
    config.columns = plan.array_columns;
    config.cell = cell;
    config.window = plan.window;
    config.read_voltage_v = read_voltage_v;
    config.stream = tile;
    if (backend.create_array(config) != tile) throw std::logic_error("create_arrays: the backend already has arrays");
  }
}

std::size_t program_ideally(const MappingPlan& plan, Backend& backend) {
  std::size_t clipped = 0;
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile)
    clipped += backend.set_conductance(tile, target_conductances(plan, tile));
  return clipped;
}

}  // namespace memcosim
