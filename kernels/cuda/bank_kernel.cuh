// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_conversion.cuh"
#include "memcosim/kernels/cuda/bank_tiles.cuh"
#include "memcosim/kernels/cuda/bank_work.cuh"

// The product of a bank with its converters in one kernel.
//
// A block of 16 warps takes 128 vectors and up to 128 converted columns (groups of 32 or 16, half of them for each half of the warps). Each
// warp has 16 vectors and keeps their sums of codes in registers. Step by step, one array row partition at a time, the block copies input
// codes and the image of the levels to shared memory, the next step's while this one is computed. Per input slice and group of columns a
// warp multiplies the slice's codes with every digit of the levels (int8 tensor cores, 32-bit sums, exact), converts and adds the codes.
// `Products` is the way to multiply: mma.sync or wgmma.

namespace memcosim::cuda {

template <unsigned digit_count, bool tall_arrays, BankNoise bank_noise>
struct KernelShape {
  static constexpr unsigned digits = digit_count;
  static constexpr bool tall = tall_arrays;
  static constexpr BankNoise noise = bank_noise;
  static constexpr unsigned group_columns = noise == BankNoise::read ? 16 : 32;
  static constexpr unsigned tiles = group_columns / 8;  ///< of eight columns, in a group
  static constexpr unsigned warp_groups = tall ? 1 : 64 / group_columns;
  static constexpr unsigned groups = 2 * warp_groups;
  static constexpr unsigned image_rows = group_columns * (digits + (noise == BankNoise::read ? 2 : 0));
  static constexpr std::uint32_t group_bytes = image_rows * chunk_rows;
  static constexpr std::uint32_t chunk_bytes = groups * group_bytes;
  static constexpr std::uint32_t stage_bytes = input_stage_bytes + chunk_bytes;
};

/// Sums of one group: digit k of tile n in digit[k][n], as the tensor cores lay them out: columns 2t and 2t + 1 of vector g, then of g + 8.
template <typename Shape>
struct GroupSums {
  std::int32_t digit[Shape::digits][Shape::tiles][4];
  std::int32_t variance[Shape::noise == BankNoise::read ? 3 : 1][Shape::tiles][4];  ///< of low, middle and high bytes
  std::int32_t codes[2];                                                            ///< of vectors g and g + 8

  __device__ void clear() {
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k) {
#pragma unroll
      for (unsigned n = 0; n < Shape::tiles; ++n) {
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          digit[k][n][e] = 0;
      }
    }
    if constexpr (Shape::noise == BankNoise::read) {
#pragma unroll
      for (unsigned k = 0; k < 3; ++k) {
#pragma unroll
        for (unsigned n = 0; n < Shape::tiles; ++n) {
#pragma unroll
          for (unsigned e = 0; e < 4; ++e)
            variance[k][n][e] = 0;
        }
      }
    }
    codes[0] = codes[1] = 0;
  }
};

/// Which vectors and columns a thread has.
struct ThreadPlace {
  std::uint32_t row;           ///< of vector g in the block's inputs
  std::uint32_t t;             ///< place in the group of four threads
  std::uint32_t column_half;   ///< of the block's groups
  std::uint32_t block_column;
  std::size_t first_vector;  ///< of the block
  std::size_t vector;        ///< vector g

  __device__ explicit ThreadPlace(const BankWork& work) {
    const std::uint32_t warp = threadIdx.x / 32;
    const std::uint32_t lane = threadIdx.x % 32;
    row = warp % 8 * 16 + lane / 4;
    t = lane % 4;
    column_half = warp / 8;
    // Blocks with the same vectors are neighbours: they find the inputs in the cache.
    block_column = blockIdx.x % work.block_columns;
    first_vector = std::size_t{blockIdx.x / work.block_columns} * block_vectors;
    vector = first_vector + row;
  }
};

/// Converts the sums of a group in one slice and adds the codes, times 2^shift, to `totals`.
template <typename Shape>
__device__ __forceinline__ void convert_group(const BankWork& work, const BankGroup& group, const ThreadPlace& thread,
                                              const GroupSums<Shape>& sums, unsigned slice, unsigned place,
                                              std::int32_t (&totals)[Shape::tiles][4], std::uint32_t (&clipped)[2]) {
  const float scale = __uint_as_float((127u - place) << 23);  // 2^-place
  const float slope = group.slope * scale;
  float base[2];
#pragma unroll
  for (unsigned half = 0; half < 2; ++half) {
    base[half] =
        work.row_terms ? __fmaf_rn(__int2float_rn(sums.codes[half]), group.row_slope * scale, work.centre) : work.centre;
  }
  EventDraws converter_draws[2];
  EventDraws read_draws[2];
#pragma unroll
  for (unsigned half = 0; half < 2; ++half) {
    const std::uint64_t event = work.first_event + (thread.vector + 8 * half) * work.event_stride;
    const auto index = static_cast<std::uint16_t>(slice);
    if constexpr (Shape::noise != BankNoise::none) converter_draws[half] = event_draws(work.keys, Purpose::adc_noise, group.stream, event, index);
    if constexpr (Shape::noise == BankNoise::read) read_draws[half] = event_draws(work.keys, Purpose::read_noise, group.stream, event, index);
  }
  const std::uint32_t weight = 1u << (slice * work.dac_bits + group.weight_shift);
#pragma unroll
  for (unsigned n = 0; n < Shape::tiles; ++n) {
    DigitSums<Shape::digits, Shape::tall> digit_sums[4];
    VarianceSums<Shape::tall> variance[4];
    std::uint32_t code[4];
    bool sure[4];
#pragma unroll
    for (unsigned e = 0; e < 4; ++e) {
#pragma unroll
      for (unsigned k = 0; k < Shape::digits; ++k)
        digit_sums[e].sum[k] = sums.digit[k][n][e];
      float value = digit_sums[e].add_to(base[e / 2], slope);
      bool certain = true;
      const std::uint32_t column = group.first_column + n * 8 + 2 * thread.t + e % 2;
      if constexpr (Shape::noise != BankNoise::none) {
        if (Shape::noise == BankNoise::converter || work.noise_slope > 0.0f) {
          const FastNormal normal = fast_normal(column_draw(work.keys, converter_draws[e / 2], column));
          value = __fmaf_rn(normal.value, work.noise_slope, value);
          certain = normal.certain;
        }
      }
      if constexpr (Shape::noise == BankNoise::read) {
        variance[e] = {sums.variance[0][n][e], sums.variance[1][n][e], sums.variance[2][n][e]};
        const FastNormal normal = fast_normal(column_draw(work.keys, read_draws[e / 2], column));
        value = __fmaf_rn(normal.value, variance[e].root() * group.sigma_slope, value);
        certain = certain && normal.certain;
      }
      value = __saturatef(value);
      const float floor = __fmaf_rd(value, work.range, whole);
      const float distance = __fmaf_rn(value, work.range, -(floor - (whole - 0.5f)));
      sure[e] = certain && fabsf(distance) <= work.trusted;
      code[e] = __float_as_uint(floor);
    }
    if (!(sure[0] && sure[1] && sure[2] && sure[3])) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e) {
        const std::uint32_t slot = n * 8 + 2 * thread.t + e % 2;
        const std::size_t vector = thread.vector + e / 2 * 8;
        if (!sure[e] && slot < group.columns && vector < work.count) {
          Conversion conversion{digit_sums[e].exact(), sums.codes[e / 2], 0, place, vector, slice, group.first_column + slot};
          if constexpr (Shape::noise == BankNoise::read) conversion.variance = variance[e].exact();
          const std::uint32_t exact = convert_exactly(work, group, conversion);
          clipped[e / 2] += exact & 1u;
          code[e] = (exact >> 1) + whole_bits;
        }
      }
    }
#pragma unroll
    for (unsigned e = 0; e < 4; ++e)
      totals[n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(totals[n][e]) + code[e] * weight);
  }
}

/// Sums of a warp's columns, and how they are written.
template <typename Shape>
struct WarpTotals {
  std::int32_t sum[Shape::warp_groups][Shape::tiles][4];
  std::uint32_t clipped[2];

  __device__ void clear() {
#pragma unroll
    for (unsigned j = 0; j < Shape::warp_groups; ++j) {
#pragma unroll
      for (unsigned n = 0; n < Shape::tiles; ++n) {
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          sum[j][n][e] = 0;
      }
    }
    clipped[0] = clipped[1] = 0;
  }

  __device__ void store(const BankWork& work, const ThreadPlace& thread) const {
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      const std::size_t vector = thread.vector + 8 * half;
      if (vector < work.count && clipped[half] > 0) atomicAdd(work.clipped + vector, clipped[half]);
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
        const BankOutputs outputs = work.outputs[thread.block_column * Shape::groups + thread.column_half * Shape::warp_groups + j];
#pragma unroll
        for (unsigned n = 0; n < Shape::tiles; ++n) {
          const std::uint32_t column = n * 8 + 2 * thread.t;
          if (vector >= work.count || column >= outputs.columns) continue;
          std::int32_t* target = work.sums + vector * work.output_count + outputs.first_output;
          const std::int32_t* two = sum[j][n] + 2 * half;
          if (work.paired) {
            target[column / 2] = two[0] - two[1];
            continue;
          }
          const auto corrected = [&](unsigned e) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(two[e]) + outputs.correction); };
          if (column + 1 >= outputs.columns) {
            target[column] = corrected(0);
          } else if (reinterpret_cast<std::uintptr_t>(target) % 8 == 0) {
            *reinterpret_cast<int2*>(target + column) = make_int2(corrected(0), corrected(1));
          } else {
            target[column] = corrected(0);
            target[column + 1] = corrected(1);
          }
        }
      }
    }
  }
};

/// Adds the products of a chunk in one slice to the sums of a group.
template <typename Products, typename Shape>
__device__ __forceinline__ void multiply(const BankWork& work, const std::uint8_t* image, const InputBytes& codes, unsigned place,
                                         unsigned products, GroupSums<Shape>& sums) {
  Products::template add<Shape::digits, Shape::tiles, true>(image, codes, products, sums.digit);
  if constexpr (Shape::noise == BankNoise::read) {
    const std::uint8_t* variances = image + Shape::digits * Shape::group_columns * chunk_rows;
    const InputBytes lower = codes.squares(place, false);
    Products::template add<2, Shape::tiles, false>(variances, lower, products, *reinterpret_cast<std::int32_t(*)[2][Shape::tiles][4]>(&sums.variance[0]));
    if (work.wide_squares) {
      const InputBytes upper = codes.squares(place, true);
      Products::template add<2, Shape::tiles, false>(variances, upper, products, *reinterpret_cast<std::int32_t(*)[2][Shape::tiles][4]>(&sums.variance[1]));
    }
  }
}

/// Products of 32 rows that a chunk of an array has.
__device__ inline unsigned chunk_products(const BankStep& step, std::uint32_t chunk) {
  return (min(step.rows - chunk * chunk_rows, chunk_rows) + 31) / 32;
}

/// Arrays of up to 128 rows: all slices of a step from one stage.
template <typename Products, typename Shape>
__device__ void run_step(const BankWork& work, const std::uint8_t* stage, std::uint32_t step_index, const ThreadPlace& thread,
                         WarpTotals<Shape>& totals) {
  const unsigned products = chunk_products(work.steps[step_index], 0);
  const BankGroup* groups = work.groups + std::size_t{step_index} * Shape::groups + thread.column_half * Shape::warp_groups;
  const std::uint8_t* image = stage + input_stage_bytes + thread.column_half * Shape::warp_groups * Shape::group_bytes;
  for (unsigned first = 0; first < work.slices; first += work.slices_per_byte) {
    InputBytes bytes;
    bytes.load(stage, thread.row, thread.t, first * work.dac_bits);
    for (unsigned slice = first; slice < min(first + work.slices_per_byte, work.slices); ++slice) {
      const unsigned place = (slice - first) * work.dac_bits;
      const InputBytes codes = bytes.masked((((1u << work.dac_bits) - 1u) << place) * 0x01010101u);
      std::int32_t code_sums[2] = {0, 0};
      if (work.row_terms) codes.add_sums(code_sums);
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
        if (groups[j].columns == 0) continue;
        GroupSums<Shape> sums;
        sums.clear();
        sums.codes[0] = code_sums[0];
        sums.codes[1] = code_sums[1];
        multiply<Products, Shape>(work, image + j * Shape::group_bytes, codes, place, products, sums);
        convert_group<Shape>(work, groups[j], thread, sums, slice, place, totals.sum[j], totals.clipped);
      }
    }
  }
}

template <typename Products, typename Shape>
__global__ void __launch_bounds__(block_threads, 1) bank_kernel(const __grid_constant__ BankWork work, unsigned stages) {
  extern __shared__ __align__(1024) std::uint8_t memory[];
  const ThreadPlace thread(work);
  WarpTotals<Shape> totals;
  totals.clear();
  const std::uint32_t begin = work.first_step[thread.block_column];
  const std::uint32_t end = work.first_step[thread.block_column + 1];

  const auto load = [&](unsigned stage, std::uint32_t step_index, std::uint32_t chunk) {
    const BankStep step = work.steps[step_index];
    std::uint8_t* target = memory + stage * Shape::stage_bytes;
    load_inputs(work, target, thread.first_vector, step, chunk);
    load_image<Shape::chunk_bytes>(work, target + input_stage_bytes, step, chunk);
    end_of_copies();
  };

  if constexpr (!Shape::tall) {
    load(0, begin, 0);
    for (std::uint32_t step = begin; step < end; ++step) {
      const unsigned stage = stages > 1 ? (step - begin) % 2 : 0;
      wait_for_copies();
      Products::before_barrier();
      __syncthreads();
      if (stages > 1 && step + 1 < end) load(stage ^ 1u, step + 1, 0);
      run_step<Products, Shape>(work, memory + stage * Shape::stage_bytes, step, thread, totals);
      if (stages == 1 && step + 1 < end) {
        __syncthreads();
        load(0, step + 1, 0);
      }
    }
  } else {
    // One chunk of one slice at a time: the sums of a group go on over the chunks.
    unsigned loaded = 0;
    load(0, begin, 0);
    for (std::uint32_t step = begin; step < end; ++step) {
      const std::uint32_t rows = work.steps[step].rows;
      const std::uint32_t chunks = (rows + chunk_rows - 1) / chunk_rows;
      const BankGroup& group = work.groups[std::size_t{step} * Shape::groups + thread.column_half];
      for (unsigned slice = 0; slice < work.slices; ++slice) {
        const unsigned first = slice / work.slices_per_byte * work.slices_per_byte;
        const unsigned place = (slice - first) * work.dac_bits;
        GroupSums<Shape> sums;
        sums.clear();
        for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
          const unsigned stage = stages > 1 ? loaded % 2 : 0;
          ++loaded;
          const bool last_chunk = chunk + 1 == chunks;
          const bool last_slice = last_chunk && slice + 1 == work.slices;
          const std::uint32_t next_step = last_slice ? step + 1 : step;
          const std::uint32_t next_chunk = last_chunk ? 0 : chunk + 1;
          wait_for_copies();
          Products::before_barrier();
          __syncthreads();
          if (stages > 1 && next_step < end) load(stage ^ 1u, next_step, next_chunk);
          const std::uint8_t* memory_of_stage = memory + stage * Shape::stage_bytes;
          InputBytes bytes;
          bytes.load(memory_of_stage, thread.row, thread.t, first * work.dac_bits);
          const InputBytes codes = bytes.masked((((1u << work.dac_bits) - 1u) << place) * 0x01010101u);
          if (work.row_terms) codes.add_sums(sums.codes);
          multiply<Products, Shape>(work, memory_of_stage + input_stage_bytes + thread.column_half * Shape::group_bytes, codes, place,
                                    chunk_products(work.steps[step], chunk), sums);
          if (stages == 1 && next_step < end) {
            __syncthreads();
            load(0, next_step, next_chunk);
          }
        }
        if (group.columns > 0) convert_group<Shape>(work, group, thread, sums, slice, place, totals.sum[0], totals.clipped);
      }
    }
  }
  totals.store(work, thread);
}

}  // namespace memcosim::cuda
