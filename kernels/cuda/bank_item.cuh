// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_group.cuh"
#include "memcosim/kernels/cuda/bank_inputs.cuh"

// The product of a bank with its converters in one kernel.
//
// A block of 16 warps takes 128 vectors and up to 128 converted columns (groups of 32 or 16, half of them for each half of the warps). Each
// warp has 16 vectors and keeps their sums of codes in registers. Item by item, an array row partition or a chunk of one, input codes and
// the image of the levels come to a stage in shared memory, the next item's while this one is computed. Per input slice and group of
// columns a warp multiplies the slice's codes with every digit of the levels (int8 tensor cores, 32-bit sums, exact), converts and adds the
// codes.

namespace memcosim::cuda {

/// A stage: input codes, image, header.
template <typename Shape, typename InputsInStage>
struct BankStage {
  using Inputs = InputsInStage;
  static constexpr std::uint32_t image = Inputs::bytes;
  static constexpr std::uint32_t header = image + Shape::chunk_bytes;
  static constexpr std::uint32_t bytes = header + (sizeof(BankHeader) + 1023) / 1024 * 1024;
};

/// The codes of a slice in a stage.
template <typename Shape, typename Inputs>
struct SliceCodes {
  InputBytes bytes;
  unsigned place;  ///< bit of each byte that the slice begins at

  __device__ __forceinline__ void load(const BankWork& work, std::uint8_t* stage, const ThreadPlace& thread, std::uint32_t rows,
                                       unsigned slice) {
    const unsigned first = slice / work.slices_per_byte * work.slices_per_byte;
    place = (slice - first) * work.dac_bits;
    bytes.load<Inputs>(stage, thread.row, thread.t, first * work.dac_bits);
    bytes.mask((((1u << work.dac_bits) - 1u) << place) * 0x01010101u);
    if (!Inputs::zero_beyond_rows && work.row_terms && rows < chunk_rows) bytes.cut(rows, thread.t);
    if constexpr (Shape::noise == BankNoise::read) {
      if (work.squares == Squares::in_inputs) square_inputs(stage, thread);
    }
  }

  /// Lower or upper bytes of the squares.
  __device__ __forceinline__ InputBytes squares(const BankWork& work, const std::uint8_t* stage, const ThreadPlace& thread,
                                                bool upper) const {
    if (work.squares == Squares::in_inputs) {
      InputBytes squares;
      squares.load_squares<Inputs>(stage, thread.row, thread.t, upper);
      return squares;
    }
    return work.squares == Squares::bits ? bytes.shifted(place) : bytes.squares(place, upper);
  }

 private:
  /// The two warps that have the same vectors make the squares of half of them each, after both have read the codes.
  __device__ __forceinline__ void square_inputs(std::uint8_t* stage, const ThreadPlace& thread) const {
    const unsigned barrier = 1 + threadIdx.x / 32 % 8;
    asm volatile("bar.sync %0, 64;" ::"r"(barrier) : "memory");
    bytes.store_squares<Inputs>(stage, thread.row, thread.t, thread.column_half);
    asm volatile("bar.sync %0, 64;" ::"r"(barrier) : "memory");
  }
};

/// Adds the products of a chunk in one slice to the sums of a group, or sets them (`fresh`).
template <typename Products, typename Shape, bool fresh, typename Codes>
__device__ __forceinline__ void multiply(const BankWork& work, const std::uint8_t* stage, const std::uint8_t* image,
                                         const ThreadPlace& thread, const Codes& codes, unsigned products, GroupSums<Shape>& sums) {
  if constexpr (Shape::noise == BankNoise::read) {
    using TwoSums = std::int32_t(*)[2][Shape::tiles][4];
    const std::uint8_t* variances = image + Shape::digits * Shape::group_columns * chunk_rows;
    Products::template add<2, Shape::tiles, false, fresh>(variances, codes.squares(work, stage, thread, false), products,
                                                          *reinterpret_cast<TwoSums>(&sums.variance[0]));
    if constexpr (fresh) sums.clear_high_variances();
    if (work.squares == Squares::wide || work.squares == Squares::in_inputs) {
      Products::template add<2, Shape::tiles, false, false>(variances, codes.squares(work, stage, thread, true), products,
                                                            *reinterpret_cast<TwoSums>(&sums.variance[1]));
    }
  }
  Products::template add<Shape::digits, Shape::tiles, true, fresh>(image, codes.bytes, products, sums.digit);
}

/// Computes what is in a stage. `sums`: of arrays with several chunks, kept from item to item.
template <typename Products, typename Shape, typename Inputs>
__device__ __forceinline__ void run_item(const BankWork& work, std::uint8_t* stage, std::uint32_t item, const ThreadPlace& thread,
                                         GroupSums<Shape>& sums, WarpTotals<Shape>& totals, UncertainTiles<Shape>& uncertain) {
  using Stage = BankStage<Shape, Inputs>;
  const auto& header = *reinterpret_cast<const BankHeader*>(stage + Stage::header);
  const BankGroup* groups = header.groups + thread.column_half * Shape::warp_groups;
  const std::uint8_t* image = stage + Stage::image + thread.column_half * Shape::warp_groups * Shape::group_bytes;
  const std::uint32_t rows = header.item.rows;
  const unsigned products = (rows + 31) / 32;
  SliceCodes<Shape, Inputs> codes;
  if constexpr (Shape::tall) {
    const unsigned slice = header.item.first_slice;
    codes.load(work, stage, thread, rows, slice);
    if (header.item.begins) sums.clear();
    if (work.row_terms) codes.bytes.add_sums(sums.codes);
    multiply<Products, Shape, false>(work, stage, image, thread, codes, products, sums);
    if (header.item.ends && groups->columns > 0) {
      convert_group<Shape>(work, *groups, thread, sums, item, 0, slice, codes.place, totals.sum[0], uncertain);
      totals.settle_if_nearly_full(work, thread, uncertain, 0);
    }
  } else {
#pragma unroll 1
    for (unsigned slice = 0; slice < work.slices; ++slice) {
      codes.load(work, stage, thread, rows, slice);
      sums.codes[0] = sums.codes[1] = 0;
      if (work.row_terms) codes.bytes.add_sums(sums.codes);
      const auto run_group = [&](unsigned j, std::int32_t(&group_totals)[Shape::tiles][4]) {
        if (groups[j].columns == 0) return;
        multiply<Products, Shape, true>(work, stage, image + j * Shape::group_bytes, thread, codes, products, sums);
        convert_group<Shape>(work, groups[j], thread, sums, item, j, slice, codes.place, group_totals, uncertain);
      };
      if constexpr (Shape::noise == BankNoise::none) {
#pragma unroll
        for (unsigned j = 0; j < Shape::warp_groups; ++j) {
          run_group(j, totals.sum[j]);
        }
        totals.settle_if_nearly_full(work, thread, uncertain, 0);
      } else {
        // With noise the code of all groups one after the other would not fit the instruction cache.
#pragma unroll 1
        for (unsigned j = 0; j < Shape::warp_groups; ++j) {
          run_group(j, totals.sum[0]);
          totals.settle_if_nearly_full(work, thread, uncertain, j);
          totals.rotate();
        }
      }
    }
  }
}

}  // namespace memcosim::cuda
