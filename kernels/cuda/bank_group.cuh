// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_conversion.cuh"
#include "memcosim/kernels/cuda/bank_shape.cuh"

namespace memcosim::cuda {

/// A tile with uncertain codes, as one thread has it: kept until they are done again exactly.
template <typename Shape>
struct UncertainTile {
  alignas(16) std::int32_t digits[Shape::digits][4];
  Variance variances[Shape::planes ? 4 : 1];
  std::uint32_t fast_codes[4];
  std::int32_t codes[2];
  std::uint32_t item;
  std::uint32_t where;  ///< slice, group, tile and which of the four codes are uncertain: see pack()

  __device__ static std::uint32_t pack(unsigned slice, unsigned group, unsigned n, unsigned which) {
    return slice << 12 | group << 8 | n << 4 | which;
  }
  __device__ unsigned slice() const { return where >> 12; }
  __device__ unsigned group() const { return where >> 8 & 15u; }
  __device__ unsigned tile() const { return where >> 4 & 15u; }
  __device__ unsigned which() const { return where & 15u; }
};

/// Uncertain tiles of a thread. One code in some thousands comes here; to do it again at once would hold up all warps that multiply
/// together, and its code would push the loop out of the instruction cache.
template <typename Shape>
struct UncertainTiles {
  /// Tiles that come between two times that room is made: of all groups, or with noise of one.
  static constexpr unsigned at_once = Shape::noise == BankNoise::none ? Shape::warp_groups * Shape::tiles : Shape::tiles;
  static constexpr unsigned most = at_once + Shape::tiles;
  UncertainTile<Shape> tiles[most];
  unsigned count = 0;

  __device__ bool nearly_full() const { return count > most - at_once; }
  template <typename Noise>
  __device__ __forceinline__ void push(const GroupSums<Shape>& sums, const Noise& noise, unsigned n, const std::uint32_t (&fast_codes)[4],
                                       std::uint32_t item, std::uint32_t where) {
    UncertainTile<Shape>& tile = tiles[count];
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k) {
      const std::int32_t(&of_tile)[4] = sums.digit[k][n];
      *reinterpret_cast<int4*>(tile.digits[k]) = make_int4(of_tile[0], of_tile[1], of_tile[2], of_tile[3]);
    }
    if constexpr (Shape::planes) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e)
        tile.variances[e] = noise.variance[n][e];
    }
#pragma unroll
    for (unsigned e = 0; e < 4; ++e)
      tile.fast_codes[e] = fast_codes[e];
    tile.codes[0] = sums.codes[0];
    tile.codes[1] = sums.codes[1];
    tile.item = item;
    tile.where = where;
    ++count;
  }
};

/// What doing a tile again changes.
struct TileChange {
  std::uint32_t weighted_codes[4];
  std::uint32_t clipped[2];
};

template <typename Shape>
__device__ __forceinline__ void convert_tile_exactly(const BankWork& work, const UncertainTile<Shape>& tile, std::size_t first_vector,
                                                     std::uint32_t t, std::uint32_t warp_group, TileChange& change) {
  const BankGroup& group = work.items[tile.item].groups[warp_group + tile.group()];
  const unsigned slice = tile.slice();
  const unsigned place = Shape::planes ? 0 : (slice & (work.slices_per_byte - 1)) * work.dac_bits;
  change.clipped[0] = change.clipped[1] = 0;
#pragma unroll
  for (unsigned e = 0; e < 4; ++e)
    change.weighted_codes[e] = 0;
#pragma unroll 1
  for (unsigned which = tile.which(); which != 0; which &= which - 1) {
    const unsigned e = __ffs(static_cast<int>(which)) - 1;
    const std::uint32_t slot = tile.tile() / 2 * 16 + 4 * t + neighbour(tile.tile(), e);
    const std::size_t vector = first_vector + e / 2 * 8;
    if (slot >= group.columns || vector >= work.count) continue;
    DigitSums<Shape::digits, Shape::tall> digits;
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k)
      digits.sum[k] = tile.digits[k][e];
    double variance = 0.0;
    if constexpr (Shape::planes) {
      const double* units = work.variance_units + (std::size_t{tile.item} * work.groups + warp_group + tile.group()) * noisy_columns;
      variance = static_cast<double>(tile.variances[e].exact()) * units[slot];
    }
    const std::uint32_t exact =
        convert_exactly(work, group, {digits.exact(), tile.codes[e / 2], variance, place, vector, slice, group.first_column + slot});
    change.clipped[e / 2] += exact & 1u;
    change.weighted_codes[e] = ((exact >> 1) + whole_bits - tile.fast_codes[e]) << (slice * work.dac_bits + group.weight_shift);
  }
}

/// The same in few instructions for the caller, in more time: constants of the kernel are read from memory.
template <typename Shape>
__device__ __noinline__ void call_convert_tile_exactly(const BankWork& work, const UncertainTile<Shape>& tile, std::size_t first_vector,
                                                       std::uint32_t t, std::uint32_t warp_group, TileChange& change) {
  convert_tile_exactly(work, tile, first_vector, t, warp_group, change);
}

/// Random bits of a group's read noise: of vectors g and g + 8, drawn while the tensor cores multiply.
struct ReadDraws {
  RandomBits of[2];

  __device__ __forceinline__ ReadDraws(const BankWork& work, const BankGroupHead& group, const ThreadPlace& thread, unsigned slice)
      : of{draw(work, group, thread, slice, 0), draw(work, group, thread, slice, 1)} {
    // They must not wait until they are used.
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
#pragma unroll
      for (unsigned q = 0; q < 4; ++q)
        asm volatile("" : "+r"(of[half].word[q]));
    }
  }

 private:
  __device__ __forceinline__ static RandomBits draw(const BankWork& work, const BankGroupHead& group, const ThreadPlace& thread,
                                                    unsigned slice, unsigned half) {
    const EventDraws event =
        event_draws(work.keys, Purpose::read_noise, group.stream, thread.event[half], static_cast<std::uint16_t>(slice));
    return column_draws(work.keys, event, group.first_column / 4 + thread.t);
  }
};

/// What a group's values begin with, before digits are added, and how far the noise in it is certain.
template <typename Shape>
struct ReadNoise {
  Variance variance[2][4];  ///< of each tile's elements
  float start[2][4];
  float log[2][4];  ///< see FastNormal

  __device__ __forceinline__ ReadNoise(const float (&sigma_slope)[noisy_columns], const ThreadPlace& thread, const GroupSums<Shape>& sums,
                                       const GroupValues<Shape>& values, const ReadDraws& draws) {
    static_assert(Shape::tiles == 2, "a thread has four neighbouring columns");
    const float4 slopes = reinterpret_cast<const float4*>(sigma_slope)[thread.t];
    const float slope[4] = {slopes.x, slopes.y, slopes.z, slopes.w};
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      const FourNormals normals(draws.of[half]);
#pragma unroll
      for (unsigned q = 0; q < 4; ++q) {
        const unsigned n = q / 2;
        const unsigned e = 2 * half + q % 2;
        variance[n][e] = variance_of(sums, n, e);
        start[n][e] = __fmaf_rn(normals.column[q].value, variance[n][e].root * slope[q], values.base[half]);
        log[n][e] = normals.column[q].log;
      }
    }
#pragma unroll
    for (unsigned n = 0; n < 2; ++n) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e)
        asm volatile("" : "+f"(start[n][e]), "+f"(variance[n][e].root), "+r"(variance[n][e].low_bits));
    }
  }
};
struct NoReadNoise {};

/// Where codes are added, times their weight.
template <typename Shape>
struct CodeTarget {
  std::int32_t (&totals)[Shape::tiles][4];
  std::uint32_t weight;

  __device__ __forceinline__ CodeTarget(std::int32_t (&group_totals)[Shape::tiles][4], std::uint32_t code_weight)
      : totals(group_totals), weight(code_weight) {
    asm("" : "+r"(weight));  // unknown to be a power of two: one multiplication with addition instead of a shift and an addition
  }
  __device__ __forceinline__ void add(unsigned n, unsigned e, std::uint32_t code) const {
    totals[n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(totals[n][e]) + code * weight);
  }
};

/// What a code of a group in a slice counts.
__device__ __forceinline__ std::uint32_t code_weight(const BankWork& work, const BankGroupHead& group, unsigned slice) {
  return 1u << (slice * work.dac_bits + group.weight_shift);
}

/// Converts the sums of a group in one slice and gives each code to add(tile, element, code). `index`: of the group in its warp.
template <typename Shape, typename Noise, typename Add>
__device__ __forceinline__ void convert_group(const BankWork& work, const BankGroupHead& group, const ThreadPlace& thread,
                                              const GroupSums<Shape>& sums, const GroupValues<Shape>& value_of, const Noise& noise,
                                              std::uint32_t item, unsigned index, unsigned slice, const Add& add_code,
                                              UncertainTiles<Shape>& uncertain) {
#pragma unroll
  for (unsigned first = 0; first < Shape::tiles; first += 2) {
    float value[2][4];
    float log[2][4] = {};
#pragma unroll
    for (unsigned n = 0; n < 2; ++n) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e) {
        float start = value_of.base[e / 2];
        if constexpr (Shape::planes) start = noise.start[n][e];
        value[n][e] = value_of(digits_of(sums, first + n, e), start);
        if constexpr (Shape::planes) log[n][e] = noise.log[n][e];
      }
    }
    if constexpr (Shape::noise != BankNoise::none) {
      if (Shape::noise == BankNoise::converter || work.noise_slope > 0.0f) {
#pragma unroll
        for (unsigned half = 0; half < 2; ++half) {
          const EventDraws event =
              event_draws(work.keys, Purpose::adc_noise, group.stream, thread.event[half], static_cast<std::uint16_t>(slice));
          const FourNormals normals(column_draws(work.keys, event, (group.first_column + first * 8) / 4 + thread.t));
#pragma unroll
          for (unsigned q = 0; q < 4; ++q) {
            const unsigned e = 2 * half + q % 2;
            value[q / 2][e] = __fmaf_rn(normals.column[q].value, work.noise_slope, value[q / 2][e]);
            log[q / 2][e] = fminf(log[q / 2][e], normals.column[q].log);
          }
        }
      }
    }
#pragma unroll
    for (unsigned n = 0; n < 2; ++n) {
      std::uint32_t codes[4];
      float distance[4];
#pragma unroll
      for (unsigned e = 0; e < 4; ++e) {
        const FastCode fast(work, value[n][e]);
        codes[e] = fast.code;
        distance[e] = fast.distance;
        add_code(first + n, e, fast.code);
      }
      const float farthest = fmaxf(fmaxf(distance[0], distance[1]), fmaxf(distance[2], distance[3]));
      const float least = fminf(fminf(log[n][0], log[n][1]), fminf(log[n][2], log[n][3]));
      if (__any_sync(0xffffffffu, !certain(work, least, farthest))) {
        // A step that lanes take together: otherwise the compiler makes all that follows conditional instead of branching around it.
        __syncwarp();
        unsigned which = 0;
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          which |= certain(work, log[n][e], distance[e]) ? 0u : 1u << e;
        if (which != 0) uncertain.push(sums, noise, first + n, codes, item, UncertainTile<Shape>::pack(slice, index, first + n, which));
      }
    }
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

  /// Does uncertain tiles again. `in_loop`: where little else should be in the way of what is around.
  template <bool in_loop>
  __device__ __forceinline__ void settle(const BankWork& work, const ThreadPlace& thread, UncertainTiles<Shape>& uncertain) {
#pragma unroll 1
    while (uncertain.count > 0) {
      const UncertainTile<Shape>& tile = uncertain.tiles[--uncertain.count];
      TileChange change;
      if constexpr (in_loop) {
        call_convert_tile_exactly(work, tile, thread.vector, thread.t, thread.warp_group, change);
      } else {
        convert_tile_exactly(work, tile, thread.vector, thread.t, thread.warp_group, change);
      }
      clipped[0] += change.clipped[0];
      clipped[1] += change.clipped[1];
      // Zero is added to all other tiles: with a branch the compiler gives the sums an index and keeps them in memory.
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
#pragma unroll
        for (unsigned n = 0; n < Shape::tiles; ++n) {
          const std::uint32_t mask = tile.group() == j && tile.tile() == n ? 0xffffffffu : 0u;
#pragma unroll
          for (unsigned e = 0; e < 4; ++e)
            sum[j][n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum[j][n][e]) + (change.weighted_codes[e] & mask));
        }
      }
    }
    __syncwarp();
  }
  /// The same where the next group might not find room.
  __device__ __forceinline__ void settle_if_nearly_full(const BankWork& work, const ThreadPlace& thread, UncertainTiles<Shape>& uncertain) {
    if (__any_sync(0xffffffffu, uncertain.nearly_full())) settle<true>(work, thread, uncertain);
  }

  __device__ void store(const BankWork& work, const ThreadPlace& thread) const {
    BankOutputs outputs_of[Shape::warp_groups];
#pragma unroll
    for (unsigned j = 0; j < Shape::warp_groups; ++j)
      outputs_of[j] = work.outputs[thread.block_column * work.groups + thread.warp_group + j];
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      const std::size_t vector = thread.vector + 8 * half;
      if (vector >= work.count) continue;
      if (clipped[half] > 0) atomicAdd(work.clipped + vector, clipped[half]);
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
        const BankOutputs& outputs = outputs_of[j];
        std::int32_t* target = work.sums + vector * work.output_count + outputs.first_output;
#pragma unroll
        for (unsigned two_tiles = 0; two_tiles < Shape::tiles / 2; ++two_tiles) {
          const std::int32_t four[4] = {sum[j][2 * two_tiles][2 * half], sum[j][2 * two_tiles][2 * half + 1],
                                        sum[j][2 * two_tiles + 1][2 * half], sum[j][2 * two_tiles + 1][2 * half + 1]};
          store_four(work, outputs, target, two_tiles * 16 + 4 * thread.t, four);
        }
      }
    }
  }

 private:
  __device__ static void store_four(const BankWork& work, const BankOutputs& outputs, std::int32_t* target, std::uint32_t column,
                                    const std::int32_t (&four)[4]) {
    if (column >= outputs.columns) return;
    if (work.paired) {
      target[column / 2] = four[0] - four[1];
      if (column + 2 < outputs.columns) target[column / 2 + 1] = four[2] - four[3];
      return;
    }
    const auto corrected = [&](unsigned q) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(four[q]) + outputs.correction); };
    if (column + 4 <= outputs.columns && reinterpret_cast<std::uintptr_t>(target) % 16 == 0) {
      *reinterpret_cast<int4*>(target + column) = make_int4(corrected(0), corrected(1), corrected(2), corrected(3));
      return;
    }
#pragma unroll
    for (unsigned q = 0; q < 4; ++q) {
      if (column + q < outputs.columns) target[column + q] = corrected(q);
    }
  }
};

/// One of two groups' sums. Registers have no index: codes are added to both, times zero to one of them.
template <typename Shape>
struct EitherTarget {
  static_assert(Shape::warp_groups == 2, "one of them is added to, the other not");
  CodeTarget<Shape> first;
  CodeTarget<Shape> second;

  __device__ __forceinline__ EitherTarget(WarpTotals<Shape>& totals, unsigned j, std::uint32_t weight)
      : first(totals.sum[0], j == 0 ? weight : 0u), second(totals.sum[1], j == 1 ? weight : 0u) {}
  __device__ __forceinline__ void add(unsigned n, unsigned e, std::uint32_t code) const {
    first.add(n, e, code);
    second.add(n, e, code);
  }
};

}  // namespace memcosim::cuda
