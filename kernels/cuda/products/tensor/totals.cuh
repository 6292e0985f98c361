// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/recheck.cuh"
#include "memcosim/kernels/cuda/products/tensor/work_share.cuh"

namespace memcosim::cuda {

/// Adds codes times their weight to sums.
template <typename Shape>
struct CodeTarget {
  std::int32_t (&totals)[Shape::fragments][4];
  std::uint32_t weight;

  __device__ __forceinline__ CodeTarget(std::int32_t (&strip_totals)[Shape::fragments][4], std::uint32_t code_weight)
      : totals(strip_totals), weight(code_weight) {
    asm("" : "+r"(weight));  // hides that it is a power of two: one multiply-add instead of a shift and an addition
  }
  __device__ __forceinline__ void add(unsigned n, unsigned e, std::uint32_t code) const {
    totals[n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(totals[n][e]) + code * weight);
  }
};

/// What a block adds to the sums of its columns: all of them, or with other blocks those of the first or of further passes.
enum class Contribution { whole, first, further };

/// Sums of a warp's columns, and how they are written.
template <typename Shape>
struct WarpTotals {
  std::int32_t sum[Shape::warp_strips][Shape::fragments][4];
  PackedClips clipped;

  __device__ void clear() {
#pragma unroll
    for (unsigned j = 0; j < Shape::warp_strips; ++j) {
#pragma unroll
      for (unsigned n = 0; n < Shape::fragments; ++n) {
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          sum[j][n][e] = 0;
      }
    }
    clipped.clear();
  }

  /// Recomputes uncertain fragments. `in_loop`: by calls, else inline.
  template <bool in_loop>
  __device__ __forceinline__ void recheck(const TensorWork& work, const ThreadCoords& thread, UncertainFragments<Shape>& uncertain) {
#pragma unroll 1
    while (uncertain.count > 0) {
      const UncertainFragment<Shape>& fragment = uncertain.fragments[--uncertain.count];
      FragmentChange change;
      if constexpr (in_loop) {
        call_convert_fragment_exactly(work, fragment, thread.vector(), thread.t, thread.warp_strip, change);
      } else {
        convert_fragment_exactly(work, fragment, thread.vector(), thread.t, thread.warp_strip, change);
      }
      clipped.add(change.clipped);
      // Zero is added to all other fragments: with a branch the compiler gives the sums an index and keeps them in memory.
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_strips; ++j) {
#pragma unroll
        for (unsigned n = 0; n < Shape::fragments; ++n) {
          const std::uint32_t mask = fragment.strip() == j && fragment.index() == n ? 0xffffffffu : 0u;
#pragma unroll
          for (unsigned e = 0; e < 4; ++e)
            sum[j][n][e] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum[j][n][e]) + (change.weighted_codes[e] & mask));
        }
      }
    }
    __syncwarp();
  }
  /// The same, if the next strip might not find room.
  __device__ __forceinline__ void recheck_if_nearly_full(const TensorWork& work, const ThreadCoords& thread,
                                                         UncertainFragments<Shape>& uncertain) {
    if (__any_sync(0xffffffffu, uncertain.nearly_full())) recheck<true>(work, thread, uncertain);
  }

  /// Writes the sums; those of several blocks are added atomically to cleared results.
  __device__ void store(const TensorWork& work, const ThreadCoords& thread, Contribution contribution = Contribution::whole) const {
    StripOutputs outputs_of[Shape::warp_strips];
#pragma unroll
    for (unsigned j = 0; j < Shape::warp_strips; ++j) {
      outputs_of[j] = work.outputs[thread.block_column * work.strips + thread.warp_strip + j];
      if (contribution == Contribution::further) outputs_of[j].correction = 0;
    }
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      const std::size_t vector = thread.vector() + 8 * half;
      if (vector >= work.count) continue;
      clipped.add_to(work, half, vector);
#pragma unroll
      for (unsigned j = 0; j < Shape::warp_strips; ++j) {
        const StripOutputs& outputs = outputs_of[j];
        std::int32_t* target = work.sums + vector * work.output_count + outputs.first_output;
#pragma unroll
        for (unsigned two_fragments = 0; two_fragments < Shape::fragments / 2; ++two_fragments) {
          const std::int32_t four[4] = {sum[j][2 * two_fragments][2 * half], sum[j][2 * two_fragments][2 * half + 1],
                                        sum[j][2 * two_fragments + 1][2 * half], sum[j][2 * two_fragments + 1][2 * half + 1]};
          store_four(work, outputs, target, two_fragments * 16 + 4 * thread.t, four, contribution == Contribution::whole);
        }
      }
    }
  }

 private:
  __device__ static void store_four(const TensorWork& work, const StripOutputs& outputs, std::int32_t* target, std::uint32_t column,
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

/// The sums of one of two strips. Registers cannot be indexed: codes are added to both, multiplied by zero for one of them.
template <typename Shape>
struct EitherTarget {
  static_assert(Shape::warp_strips == 2, "one of them is added to, the other not");
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
