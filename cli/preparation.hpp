// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/state_file.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/backend.hpp"
#include "memcosim/networks/compiled_network.hpp"

namespace memcosim {

/// What a run reads before it makes its arrays: the files that the configuration names, read and compared with each other, and the network
/// mapped onto arrays.
struct Preparation {
  ImageSet calibration;
  CompiledNetwork compiled;
  ImageSet images;
  std::unique_ptr<Backend> backend;         ///< without arrays
  std::optional<NpyArray> conductance_map;  ///< of programming.method: map
  std::optional<ProgrammedState> state;     ///< of --load-state
};

/// The stages that `output.sums` names. Throws InputError for a name that the network does not have.
std::set<std::uint32_t> recorded_stages(const RunSpec& spec, const MappingPlan& plan);

/// `load_state`: empty for none; `backend`: spec.backend, with what is known while running alone; `on_ranges`: told of the images from
/// which the ranges of activations are taken. Throws InputError naming the file or the key that is wrong.
Preparation prepare_run(const RunSpec& spec, const std::filesystem::path& load_state, const BackendOptions& backend,
                        const OnProgress& on_ranges = {});

/// Makes the first array and its macro, to learn whether they can be made; for `memcosim check`, in whose process nothing else is
/// elaborated. Leaves an array in the backend. Throws InputError.
void try_first_macro(const RunSpec& spec, const Preparation& prepared);

}  // namespace memcosim
