// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/products/mapping_plan.hpp"

namespace memcosim {

/// Makes the arrays of a plan on a backend that has none yet (std::logic_error otherwise): tile t becomes array t, with random stream t.
void create_arrays(const MappingPlan& plan, const CellSpec& cell, double read_voltage_v, Backend& backend);

/// Sets every array to its target conductances without write pulses. Returns the number of cells that could not hold their target.
std::size_t program_ideally(const MappingPlan& plan, Backend& backend);

}  // namespace memcosim
