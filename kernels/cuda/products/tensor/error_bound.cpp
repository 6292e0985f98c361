// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/error_bound.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "memcosim/kernels/products/fast_normal.hpp"

namespace memcosim::cuda {

namespace {

/// Largest resolution of the converter with which single precision can decide codes despite its errors.
constexpr unsigned most_fast_bits = 20;

std::vector<std::uint32_t> integer_variances(const LevelMatrix& matrix, const ConversionLines& lines) {
  std::vector<std::uint32_t> values;
  const std::vector<double> variances = conversion_variances(matrix, lines);
  for (std::size_t i = 0; i < variances.size(); ++i)
    values.push_back(
        static_cast<std::uint32_t>(variances[i] / variance_unit(matrix, lines, static_cast<std::uint32_t>(i % lines.conversions()))));
  return values;
}

/// Maximum over the columns of scale(column) * (sum over rows of weigh(element)).
template <typename Weigh, typename Scale>
double largest_column_sum(std::size_t rows, std::size_t columns, const Weigh& weigh, const Scale& scale) {
  double largest = 0.0;
  for (std::size_t column = 0; column < columns; ++column) {
    double sum = 0.0;
    for (std::size_t row = 0; row < rows; ++row)
      sum += weigh(row * columns + column);
    largest = std::max(largest, sum * scale(column));
  }
  return largest;
}
template <typename Weigh>
double largest_column_sum(std::size_t rows, std::size_t columns, const Weigh& weigh) {
  return largest_column_sum(rows, columns, weigh, [](std::size_t) { return 1.0; });
}

/// Rounds the levels to multiples of 2^8 of the format, so that its lowest digit is not needed.
void drop_digit(const ProductSpec& spec, ArrayDigits& array) {
  if (array.format.count < 2) return;
  const unsigned shift = array.format.shift + 8;
  std::vector<std::int64_t> rounded;
  for (const std::int64_t level : array.levels)
    rounded.push_back((((level - array.format.bias + (std::int64_t{1} << (shift - 1))) >> shift) << shift) + array.format.bias);
  const double largest = largest_column_sum(array.source->levels->rows, array.columns, [&](std::size_t cell) {
    return static_cast<double>(std::abs(rounded[cell] - array.levels[cell]));
  });
  array.dropped_lsb = largest * spec.readout.dac.code_max() * 0x1p-16 / spec.readout.curves.front().step(spec.readout.adc);
  array.levels = std::move(rounded);
  array.format = shortest_format(array.levels);
}

/// Relative rounding error of a value in single precision.
double rounding_of(double value) {
  return value == 0.0 ? 0.0 : std::abs(static_cast<double>(static_cast<float>(value)) / value - 1.0);
}

/// Largest sums over a conversion's rows.
struct LargestSums {
  double digits[most_digits] = {};  ///< of the magnitudes of each digit
  double variance = 0.0;            ///< of the variances, levels squared

  explicit LargestSums(const ArrayDigits& array) {
    const std::size_t rows = array.source->levels->rows;
    for (unsigned k = 0; k < array.format.count; ++k) {
      digits[k] = largest_column_sum(
          rows, array.columns, [&](std::size_t cell) { return std::abs(static_cast<double>(digit(array.format, array.levels[cell], k))); });
    }
    if (array.variances.empty()) return;
    variance = largest_column_sum(
        rows, array.columns, [&](std::size_t cell) { return static_cast<double>(array.variances[cell]); },
        [&](std::size_t column) { return variance_unit(*array.source->levels, array.lines, static_cast<std::uint32_t>(column)); });
  }
};

/// value_margin() of one converter.
double margin_on_scale(const ProductSpec& spec, const ProductShape& shape, const ArrayDigits& array, const LargestSums& sums,
                       const ConverterScale& scale) {
  constexpr double u = 0x1p-24;
  const ConverterSetting& adc = spec.readout.adc;
  const ConverterCurve& curve = *scale.curve;
  const double codes = spec.readout.dac.code_max();
  const double range = scale.range;
  const double slope = slope_lsb(spec, array, curve);
  double terms[2] = {0.0, 0.0};  // low, high
  for (unsigned k = 0; k < array.format.count; ++k)
    terms[k / 2] += sums.digits[k] * std::ldexp(codes, static_cast<int>(8 * k)) * slope;
  const double row_slope = row_slope_lsb(spec, array, curve);
  const double of_rows = static_cast<double>(array.source->levels->rows) * codes * std::abs(row_slope);
  const double centre = scale.centre(adc);
  const double base = of_rows + std::abs(centre);
  const double deviation = codes * std::sqrt(sums.variance) / curve.step(adc);
  const double noise = fast_normal_range * (curve.noise_lsb + deviation);
  // The last term is added in one fma, or else as two digits.
  const bool added_at_once = !shape.tall || array.format.count % 2 == 1;
  if (added_at_once) {
    double& last = array.format.count > 2 ? terms[1] : terms[0];
    const double others = array.format.count > 2 ? terms[0] : 0.0;
    last = std::min(last, range + base + noise + others);
  }
  const double all = terms[0] + terms[1] + base;
  const double slope_rounding = rounding_of(slope / range);
  const bool exact_high = !shape.tall && shape.digits == 3;
  double margin = terms[0] * (slope_rounding + u) + terms[1] * (slope_rounding + (exact_high ? 0.0 : u));
  margin += std::abs(centre) * rounding_of(centre / range) + of_rows * rounding_of(row_slope / range) + (of_rows > 0.0 ? u * base : 0.0);
  margin += u * (terms[0] + base + noise) + 1.5 * u * range + u;
  if (shape.tall) margin += 2.0 * u * (all + noise);
  margin += ((curve.noise_lsb > 0.0 ? 1.0 : 0.0) + (shape.noise == NoiseKind::read ? 1.0 : 0.0)) * u * (base + noise);
  margin += curve.noise_lsb * (fast_normal_error + fast_normal_range * 0x1p-22);
  margin += deviation * (fast_normal_error + fast_normal_range * 0x1p-21);
  margin += (all + range) * 0x1p-50;
  margin *= 1.0 + 0x1p-20;  // for products of rounding errors
  const bool fast = adc.bits <= most_fast_bits && std::isnormal(static_cast<float>(slope / range)) && margin < 0.5;
  return fast ? margin : 1.0;
}

}  // namespace

std::vector<ArrayDigits> split_into_digits(const ProductSpec& spec, bool drop_lowest) {
  std::vector<ArrayDigits> arrays;
  for (const ProductArray& source : spec.arrays) {
    ArrayDigits array;
    array.source = &source;
    array.lines = ConversionLines(*spec.readout.encoding, source.levels->columns);
    array.columns = array.lines.conversions();
    array.levels = integer_levels(*source.levels, array.lines);
    array.format = shortest_format(array.levels);
    array.variances = integer_variances(*source.levels, array.lines);
    if (drop_lowest) drop_digit(spec, array);
    arrays.push_back(std::move(array));
  }
  return arrays;
}

double variance_unit(const LevelMatrix& matrix, const ConversionLines& lines, std::uint32_t conversion) {
  return matrix.variance_units[lines.lines(conversion)[0].number / 2];
}

bool have_common_units(const LevelMatrix& matrix, const ConversionLines& lines) {
  for (std::uint32_t conversion = 0; !matrix.read_variance.empty() && conversion < lines.conversions(); ++conversion) {
    for (const ConversionLines::Line& line : lines.lines(conversion)) {
      if (matrix.variance_units[line.number / 2] != variance_unit(matrix, lines, conversion)) return false;
    }
  }
  return true;
}

std::uint32_t counted_conversions(const ProductSpec& spec, const ArrayDigits& array) {
  const std::uint32_t used = array.source->used_outputs;
  return used == 0 ? array.columns : spec.readout.encoding->conversions_of(used);
}

double level_offset(const ProductSpec& spec, const ArrayDigits& array) {
  return spec.readout.encoding->net_lines() * array.source->levels->offset;
}

double slope_lsb(const ProductSpec& spec, const ArrayDigits& array, const ConverterCurve& curve) {
  return std::ldexp(1.0, static_cast<int>(array.format.shift) - 16) / curve.step(spec.readout.adc);
}

double row_slope_lsb(const ProductSpec& spec, const ArrayDigits& array, const ConverterCurve& curve) {
  return (static_cast<double>(array.format.bias) * 0x1p-16 + level_offset(spec, array)) / curve.step(spec.readout.adc);
}

double value_margin(const ProductSpec& spec, const ProductShape& shape, const ArrayDigits& array,
                    const std::vector<ConverterScale>& scales) {
  const LargestSums sums(array);
  double largest = 0.0;
  for (const ConverterScale& scale : scales)
    largest = std::max(largest, margin_on_scale(spec, shape, array, sums, scale));
  return largest;
}

}  // namespace memcosim::cuda
