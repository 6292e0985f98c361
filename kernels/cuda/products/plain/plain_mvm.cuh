// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

/// Products by plain multiply-add, rows from 0 up, for every readout there is. In double precision the same bits as ReferenceMvm; in single
/// precision the same bits as the cpu backend, save for cells with a non-linear current, which every backend computes in double. The matrix
/// must not be that of a circuit (LevelMatrix::circuit). `used_columns` as in ProductPart. Copies the matrix to the current GPU.
std::unique_ptr<ArrayMvm> make_plain_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, bool single_precision, std::uint64_t seed,
                                         std::uint32_t stream, std::uint32_t used_columns);

}  // namespace memcosim::cuda
