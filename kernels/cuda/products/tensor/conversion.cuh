// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_work.cuh"
#include "memcosim/kernels/products/column_draw.hpp"

// Converts sums of digits to codes. A value is computed in single precision as y = (value / step + noise + 1/2 + offset - code_min), so
// that the code is code_min + floor(y); y is known within a bound (TensorLayout::margin). Unless y is within that bound of an integer, its
// floor is that of the reference. Otherwise, and if y leaves the code range, the value is recomputed as in the reference.

namespace memcosim::cuda {

/// 2^23: adding it leaves the floor of a number below in the lowest bits.
constexpr float whole = 0x1p23f;
constexpr std::uint32_t whole_bits = 0x4b000000u;

/// One conversion for which single precision may not suffice.
struct ExactConversion {
  std::int64_t digits;  ///< sum of codes times levels: sum of digits, with the slice at its bit of the byte
  std::int32_t codes;   ///< sum of codes, with the slice at its bit
  double variance;      ///< sum of squared codes times variances, levels squared
  std::uint32_t bit;    ///< of the byte, that the slice begins at
  std::size_t vector;
  std::uint32_t slice;
  std::uint32_t column;  ///< in its array
};

/// The code as the reference computes it: four times its distance from the least one, plus 1 if it was clipped there, plus 2 if it was
/// clipped at the greatest one; one register. Stores code and value where they are kept.
__device__ inline std::uint32_t convert_exactly(const TensorWork& work, const StripHead& strip, const ExactConversion& conversion) {
  const std::int64_t codes = conversion.codes >> conversion.bit;
  const std::int64_t level_sum = ((conversion.digits >> conversion.bit) << strip.shift) + strip.bias * codes;
  const double value = static_cast<double>(level_sum) * 0x1p-16 + strip.offset * static_cast<double>(codes);
  const std::uint64_t event = work.first_event + conversion.vector * work.event_stride;
  const auto slice = static_cast<std::uint16_t>(conversion.slice);
  double noise = 0.0;
  if (work.adc.noise_lsb > 0.0) {
    const DrawAddress address{Purpose::adc_noise, strip.stream, conversion.column, event, slice};
    noise = work.adc.noise_lsb * column_normal(work.seed, address);
  }
  if (conversion.variance > 0.0) {
    const DrawAddress address{Purpose::read_noise, strip.stream, conversion.column, event, slice};
    noise += ::sqrt(conversion.variance) / work.adc.step() * column_normal(work.seed, address);
  }
  ClipCounts clipped{};
  const std::int32_t code = work.adc.convert(value, noise, clipped);
  const std::size_t index = (conversion.vector * work.slices + slice) * work.code_columns + conversion.column;
  if (work.codes != nullptr) work.codes[index] = code;
  if (work.values != nullptr) work.values[index] = value;
  return static_cast<std::uint32_t>(code - work.adc.code_min()) * 4 + clipped.high * 2 + clipped.low;
}

/// Sums of digits of one conversion, of one n-fragment: digit k in sum[k].
template <unsigned digits, bool tall>
struct DigitSums {
  std::int32_t sum[digits];

  /// The whole sum over the code range, plus what lies in `base`. In arrays of up to 128 rows two digits fit 32 bits together.
  __device__ float add_to(float base, float slope) const {
    if constexpr (tall) {
      float weight = slope;
#pragma unroll
      for (unsigned k = 0; k < digits; ++k) {
        base = __fmaf_rn(__int2float_rn(sum[k]), weight, base);
        weight *= 256.0f;
      }
      return base;
    } else {
#pragma unroll
      for (unsigned k = 0; k < digits; k += 2) {
        const std::int32_t two = k + 1 < digits ? sum[k + 1] * 256 + sum[k] : sum[k];
        base = __fmaf_rn(__int2float_rn(two), k == 0 ? slope : slope * 65536.0f, base);
      }
      return base;
    }
  }
  __device__ std::int64_t exact() const {
    std::int64_t total = 0;
#pragma unroll
    for (unsigned k = digits; k-- > 0;)
      total = total * 256 + sum[k];
    return total;
  }
};

/// The sum of squared codes times variances, below 2^47: its root, and the exact sum modulo 2^32, which the root completes.
struct Variance {
  float root;
  std::uint32_t low_bits;

  __device__ std::uint64_t exact() const {
    const double near = static_cast<double>(root) * static_cast<double>(root);  // within 2^32 / 4
    return static_cast<std::uint64_t>(::rint((near - low_bits) * 0x1p-32) * 0x1p32 + low_bits);
  }
};

/// From the products of bytes: of low bytes of squares times low and high bytes of variances, then of high bytes of squares.
template <bool tall>
__device__ __forceinline__ Variance variance_of_sums(std::int32_t low_low, std::int32_t low_high, std::int32_t high_low,
                                                     std::int32_t high_high) {
  const auto low = static_cast<std::uint32_t>(low_low);
  const std::uint32_t middle = static_cast<std::uint32_t>(low_high) + static_cast<std::uint32_t>(high_low);
  const auto high = static_cast<std::uint32_t>(high_high);
  const std::uint32_t two = middle * 256u + low;  // fits 32 bits unless the array is tall
  float total = 0.0f;
  if constexpr (tall) {
    total = __fmaf_rn(__uint2float_rn(middle), 256.0f, __uint2float_rn(low));
  } else {
    total = __uint2float_rn(two);
  }
  total = __fmaf_rn(__uint2float_rn(high), 65536.0f, total);
  Variance variance{0.0f, high * 65536u + two};
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(variance.root) : "f"(total));
  return variance;
}

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
  std::uint32_t code;  ///< distance from the least one plus whole_bits
  float distance;

  __device__ __forceinline__ FastCode(const TensorWork& work, float value) {
    value = __saturatef(value);
    const float floor = __fmaf_rd(value, work.range, whole);
    distance = fabsf(__fmaf_rn(value, work.range, -(floor - (whole - 0.5f))));
    code = __float_as_uint(floor);
  }
};

/// True if codes are certain whose values have this least logarithm of a normal (see FastNormal) and this largest distance.
__device__ __forceinline__ bool certain(const TensorWork& work, float log, float distance) {
  return log > fast_normal_log && distance <= work.trusted;
}

/// Values of sums of digits over the code range, in one strip and slice.
template <typename Shape>
struct StripValues {
  float slope;
  float base[2];  ///< of vectors g and g + 8: what does not depend on the column

  /// code_sums.code_sum(half): of the codes of vector g or g + 8.
  template <typename CodeSums>
  __device__ __forceinline__ StripValues(const TensorWork& work, const StripHead& strip, const CodeSums& code_sums, unsigned bit) {
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

/// Which of a thread's four neighbouring columns element `e` of fragment `n` is.
__device__ __forceinline__ constexpr unsigned neighbour(unsigned n, unsigned e) {
  return n % 2 * 2 + e % 2;
}

/// The sums of one conversion out of those of its strip.
template <typename Shape>
__device__ __forceinline__ DigitSums<Shape::digits, Shape::tall> digits_of(const StripSums<Shape>& sums, unsigned n, unsigned e) {
  DigitSums<Shape::digits, Shape::tall> digits;
#pragma unroll
  for (unsigned k = 0; k < Shape::digits; ++k)
    digits.sum[k] = sums.digit[k][n][e];
  return digits;
}
template <typename Shape>
__device__ __forceinline__ Variance variance_of(const StripSums<Shape>& sums, unsigned n, unsigned e) {
  return variance_of_sums<Shape::tall>(sums.low_squares[0][n][e], sums.low_squares[1][n][e], sums.high_squares[0][n][e],
                                       sums.high_squares[1][n][e]);
}

}  // namespace memcosim::cuda
