// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"

// What the tensor cores sum: integers per digit, and what becomes of them in one conversion.

namespace memcosim::cuda {

/// Sums of one strip: digit k of fragment n in digit[k][n], as the tensor cores lay them out: columns 2t and 2t + 1 of vector g, then of g
/// + 8.
template <typename Shape>
struct StripSums {
  std::int32_t digit[Shape::digits][Shape::fragments][4];
  std::int32_t low_squares[Shape::planes ? 2 : 1][Shape::fragments][4];  ///< times low and high bytes of variances
  std::int32_t high_squares[Shape::planes ? 2 : 1][Shape::fragments][4];
  std::int32_t codes[2];  ///< of vectors g and g + 8, where they are kept here

  __device__ std::int32_t code_sum(unsigned half) const { return codes[half]; }
  __device__ void clear() {
    set_zero(digit);
    set_zero(low_squares);
    set_zero(high_squares);
    codes[0] = codes[1] = 0;
  }

 private:
  template <unsigned count>
  __device__ static void set_zero(std::int32_t (&sums)[count][Shape::fragments][4]) {
#pragma unroll
    for (unsigned k = 0; k < count; ++k) {
#pragma unroll
      for (unsigned n = 0; n < Shape::fragments; ++n) {
#pragma unroll
        for (unsigned e = 0; e < 4; ++e)
          sums[k][n][e] = 0;
      }
    }
  }
};

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
