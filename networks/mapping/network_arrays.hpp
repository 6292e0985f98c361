// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"

namespace memcosim {

// `on_progress` counts arrays.

/// Configuration of the array that holds a tile; the number of the tile is its random stream.
ArrayConfig tile_array(const MappingPlan& plan, std::uint32_t tile, const CellSpec& cell, double read_voltage_v,
                       const ArrayWires& wires = {});

/// Makes the arrays of a plan in a store that has none yet (std::logic_error otherwise): tile t becomes array t.
void create_arrays(const MappingPlan& plan, const CellSpec& cell, double read_voltage_v, CellStore& cells, const ArrayWires& wires = {},
                   const OnProgress& on_progress = {});

/// Sets every array to its target conductances without write pulses. Returns the number of cells that could not hold their target.
std::size_t program_ideally(const MappingPlan& plan, CellStore& cells, const OnProgress& on_progress = {});

}  // namespace memcosim
