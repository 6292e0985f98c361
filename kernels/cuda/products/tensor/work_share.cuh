// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/tensor_kernels.cuh"

// Which vectors and columns thread blocks and threads have. Persistent blocks share the work: no block has more than one unit more than
// another (or one block column, where these are not split), and each block runs through its units without a break.

namespace memcosim::cuda {

/// Which vectors and columns a block of a product has; blocks with the same vectors are neighbours and find the inputs in the cache.
struct BlockCoords {
  std::uint32_t block_column;  ///< in the product
  std::uint32_t first_strip;   ///< of the block, in its block column
  std::size_t first_vector;

  __device__ __forceinline__ BlockCoords(std::uint32_t column, std::uint32_t strip, std::size_t vector)
      : block_column(column), first_strip(strip), first_vector(vector) {}
  template <typename Shape>
  __device__ __forceinline__ BlockCoords(const TensorWork& work, Shape, std::uint32_t block) {
    const std::uint32_t blocks_of_column = work.strips / Shape::strips;
    const std::uint32_t index = block % (work.block_columns * blocks_of_column);
    block_column = index / blocks_of_column;
    first_strip = index % blocks_of_column * Shape::strips;
    first_vector = std::size_t{block / (work.block_columns * blocks_of_column)} * Shape::vectors;
  }
};

/// Makes a number that is the same in the whole warp warp-uniform for the compiler.
__device__ __forceinline__ std::uint32_t uniform(std::uint32_t number) {
  return __shfl_sync(0xffffffffu, number, 0);
}

/// Vectors and columns of one thread.
struct ThreadCoords : BlockCoords {
  std::uint32_t row;          ///< of vector g in the block's inputs
  std::uint32_t t;            ///< in the group of four threads (PTX: threadID_in_group)
  std::uint32_t warp_column;  ///< of the block's warps
  std::uint32_t warp_strip;   ///< first of the warp, in its block column
  std::uint64_t first_event;  ///< of vector g

  template <typename Shape>
  __device__ __forceinline__ ThreadCoords(const TensorWork& work, Shape shape)
      : ThreadCoords(work, shape, {work, shape, blockIdx.x}, threadIdx.x) {}
  /// `thread`: of those that multiply.
  template <typename Shape>
  __device__ __forceinline__ ThreadCoords(const TensorWork& work, Shape, const BlockCoords& block, std::uint32_t thread)
      : BlockCoords(block) {
    const std::uint32_t warp = uniform(thread / 32);
    const std::uint32_t lane = thread % 32;
    row = warp % (Shape::vectors / 16) * 16 + lane / 4;
    t = lane % 4;
    warp_column = warp / (Shape::vectors / 16);
    warp_strip = first_strip + warp_column * Shape::warp_strips;
    first_event = work.first_event + vector() * work.event_stride;
  }
  /// Moves to the same vector and columns of the next block of vectors.
  __device__ __forceinline__ void advance(const TensorWork& work, std::uint32_t vectors) {
    first_vector += vectors;
    first_event += vectors * work.event_stride;
  }
  __device__ __forceinline__ std::size_t vector() const { return first_vector + row; }  ///< vector g
  /// Of vector g or g + 8.
  __device__ __forceinline__ std::uint64_t event(const TensorWork& work, unsigned half) const {
    std::uint64_t event = first_event;
    asm volatile("" : "+l"(event));  // recomputed each time instead of kept in registers
    return event + half * 8 * work.event_stride;
  }
};

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
