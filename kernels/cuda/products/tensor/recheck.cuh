// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/strip_sums.cuh"
#include "memcosim/kernels/products/column_draw.hpp"

// Conversions that single precision cannot decide: they are kept, and recomputed as in the reference when there are many.

namespace memcosim::cuda {

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

/// The converter of a column as the reference has it.
template <typename Shape>
struct ConverterOf {
  const ColumnCurve<double>& curve;
  const double& noise_lsb;

  __device__ __forceinline__ ConverterOf(const TensorWork& work, std::uint32_t) : curve(work.curve), noise_lsb(work.noise_lsb) {}
};
template <unsigned digits, bool tall, NoiseKind noise, unsigned warp_columns>
struct ConverterOf<KernelShape<digits, tall, noise, warp_columns, true>> {
  const ColumnCurve<double>& curve;
  const double& noise_lsb;

  __device__ __forceinline__ ConverterOf(const TensorWork& work, std::uint32_t column)
      : ConverterOf(static_cast<const CurvedWork&>(work).converters[number(static_cast<const CurvedWork&>(work), column)]) {}

 private:
  __device__ __forceinline__ explicit ConverterOf(const ExactConverter& converter)
      : curve(converter.curve), noise_lsb(converter.noise_lsb) {}
  __device__ __forceinline__ static std::uint32_t number(const CurvedWork& work, std::uint32_t column) {
    return work.converter_of != nullptr ? work.converter_of[column] : 0;
  }
};

/// The code as the reference computes it: four times its distance from the least one, plus 1 if it was clipped there, plus 2 if it was
/// clipped at the greatest one; one register. Stores code and value where they are kept.
template <typename Shape>
__device__ inline std::uint32_t convert_exactly(const TensorWork& work, const StripHead& strip, const ExactConversion& conversion) {
  const ConverterOf<Shape> converter(work, conversion.column);
  const std::int64_t codes = conversion.codes >> conversion.bit;
  const std::int64_t level_sum = ((conversion.digits >> conversion.bit) << strip.shift) + strip.bias * codes;
  const double value = static_cast<double>(level_sum) * 0x1p-16 + strip.offset * static_cast<double>(codes);
  const std::uint64_t event = work.first_event + conversion.vector * work.event_stride;
  const auto slice = static_cast<std::uint16_t>(conversion.slice);
  double noise = 0.0;
  if (converter.noise_lsb > 0.0) {
    const DrawAddress address{Purpose::adc_noise, strip.stream, conversion.column, event, slice};
    noise = converter.noise_lsb * column_normal(work.seed, address);
  }
  if (conversion.variance > 0.0) {
    const DrawAddress address{Purpose::read_noise, strip.stream, conversion.column, event, slice};
    noise += ::sqrt(conversion.variance) / converter.curve.step * column_normal(work.seed, address);
  }
  ClipCounts clipped{};
  const std::int32_t code = code_of(converter.curve, value, noise, clipped);
  const std::size_t index = (conversion.vector * work.slices + slice) * work.code_columns + conversion.column;
  if (work.codes != nullptr) work.codes[index] = code;
  if (work.values != nullptr) work.values[index] = value;
  return static_cast<std::uint32_t>(code - converter.curve.code_min) * 4 + clipped.high * 2 + clipped.low;
}

/// The four accumulators that one thread has of a fragment with uncertain codes, kept until these are rechecked.
template <typename Shape>
struct UncertainFragment {
  alignas(16) std::int32_t digits[Shape::digits][4];
  Variance variances[Shape::planes ? 4 : 1];
  std::uint32_t fast_codes[4];
  std::int32_t codes[2];
  std::uint32_t pass;
  std::uint32_t where;  ///< slice, strip, fragment and which of the four codes are uncertain: see pack()

  __device__ static std::uint32_t pack(unsigned slice, unsigned strip, unsigned n, unsigned which) {
    return slice << 12 | strip << 8 | n << 4 | which;
  }
  __device__ unsigned slice() const { return where >> 12; }
  __device__ unsigned strip() const { return where >> 8 & 15u; }
  __device__ unsigned index() const { return where >> 4 & 15u; }
  __device__ unsigned which() const { return where & 15u; }
};

/// Uncertain fragments of a thread. About one code in some thousands is uncertain; recomputing it at once would delay all warps that
/// multiply together, and its code would push the loop out of the instruction cache.
template <typename Shape>
struct UncertainFragments {
  /// Largest number of fragments added between two checks for room: those of all strips, or with noise of one strip.
  static constexpr unsigned at_once = Shape::noise == NoiseKind::none ? Shape::warp_strips * Shape::fragments : Shape::fragments;
  static constexpr unsigned most = at_once + Shape::fragments;
  UncertainFragment<Shape> fragments[most];
  unsigned count = 0;

  __device__ bool nearly_full() const { return count > most - at_once; }
  template <typename CodeSums, typename Noise>
  __device__ __forceinline__ void push(const StripSums<Shape>& sums, const CodeSums& code_sums, const Noise& noise, unsigned n,
                                       const std::uint32_t (&fast_codes)[4], std::uint32_t pass, std::uint32_t where) {
    UncertainFragment<Shape>& fragment = fragments[count];
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k) {
      const std::int32_t(&accumulators)[4] = sums.digit[k][n];
      *reinterpret_cast<int4*>(fragment.digits[k]) = make_int4(accumulators[0], accumulators[1], accumulators[2], accumulators[3]);
    }
    if constexpr (Shape::planes) {
#pragma unroll
      for (unsigned e = 0; e < 4; ++e)
        fragment.variances[e] = noise.variance[n][e];
    }
#pragma unroll
    for (unsigned e = 0; e < 4; ++e)
      fragment.fast_codes[e] = fast_codes[e];
    fragment.codes[0] = code_sums.code_sum(0);
    fragment.codes[1] = code_sums.code_sum(1);
    fragment.pass = pass;
    fragment.where = where;
    ++count;
  }
};

/// Counts of clipped conversions of a thread's two vectors in a register each: those that were too low in the lower 16 bits, those that
/// were too high in the upper ones. A thread has fewer conversions of a vector than fill 16 bits (most_conversions_of_a_thread).
struct PackedClips {
  std::uint32_t of[2];

  __device__ __forceinline__ void clear() { of[0] = of[1] = 0; }
  /// `exact`: of convert_exactly().
  __device__ __forceinline__ void add(unsigned half, std::uint32_t exact) { of[half] += (exact & 1u) | (exact & 2u) << 15; }
  __device__ __forceinline__ void add(const PackedClips& more) {
    of[0] += more.of[0];
    of[1] += more.of[1];
  }
  __device__ __forceinline__ void add_to(const TensorWork& work, unsigned half, std::size_t vector) const {
    if ((of[half] & 0xffffu) != 0) atomicAdd(&work.clipped[vector].low, of[half] & 0xffffu);
    if (of[half] >> 16 != 0) atomicAdd(&work.clipped[vector].high, of[half] >> 16);
  }
};

/// Change of sums and counts by recomputing a fragment.
struct FragmentChange {
  std::uint32_t weighted_codes[4];
  PackedClips clipped;
};

/// Converts the uncertain codes of a fragment as the reference does. `first_vector`, `t`, `warp_strip`: of the thread that has it.
template <typename Shape>
__device__ __forceinline__ void convert_fragment_exactly(const TensorWork& work, const UncertainFragment<Shape>& fragment,
                                                         std::size_t first_vector, std::uint32_t t, std::uint32_t warp_strip,
                                                         FragmentChange& change) {
  const Strip& strip = work.passes[fragment.pass].strips[warp_strip + fragment.strip()];
  const unsigned slice = fragment.slice();
  const unsigned bit = Shape::planes ? 0 : (slice & (work.slices_per_byte - 1)) * work.dac_bits;
  change.clipped.clear();
#pragma unroll
  for (unsigned e = 0; e < 4; ++e)
    change.weighted_codes[e] = 0;
#pragma unroll 1
  for (unsigned which = fragment.which(); which != 0; which &= which - 1) {
    const unsigned e = __ffs(static_cast<int>(which)) - 1;
    const std::uint32_t slot = fragment.index() / 2 * 16 + 4 * t + neighbour(fragment.index(), e);
    const std::size_t vector = first_vector + e / 2 * 8;
    if (slot >= strip.columns || vector >= work.count) continue;
    DigitSums<Shape::digits, Shape::tall> digits;
#pragma unroll
    for (unsigned k = 0; k < Shape::digits; ++k)
      digits.sum[k] = fragment.digits[k][e];
    double variance = 0.0;
    if constexpr (Shape::planes) {
      const double* units =
          work.variance_units + (std::size_t{fragment.pass} * work.strips + warp_strip + fragment.strip()) * noisy_strip_columns;
      variance = static_cast<double>(fragment.variances[e].exact()) * units[slot];
    }
    const std::uint32_t exact = convert_exactly<Shape>(
        work, strip, {digits.exact(), fragment.codes[e / 2], variance, bit, vector, slice, strip.first_column + slot});
    if (slot < strip.counted) change.clipped.add(e / 2, exact);
    change.weighted_codes[e] = ((exact >> 2) + integer_offset_bits - fragment.fast_codes[e])
                               << (slice * work.dac_bits + strip.weight_shift);
  }
}

/// The same as a call, to keep loops small. It is slower, since the kernel's arguments are read from memory.
template <typename Shape>
__device__ __noinline__ void call_convert_fragment_exactly(const TensorWork& work, const UncertainFragment<Shape>& fragment,
                                                           std::size_t first_vector, std::uint32_t t, std::uint32_t warp_strip,
                                                           FragmentChange& change) {
  convert_fragment_exactly(work, fragment, first_vector, t, warp_strip, change);
}

}  // namespace memcosim::cuda
