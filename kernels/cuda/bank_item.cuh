// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_group.cuh"
#include "memcosim/kernels/cuda/bank_inputs.cuh"
#include "memcosim/kernels/cuda/bank_planes.cuh"

// The product of a bank with its converters in one kernel.
//
// A block of 16 warps takes 128 vectors and up to 128 converted columns (groups of 32, half of them for each half of the warps); with read
// noise 8 warps take 64 vectors and 64 columns (groups of 16). Each warp has 16 vectors and keeps their sums of codes in registers. Item by
// item, an array row partition or a chunk of one, input codes and the image of the levels come to a stage in shared memory, where there is
// room for two the next item's while this one is computed. Per input slice and group of columns a warp multiplies the slice's codes with
// every digit of the levels (int8 tensor cores, 32-bit sums, exact), converts and adds the codes.

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

/// Adds the products of a chunk in one slice to the sums of a group, or sets them (`fresh`). While the tensor cores multiply, does `other`,
/// which must not branch, and returns what that returns.
template <typename Products, bool fresh, typename Shape, typename Other>
__device__ __forceinline__ auto multiply(const std::uint8_t* image, const InputBytes& codes, const Planes& planes,
                                         const ThreadPlace& thread, unsigned products, GroupSums<Shape>& sums, const Other& other) {
  if constexpr (Shape::planes) {
    const std::uint8_t* variances = image + Shape::digits * Shape::group_columns * chunk_rows;
    const auto bytes_of = [&](Plane plane) { return Products::from_plane(planes, plane, thread); };
    Products::template begin<2, Shape::tiles, false, fresh>(variances, bytes_of(Plane::low_squares), products, sums.low_squares);
    Products::template begin<2, Shape::tiles, false, fresh>(variances, bytes_of(Plane::high_squares), products, sums.high_squares);
    Products::template begin<Shape::digits, Shape::tiles, true, fresh>(image, bytes_of(Plane::codes), products, sums.digit);
  } else {
    Products::template begin<Shape::digits, Shape::tiles, true, fresh>(image, codes, products, sums.digit);
  }
  auto result = other();
  if constexpr (Shape::planes) {
    Products::finish(sums.low_squares);
    Products::finish(sums.high_squares);
  }
  Products::finish(sums.digit);
  return result;
}

/// Computes what is in a stage. `planes`: room for them, where the shape has them. `sums`: of arrays with several chunks, kept from item to
/// item.
template <typename Products, typename Shape, typename Inputs>
__device__ __forceinline__ void run_item(const BankWork& work, const std::uint8_t* stage, const Planes& planes, std::uint32_t item,
                                         const ThreadPlace& thread, GroupSums<Shape>& sums, WarpTotals<Shape>& totals,
                                         UncertainTiles<Shape>& uncertain) {
  using Stage = BankStage<Shape, Inputs>;
  const auto& header = *reinterpret_cast<const BankHeader*>(stage + Stage::header);
  const BankGroup* groups = header.groups + thread.column_half * Shape::warp_groups;
  const std::uint8_t* image = stage + Stage::image + thread.column_half * Shape::warp_groups * Shape::group_bytes;
  const std::uint32_t rows = header.item.rows;
  const unsigned products = (rows + 31) / 32;
  SliceCodes<Shape, Inputs> codes;
  const auto begin_slice = [&](unsigned slice) {
    codes.load(work, stage, thread, rows, slice);
    if (work.row_terms) codes.bytes.add_sums(sums.codes);
    if constexpr (Shape::planes) planes.write<Products>(codes.bytes, thread);
  };
  const auto draw = [&](const BankGroup& group, unsigned slice) {
    if constexpr (Shape::planes) {
      return ReadNormals<Shape>(work, group, thread, slice);
    } else {
      return NoNormals();
    }
  };
  const auto weight_of = [&](const BankGroup& group, unsigned slice) { return 1u << (slice * work.dac_bits + group.weight_shift); };
  if constexpr (Shape::tall) {
    const unsigned slice = header.item.first_slice;
    if (header.item.begins) sums.clear();
    begin_slice(slice);
    multiply<Products, false>(image, codes.bytes, planes, thread, products, sums, [] { return NoNormals(); });
    if (header.item.ends && groups->columns > 0) {
      const CodeTarget<Shape> target(totals.sum[0], weight_of(*groups, slice));
      convert_group<Shape>(
          work, *groups, thread, sums, draw(*groups, slice), item, 0, slice, codes.place,
          [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); }, uncertain);
      totals.settle_if_nearly_full(work, thread, uncertain);
    }
  } else {
#pragma unroll 1
    for (unsigned slice = 0; slice < work.slices; ++slice) {
      sums.codes[0] = sums.codes[1] = 0;
      begin_slice(slice);
      const auto run_group = [&](unsigned j, const auto& add_code) {
        if (groups[j].columns == 0) return;
        const auto normals = multiply<Products, true>(image + j * Shape::group_bytes, codes.bytes, planes, thread, products, sums,
                                                      [&] { return draw(groups[j], slice); });
        convert_group<Shape>(work, groups[j], thread, sums, normals, item, j, slice, codes.place, add_code, uncertain);
      };
      if constexpr (Shape::noise == BankNoise::none) {
#pragma unroll
        for (unsigned j = 0; j < Shape::warp_groups; ++j) {
          const CodeTarget<Shape> target(totals.sum[j], weight_of(groups[j], slice));
          run_group(j, [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); });
        }
        totals.settle_if_nearly_full(work, thread, uncertain);
      } else {
        // With noise the code of both groups one after the other would not fit the instruction cache. Registers have no index: codes are
        // added to both groups' sums, times zero to one of them.
        static_assert(Shape::warp_groups == 2, "one of them is added to, the other not");
#pragma unroll 1
        for (unsigned j = 0; j < 2; ++j) {
          const std::uint32_t weight = weight_of(groups[j], slice);
          const CodeTarget<Shape> first(totals.sum[0], j == 0 ? weight : 0u);
          const CodeTarget<Shape> second(totals.sum[1], j == 1 ? weight : 0u);
          run_group(j, [&](unsigned n, unsigned e, std::uint32_t code) {
            first.add(n, e, code);
            second.add(n, e, code);
          });
          totals.settle_if_nearly_full(work, thread, uncertain);
        }
      }
    }
  }
}

}  // namespace memcosim::cuda
