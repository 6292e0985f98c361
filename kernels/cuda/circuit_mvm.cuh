// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/kernels/cuda/mvm_work.cuh"
#include "memcosim/kernels/level_matrix.hpp"

namespace memcosim::cuda {

/// Products of an array whose cells are not linear and lie behind resistive lines (LevelMatrix::circuit): every vector and slice is a
/// circuit, solved as CellCircuits does; conversion and noise are those of ReferenceMvm, in double precision. What the drivers deliver is
/// the sum of voltage times current over the word lines. Results agree with ReferenceMvm to 1e-9 of the full scale; a vector that conjugate
/// gradients cannot solve is left (MvmWork::unsolved). Null where the cells have no common law (common_law.hpp) or the lines are too many.
/// `used_columns` as in MvmBatch. Copies to the current GPU.
std::unique_ptr<ArrayMvm> make_circuit_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed,
                                           std::uint32_t stream, std::uint32_t used_columns);

}  // namespace memcosim::cuda
