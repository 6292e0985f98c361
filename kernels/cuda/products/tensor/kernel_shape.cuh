// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/tensor_work.cuh"

namespace memcosim::cuda {

/// The shape of a kernel (see ProductShape). The warps of a block form a grid: rows of 16 vectors each, `warp_column_count` columns.
template <unsigned digit_count, bool tall_arrays, NoiseKind noise_kind, unsigned warp_column_count = 2>
struct KernelShape {
  static constexpr unsigned digits = digit_count;
  static constexpr bool tall = tall_arrays;
  static constexpr NoiseKind noise = noise_kind;
  static constexpr unsigned warp_columns = warp_column_count;
  static constexpr std::uint32_t vectors = block_vectors(noise);
  static constexpr unsigned threads = vectors / 16 * warp_columns * 32;  ///< warps for each 16 vectors in each warp column
  static constexpr unsigned blocks = 512 / threads;                      ///< of a multiprocessor, where its memory allows
  static constexpr unsigned stages = noise == NoiseKind::read ? 1 : 2;
  static constexpr bool planes = noise == NoiseKind::read;  ///< codes are multiplied as Planes
  static constexpr unsigned strip_columns = noise == NoiseKind::read ? noisy_strip_columns : 32;
  static constexpr unsigned fragments = strip_columns / 8;  ///< of eight columns, in a strip
  static constexpr unsigned warp_strips = tall ? 1 : 2;
  static constexpr unsigned strips = warp_columns * warp_strips;  ///< of a block: all of a block column, or half of them
  static constexpr unsigned image_rows = strip_columns * (digits + (noise == NoiseKind::read ? 2 : 0));
  static constexpr std::uint32_t strip_bytes = image_rows * slab_rows;
  static constexpr std::uint32_t slab_bytes = strips * strip_bytes;
};

/// Sums of one strip: digit k of fragment n in digit[k][n], as the tensor cores lay them out: columns 2t and 2t + 1 of vector g, then of g + 8.
template <typename Shape>
struct StripSums {
  std::int32_t digit[Shape::digits][Shape::fragments][4];
  std::int32_t low_squares[Shape::planes ? 2 : 1][Shape::fragments][4];  ///< times low and high bytes of variances
  std::int32_t high_squares[Shape::planes ? 2 : 1][Shape::fragments][4];
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
  __device__ static void set_zero(std::int32_t (&sums)[count][Shape::fragments][4]) {
#pragma unroll
    for (unsigned k = 0; k < count; ++k) {
#pragma unroll
      for (unsigned n = 0; n < Shape::fragments; ++n) {
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          sums[k][n][e] = 0;
      }
    }
  }
};

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

}  // namespace memcosim::cuda
