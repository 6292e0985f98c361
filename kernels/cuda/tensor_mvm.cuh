// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/kernels/cuda/mvm_work.cuh"
#include "memcosim/kernels/level_matrix.hpp"

namespace memcosim::cuda {

/// Products on tensor cores (MvmBank): the bits of ReferenceMvm. Null where they cannot take the matrix or the readout. Copies to the
/// current GPU.
std::unique_ptr<ArrayMvm> make_tensor_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed,
                                          std::uint32_t stream);

}  // namespace memcosim::cuda
