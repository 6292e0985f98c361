// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "memcosim/devices/cell_base/cell_circuit.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"

namespace memcosim::cuda {

/// Common shape of the currents of all cells, as in CellArray::tangent(): I = G V_read s(V) / s(V_read), with G the observed conductance.
/// Never CurrentLaw::Kind::model. Nothing if there is no common shape: behind access devices, for models with a current of their own
/// (except stanford_pku if its v_0 does not vary), or if some cell conducts differently from the rest.
std::optional<CurrentLaw> common_law(const CellArray& cells);

}  // namespace memcosim::cuda
