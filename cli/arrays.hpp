// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/state_file.hpp"
#include "memcosim/networks/compiled_network.hpp"

namespace memcosim {

/// Makes the array of every tile: tile t in array t.
void create_arrays(const RunSpec& spec, const MappingPlan& plan, Backend& backend);

/// Chooses the LSBs on arrays that hold their targets exactly, as a designer would before any chip exists, and puts the cells back into
/// their initial state.
std::vector<StageReadout> calibrate_on_targets(const RunSpec& spec, const CompiledNetwork& compiled, Backend& backend,
                                               const ImageSet& calibration);

/// Sets the targets directly; returns the number of cells that cannot hold theirs.
std::size_t set_targets(const MappingPlan& plan, Backend& backend);
/// Sets a measured map, arrays x rows x columns in S. Throws InputError when the file has another shape or impossible values.
std::size_t set_conductance_map(const std::filesystem::path& file, const MappingPlan& plan, Backend& backend);
/// Restores saved cells. Throws InputError when the state belongs to something else.
void restore_state(const ProgrammedState& state, const std::string& fingerprint, const std::filesystem::path& file, const MappingPlan& plan,
                   Backend& backend);

}  // namespace memcosim
