// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/tensor_work.cuh"

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

}  // namespace memcosim::cuda
