// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/tensor_work.cuh"

// Work distribution of persistent thread blocks: no block has more than one unit more than another (or one block column, where these are
// not split), and each block runs through its units without a break.

namespace memcosim::cuda {

/// A unit of work: a pass for a block of vectors. Units come in the order of the passes, for one block of vectors after the other.
struct WorkUnit {
  std::uint32_t pass;
  std::uint32_t vector_block;

  __device__ void advance(const TensorWork& work) {
    if (++pass < work.pass_count) return;
    pass = 0;
    ++vector_block;
  }
  __device__ bool begins_column(const TensorWork& work) const { return work.first_pass[work.passes[pass].pass.block_column] == pass; }
};

/// Share of each of `blocks` thread blocks: the units from its first one to the first one of the next block.
struct WorkShares {
  std::uint32_t vectors;  ///< of a block of vectors
  std::uint32_t blocks;
  bool whole_columns;  ///< block columns are not split: sums continue from pass to pass

  __host__ __device__ std::uint64_t vector_blocks(const TensorWork& work) const { return (work.count + vectors - 1) / vectors; }
  /// Smallest shares (grains) into which a block of vectors can be split.
  __host__ __device__ std::uint32_t grains(const TensorWork& work) const { return whole_columns ? work.block_columns : work.pass_count; }
  __device__ WorkUnit first_of(const TensorWork& work, std::uint32_t block) const {
    const std::uint32_t each = grains(work);
    const std::uint64_t grain = vector_blocks(work) * each * block / blocks;
    const auto vector_block = static_cast<std::uint32_t>(grain / each);
    const auto rest = static_cast<std::uint32_t>(grain - std::uint64_t{vector_block} * each);
    return {whole_columns ? work.first_pass[rest] : rest, vector_block};
  }
  /// Number of units of a block; the launching code ensures that it is below 2^31.
  __device__ std::uint32_t units(const TensorWork& work, std::uint32_t block) const {
    const WorkUnit begin = first_of(work, block);
    const WorkUnit end = first_of(work, block + 1);
    return (end.vector_block - begin.vector_block) * work.pass_count + end.pass - begin.pass;
  }
};

}  // namespace memcosim::cuda
