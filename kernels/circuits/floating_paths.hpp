// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"

namespace memcosim {

/// Resistance of the best path found from any node of a line to a terminal, ohm, word lines first. A current into a line changes no voltage
/// by more than the current times that resistance (Rayleigh: the conductances left out of the path would only lower it). Infinite for lines
/// without a path.
std::vector<double> path_ohms(const CircuitEquations& equations);

}  // namespace memcosim
