// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/operands.cuh"

// With read noise the codes of a slice are multiplied three times: with the levels, and with the low and the high bytes of their squares
// with the variances. All strips of columns read them as bytes (planes) from shared memory, where they are written once.

namespace memcosim::cuda {

/// Operands of the three products with read noise.
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

/// Three planes of vectors x 128 bytes in shared memory: pieces of 16 bytes swizzled by the vector's number modulo 8, as in the image.
struct Planes {
  static constexpr std::uint32_t plane_bytes = block_vectors(NoiseKind::read) * slab_rows;
  static constexpr std::uint32_t bytes = 3 * plane_bytes;
  std::uint8_t* memory;

  __device__ std::uint8_t* at(Plane plane, std::uint32_t vector, std::uint32_t piece) const {
    return memory + static_cast<std::uint32_t>(plane) * plane_bytes + place(vector, piece);
  }

  /// Writes codes of a slice of one vector and their squares: `pieces` of the four that thread t of four has, from `first` on. Gives
  /// codes, four rows in a word, also to each(word, first row).
  template <typename Inputs, unsigned pieces, typename Each>
  __device__ __forceinline__ void write(const TensorWork& work, const std::uint8_t* stage, std::uint32_t vector, std::uint32_t t,
                                        unsigned first, unsigned slice, const Each& each) const {
    const unsigned shift = slice * work.dac_bits;
    if (work.dac_bits == 8) {  // whole bytes
      const std::uint32_t bytes = shift == 0 ? 0x6420 : 0x7531;
      write_pieces<Inputs, pieces>(
          stage, vector, t, first, [&](std::uint32_t x, std::uint32_t y) { return __byte_perm(x, y, bytes); }, each);
    } else {
      // Masks the bits of the next number, since the last slice may have fewer bits.
      const std::uint32_t mask = (0xffffu >> shift & ((1u << work.dac_bits) - 1u)) * 0x10001u;
      write_pieces<Inputs, pieces>(
          stage, vector, t, first,
          [&](std::uint32_t x, std::uint32_t y) { return __byte_perm(x >> shift & mask, y >> shift & mask, 0x6420); }, each);
    }
  }

 private:
  /// bytes(x, y): the slice's codes out of four numbers of 16 bits.
  template <typename Inputs, unsigned pieces, typename Bytes, typename Each>
  __device__ __forceinline__ void write_pieces(const std::uint8_t* stage, std::uint32_t vector, std::uint32_t t, unsigned first,
                                               const Bytes& bytes, const Each& each) const {
    const std::uint32_t target = place(vector, 2 * first) + t * 4;  // pieces after it differ in the bits of their number alone
#pragma unroll
    for (unsigned i = 0; i < pieces; ++i) {
      const uint4 numbers = *reinterpret_cast<const uint4*>(stage + Inputs::place(vector, t, first + i));
      const std::uint32_t row = (first + i) * 32 + t * 8;
      const std::uint32_t codes[2] = {bytes(numbers.x, numbers.y), bytes(numbers.z, numbers.w)};
#pragma unroll
      for (unsigned half = 0; half < 2; ++half) {
        write_four(codes[half], target ^ (2 * i + half) * 16);
        each(codes[half], row + half * 4);
      }
    }
  }
  __device__ __forceinline__ void write_four(std::uint32_t codes, std::uint32_t target) const {
    const SquareBytes squares(codes);
    const auto put = [&](Plane plane, std::uint32_t bytes) {
      *reinterpret_cast<std::uint32_t*>(memory + static_cast<std::uint32_t>(plane) * plane_bytes + target) = bytes;
    };
    put(Plane::codes, codes);
    put(Plane::low_squares, squares.low);
    put(Plane::high_squares, squares.high);
  }
  __device__ static std::uint32_t place(std::uint32_t vector, std::uint32_t piece) {
    return vector * slab_rows + (piece ^ vector % 8) * 16;
  }
};

}  // namespace memcosim::cuda
