// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"

namespace memcosim {

class ConfigNode;

/// Fault of a cell.
enum class CellFault : std::uint8_t {
  none,
  stuck_low_resistance,   ///< the highest conductance of the cell
  stuck_high_resistance,  ///< the lowest
  unformed,               ///< never formed, or its line is open: conductance far below the lowest
};

/// The conductances of stuck cells, S; negative: the end of the cell's range.
struct StuckConductances {
  double low_resistance_s = -1.0;
  double high_resistance_s = -1.0;
  double unformed_s = 0.0;

  MEMCOSIM_HD double of(CellFault fault, double g, const ConductanceRange& range) const {
    switch (fault) {
      case CellFault::stuck_low_resistance:
        return low_resistance_s >= 0.0 ? low_resistance_s : range.high;
      case CellFault::stuck_high_resistance:
        return high_resistance_s >= 0.0 ? high_resistance_s : range.low;
      case CellFault::unformed:
        return unformed_s;
      default:
        return g;
    }
  }
};

/// Which cells are stuck. Later kinds override earlier ones where they meet: single cells, clusters, lines, map.
struct FaultSpec {
  /// Each cell by its own draw.
  double low_resistance_share = 0.0;
  double high_resistance_share = 0.0;
  double unformed_share = 0.0;

  /// Runs of neighbours: a run starts at each cell with this probability and goes on along its row or column, to the array's border.
  struct Clusters {
    double probability = 0.0;
    std::uint32_t length = 2;
    bool along_rows = true;
    CellFault fault = CellFault::stuck_low_resistance;
  };
  Clusters clusters;

  /// Whole lines, each by its own draw.
  struct Lines {
    double word_line_share = 0.0;
    double bit_line_share = 0.0;
    CellFault fault = CellFault::unformed;
  };
  Lines lines;

  /// Cells named by the user.
  struct Mapped {
    static constexpr std::uint32_t every_array = 0xffffffffu;
    std::uint32_t array = every_array;
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    CellFault fault = CellFault::none;
  };
  std::vector<Mapped> map;

  bool is_off() const;
};

/// The fault of every cell of an array (row-major), or nothing when no cell has one. `array` addresses the draws, and the map's cells.
/// Throws InputError for a map that names a cell outside of the array.
std::vector<CellFault> make_faults(const FaultSpec& spec, std::uint32_t rows, std::uint32_t columns, std::uint64_t seed,
                                   std::uint32_t array);

/// Reads `faults: {low_resistance_share, high_resistance_share, unformed_share, clusters: {probability, length, along, fault},
/// lines: {word_line_share, bit_line_share, fault}, map: {file, array}, low_resistance, high_resistance, unformed}`.
/// The map is CSV with the header `row,column,fault` or `array,row,column,fault` (from 0; fault: low_resistance, high_resistance,
/// unformed, none), or .npy of rows x columns with 0 none, 1 low_resistance, 2 high_resistance, 3 unformed. A map without array column
/// belongs to map.array: a number, or all.
/// `stuck` holds the preset's values on entry. The word 'range' stands for the end of the cell's range.
FaultSpec read_faults(const ConfigNode& device, const FaultSpec& fallback, StuckConductances& stuck);
void check(const FaultSpec& spec);
void check(const StuckConductances& stuck);

/// Reads a conductance, or the word 'range' (the end of the cell's range), which is returned as -1.
double read_conductance_or_range(const ConfigNode& node, const char* key, double fallback);

}  // namespace memcosim
