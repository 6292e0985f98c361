// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/convert.cuh"
#include "memcosim/kernels/cuda/products/tensor/operands.cuh"
#include "memcosim/kernels/cuda/products/tensor/totals.cuh"

// The product of arrays with its conversions in one kernel.
//
// A block of 16 warps takes 128 vectors and up to 128 converted columns (strips of 32, half of them for each half of the warps); with read
// noise 16 warps take 64 vectors and 128 columns, or 8 warps take 64 columns (strips of 16). Each warp has 16 vectors and keeps their sums
// of codes in registers. For each pass (a row partition or a slab of one), input codes and the image of the levels are copied to a stage
// in shared memory (with room for two stages, those of the next pass while this one is computed). Per input slice and strip of columns a
// warp multiplies the slice's codes with every digit of the levels (int8 tensor cores, 32-bit sums, exact), converts and adds the codes.

namespace memcosim::cuda {

/// A stage: input codes, image, header.
template <typename Shape, typename InputsInStage>
struct PassStage {
  using Inputs = InputsInStage;
  static constexpr std::uint32_t image = Inputs::bytes;
  static constexpr std::uint32_t header = image + Shape::slab_bytes;
  static constexpr std::uint32_t bytes = header + (sizeof(PassHeader) + 1023) / 1024 * 1024;
};

/// The codes of a slice in a stage.
template <typename Shape, typename Inputs>
struct SliceCodes {
  InputBytes bytes;
  unsigned bit;  ///< of each byte, that the slice begins at

  __device__ __forceinline__ void load(const TensorWork& work, const std::uint8_t* stage, const ThreadCoords& thread, std::uint32_t rows,
                                       unsigned slice) {
    const unsigned first = slice & ~(work.slices_per_byte - 1);
    bit = (slice - first) * work.dac_bits;
    bytes.load<Inputs>(stage, thread.row, thread.t, first * work.dac_bits);
    if (work.dac_bits < 8) bytes.mask((((1u << work.dac_bits) - 1u) << bit) * 0x01010101u);
    if (!Inputs::zero_beyond_rows && work.row_terms && rows < slab_rows) bytes.cut(rows, thread.t);
    if constexpr (Shape::planes) {
      if (work.dac_bits < 8) bytes.shift(bit);
      bit = 0;
    }
  }
};

/// Where the codes are planes.
struct NoCodes {
  InputBytes bytes;
  static constexpr unsigned bit = 0;
};

/// Starts to add the products of a slab in one slice to the variances of a strip, or to set them (`fresh`).
template <typename Products, bool fresh, typename Shape>
__device__ __forceinline__ void begin_variances(const typename Products::Image& image, const Planes& planes, const ThreadCoords& thread,
                                                unsigned products, StripSums<Shape>& sums) {
  const typename Products::Image variances = image + Shape::digits * Shape::strip_columns * slab_rows;
  const auto squares = [&](Plane plane) { return Products::from_plane(planes, plane, thread); };
  Products::template begin<2, Shape::fragments, false, fresh>(variances, squares(Plane::low_squares), products, sums.low_squares);
  Products::template begin<2, Shape::fragments, false, fresh>(variances, squares(Plane::high_squares), products, sums.high_squares);
}
template <typename Products, typename Shape>
__device__ __forceinline__ void finish_variances(StripSums<Shape>& sums) {
  Products::finish(sums.low_squares);
  Products::finish(sums.high_squares);
}
/// The same for digits.
template <typename Products, bool fresh, typename Shape>
__device__ __forceinline__ void begin_digits(const typename Products::Image& image, const InputBytes& codes, const Planes& planes,
                                             const ThreadCoords& thread, unsigned products, StripSums<Shape>& sums) {
  if constexpr (Shape::planes) {
    const auto bytes = Products::from_plane(planes, Plane::codes, thread);
    Products::template begin<Shape::digits, Shape::fragments, true, fresh>(image, bytes, products, sums.digit);
  } else {
    Products::template begin<Shape::digits, Shape::fragments, true, fresh>(image, codes, products, sums.digit);
  }
}

/// The products of a strip of an array of one slab, then convert(values, noise). The strip's read noise is drawn meanwhile. `code_sums`:
/// see StripValues.
template <typename Products, typename Shape, typename Codes, typename CodeSums, typename Convert>
__device__ __forceinline__ void run_products(const TensorWork& work, const StripHead& strip,
                                             const float (&sigma_slope)[noisy_strip_columns], const typename Products::Image& image,
                                             const Codes& codes, const Planes& planes, const ThreadCoords& thread, unsigned products,
                                             unsigned slice, StripSums<Shape>& sums, const CodeSums& code_sums,
                                             const StripConverters<Shape::curves>& converters, const Convert& convert) {
  const StripValues<Shape> values(work, strip, code_sums, codes.bit, converters);
  if constexpr (Shape::planes) {
    begin_variances<Products, true>(image, planes, thread, products, sums);
    const ReadDraws draws(work, strip, thread, slice);
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

/// Converts the one strip that a warp has of tall arrays.
template <typename Shape>
__device__ __forceinline__ void convert_alone(const TensorWork& work, const Strip& strip, const ThreadCoords& thread,
                                              const StripSums<Shape>& sums, WarpTotals<Shape>& totals, std::uint32_t pass, unsigned slice,
                                              unsigned bit, const StripConverters<Shape::curves>& converters,
                                              UncertainFragments<Shape>& uncertain) {
  const CodeTarget<Shape> target(totals.sum[0], code_weight(work, strip, slice));
  const StripValues<Shape> values(work, strip, sums, bit, converters);
  const auto convert = [&](const auto& noise) {
    convert_strip<Shape>(
        work, strip, thread, sums, sums, values, noise, pass, 0, slice,
        [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); }, uncertain);
  };
  if constexpr (Shape::planes) {
    convert(ReadNoise<Shape>(strip.sigma_slope, thread, sums, values, ReadDraws(work, strip, thread, slice)));
  } else {
    convert(NoReadNoise());
  }
  totals.recheck_if_nearly_full(work, thread, uncertain);
}

/// Copies the converters' tables to shared memory, where the shape has them, and gives their address there. They are complete at the
/// block's next __syncthreads().
template <typename Shape>
__device__ __forceinline__ std::uint32_t load_tables(const typename Shape::Work& work, std::uint8_t* memory) {
  if constexpr (Shape::curves) {
    auto* target = reinterpret_cast<uint2*>(memory);  // a table has an even number of words
    const auto* source = reinterpret_cast<const uint2*>(work.tables);
    for (std::uint32_t i = threadIdx.x; i < work.table_words / 2; i += Shape::threads)
      target[i] = source[i];
    return shared_address(memory);
  } else {
    return 0;
  }
}

/// Computes the pass in a stage. `planes`: memory for planes, if the shape has them; `tables`: address of the converters' tables in shared
/// memory, likewise. `sums`: of arrays with several slabs, kept from pass
/// to pass.
template <typename Products, typename Shape, typename Inputs>
__device__ __forceinline__ void run_pass(const TensorWork& work, const std::uint8_t* stage, const Planes& planes, std::uint32_t tables,
                                         std::uint32_t pass, const ThreadCoords& thread, StripSums<Shape>& sums, WarpTotals<Shape>& totals,
                                         UncertainFragments<Shape>& uncertain) {
  using Stage = PassStage<Shape, Inputs>;
  const auto& header = *reinterpret_cast<const PassHeader*>(stage + Stage::header);
  const Strip* strips = header.strips + thread.warp_strip;
  const std::uint8_t* levels = stage + Stage::image + thread.warp_column * Shape::warp_strips * Shape::strip_bytes;
  const auto image = Products::image(levels);
  const auto converters_of = [&](unsigned j) {
    if constexpr (Shape::curves) {
      const std::uint8_t* columns = levels + j * Shape::strip_bytes + Shape::level_rows * slab_rows;
      return StripConverters<true>{reinterpret_cast<const ColumnScales*>(columns), tables};
    } else {
      return StripConverters<false>();
    }
  };
  const std::uint32_t rows = header.pass.rows;
  const unsigned products = (rows + 31) / 32;
  SliceCodes<Shape, Inputs> codes;
  const auto begin_slice = [&](unsigned slice) {
    if (!Shape::planes || work.row_terms) codes.load(work, stage, thread, rows, slice);
    if (work.row_terms) codes.bytes.add_sums(sums.codes);
    if constexpr (Shape::planes) {
      __syncthreads();
      // The warps that have the same vectors, one in each warp column, write those of eight vectors each.
      static_assert(Shape::warp_columns == 2);
      planes.write<Inputs, 4>(work, stage, thread.row + thread.warp_column * 8, thread.t, 0, slice, [](std::uint32_t, std::uint32_t) {});
      __syncthreads();
    }
  };
  if constexpr (Shape::tall) {
    const unsigned slice = header.pass.first_slice;
    if (header.pass.begins) sums.clear();
    begin_slice(slice);
    if constexpr (Shape::planes) begin_variances<Products, false>(image, planes, thread, products, sums);
    begin_digits<Products, false>(image, codes.bytes, planes, thread, products, sums);
    if constexpr (Shape::planes) finish_variances<Products>(sums);
    Products::finish(sums.digit);
    if (header.pass.ends && strips->columns > 0)
      convert_alone<Shape>(work, *strips, thread, sums, totals, pass, slice, codes.bit, converters_of(0), uncertain);
  } else {
#pragma unroll 1
    for (unsigned slice = 0; slice < work.slices; ++slice) {
      sums.codes[0] = sums.codes[1] = 0;
      begin_slice(slice);
      const auto run_strip = [&](unsigned j, const auto& add_code) {
        if (strips[j].columns == 0) return;
        run_products<Products, Shape>(work, strips[j], strips[j].sigma_slope, image + j * Shape::strip_bytes, codes, planes, thread,
                                      products, slice, sums, sums, converters_of(j), [&](const auto& values, const auto& noise) {
                                        convert_strip<Shape>(work, strips[j], thread, sums, sums, values, noise, pass, j, slice, add_code,
                                                             uncertain);
                                      });
      };
      if constexpr (Shape::noise == NoiseKind::none) {
#pragma unroll
        for (unsigned j = 0; j < Shape::warp_strips; ++j) {
          const CodeTarget<Shape> target(totals.sum[j], code_weight(work, strips[j], slice));
          run_strip(j, [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); });
        }
        totals.recheck_if_nearly_full(work, thread, uncertain);
      } else {
        // With noise, the unrolled code of both strips would not fit the instruction cache.
#pragma unroll 1
        for (unsigned j = 0; j < 2; ++j) {
          const EitherTarget<Shape> target(totals, j, code_weight(work, strips[j], slice));
          run_strip(j, [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); });
          totals.recheck_if_nearly_full(work, thread, uncertain);
        }
      }
    }
  }
}

}  // namespace memcosim::cuda
