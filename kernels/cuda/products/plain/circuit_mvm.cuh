// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

/// Products of an array of non-linear cells behind resistive lines (LevelMatrix::circuit): every vector and slice is a circuit, solved as
/// in CellCircuits; conversion and noise are those of ReferenceMvm, in double precision. The power of the drivers is the sum of voltage
/// times current over the word lines. Results agree with ReferenceMvm to 1e-9 of the full scale; a vector that conjugate gradients cannot
/// solve is marked in MvmWork::unsolved. Null if the cells have no common law (common_law.hpp) or there are too many lines. `used_columns`
/// as in ProductPart. Copies to the current GPU.
std::unique_ptr<ArrayMvm> make_circuit_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed,
                                           std::uint32_t stream, std::uint32_t used_columns);

}  // namespace memcosim::cuda
