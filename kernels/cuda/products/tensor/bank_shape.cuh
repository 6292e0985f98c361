// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_work.cuh"

namespace memcosim::cuda {

/// The shape of a kernel (see BankShape). column_part_count: parts of a block's warps that have columns of their own.
template <unsigned digit_count, bool tall_arrays, BankNoise bank_noise, unsigned column_part_count = 2>
struct KernelShape {
  static constexpr unsigned digits = digit_count;
  static constexpr bool tall = tall_arrays;
  static constexpr BankNoise noise = bank_noise;
  static constexpr unsigned column_parts = column_part_count;
  static constexpr std::uint32_t vectors = block_vectors(noise);
  static constexpr unsigned threads = vectors / 16 * column_parts * 32;  ///< warps for each 16 vectors and part of the columns
  static constexpr unsigned blocks = 512 / threads;                      ///< of a multiprocessor, where its memory allows
  static constexpr unsigned stages = noise == BankNoise::read ? 1 : 2;
  static constexpr bool planes = noise == BankNoise::read;  ///< codes are multiplied as Planes
  static constexpr unsigned group_columns = noise == BankNoise::read ? noisy_columns : 32;
  static constexpr unsigned tiles = group_columns / 8;  ///< of eight columns, in a group
  static constexpr unsigned warp_groups = tall ? 1 : 2;
  static constexpr unsigned groups = column_parts * warp_groups;  ///< of a block: all of a block column, or half of them
  static constexpr unsigned image_rows = group_columns * (digits + (noise == BankNoise::read ? 2 : 0));
  static constexpr std::uint32_t group_bytes = image_rows * chunk_rows;
  static constexpr std::uint32_t chunk_bytes = groups * group_bytes;
};

/// Sums of one group: digit k of tile n in digit[k][n], as the tensor cores lay them out: columns 2t and 2t + 1 of vector g, then of g + 8.
template <typename Shape>
struct GroupSums {
  std::int32_t digit[Shape::digits][Shape::tiles][4];
  std::int32_t low_squares[Shape::planes ? 2 : 1][Shape::tiles][4];  ///< times low and high bytes of variances
  std::int32_t high_squares[Shape::planes ? 2 : 1][Shape::tiles][4];
  std::int32_t codes[2];  ///< of vectors g and g + 8, where they are kept here

  __device__ std::int32_t code_sum(unsigned half) const { return codes[half]; }
  __device__ void clear() {
    set_zero(digit);
    set_zero(low_squares);
    set_zero(high_squares);
    codes[0] = codes[1] = 0;
  }

 private:
  template <unsigned count>
  __device__ static void set_zero(std::int32_t (&sums)[count][Shape::tiles][4]) {
#pragma unroll
    for (unsigned k = 0; k < count; ++k) {
#pragma unroll
      for (unsigned n = 0; n < Shape::tiles; ++n) {
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          sums[k][n][e] = 0;
      }
    }
  }
};

/// Which vectors and columns a block of a product has; blocks with the same vectors are neighbours and find the inputs in the cache.
struct BlockPlace {
  std::uint32_t block_column;  ///< in the bank
  std::uint32_t first_group;   ///< of the block, in its block column
  std::size_t first_vector;

  __device__ __forceinline__ BlockPlace(std::uint32_t column, std::uint32_t group, std::size_t vector)
      : block_column(column), first_group(group), first_vector(vector) {}
  template <typename Shape>
  __device__ __forceinline__ BlockPlace(const BankWork& work, Shape, std::uint32_t block) {
    const std::uint32_t parts = work.groups / Shape::groups;
    const std::uint32_t part = block % (work.block_columns * parts);
    block_column = part / parts;
    first_group = part % parts * Shape::groups;
    first_vector = std::size_t{block / (work.block_columns * parts)} * Shape::vectors;
  }
};

/// Makes a number that is the same in the whole warp warp-uniform for the compiler.
__device__ __forceinline__ std::uint32_t uniform(std::uint32_t number) {
  return __shfl_sync(0xffffffffu, number, 0);
}

/// Vectors and columns of one thread.
struct ThreadPlace : BlockPlace {
  std::uint32_t row;          ///< of vector g in the block's inputs
  std::uint32_t t;            ///< place in the group of four threads
  std::uint32_t column_part;  ///< of the block's groups
  std::uint32_t warp_group;   ///< first of the warp, in its block column
  std::uint64_t first_event;  ///< of vector g

  template <typename Shape>
  __device__ __forceinline__ ThreadPlace(const BankWork& work, Shape shape)
      : ThreadPlace(work, shape, {work, shape, blockIdx.x}, threadIdx.x) {}
  /// `thread`: of those that have places.
  template <typename Shape>
  __device__ __forceinline__ ThreadPlace(const BankWork& work, Shape, const BlockPlace& block, std::uint32_t thread) : BlockPlace(block) {
    const std::uint32_t warp = uniform(thread / 32);
    const std::uint32_t lane = thread % 32;
    row = warp % (Shape::vectors / 16) * 16 + lane / 4;
    t = lane % 4;
    column_part = warp / (Shape::vectors / 16);
    warp_group = first_group + column_part * Shape::warp_groups;
    first_event = work.first_event + vector() * work.event_stride;
  }
  /// Moves to the same place in the next block of vectors.
  __device__ __forceinline__ void advance(const BankWork& work, std::uint32_t vectors) {
    first_vector += vectors;
    first_event += vectors * work.event_stride;
  }
  __device__ __forceinline__ std::size_t vector() const { return first_vector + row; }  ///< vector g
  /// Of vector g or g + 8.
  __device__ __forceinline__ std::uint64_t event(const BankWork& work, unsigned half) const {
    std::uint64_t event = first_event;
    asm volatile("" : "+l"(event));  // recomputed each time instead of kept in registers
    return event + half * 8 * work.event_stride;
  }
};

}  // namespace memcosim::cuda
