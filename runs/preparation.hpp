// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "memcosim/common/files.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"
#include "memcosim/runs/results/state_file.hpp"
#include "memcosim/runs/run_spec.hpp"

namespace memcosim {

/// Everything that a run reads before it creates its arrays: the files named in the configuration, checked against each other, and the
/// network mapped onto arrays.
struct Preparation {
  ImageSet calibration;
  CompiledNetwork compiled;
  ImageSet images;
  std::unique_ptr<Backend> backend;         ///< no arrays yet
  std::optional<NpyArray> conductance_map;  ///< of programming.method: map
  std::optional<ProgrammedState> state;     ///< of --load-state
};

/// Indices of the stages whose sums `output.sums` asks for. Throws InputError for a name that the network does not have.
std::set<std::uint32_t> recorded_stages(const RunSpec& spec, const MappingPlan& plan);

/// `load_state`: empty for none; `backend`: spec.backend, to which a run adds its stop token; `on_ranges`: progress over the images from
/// which the ranges of activations are taken. Throws InputError naming the file or the key that is wrong.
Preparation prepare_run(const RunSpec& spec, const std::filesystem::path& load_state, const BackendOptions& backend,
                        const OnProgress& on_ranges = {});

struct DigitalBlocks;

/// Creates the first array and its macro to find faults that only show then; for `memcosim check`, which elaborates nothing else in its
/// process. The array stays in the backend. `own`: digital blocks of the program, or null. Throws InputError.
void try_first_macro(const RunSpec& spec, const Preparation& prepared, const DigitalBlocks* own = nullptr);

}  // namespace memcosim
