// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_work.cuh"

// How input codes and levels come into shared memory and registers.

namespace memcosim::cuda {

__device__ inline std::uint32_t shared_address(const void* pointer) { return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer)); }

/// Copies 16 bytes to shared memory, of which the first `bytes` come from `source` and the rest are zero.
__device__ inline void copy_piece(std::uint32_t target, const void* source, std::uint32_t bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(bytes) : "memory");
}
__device__ inline void end_of_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }
__device__ inline void wait_for_copies() { asm volatile("cp.async.wait_group 0;" ::: "memory"); }

/// Place of eight codes of a row of inputs (one vector, 128 codes, 256 bytes): neighbouring rows in different banks.
__device__ inline std::uint32_t input_place(std::uint32_t row, std::uint32_t piece) { return row * 256 + ((piece ^ (row & 1) << 2) << 4); }

/// Begins to copy the codes of a chunk of rows; beyond the array's rows and the last vector they are zero.
__device__ inline void load_inputs(const BankWork& work, std::uint8_t* stage, std::size_t first_vector, const BankStep& step,
                                   std::uint32_t chunk) {
#pragma unroll
  for (std::uint32_t i = 0; i < block_vectors * 16 / block_threads; ++i) {
    const std::uint32_t index = i * block_threads + threadIdx.x;
    const std::uint32_t row = index >> 4;
    const std::uint32_t first_code = chunk * chunk_rows + (index & 15) * 8;
    std::uint32_t codes = step.rows > first_code ? min(step.rows - first_code, 8u) : 0;
    if (first_vector + row >= work.count) codes = 0;
    const std::uint16_t* source = work.inputs;
    if (codes > 0) source += (first_vector + row) * work.input_stride + step.first_row + first_code;
    std::uint8_t* target = stage + input_place(row, index & 15);
    if (work.aligned) {
      copy_piece(shared_address(target), source, codes * 2);
    } else {
      std::uint32_t words[4];
#pragma unroll
      for (std::uint32_t k = 0; k < 4; ++k) {
        const std::uint32_t even = 2 * k < codes ? source[2 * k] : 0;
        const std::uint32_t odd = 2 * k + 1 < codes ? source[2 * k + 1] : 0;
        words[k] = odd << 16 | even;
      }
      *reinterpret_cast<uint4*>(target) = make_uint4(words[0], words[1], words[2], words[3]);
    }
  }
}

/// Begins to copy the image of a chunk.
template <std::uint32_t bytes>
__device__ inline void load_image(const BankWork& work, std::uint8_t* stage, const BankStep& step, std::uint32_t chunk) {
  const std::uint8_t* source = work.image + std::size_t{step.first_chunk + chunk} * bytes + threadIdx.x * 16;
  const std::uint32_t target = shared_address(stage) + threadIdx.x * 16;
#pragma unroll
  for (std::uint32_t done = 0; done < bytes; done += block_threads * 16) {
    if (bytes - done >= block_threads * 16 || threadIdx.x * 16 < bytes - done) copy_piece(target + done, source + done, 16);
  }
}

/// The bytes of two vectors' codes that hold some slices, as the left operand of four products over 32 rows: word 4 j + i of product j. In
/// it a thread of group g (of eight) and place t (of four) has the rows 32 j + 8 t to 32 j + 8 t + 7 of vectors g and g + 8.
struct InputBytes {
  std::uint32_t word[16];

  /// `row`: of vector g in the stage; `place`: the first bit of the codes that the bytes begin with.
  __device__ void load(const std::uint8_t* stage, std::uint32_t row, std::uint32_t t, unsigned place) {
#pragma unroll
    for (std::uint32_t half = 0; half < 2; ++half) {
#pragma unroll
      for (std::uint32_t j = 0; j < 4; ++j) {
        uint4 codes = *reinterpret_cast<const uint4*>(stage + input_place(row + 8 * half, t + 4 * j));
        if (place > 0) {
          const std::uint32_t valid = 0xffffu >> place & 0xffu;
          const std::uint32_t mask = valid << 16 | valid;
          codes = make_uint4(codes.x >> place & mask, codes.y >> place & mask, codes.z >> place & mask, codes.w >> place & mask);
        }
        word[4 * j + half] = __byte_perm(codes.x, codes.y, 0x6420);
        word[4 * j + 2 + half] = __byte_perm(codes.z, codes.w, 0x6420);
      }
    }
  }
  __device__ InputBytes masked(std::uint32_t mask) const {
    InputBytes result;
#pragma unroll
    for (unsigned i = 0; i < 16; ++i)
      result.word[i] = word[i] & mask;
    return result;
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
  /// Lower (or upper) bytes of the squares of the codes that stand from bit `place` on in each byte.
  __device__ InputBytes squares(unsigned place, bool upper) const {
    InputBytes result;
#pragma unroll
    for (unsigned i = 0; i < 16; ++i) {
      const std::uint32_t codes = word[i] >> place;
      std::uint32_t square[4];
#pragma unroll
      for (unsigned k = 0; k < 4; ++k) {
        const std::uint32_t code = __byte_perm(codes, 0, 0x4440 + k);
        square[k] = code * code;
      }
      const std::uint32_t select = upper ? 0x7531 : 0x6420;
      result.word[i] = __byte_perm(square[1] * 65536u + square[0], square[3] * 65536u + square[2], select);
    }
    return result;
  }
};

}  // namespace memcosim::cuda
