// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_uncertain.cuh"

namespace memcosim::cuda {

/// Adds codes times their weight to sums.
template <typename Shape>
struct CodeTarget {
  std::int32_t (&totals)[Shape::tiles][4];
  std::uint32_t weight;

  __device__ __forceinline__ CodeTarget(std::int32_t (&group_totals)[Shape::tiles][4], std::uint32_t code_weight)
      : totals(group_totals), weight(code_weight) {
    asm("" : "+r"(weight));  // hides that it is a power of two: one multiply-add instead of a shift and an addition
  }
  __device__ __forceinline__ void add(unsigned n, unsigned e, std::uint32_t code) const {
    totals[n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(totals[n][e]) + code * weight);
  }
};

/// Which part of the sums of its columns a block has: all, or with others those of the first items or of others.
enum class SumPart { all, first, other };

/// Sums of a warp's columns, and how they are written.
template <typename Shape>
struct WarpTotals {
  std::int32_t sum[Shape::warp_groups][Shape::tiles][4];
  PackedClips clipped;

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
    clipped.clear();
  }

  /// Recomputes uncertain tiles. `in_loop`: by calls, else inline.
  template <bool in_loop>
  __device__ __forceinline__ void settle(const BankWork& work, const ThreadPlace& thread, UncertainTiles<Shape>& uncertain) {
#pragma unroll 1
    while (uncertain.count > 0) {
      const UncertainTile<Shape>& tile = uncertain.tiles[--uncertain.count];
      TileChange change;
      if constexpr (in_loop) {
        call_convert_tile_exactly(work, tile, thread.vector(), thread.t, thread.warp_group, change);
      } else {
        convert_tile_exactly(work, tile, thread.vector(), thread.t, thread.warp_group, change);
      }
      clipped.add(change.clipped);
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
  /// The same, if the next group might not find room.
  __device__ __forceinline__ void settle_if_nearly_full(const BankWork& work, const ThreadPlace& thread, UncertainTiles<Shape>& uncertain) {
    if (__any_sync(0xffffffffu, uncertain.nearly_full())) settle<true>(work, thread, uncertain);
  }

  /// Writes the sums; parts are added atomically to cleared results.
  __device__ void store(const BankWork& work, const ThreadPlace& thread, SumPart part = SumPart::all) const {
    BankOutputs outputs_of[Shape::warp_groups];
#pragma unroll
    for (unsigned j = 0; j < Shape::warp_groups; ++j) {
      outputs_of[j] = work.outputs[thread.block_column * work.groups + thread.warp_group + j];
      if (part == SumPart::other) outputs_of[j].correction = 0;
    }
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      const std::size_t vector = thread.vector() + 8 * half;
      if (vector >= work.count) continue;
      clipped.add_to(work, half, vector);
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
        const BankOutputs& outputs = outputs_of[j];
        std::int32_t* target = work.sums + vector * work.output_count + outputs.first_output;
#pragma unroll
        for (unsigned two_tiles = 0; two_tiles < Shape::tiles / 2; ++two_tiles) {
          const std::int32_t four[4] = {sum[j][2 * two_tiles][2 * half], sum[j][2 * two_tiles][2 * half + 1],
                                        sum[j][2 * two_tiles + 1][2 * half], sum[j][2 * two_tiles + 1][2 * half + 1]};
          store_four(work, outputs, target, two_tiles * 16 + 4 * thread.t, four, part == SumPart::all);
        }
      }
    }
  }

 private:
  __device__ static void store_four(const BankWork& work, const BankOutputs& outputs, std::int32_t* target, std::uint32_t column,
                                    const std::int32_t (&four)[4], bool all) {
    if (column >= outputs.columns) return;
    const auto put = [&](std::int32_t& sum, std::int32_t value) {
      if (all) {
        sum = value;
      } else {
        atomicAdd(&sum, value);
      }
    };
    if (work.paired) {
      const auto difference = [&](unsigned q) {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(four[q]) - static_cast<std::uint32_t>(four[q + 1]));
      };
      put(target[column / 2], difference(0));
      if (column + 2 < outputs.columns) put(target[column / 2 + 1], difference(2));
      return;
    }
    const auto corrected = [&](unsigned q) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(four[q]) + outputs.correction); };
    if (all && column + 4 <= outputs.columns && reinterpret_cast<std::uintptr_t>(target) % 16 == 0) {
      *reinterpret_cast<int4*>(target + column) = make_int4(corrected(0), corrected(1), corrected(2), corrected(3));
      return;
    }
#pragma unroll
    for (unsigned q = 0; q < 4; ++q) {
      if (column + q < outputs.columns) put(target[column + q], corrected(q));
    }
  }
};

/// The sums of one of two groups. Registers cannot be indexed: codes are added to both, multiplied by zero for one of them.
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
