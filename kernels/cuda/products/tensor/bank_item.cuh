// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_group.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_inputs.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_planes.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_totals.cuh"

// The product of a bank with its converters in one kernel.
//
// A block of 16 warps takes 128 vectors and up to 128 converted columns (groups of 32, half of them for each half of the warps); with read
// noise 16 warps take 64 vectors and 128 columns, or 8 warps take 64 columns (groups of 16). Each warp has 16 vectors and keeps their sums
// of codes in registers. For each item (a row partition or a chunk of one), input codes and the image of the levels are copied to a stage
// in shared memory (with room for two stages, those of the next item while this one is computed). Per input slice and group of columns a
// warp multiplies the slice's codes with every digit of the levels (int8 tensor cores, 32-bit sums, exact), converts and adds the codes.

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

  __device__ __forceinline__ void load(const BankWork& work, const std::uint8_t* stage, const ThreadPlace& thread, std::uint32_t rows,
                                       unsigned slice) {
    const unsigned first = slice & ~(work.slices_per_byte - 1);
    place = (slice - first) * work.dac_bits;
    bytes.load<Inputs>(stage, thread.row, thread.t, first * work.dac_bits);
    if (work.dac_bits < 8) bytes.mask((((1u << work.dac_bits) - 1u) << place) * 0x01010101u);
    if (!Inputs::zero_beyond_rows && work.row_terms && rows < chunk_rows) bytes.cut(rows, thread.t);
    if constexpr (Shape::planes) {
      if (work.dac_bits < 8) bytes.shift(place);
      place = 0;
    }
  }
};

/// Where the codes are planes.
struct NoCodes {
  InputBytes bytes;
  static constexpr unsigned place = 0;
};

/// Starts to add the products of a chunk in one slice to the variances of a group, or to set them (`fresh`).
template <typename Products, bool fresh, typename Shape>
__device__ __forceinline__ void begin_variances(const typename Products::Image& image, const Planes& planes, const ThreadPlace& thread,
                                                unsigned products, GroupSums<Shape>& sums) {
  const typename Products::Image variances = image + Shape::digits * Shape::group_columns * chunk_rows;
  const auto squares = [&](Plane plane) { return Products::from_plane(planes, plane, thread); };
  Products::template begin<2, Shape::tiles, false, fresh>(variances, squares(Plane::low_squares), products, sums.low_squares);
  Products::template begin<2, Shape::tiles, false, fresh>(variances, squares(Plane::high_squares), products, sums.high_squares);
}
template <typename Products, typename Shape>
__device__ __forceinline__ void finish_variances(GroupSums<Shape>& sums) {
  Products::finish(sums.low_squares);
  Products::finish(sums.high_squares);
}
/// The same for digits.
template <typename Products, bool fresh, typename Shape>
__device__ __forceinline__ void begin_digits(const typename Products::Image& image, const InputBytes& codes, const Planes& planes,
                                             const ThreadPlace& thread, unsigned products, GroupSums<Shape>& sums) {
  if constexpr (Shape::planes) {
    const auto bytes = Products::from_plane(planes, Plane::codes, thread);
    Products::template begin<Shape::digits, Shape::tiles, true, fresh>(image, bytes, products, sums.digit);
  } else {
    Products::template begin<Shape::digits, Shape::tiles, true, fresh>(image, codes, products, sums.digit);
  }
}

/// The products of a group of an array of one chunk, then convert(values, noise). The group's read noise is drawn meanwhile. `code_sums`:
/// see GroupValues.
template <typename Products, typename Shape, typename Codes, typename CodeSums, typename Convert>
__device__ __forceinline__ void run_products(const BankWork& work, const BankGroupHead& group, const float (&sigma_slope)[noisy_columns],
                                             const typename Products::Image& image, const Codes& codes, const Planes& planes,
                                             const ThreadPlace& thread, unsigned products, unsigned slice, GroupSums<Shape>& sums,
                                             const CodeSums& code_sums, const Convert& convert) {
  const GroupValues<Shape> values(work, group, code_sums, codes.place);
  if constexpr (Shape::planes) {
    begin_variances<Products, true>(image, planes, thread, products, sums);
    const ReadDraws draws(work, group, thread, slice);
    finish_variances<Products>(sums);
    begin_digits<Products, true>(image, codes.bytes, planes, thread, products, sums);
    const ReadNoise<Shape> noise(sigma_slope, thread, sums, values, draws);
    Products::finish(sums.digit);
    convert(values, noise);
  } else {
    begin_digits<Products, true>(image, codes.bytes, planes, thread, products, sums);
    Products::finish(sums.digit);
    convert(values, NoReadNoise());
  }
}

/// Converts the one group that a warp has of tall arrays.
template <typename Shape>
__device__ __forceinline__ void convert_alone(const BankWork& work, const BankGroup& group, const ThreadPlace& thread,
                                              const GroupSums<Shape>& sums, WarpTotals<Shape>& totals, std::uint32_t item, unsigned slice,
                                              unsigned place, UncertainTiles<Shape>& uncertain) {
  const CodeTarget<Shape> target(totals.sum[0], code_weight(work, group, slice));
  const GroupValues<Shape> values(work, group, sums, place);
  const auto convert = [&](const auto& noise) {
    convert_group<Shape>(
        work, group, thread, sums, sums, values, noise, item, 0, slice,
        [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); }, uncertain);
  };
  if constexpr (Shape::planes) {
    convert(ReadNoise<Shape>(group.sigma_slope, thread, sums, values, ReadDraws(work, group, thread, slice)));
  } else {
    convert(NoReadNoise());
  }
  totals.settle_if_nearly_full(work, thread, uncertain);
}

/// Computes the item in a stage. `planes`: memory for planes, if the shape has them. `sums`: of arrays with several chunks, kept from item
/// to item.
template <typename Products, typename Shape, typename Inputs>
__device__ __forceinline__ void run_item(const BankWork& work, const std::uint8_t* stage, const Planes& planes, std::uint32_t item,
                                         const ThreadPlace& thread, GroupSums<Shape>& sums, WarpTotals<Shape>& totals,
                                         UncertainTiles<Shape>& uncertain) {
  using Stage = BankStage<Shape, Inputs>;
  const auto& header = *reinterpret_cast<const BankHeader*>(stage + Stage::header);
  const BankGroup* groups = header.groups + thread.warp_group;
  const auto image = Products::image(stage + Stage::image + thread.column_part * Shape::warp_groups * Shape::group_bytes);
  const std::uint32_t rows = header.item.rows;
  const unsigned products = (rows + 31) / 32;
  SliceCodes<Shape, Inputs> codes;
  const auto begin_slice = [&](unsigned slice) {
    if (!Shape::planes || work.row_terms) codes.load(work, stage, thread, rows, slice);
    if (work.row_terms) codes.bytes.add_sums(sums.codes);
    if constexpr (Shape::planes) {
      __syncthreads();
      // The warps that have the same vectors, one in each of column_parts, write a part each.
      static_assert(Shape::column_parts == 2);
      planes.write<Inputs, 4>(work, stage, thread.row + thread.column_part * 8, thread.t, 0, slice, [](std::uint32_t, std::uint32_t) {});
      __syncthreads();
    }
  };
  if constexpr (Shape::tall) {
    const unsigned slice = header.item.first_slice;
    if (header.item.begins) sums.clear();
    begin_slice(slice);
    if constexpr (Shape::planes) begin_variances<Products, false>(image, planes, thread, products, sums);
    begin_digits<Products, false>(image, codes.bytes, planes, thread, products, sums);
    if constexpr (Shape::planes) finish_variances<Products>(sums);
    Products::finish(sums.digit);
    if (header.item.ends && groups->columns > 0)
      convert_alone<Shape>(work, *groups, thread, sums, totals, item, slice, codes.place, uncertain);
  } else {
#pragma unroll 1
    for (unsigned slice = 0; slice < work.slices; ++slice) {
      sums.codes[0] = sums.codes[1] = 0;
      begin_slice(slice);
      const auto run_group = [&](unsigned j, const auto& add_code) {
        if (groups[j].columns == 0) return;
        run_products<Products, Shape>(work, groups[j], groups[j].sigma_slope, image + j * Shape::group_bytes, codes, planes, thread,
                                      products, slice, sums, sums, [&](const auto& values, const auto& noise) {
                                        convert_group<Shape>(work, groups[j], thread, sums, sums, values, noise, item, j, slice, add_code,
                                                             uncertain);
                                      });
      };
      if constexpr (Shape::noise == BankNoise::none) {
#pragma unroll
        for (unsigned j = 0; j < Shape::warp_groups; ++j) {
          const CodeTarget<Shape> target(totals.sum[j], code_weight(work, groups[j], slice));
          run_group(j, [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); });
        }
        totals.settle_if_nearly_full(work, thread, uncertain);
      } else {
        // With noise, the unrolled code of both groups would not fit the instruction cache.
#pragma unroll 1
        for (unsigned j = 0; j < 2; ++j) {
          const EitherTarget<Shape> target(totals, j, code_weight(work, groups[j], slice));
          run_group(j, [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); });
          totals.settle_if_nearly_full(work, thread, uncertain);
        }
      }
    }
  }
}

}  // namespace memcosim::cuda
