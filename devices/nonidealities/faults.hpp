// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace memcosim {

/// What a cell is stuck at.
enum class CellFault : std::uint8_t {
  none,
  stuck_low_resistance,   ///< the highest conductance of the cell
  stuck_high_resistance,  ///< the lowest
  unformed,               ///< never formed: far below the lowest
};

struct FaultSpec {};

/// The fault of every cell of an array (row-major), or nothing when no cell has one. `array` addresses the draws.
std::vector<CellFault> make_faults(const FaultSpec& spec, std::uint32_t rows, std::uint32_t columns, std::uint64_t seed,
                                   std::uint32_t array);

}  // namespace memcosim
