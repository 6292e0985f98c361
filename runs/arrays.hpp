// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "memcosim/common/files.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"
#include "memcosim/runs/results/state_file.hpp"
#include "memcosim/runs/run_spec.hpp"

namespace memcosim {

// In all functions of this file `on_progress` counts arrays.

/// Configuration of the array that holds a tile.
ArrayConfig array_config(const RunSpec& spec, const MappingPlan& plan, std::uint32_t tile);

/// Chooses the LSBs of the converters on temporary arrays of nominal cells that hold their targets exactly, as a designer does before a
/// chip exists, and sets the readout of every stage. Progress is shown unless `quiet`.
std::vector<StageReadout> calibrate_on_targets(const RunSpec& spec, CompiledNetwork& compiled, const ImageSet& calibration, bool quiet);

/// Sets the targets with the finite number of states and the programming error of the device; returns the number of clipped cells.
std::size_t program_targets(const MappingPlan& plan, CellStore& cells, const OnProgress& on_progress = {});
/// Reads a measured map, arrays x rows x columns in S. Throws InputError for another shape and for negative or non-finite values.
NpyArray read_conductance_map(const std::filesystem::path& file, const MappingPlan& plan);
/// Sets such a map exactly; returns the number of clipped cells.
std::size_t set_conductance_map(const NpyArray& map, const MappingPlan& plan, CellStore& cells, const OnProgress& on_progress = {});
/// Throws InputError, naming the file, if the fingerprint or the shape of the state differs from that of this run.
void check_state(const ProgrammedState& state, const std::string& fingerprint, const std::filesystem::path& file, const MappingPlan& plan);
/// Loads the cells of a state that check_state() has accepted into the arrays.
void restore_state(const ProgrammedState& state, CellStore& cells);

}  // namespace memcosim
