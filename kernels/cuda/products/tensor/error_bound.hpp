// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"
#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"
#include "memcosim/kernels/products/level_digits.hpp"
#include "memcosim/kernels/products/product_spec.hpp"

// Arrays as digits, and how far a value that is computed from them may be from that of the reference.

namespace memcosim::cuda {

/// One array with its levels as digits.
struct ArrayDigits {
  const ProductArray* source = nullptr;
  ConversionLines lines;
  std::uint32_t columns = 0;  ///< conversions
  std::vector<std::int64_t> levels;
  DigitFormat format;
  std::vector<std::uint32_t> variances;  ///< of conversions, in units; empty: none
  double dropped_lsb = 0.0;              ///< bound of what a dropped digit changes in a value, in LSB
};

/// The arrays of a product in their shortest formats. `drop_lowest`: without the lowest digit of levels that have several.
std::vector<ArrayDigits> split_into_digits(const ProductSpec& spec, bool drop_lowest);

/// Unit of the variances of a conversion, in levels squared: that of its lines, which must agree (have_common_units()).
double variance_unit(const LevelMatrix& matrix, const ConversionLines& lines, std::uint32_t conversion);
bool have_common_units(const LevelMatrix& matrix, const ConversionLines& lines);

/// Conversions that count as clipped, from conversion 0 on.
std::uint32_t counted_conversions(const ProductSpec& spec, const ArrayDigits& array);

/// LevelMatrix::offset where it does not cancel, else 0.
double level_offset(const ProductSpec& spec, const ArrayDigits& array);

/// Contribution to a value, in LSB, of one unit of the sum of digits.
double slope_lsb(const ProductSpec& spec, const ArrayDigits& array, const ConverterCurve& curve);

/// Contribution to a value, in LSB, of one unit of the sum of codes.
double row_slope_lsb(const ProductSpec& spec, const ArrayDigits& array, const ConverterCurve& curve);

/// Bound of the distance between the value that the kernel computes in single precision, with its noise, and the one that the reference
/// rounds to a code, in LSB, for every input and each of these converters (converter_scales()).
///
/// u = 2^-24. The value is x = H s' + L s + K r + c with the high and the low half of the sum of digits, the sum of codes K and c = 1/2 +
/// offset + shift - code_min, everything over the range of the scale (called the code range below). Integers below 2^24 are converted
/// exactly (K always, H where it is one digit of an array of few rows), others within u; s, s' = 2^16 s, r and c are wrong by what their
/// rounding makes; each fma rounds its result by u: K r + c, with read noise, with the converters', with L, and in arrays of many rows with
/// each digit alone. The last result lies between 0 and 1 (else it is cut off, and not trusted), so it rounds by u/2 of the code range, and
/// the range itself is u smaller; nor can the term that was added last be larger than the code range and all other terms. Noise is wrong by
/// fast_normal_error of its deviation, and by 2^-22 (converters) or 2^-21 (read: conversions 1.5 u, root 2 u, slope u, product u) of its
/// value. The reference itself is wrong by some 2^-52 of each term.
///
/// 1 where no code is certain: the bound is 1/2 or more, or the converter has too many bits for single precision.
double value_margin(const ProductSpec& spec, const ProductShape& shape, const ArrayDigits& array,
                    const std::vector<ConverterScale>& scales);

}  // namespace memcosim::cuda
