// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"
#include "memcosim/kernels/cuda/products/tensor/recheck.cuh"
#include "memcosim/kernels/cuda/products/tensor/work_share.cuh"
#include "memcosim/kernels/products/fast_normal.hpp"

// Converts sums of digits to codes. A value is computed in single precision as y = (value / step + noise + 1/2 + offset - code_min), so
// that the code is code_min + floor(y); y is known within a bound (TensorLayout::margin). Unless y is within that bound of an integer, its
// floor is that of the reference. Otherwise, and if y leaves the code range, the value is recomputed as in the reference. Where converters
// differ, slope and centre are those of the column, and the thresholds are those of its table (converter_tables.hpp).

namespace memcosim::cuda {

/// Normals of four neighbouring columns of one vector.
struct FourNormals {
  FastNormal column[4];

  __device__ __forceinline__ explicit FourNormals(const RandomBits& bits) {
#pragma unroll
    for (unsigned q = 0; q < 4; ++q)
      column[q] = fast_normal(bits.word[q]);
  }
};

/// A code and how far its value was from the middle between two thresholds.
struct FastCode {
  std::uint32_t code;  ///< distance from the least one plus integer_offset_bits
  float distance;

  __device__ __forceinline__ FastCode(const TensorWork& work, float value) {
    value = __saturatef(value);
    const float floor = __fmaf_rd(value, work.range, integer_offset);
    distance = fabsf(__fmaf_rn(value, work.range, -(floor - (integer_offset - 0.5f))));
    code = __float_as_uint(floor);
  }
};

/// The same by a table. The distance is the negative one from the threshold, no number where no code of the interval is certain.
struct TableCode {
  std::uint32_t code;
  float distance;

  /// `row`: address of the table's word for integer_offset_bits = 0.
  __device__ __forceinline__ TableCode(const CurvedWork& work, float value, std::uint32_t row) {
    value = __saturatef(value);
    const float floor = __fmaf_rd(value, work.intervals, integer_offset);
    std::uint32_t word = 0;
    asm("ld.shared.u32 %0, [%1];" : "=r"(word) : "r"(row + 4u * __float_as_uint(floor)));
    const float inside = __fmaf_rn(value, work.intervals, -(floor - integer_offset));
    const float beyond = inside - __uint_as_float(word);
    constexpr std::uint32_t code_bits = (1u << most_table_bits) - 1u;
    // Of a negative number the shift gives -1.
    code = ((word & code_bits) | integer_offset_bits) + 1u +
           static_cast<std::uint32_t>(static_cast<std::int32_t>(__float_as_uint(beyond)) >> 31);
    distance = -fabsf(beyond);
  }
};

/// The larger distance; no number if either is none.
template <bool curves>
__device__ __forceinline__ float larger_distance(float a, float b) {
  if constexpr (!curves) return fmaxf(a, b);
  float larger = 0.0f;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(larger) : "f"(a), "f"(b));
  return larger;
}

/// True if codes are certain whose values have this least logarithm of a normal (see FastNormal) and this largest distance.
__device__ __forceinline__ bool certain(const TensorWork& work, float log, float distance) {
  return log > fast_normal_log && distance <= work.trusted;
}

/// Where converters differ: those of a strip's columns and the address of their tables, in shared memory.
template <bool curves>
struct StripConverters {};
template <>
struct StripConverters<true> {
  const ColumnScales* columns;
  std::uint32_t tables;
};

/// Values of sums of digits over the code range, in one strip and slice.
template <typename Shape, bool curves = Shape::curves>
struct StripValues {
  float slope;
  float base[2];  ///< of vectors g and g + 8: what does not depend on the column

  /// code_sums.code_sum(half): of the codes of vector g or g + 8.
  template <typename CodeSums>
  __device__ __forceinline__ StripValues(const TensorWork& work, const StripHead& strip, const CodeSums& code_sums, unsigned bit,
                                         const StripConverters<false>&) {
    const float scale = __uint_as_float((127u - bit) << 23);  // 2^-bit
    slope = strip.slope * scale;
    base[0] = base[1] = work.centre;
    if (work.row_terms) {
      base[0] = __fmaf_rn(__int2float_rn(code_sums.code_sum(0)), strip.row_slope * scale, work.centre);
      base[1] = __fmaf_rn(__int2float_rn(code_sums.code_sum(1)), strip.row_slope * scale, work.centre);
    }
  }
  /// `start`: base, and noise.
  __device__ __forceinline__ float operator()(const DigitSums<Shape::digits, Shape::tall>& digits, float start) const {
    return digits.add_to(start, slope);
  }
};

/// The same of one column.
struct ColumnValues {
  float slope;
  float base[2];
  std::uint32_t row;  ///< see TableCode
  float noise_slope;
};

/// Where converters differ, slope and base are those of each column.
template <typename Shape>
struct StripValues<Shape, true> {
  StripConverters<true> converters;
  float scale;
  float codes[2];  ///< sums of the codes of vectors g and g + 8
  bool row_terms;

  template <typename CodeSums>
  __device__ __forceinline__ StripValues(const TensorWork& work, const StripHead&, const CodeSums& code_sums, unsigned bit,
                                         const StripConverters<true>& of_strip)
      : converters(of_strip), row_terms(work.row_terms) {
    scale = __uint_as_float((127u - bit) << 23);  // 2^-bit
    codes[0] = codes[1] = 0.0f;
    if (!row_terms) return;
    codes[0] = __int2float_rn(code_sums.code_sum(0));
    codes[1] = __int2float_rn(code_sums.code_sum(1));
  }
  /// Of the column at this place.
  __device__ __forceinline__ ColumnValues column(std::uint32_t place) const {
    const ColumnScale& own = converters.columns->scale[place];
    ColumnValues values{own.slope * scale, {own.centre, own.centre}, own.row + converters.tables, converters.columns->noise_slope[place]};
    if (row_terms) {
      values.base[0] = __fmaf_rn(codes[0], own.row_slope * scale, own.centre);
      values.base[1] = __fmaf_rn(codes[1], own.row_slope * scale, own.centre);
    }
    return values;
  }
};

/// Four neighbouring columns of a thread.
struct FourColumns {
  ColumnValues column[4];

  /// Of two fragments, from `first` on.
  template <typename Shape>
  __device__ __forceinline__ FourColumns(const StripValues<Shape, true>& values, const ThreadCoords& thread, unsigned first) {
#pragma unroll
    for (unsigned q = 0; q < 4; ++q)
      column[q] = values.column(column_scale_place(first * 8 + q) + thread.t);
  }
};
/// In place of FourColumns where converters are alike.
struct AnyColumns {
  template <typename Shape>
  __device__ __forceinline__ AnyColumns(const StripValues<Shape, false>&, const ThreadCoords&, unsigned) {}
};

/// Random bits of a strip's read noise: of vectors g and g + 8, drawn while the tensor cores multiply.
struct ReadDraws {
  RandomBits of[2];

  __device__ __forceinline__ ReadDraws(const TensorWork& work, const StripHead& strip, const ThreadCoords& thread, unsigned slice)
      : of{draw(work, strip, thread, slice, 0), draw(work, strip, thread, slice, 1)} {
    // Keeps the compiler from moving the draws down to their use.
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
#pragma unroll
      for (unsigned q = 0; q < 4; ++q)
        asm volatile("" : "+r"(of[half].word[q]));
    }
  }

 private:
  __device__ __forceinline__ static RandomBits draw(const TensorWork& work, const StripHead& strip, const ThreadCoords& thread,
                                                    unsigned slice, unsigned half) {
    const EventDraws event =
        event_draws(work.keys, Purpose::read_noise, strip.stream, thread.event(work, half), static_cast<std::uint16_t>(slice));
    return column_draws(work.keys, event, strip.first_column / 4 + thread.t);
  }
};

/// Initial values of a strip, before digits are added, and the certainty of the noise in them.
template <typename Shape>
struct ReadNoise {
  Variance variance[2][4];  ///< of each fragment's elements
  float start[2][4];
  float log[2][4];  ///< see FastNormal

  __device__ __forceinline__ ReadNoise(const float (&sigma_slope)[noisy_strip_columns], const ThreadCoords& thread,
                                       const StripSums<Shape>& sums, const StripValues<Shape>& values, const ReadDraws& draws) {
    static_assert(Shape::fragments == 2, "a thread has four neighbouring columns");
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
    // Likewise for these: they are computed now so that the sums that they are made of free their registers during the products of digits.
#pragma unroll
    for (unsigned n = 0; n < 2; ++n) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e)
        asm volatile("" : "+f"(start[n][e]), "+f"(variance[n][e].root), "+r"(variance[n][e].low_bits));
    }
  }
};
/// In place of ReadNoise in kernels of cells without read noise.
struct NoReadNoise {};

/// Weight of a code of a strip in a slice.
__device__ __forceinline__ std::uint32_t code_weight(const TensorWork& work, const StripHead& strip, unsigned slice) {
  return 1u << (slice * work.dac_bits + strip.weight_shift);
}

/// Converts the sums of a strip in one slice and gives each code to add(fragment, element, code). `index`: of the strip in its warp;
/// `code_sums`: see StripValues.
template <typename Shape, typename CodeSums, typename Noise, typename Add>
__device__ __forceinline__ void convert_strip(const TensorWork& work, const StripHead& strip, const ThreadCoords& thread,
                                              const StripSums<Shape>& sums, const CodeSums& code_sums, const StripValues<Shape>& value_of,
                                              const Noise& noise, std::uint32_t pass, unsigned index, unsigned slice, const Add& add_code,
                                              UncertainFragments<Shape>& uncertain) {
#pragma unroll
  for (unsigned first = 0; first < Shape::fragments; first += 2) {
    const std::conditional_t<Shape::curves, FourColumns, AnyColumns> columns(value_of, thread, first);
    float start[2][4];
    float log[2][4] = {};
#pragma unroll
    for (unsigned n = 0; n < 2; ++n) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e) {
        if constexpr (Shape::curves) {
          start[n][e] = columns.column[neighbour(n, e)].base[e / 2];
        } else {
          start[n][e] = value_of.base[e / 2];
        }
        if constexpr (Shape::planes) start[n][e] = noise.start[n][e];
        if constexpr (Shape::planes) log[n][e] = noise.log[n][e];
      }
    }
    if constexpr (Shape::noise != NoiseKind::none) {
      if (Shape::noise == NoiseKind::converter || work.noise_slope > 0.0f) {
#pragma unroll
        for (unsigned half = 0; half < 2; ++half) {
          const EventDraws event =
              event_draws(work.keys, Purpose::adc_noise, strip.stream, thread.event(work, half), static_cast<std::uint16_t>(slice));
          const FourNormals normals(column_draws(work.keys, event, (strip.first_column + first * 8) / 4 + thread.t));
#pragma unroll
          for (unsigned q = 0; q < 4; ++q) {
            const unsigned e = 2 * half + q % 2;
            float noise_slope = work.noise_slope;
            if constexpr (Shape::curves) noise_slope = columns.column[q].noise_slope;
            start[q / 2][e] = __fmaf_rn(normals.column[q].value, noise_slope, start[q / 2][e]);
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
        const auto fast = [&] {
          if constexpr (Shape::curves) {
            const ColumnValues& column = columns.column[neighbour(n, e)];
            const float value = digits_of(sums, first + n, e).add_to(start[n][e], column.slope);
            return TableCode(static_cast<const CurvedWork&>(work), value, column.row);
          } else {
            return FastCode(work, value_of(digits_of(sums, first + n, e), start[n][e]));
          }
        }();
        codes[e] = fast.code;
        distance[e] = fast.distance;
        add_code(first + n, e, fast.code);
      }
      const float farthest = larger_distance<Shape::curves>(larger_distance<Shape::curves>(distance[0], distance[1]),
                                                            larger_distance<Shape::curves>(distance[2], distance[3]));
      const float least = fminf(fminf(log[n][0], log[n][1]), fminf(log[n][2], log[n][3]));
      if (__any_sync(0xffffffffu, !certain(work, least, farthest))) {
        // Reconverges the warp: otherwise the compiler predicates all that follows instead of branching around it.
        __syncwarp();
        unsigned which = 0;
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          which |= certain(work, log[n][e], distance[e]) ? 0u : 1u << e;
        if (which != 0)
          uncertain.push(sums, code_sums, noise, first + n, codes, pass, UncertainFragment<Shape>::pack(slice, index, first + n, which));
      }
    }
  }
}

}  // namespace memcosim::cuda
