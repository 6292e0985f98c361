// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/mapping/network_arrays.hpp"

#include <stdexcept>

#include "memcosim/networks/mapping/mapping.hpp"

namespace memcosim {

ArrayConfig tile_array(const MappingPlan& plan, std::uint32_t tile, const CellSpec& cell, double read_voltage_v, const ArrayWires& wires) {
  ArrayConfig config;
  config.rows = plan.array_rows;
  config.columns = plan.array_columns;
  config.cell = cell;
  config.window = plan.window;
  config.read_voltage_v = read_voltage_v;
  config.wires = wires;
  config.stream = tile;
  return config;
}

void create_arrays(const MappingPlan& plan, const CellSpec& cell, double read_voltage_v, CellStore& cells, const ArrayWires& wires,
                   const OnProgress& on_progress) {
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    if (cells.create_array(tile_array(plan, tile, cell, read_voltage_v, wires)) != tile)
      throw std::logic_error("create_arrays: the store already has arrays");
    if (on_progress) on_progress(tile + 1, plan.tiles.size());
  }
}

std::size_t program_ideally(const MappingPlan& plan, CellStore& cells, const OnProgress& on_progress) {
  std::size_t clipped = 0;
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    clipped += cells.set_conductance(tile, target_conductances(plan, tile));
    if (on_progress) on_progress(tile + 1, plan.tiles.size());
  }
  return clipped;
}

}  // namespace memcosim
