// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/tensor_kernels.cuh"

// The left operand of the products: input codes as bytes.

namespace memcosim::cuda {

__device__ inline std::uint32_t shared_address(const void* pointer) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

/// Masks a word of four codes, the first of which is that of `row`: codes from row `end` on become zero.
__device__ __forceinline__ std::uint32_t codes_before(std::uint32_t codes, std::uint32_t row, std::uint32_t end) {
  const std::uint32_t valid = end > row ? min(end - row, 4u) : 0;
  return valid == 4 ? codes : codes & ((1u << 8 * valid) - 1u);
}

/// The bytes of two vectors' codes that hold some slices, as the left operand of four products over 32 rows: word 4 j + i of product j. In
/// it thread t of group g of four threads has the rows 32 j + 8 t to 32 j + 8 t + 7 of vectors g and g + 8.
struct InputBytes {
  std::uint32_t word[16];

  /// `row`: of vector g in the stage; `bit`: the first of the codes that the bytes take.
  template <typename Inputs>
  __device__ __forceinline__ void load(const std::uint8_t* stage, std::uint32_t row, std::uint32_t t, unsigned bit) {
    if (bit == 0) {
      for_each_piece<Inputs>(
          row, t, [&](unsigned half, unsigned j, std::uint32_t at) { set(half, j, *reinterpret_cast<const uint4*>(stage + at), 0x6420); });
      return;
    }
    const std::uint32_t valid = 0xffffu >> bit & 0xffu;
    const std::uint32_t mask = valid << 16 | valid;
    for_each_piece<Inputs>(row, t, [&](unsigned half, unsigned j, std::uint32_t at) {
      const uint4 codes = *reinterpret_cast<const uint4*>(stage + at);
      set(half, j, make_uint4(codes.x >> bit & mask, codes.y >> bit & mask, codes.z >> bit & mask, codes.w >> bit & mask), 0x6420);
    });
  }
  __device__ void mask(std::uint32_t bits) {
#pragma unroll
    for (unsigned i = 0; i < 16; ++i)
      word[i] &= bits;
  }
  __device__ void shift(unsigned bits) {
#pragma unroll
    for (unsigned i = 0; i < 16; ++i)
      word[i] >>= bits;
  }
  /// Sets codes beyond the first `rows` rows to zero.
  __device__ void cut(std::uint32_t rows, std::uint32_t t) {
#pragma unroll
    for (unsigned i = 0; i < 16; ++i)
      word[i] = codes_before(word[i], i / 4 * 32 + t * 8 + i % 4 / 2 * 4, rows);
  }
  /// Sums of the codes of the vectors g and g + 8 over all rows, in all four threads of the group.
  __device__ void add_sums(std::int32_t (&sums)[2]) const {
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      std::uint32_t sum = 0;
#pragma unroll
      for (unsigned i = half; i < 16; i += 2)
        sum = __dp4a(word[i], 0x01010101u, sum);
      sum += __shfl_xor_sync(0xffffffffu, sum, 1);
      sum += __shfl_xor_sync(0xffffffffu, sum, 2);
      sums[half] += static_cast<std::int32_t>(sum);
    }
  }

 private:
  /// work(half, j, place in the stage) for the pieces of eight codes that a thread has.
  template <typename Inputs, typename Work>
  __device__ __forceinline__ static void for_each_piece(std::uint32_t row, std::uint32_t t, const Work& work) {
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
#pragma unroll
      for (unsigned j = 0; j < 4; ++j)
        work(half, j, Inputs::place(row + 8 * half, t, j));
    }
  }
  /// One byte of each of eight numbers of 16 bits.
  __device__ __forceinline__ void set(unsigned half, unsigned j, const uint4& numbers, unsigned bytes) {
    word[4 * j + half] = __byte_perm(numbers.x, numbers.y, bytes);
    word[4 * j + 2 + half] = __byte_perm(numbers.z, numbers.w, bytes);
  }
};

// With read noise the codes of a slice are multiplied three times: with the levels, and with the low and the high bytes of their squares
// with the variances. All strips of columns read them as bytes (planes) from shared memory, where they are written once.

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
