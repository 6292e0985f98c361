// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/kernels/arrays/cell_array_state.hpp"
#include "memcosim/kernels/arrays/programming_counts.hpp"

namespace memcosim {

/// Statistics of the programming of one array. Saved with its state, so that a run from a saved state reports the same programming as the
/// run that made it.
struct ProgrammingRecord : ProgrammingCounts {
  double duration_s = 0.0;
  std::vector<std::uint64_t> pulse_histogram;  ///< element i: number of cells that needed i pulses
  double residual_square_sum = 0.0;            ///< S^2, over the written cells
};

/// One programmed array.
struct ArrayState {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  CellArrayState cells;  ///< Backend::state()
  ProgrammingRecord programming;
};

/// Programmed arrays of one run (`--save-state`, `--load-state`).
struct ProgrammedState {
  std::string fingerprint;          ///< state_fingerprint(); a state with another one is refused
  double programming_time_s = 0.0;  ///< of the whole chip, including the loading of targets
  std::vector<ArrayState> arrays;
};

/// 64-bit FNV-1a hash of a text, for ProgrammedState::fingerprint; `before`: hash of the preceding text.
std::uint64_t fingerprint64(std::string_view text, std::uint64_t before = 0xcbf29ce484222325u);

/// File format, version 3: the line "memcosim-state 3", a line with the length of a JSON header, the header (fingerprint, arrays with their
/// history and programming records), for each array in order the cell states as little-endian float64 and the pulse counts (if the header
/// says that there are any) as uint32, and the CRC-32 of all before it.
std::string to_state_file(const ProgrammedState& state);
/// Throws InputError naming the file for another version, damage or truncation.
ProgrammedState read_state_file(const std::filesystem::path& file);

}  // namespace memcosim
