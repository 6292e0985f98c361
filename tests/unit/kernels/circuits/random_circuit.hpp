// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim::test {

/// What a random circuit may contain.
struct CircuitKinds {
  double decades = 3.0;     ///< spread of every resistance about 1 kohm, decades in all
  bool zero_wires = false;  ///< ideal segments and terminals among the others
  bool open_cells = false;  ///< a fifth of the cells
  bool floating = false;    ///< lines without a terminal; else every line has one or two
  bool both_ends = true;
};

struct RandomCircuit {
  CrossbarCircuit circuit;
  TerminalVoltages voltages;  ///< -1 to 1 V at every terminal
};

/// The same circuit for the same seed. Never a line without any resistance between two terminals, so every current is determined.
RandomCircuit random_circuit(std::uint32_t rows, std::uint32_t columns, const CircuitKinds& kinds, unsigned seed);

/// Uniform conductances between 1/r_off and 1/r_on; word lines driven at their start by 0 to 1 V, bit lines sensed at 0 V at their end;
/// `ohm` in every segment and terminal.
RandomCircuit read_circuit(std::uint32_t rows, std::uint32_t columns, double ohm, double r_on, double r_off, unsigned seed);

}  // namespace memcosim::test
