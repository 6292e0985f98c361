// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/devices/nonidealities/nonidealities.hpp"

namespace memcosim {

/// All that must be saved to continue with the same cells later.
struct CellArrayState {
  std::vector<double> cells;          ///< state of every cell, model specific
  std::vector<std::uint32_t> pulses;  ///< pulses that every cell has had; empty where nothing depends on them
  ArrayHistory history;
};

inline bool operator==(const ArrayHistory& a, const ArrayHistory& b) {
  return a.event == b.event && a.age_s == b.age_s && a.cycles == b.cycles && a.reads == b.reads;
}
inline bool operator==(const CellArrayState& a, const CellArrayState& b) {
  return a.cells == b.cells && a.pulses == b.pulses && a.history == b.history;
}
inline bool operator!=(const CellArrayState& a, const CellArrayState& b) {
  return !(a == b);
}

}  // namespace memcosim
