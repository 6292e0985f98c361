// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/operands.cuh"
#include "memcosim/kernels/cuda/products/tensor/work_share.cuh"

namespace memcosim::cuda {

/// Products by mma.sync, on every GPU from sm_80 on: a warp multiplies its own 16 vectors, and takes levels from shared memory by ldmatrix.
struct WarpProducts {
  using Image = const std::uint8_t*;
  __device__ static Image image(const std::uint8_t* bytes) { return bytes; }

  /// Adds `products` times 32 rows to sums[digit][fragment], or sets them (`fresh`). The image has 128 bytes for each column, digit by
  /// digit.
  template <unsigned digits, unsigned fragments, bool signed_levels, bool fresh>
  __device__ __forceinline__ static void begin(Image image, const InputBytes& codes, unsigned products,
                                               std::int32_t (&sums)[digits][fragments][4]) {
    static_assert(fragments % 2 == 0, "ldmatrix brings two fragments at once");
    const std::uint32_t lane = threadIdx.x % 32;
    const std::uint32_t first = shared_address(image) + (lane / 16 * 8 + lane % 8) * slab_rows;
    const std::uint32_t piece = (lane / 8 % 2 ^ lane % 8) * 16;
    constexpr std::int32_t zero[4] = {0, 0, 0, 0};
#pragma unroll
    for (unsigned j = 0; j < 4; ++j) {
      if (j >= products) break;
#pragma unroll
      for (unsigned k = 0; k < digits; ++k) {
#pragma unroll
        for (unsigned n = 0; n < fragments; n += 2) {
          std::uint32_t levels[4];
          asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                       : "=r"(levels[0]), "=r"(levels[1]), "=r"(levels[2]), "=r"(levels[3])
                       : "r"(first + (k * fragments + n) * 8 * slab_rows + (piece ^ j * 32)));
          multiply<signed_levels>(codes.word + 4 * j, levels, fresh && j == 0 ? zero : sums[k][n], sums[k][n]);
          multiply<signed_levels>(codes.word + 4 * j, levels + 2, fresh && j == 0 ? zero : sums[k][n + 1], sums[k][n + 1]);
        }
      }
    }
  }

  /// Codes (or squares) of the warp's vectors out of a plane.
  __device__ __forceinline__ static InputBytes from_plane(const Planes& planes, Plane plane, const ThreadCoords& thread) {
    const std::uint32_t lane = threadIdx.x % 32;
    InputBytes bytes;
#pragma unroll
    for (unsigned j = 0; j < 4; ++j) {
      asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                   : "=r"(bytes.word[4 * j]), "=r"(bytes.word[4 * j + 1]), "=r"(bytes.word[4 * j + 2]), "=r"(bytes.word[4 * j + 3])
                   : "r"(shared_address(planes.at(plane, thread.row / 16 * 16 + lane % 16, 2 * j + lane / 16))));
    }
    return bytes;
  }
  /// Nothing to wait for: mma.sync is synchronous.
  template <unsigned digits, unsigned fragments>
  __device__ __forceinline__ static void finish(std::int32_t (&)[digits][fragments][4]) {}

 private:
  template <bool signed_levels>
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, const std::uint32_t* levels, const std::int32_t* before,
                                                  std::int32_t* sums) {
    if constexpr (signed_levels) {
      asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"
                   : "=r"(sums[0]), "=r"(sums[1]), "=r"(sums[2]), "=r"(sums[3])
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "r"(levels[0]), "r"(levels[1]), "r"(before[0]),
                     "r"(before[1]), "r"(before[2]), "r"(before[3]));
    } else {
      asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"
                   : "=r"(sums[0]), "=r"(sums[1]), "=r"(sums[2]), "=r"(sums[3])
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "r"(levels[0]), "r"(levels[1]), "r"(before[0]),
                     "r"(before[1]), "r"(before[2]), "r"(before[3]));
    }
  }
};

}  // namespace memcosim::cuda
