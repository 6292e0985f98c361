// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_inputs.cuh"
#include "memcosim/kernels/cuda/bank_shape.cuh"

// With read noise the codes of a slice are multiplied three times: with the levels, and with the low and the high bytes of their squares
// with the variances. All groups of columns take them as bytes from shared memory, where the warps that have the same vectors put them
// once.

namespace memcosim::cuda {

enum class Plane : std::uint32_t { codes, low_squares, high_squares };

/// Bytes of the squares of four codes of a byte each.
struct SquareBytes {
  std::uint32_t low;
  std::uint32_t high;

  __device__ __forceinline__ explicit SquareBytes(std::uint32_t codes) {
    std::uint32_t square[4];
#pragma unroll
    for (unsigned k = 0; k < 4; ++k) {
      const std::uint32_t code = __byte_perm(codes, 0, 0x4440 + k);
      square[k] = code * code;
    }
    const std::uint32_t first = square[1] * 65536u + square[0];
    const std::uint32_t second = square[3] * 65536u + square[2];
    low = __byte_perm(first, second, 0x6420);
    high = __byte_perm(first, second, 0x7531);
  }
};

/// Three planes of vectors x 128 bytes in shared memory: pieces of 16 bytes exchanged by the vector's number modulo 8, as in the image.
struct Planes {
  static constexpr std::uint32_t plane_bytes = block_vectors(BankNoise::read) * chunk_rows;
  static constexpr std::uint32_t bytes = 3 * plane_bytes;
  std::uint8_t* memory;

  __device__ std::uint8_t* at(Plane plane, std::uint32_t vector, std::uint32_t piece) const {
    return memory + static_cast<std::uint32_t>(plane) * plane_bytes + vector * chunk_rows + (piece ^ vector % 8) * 16;
  }

  /// Writes the planes of a thread's vectors; `codes` begin at bit 0. All warps do so together: each of two that have the same vectors
  /// writes half of them, after all have done with what was there.
  template <typename Products>
  __device__ __forceinline__ void write(const InputBytes& codes, const ThreadPlace& thread) const {
    __syncthreads();
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      if (half != thread.column_half) continue;
#pragma unroll
      for (unsigned piece = 0; piece < 8; ++piece) {
        const std::uint32_t four = codes.word[piece / 2 * 4 + piece % 2 * 2 + half];
        const SquareBytes squares(four);
        const auto put = [&](Plane plane, std::uint32_t bytes) {
          *reinterpret_cast<std::uint32_t*>(at(plane, thread.row + 8 * half, piece) + thread.t * 4) = bytes;
        };
        put(Plane::codes, four);
        put(Plane::low_squares, squares.low);
        put(Plane::high_squares, squares.high);
      }
    }
    Products::show_shared_memory();
    __syncthreads();
  }
};

}  // namespace memcosim::cuda
