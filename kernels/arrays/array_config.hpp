// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/kernels/arrays/array_wires.hpp"

namespace memcosim {

using ArrayId = std::uint32_t;       ///< dense, in order of creation
using StateVersion = std::uint64_t;  ///< rises with each change of an array's conductances

/// A crossbar array to be created: its size, its cells, and the lines that connect them. `window` gives the conductances of the levels, S;
/// every cell of the array follows the one specification `cell`, with its own random draws.
struct ArrayConfig {
  std::uint32_t rows = 0;     ///< word lines
  std::uint32_t columns = 0;  ///< physical bit lines
  CellSpec cell;
  ConductanceWindow window;
  double read_voltage_v = 0.0;  ///< V, above 0: conductances are current over voltage at this voltage
  ArrayWires wires;             ///< resistances of the lines; by default ideal
  std::uint32_t stream = 0;     ///< array part of the addresses of random draws, below 2^24: arrays with the same number draw the same
};

/// Throws InputError that says what is impossible and what would be possible.
void check(const ArrayConfig& config);
/// The conductance window must lie within the range of the nominal cell at this read voltage; else InputError.
void check_window(const ConductanceWindow& window, const CellSpec& cell, double read_voltage_v);

}  // namespace memcosim
