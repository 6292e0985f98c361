// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/state_file.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/networks/compiled_network.hpp"

namespace memcosim {

// `on_progress` counts arrays.

/// The array of a tile.
ArrayConfig array_config(const RunSpec& spec, const MappingPlan& plan, std::uint32_t tile);
/// Makes the array of every tile: tile t in array t.
void create_arrays(const RunSpec& spec, const MappingPlan& plan, Backend& backend, const OnProgress& on_progress = {});

/// Chooses the LSBs as a designer would before any chip exists, on arrays of nominal cells that hold their targets exactly, and sets the
/// readout of every array of `backend`. Progress is shown unless `quiet`.
std::vector<StageReadout> calibrate_on_targets(const RunSpec& spec, const CompiledNetwork& compiled, Backend& backend,
                                               const ImageSet& calibration, bool quiet);

/// Sets the targets directly; returns the number of cells that cannot hold theirs.
std::size_t set_targets(const MappingPlan& plan, Backend& backend, const OnProgress& on_progress = {});
/// Sets the targets through the device's finite states and its law of programming error; returns the number of clipped cells.
std::size_t program_targets(const MappingPlan& plan, Backend& backend, const OnProgress& on_progress = {});
/// A measured map, arrays x rows x columns in S. Throws InputError when the file has another shape or impossible values.
NpyArray read_conductance_map(const std::filesystem::path& file, const MappingPlan& plan);
/// Sets such a map; returns the number of cells that cannot hold their conductance.
std::size_t set_conductance_map(const NpyArray& map, const MappingPlan& plan, Backend& backend, const OnProgress& on_progress = {});
/// Throws InputError, naming the file, when the state belongs to something else.
void check_state(const ProgrammedState& state, const std::string& fingerprint, const std::filesystem::path& file, const MappingPlan& plan);
/// Restores saved cells of such a state.
void restore_state(const ProgrammedState& state, Backend& backend);

}  // namespace memcosim
