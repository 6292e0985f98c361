// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "memcosim/devices/cell_circuit.hpp"
#include "memcosim/kernels/cell_array.hpp"

namespace memcosim::cuda {

/// The shape that the currents of all cells have as CellArray::tangent() says them: I = G V_read s(V) / s(V_read), G what a read sees of
/// the cell. Never CurrentLaw::Kind::model. Nothing where there is no such shape: behind access devices, for models with a current of their
/// own (stanford_pku has one where its v_0 does not vary), or where some cell conducts otherwise than the rest.
std::optional<CurrentLaw> common_law(const CellArray& cells);

}  // namespace memcosim::cuda
