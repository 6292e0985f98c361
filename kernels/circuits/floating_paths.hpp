// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"

namespace memcosim {

/// How firmly lines are held: the resistance of the best path found from any node of a line to a terminal, ohm, word lines first. A current
/// into a line moves no voltage by more than itself times that resistance (Rayleigh: what is left out of the path would only lower it).
/// Infinite for lines without a path.
std::vector<double> path_ohms(const CircuitEquations& equations);

}  // namespace memcosim
