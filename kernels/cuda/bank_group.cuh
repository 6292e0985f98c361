// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_conversion.cuh"
#include "memcosim/kernels/cuda/bank_shape.cuh"

namespace memcosim::cuda {

/// A tile with an uncertain code, as one thread has it: kept until it is done again exactly.
template <typename Shape>
struct UncertainTile {
  int4 digits[Shape::digits];
  int4 variances[Shape::noise == BankNoise::read ? 3 : 1];
  std::int32_t codes[2];
  std::uint32_t item;
  std::uint32_t where;  ///< slice, group and tile: see pack()

  __device__ static std::uint32_t pack(unsigned slice, unsigned group, unsigned n) { return slice << 8 | group << 4 | n; }
  __device__ unsigned slice() const { return where >> 8; }
  __device__ unsigned group() const { return where >> 4 & 15u; }
  __device__ unsigned tile() const { return where & 15u; }
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
  __device__ __forceinline__ void push(const GroupSums<Shape>& sums, unsigned n, std::uint32_t item, std::uint32_t where) {
    UncertainTile<Shape>& tile = tiles[count];
    const auto four = [n](const std::int32_t(&of_tiles)[Shape::tiles][4]) {
      return make_int4(of_tiles[n][0], of_tiles[n][1], of_tiles[n][2], of_tiles[n][3]);
    };
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k)
      tile.digits[k] = four(sums.digit[k]);
    if constexpr (Shape::noise == BankNoise::read) {
#pragma unroll
      for (unsigned k = 0; k < 3; ++k)
        tile.variances[k] = four(sums.variance[k]);
    }
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
__device__ __noinline__ void convert_tile_exactly(const BankWork& work, const UncertainTile<Shape>& tile, std::size_t first_vector,
                                                  std::uint32_t t, std::uint32_t first_group, TileChange& change) {
  const BankGroup& group = work.items[tile.item].groups[first_group + tile.group()];
  const unsigned slice = tile.slice();
  const unsigned place = slice % work.slices_per_byte * work.dac_bits;
  const GroupConversion<Shape> conversion(work, group, first_vector, tile.codes, slice, place);
  change.clipped[0] = change.clipped[1] = 0;
#pragma unroll 1
  for (unsigned e = 0; e < 4; ++e) {
    change.weighted_codes[e] = 0;
    const std::uint32_t slot = tile.tile() * 8 + 2 * t + e % 2;
    const std::size_t vector = first_vector + e / 2 * 8;
    const auto element = [e](const int4& four) { return e == 0 ? four.x : e == 1 ? four.y : e == 2 ? four.z : four.w; };
    DigitSums<Shape::digits, Shape::tall> digits;
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k)
      digits.sum[k] = element(tile.digits[k]);
    VarianceSums<Shape::tall> variance{0, 0, 0};
    if constexpr (Shape::noise == BankNoise::read)
      variance = {element(tile.variances[0]), element(tile.variances[1]), element(tile.variances[2])};
    std::uint32_t code = 0;
    if (conversion.convert(work, group, digits, variance, e / 2, group.first_column + slot, code)) continue;
    if (slot >= group.columns || vector >= work.count) continue;
    const std::uint32_t exact = convert_exactly(
        work, group, {digits.exact(), tile.codes[e / 2], variance.exact(), place, vector, slice, group.first_column + slot});
    change.clipped[e / 2] += exact & 1u;
    change.weighted_codes[e] = ((exact >> 1) + whole_bits - code) << (slice * work.dac_bits + group.weight_shift);
  }
}

/// Converts the sums of a group in one slice and adds the codes, times their weight, to `totals`. `index`: of the group in its warp.
template <typename Shape>
__device__ __forceinline__ void convert_group(const BankWork& work, const BankGroup& group, const ThreadPlace& thread,
                                              const GroupSums<Shape>& sums, std::uint32_t item, unsigned index, unsigned slice,
                                              unsigned place, std::int32_t (&totals)[Shape::tiles][4], UncertainTiles<Shape>& uncertain) {
  const GroupConversion<Shape> conversion(work, group, thread.vector, sums.codes, slice, place);
  std::uint32_t weight = 1u << (slice * work.dac_bits + group.weight_shift);
  asm("" : "+r"(weight));  // unknown to be a power of two: one multiplication with addition instead of a shift and an addition
#pragma unroll
  for (unsigned n = 0; n < Shape::tiles; ++n) {
    bool all_certain = true;
#pragma unroll
    for (unsigned e = 0; e < 4; ++e) {
      const std::uint32_t column = group.first_column + n * 8 + 2 * thread.t + e % 2;
      std::uint32_t code = 0;
      const bool certain = conversion.convert(work, group, digits_of(sums, n, e), variance_of(sums, n, e), e / 2, column, code);
      all_certain = all_certain && certain;
      totals[n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(totals[n][e]) + code * weight);
    }
    if (!all_certain) uncertain.push(sums, n, item, UncertainTile<Shape>::pack(slice, index, n));
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

  /// The next group takes the place of the first: so a loop over the groups needs no index that registers do not have.
  __device__ void rotate() {
#pragma unroll
    for (unsigned n = 0; n < Shape::tiles; ++n) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e) {
        const std::int32_t first = sum[0][n][e];
#pragma unroll
        for (unsigned j = 0; j + 1 < Shape::warp_groups; ++j)
          sum[j][n][e] = sum[j + 1][n][e];
        sum[Shape::warp_groups - 1][n][e] = first;
      }
    }
  }

  /// Does uncertain tiles again. `first`: the group whose sums stand first (see rotate()).
  __device__ __forceinline__ void settle(const BankWork& work, const ThreadPlace& thread, UncertainTiles<Shape>& uncertain,
                                         unsigned first) {
#pragma unroll 1
    while (uncertain.count > 0) {
      const UncertainTile<Shape>& tile = uncertain.tiles[--uncertain.count];
      TileChange change;
      convert_tile_exactly<Shape>(work, tile, thread.vector, thread.t, thread.column_half * Shape::warp_groups, change);
      clipped[0] += change.clipped[0];
      clipped[1] += change.clipped[1];
      const unsigned group = (tile.group() + Shape::warp_groups - first) % Shape::warp_groups;
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
#pragma unroll
        for (unsigned n = 0; n < Shape::tiles; ++n) {
          if (group != j || tile.tile() != n) continue;
#pragma unroll
          for (unsigned e = 0; e < 4; ++e)
            sum[j][n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum[j][n][e]) + change.weighted_codes[e]);
        }
      }
    }
    __syncwarp();
  }
  /// The same where the next group might not find room.
  __device__ __forceinline__ void settle_if_nearly_full(const BankWork& work, const ThreadPlace& thread, UncertainTiles<Shape>& uncertain,
                                                        unsigned first) {
    if (__any_sync(0xffffffffu, uncertain.nearly_full())) settle(work, thread, uncertain, first);
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
          const auto corrected = [&](unsigned e) {
            return static_cast<std::int32_t>(static_cast<std::uint32_t>(two[e]) + outputs.correction);
          };
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

}  // namespace memcosim::cuda
