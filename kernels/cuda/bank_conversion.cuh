// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/random.hpp"
#include "memcosim/kernels/cuda/bank_work.cuh"

// From sums of digits to codes. A value is computed in single precision as y = (value / step + noise + 1/2 + offset - code_min), so that the code is
// code_min + floor(y); y is known within a bound (BankLayout::margin). Unless y is that near to a whole number, its floor is the floor of
// what the reference computes. Else, and where y leaves the code range, the value is computed again as the reference does.

namespace memcosim::cuda {

/// 2^23: adding it leaves the floor of a number below in the lowest bits.
constexpr float whole = 0x1p23f;
constexpr std::uint32_t whole_bits = 0x4b000000u;

/// One conversion, for which single precision may not do.
struct Conversion {
  std::int64_t digits;     ///< sum of codes times levels: sum of digits, with the slice in its place in the byte
  std::int32_t codes;      ///< sum of codes, with the slice in its place
  std::uint64_t variance;  ///< sum of squared codes times variances, units
  std::uint32_t place;     ///< bit of the byte that the slice begins at
  std::size_t vector;
  std::uint32_t slice;
  std::uint32_t column;  ///< in its array
};

/// The code as the reference computes it: twice its distance from the least one, plus one if it was clipped. Stores code and value where
/// they are kept.
__device__ __noinline__ inline std::uint32_t convert_exactly(const BankWork& work, const BankGroup& group, Conversion conversion) {
  const std::int64_t codes = conversion.codes >> conversion.place;
  const std::int64_t level_sum = ((conversion.digits >> conversion.place) << group.shift) + group.bias * codes;
  const double value = static_cast<double>(level_sum) * 0x1p-16 + group.offset * static_cast<double>(codes);
  const std::uint64_t event = work.first_event + conversion.vector * work.event_stride;
  const auto slice = static_cast<std::uint16_t>(conversion.slice);
  double noise = 0.0;
  if (work.adc.noise_lsb > 0.0) {
    noise = work.adc.noise_lsb * random_normal(work.seed, {Purpose::adc_noise, group.stream, conversion.column, event, slice});
  }
  if (conversion.variance > 0) {
    const double variance = static_cast<double>(conversion.variance) * group.variance_unit;
    noise +=
        ::sqrt(variance) / work.adc.step() * random_normal(work.seed, {Purpose::read_noise, group.stream, conversion.column, event, slice});
  }
  std::uint32_t clipped = 0;
  const std::int32_t code = work.adc.convert(value, noise, clipped);
  const std::size_t place = (conversion.vector * work.slices + slice) * work.code_columns + conversion.column;
  if (work.codes != nullptr) work.codes[place] = code;
  if (work.values != nullptr) work.values[place] = value;
  return static_cast<std::uint32_t>(code - work.adc.code_min()) * 2 + clipped;
}

/// Sums of digits of one conversion, of one n-tile: digit k in sum[k].
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

/// The sum of squared codes times variances, from the products of their bytes.
template <bool tall>
struct VarianceSums {
  std::int32_t low;
  std::int32_t middle;
  std::int32_t high;

  __device__ std::uint64_t exact() const {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(high)) << 16) +
           (static_cast<std::uint64_t>(static_cast<std::uint32_t>(middle)) << 8) + static_cast<std::uint32_t>(low);
  }
  __device__ float root() const {
    float total = 0.0f;
    if constexpr (tall) {
      total = __fmaf_rn(__uint2float_rn(middle), 256.0f, __uint2float_rn(low));
    } else {
      total = __uint2float_rn(static_cast<std::uint32_t>(middle) * 256u + static_cast<std::uint32_t>(low));
    }
    total = __fmaf_rn(__uint2float_rn(high), 65536.0f, total);
    float result = 0.0f;
    asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(total));
    return result;
  }
};

}  // namespace memcosim::cuda
