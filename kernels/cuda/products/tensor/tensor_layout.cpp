// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

#include "memcosim/kernels/products/fast_normal.hpp"
#include "memcosim/kernels/products/level_digits.hpp"

namespace memcosim::cuda {

namespace {

/// Largest number of rows with which sums of digits, including the carry from the lower digit, stay within 32 bits.
constexpr std::uint32_t most_rows = 65535;
/// Largest number of rows with which sums of squared codes times variances stay within 32 bits.
constexpr std::uint32_t most_noisy_rows = 16384;
/// Largest resolution of the converter with which single precision can decide codes despite its errors.
constexpr unsigned most_fast_bits = 20;

constexpr std::uint32_t code_bits_of_one = 0x4b000000u;  ///< of 2^23 in single precision: see convert.cuh

std::uint32_t converted_of(const ProductSpec& spec, const ProductArray& array) {
  return converted_columns(spec.readout.pairing, array.levels->columns);
}

/// One array with its levels as digits.
struct ArrayDigits {
  const ProductArray* source = nullptr;
  std::uint32_t columns = 0;  ///< converted
  std::vector<std::int64_t> levels;
  DigitFormat format;
  std::vector<std::uint32_t> variances;  ///< of converted columns, in units; empty: none
  double dropped_lsb = 0.0;
};

/// Unit of the variances of a converted column, in levels squared.
double variance_unit(const LevelMatrix& matrix, ColumnPairing pairing, std::uint32_t converted) {
  return matrix.variance_units[pairing == ColumnPairing::differential_analog ? converted : converted / 2];
}

std::vector<std::uint32_t> integer_variances(const LevelMatrix& matrix, ColumnPairing pairing) {
  std::vector<std::uint32_t> values;
  const auto units = [&](std::size_t cell) {
    return static_cast<std::uint32_t>(matrix.read_variance[cell] / matrix.variance_units[cell % matrix.columns / 2]);
  };
  const std::size_t columns = converted_columns(pairing, matrix.columns);
  for (std::size_t row = 0; row < matrix.rows && !matrix.read_variance.empty(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      if (pairing == ColumnPairing::differential_analog) {
        values.push_back(units(row * matrix.columns + 2 * column) + units(row * matrix.columns + 2 * column + 1));
      } else {
        values.push_back(units(row * matrix.columns + column));
      }
    }
  }
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
  array.dropped_lsb = largest * spec.readout.dac.code_max() * 0x1p-16 / spec.readout.adc.step();
  array.levels = std::move(rounded);
  array.format = shortest_format(array.levels);
}

std::vector<ArrayDigits> split_into_digits(const ProductSpec& spec, bool dropped) {
  std::vector<ArrayDigits> arrays;
  for (const ProductArray& source : spec.arrays) {
    ArrayDigits array;
    array.source = &source;
    array.columns = converted_of(spec, source);
    array.levels = integer_levels(*source.levels, spec.readout.pairing);
    array.format = shortest_format(array.levels);
    array.variances = integer_variances(*source.levels, spec.readout.pairing);
    if (dropped) drop_digit(spec, array);
    arrays.push_back(std::move(array));
  }
  return arrays;
}

double level_offset(const ProductSpec& spec, const ArrayDigits& array) {
  return spec.readout.pairing == ColumnPairing::differential_analog ? 0.0 : array.source->levels->offset;
}

/// Contribution to a value, in LSB, of one unit of the sum of digits; below, of one unit of the sum of codes.
double slope_lsb(const ProductSpec& spec, const ArrayDigits& array) {
  return std::ldexp(1.0, static_cast<int>(array.format.shift) - 16) / spec.readout.adc.step();
}
double row_slope_lsb(const ProductSpec& spec, const ArrayDigits& array) {
  return (static_cast<double>(array.format.bias) * 0x1p-16 + level_offset(spec, array)) / spec.readout.adc.step();
}
double code_range(const AdcTransfer& adc) {
  return std::ldexp(1.0, static_cast<int>(adc.bits));
}

/// Relative rounding error of a value in single precision.
double rounding_of(double value) {
  return value == 0.0 ? 0.0 : std::abs(static_cast<double>(static_cast<float>(value)) / value - 1.0);
}

/// Bound of the distance between the value that the kernel computes in single precision, with its noise, and the one that the reference
/// rounds to a code, in LSB, for every input.
///
/// u = 2^-24. The value is x = H s' + L s + K r + c with the high and the low half of the sum of digits, the sum of codes K and
/// c = 1/2 + offset - code_min, everything over the code range. Integers below 2^24 are converted exactly (K always, H where it is one
/// digit of an array of few rows), others within u; s, s' = 2^16 s, r and c are wrong by what their rounding makes; each fma rounds its
/// result by u: K r + c, with read noise, with the converters', with L, and in arrays of many rows with each digit alone. The
/// last result lies between 0 and 1 (else it is cut off, and not trusted), so it rounds by u/2 of the code range, and the range itself is u
/// smaller; nor can the term that was added last be larger than the code range and all other terms. Noise is wrong by
/// fast_normal_error of its deviation, and by 2^-22 (converters) or 2^-21 (read: conversions 1.5 u, root 2 u, slope u, product u) of its
/// value. The reference itself is wrong by some 2^-52 of each term.
double value_margin(const ProductSpec& spec, const ProductShape& shape, const ArrayDigits& array) {
  constexpr double u = 0x1p-24;
  const AdcTransfer& adc = spec.readout.adc;
  const double codes = spec.readout.dac.code_max();
  const double range = code_range(adc);
  const std::size_t rows = array.source->levels->rows;
  double terms[2] = {0.0, 0.0};  // low, high
  for (unsigned k = 0; k < array.format.count; ++k) {
    const double sum = largest_column_sum(
        rows, array.columns, [&](std::size_t cell) { return std::abs(static_cast<double>(digit(array.format, array.levels[cell], k))); });
    terms[k / 2] += sum * std::ldexp(codes, static_cast<int>(8 * k)) * slope_lsb(spec, array);
  }
  const double of_rows = static_cast<double>(rows) * codes * std::abs(row_slope_lsb(spec, array));
  const double centre = adc.origin() - adc.code_min();
  const double base = of_rows + std::abs(centre);
  double deviation = 0.0;
  if (!array.variances.empty()) {
    const double variance = largest_column_sum(
        rows, array.columns, [&](std::size_t cell) { return static_cast<double>(array.variances[cell]); },
        [&](std::size_t column) { return variance_unit(*array.source->levels, spec.readout.pairing, static_cast<std::uint32_t>(column)); });
    deviation = codes * std::sqrt(variance) / adc.step();
  }
  const double noise = fast_normal_range * (adc.noise_lsb + deviation);
  // The last term is added in one fma, or else as two digits.
  const bool added_at_once = !shape.tall || array.format.count % 2 == 1;
  if (added_at_once) {
    double& last = array.format.count > 2 ? terms[1] : terms[0];
    const double others = array.format.count > 2 ? terms[0] : 0.0;
    last = std::min(last, range + base + noise + others);
  }
  const double all = terms[0] + terms[1] + base;
  const double slope_rounding = rounding_of(slope_lsb(spec, array) / range);
  const bool exact_high = !shape.tall && shape.digits == 3;
  double margin = terms[0] * (slope_rounding + u) + terms[1] * (slope_rounding + (exact_high ? 0.0 : u));
  margin += std::abs(centre) * rounding_of(centre / range) + of_rows * rounding_of(row_slope_lsb(spec, array) / range) +
            (of_rows > 0.0 ? u * base : 0.0);
  margin += u * (terms[0] + base + noise) + 1.5 * u * range + u;
  if (shape.tall) margin += 2.0 * u * (all + noise);
  margin += ((adc.noise_lsb > 0.0 ? 1.0 : 0.0) + (shape.noise == NoiseKind::read ? 1.0 : 0.0)) * u * (base + noise);
  margin += adc.noise_lsb * (fast_normal_error + fast_normal_range * 0x1p-22);
  margin += deviation * (fast_normal_error + fast_normal_range * 0x1p-21);
  margin += (all + range) * 0x1p-50;
  margin *= 1.0 + 0x1p-20;  // for products of rounding errors
  const bool fast = adc.bits <= most_fast_bits && std::isnormal(static_cast<float>(slope_lsb(spec, array) / range)) && margin < 0.5;
  return fast ? margin : 1.0;
}

/// Number of digits of the compiled kernel that is used; only some are compiled, since each takes long to compile.
unsigned compiled_digits(const ProductShape& shape, unsigned digits) {
  if (shape.noise == NoiseKind::read) return digits <= 3 && !shape.tall ? 3 : 4;
  if (shape.noise == NoiseKind::converter || shape.tall) return digits <= 1 ? 1 : std::max(3u, digits);
  return digits;
}

/// A strip of adjacent converted columns, and all arrays that compute these outputs.
struct StripPlan {
  std::uint32_t first_column = 0;
  std::uint32_t columns = 0;
  std::vector<const ArrayDigits*> arrays;
};

std::vector<StripPlan> plan_strips(const std::vector<ArrayDigits>& arrays, std::uint32_t strip_columns) {
  std::map<std::uint32_t, std::vector<const ArrayDigits*>> regions;  // by first output
  for (const ArrayDigits& array : arrays)
    regions[array.source->first_output].push_back(&array);
  std::vector<StripPlan> strips;
  for (const auto& region : regions) {
    const std::uint32_t columns = region.second.front()->columns;
    for (std::uint32_t first = 0; first < columns; first += strip_columns)
      strips.push_back({first, std::min(strip_columns, columns - first), region.second});
  }
  return strips;
}

class LayoutBuilder {
 public:
  LayoutBuilder(const ProductSpec& spec, TensorLayout& layout) : spec_(spec), layout_(layout), shape_(layout.shape) {}

  void build(const std::vector<ArrayDigits>& arrays) {
    const auto plans = plan_strips(arrays, shape_.strip_columns());
    for (std::size_t first = 0; first < plans.size(); first += shape_.strips()) {
      const std::size_t first_pass = layout_.passes.size();
      layout_.first_pass.push_back(static_cast<std::uint32_t>(first_pass));
      add_block_column(plans, first);
      layout_.passes.back().pass.ends_column = 1;
      look_ahead(first_pass);
    }
    layout_.first_pass.push_back(static_cast<std::uint32_t>(layout_.passes.size()));
  }

 private:
  using RowRange = std::pair<std::uint32_t, std::uint32_t>;  ///< first row, rows

  void add_block_column(const std::vector<StripPlan>& plans, std::size_t first) {
    std::map<RowRange, std::vector<std::vector<const ArrayDigits*>>> by_rows;  // for each strip, the arrays on these rows
    for (std::size_t strip = 0; strip < shape_.strips() && first + strip < plans.size(); ++strip) {
      for (const ArrayDigits* array : plans[first + strip].arrays) {
        auto& strips = by_rows[{array->source->first_row, array->source->levels->rows}];
        strips.resize(shape_.strips());
        strips[strip].push_back(array);
      }
    }
    for (const auto& [range, strips] : by_rows) {
      std::size_t depth = 0;
      for (const auto& arrays : strips)
        depth = std::max(depth, arrays.size());
      for (std::size_t k = 0; k < depth; ++k)
        add_arrays(range, plans, first, strips, k);
    }
    for (std::size_t strip = 0; strip < shape_.strips(); ++strip)
      layout_.outputs.push_back(first + strip < plans.size() ? outputs_of(plans[first + strip]) : StripOutputs{0, 0, 0});
  }

  StripOutputs outputs_of(const StripPlan& plan) const {
    const ProductArray& source = *plan.arrays.front()->source;
    const std::uint32_t paired = spec_.readout.pairing == ColumnPairing::differential_digital ? 2 : 1;
    std::uint32_t weights = 0;
    for (const ArrayDigits* array : plan.arrays) {
      for (unsigned slice = 0; slice < spec_.readout.slices(); ++slice)
        weights += std::uint32_t{1} << (slice * spec_.readout.dac.bits + array->source->weight_shift);
    }
    const std::uint32_t each = static_cast<std::uint32_t>(spec_.readout.adc.code_min()) - code_bits_of_one;
    return {source.first_output + plan.first_column / paired, plan.columns, each * weights};
  }

  void add_arrays(const RowRange& range, const std::vector<StripPlan>& plans, std::size_t first,
                  const std::vector<std::vector<const ArrayDigits*>>& arrays, std::size_t k) {
    const std::size_t first_slab = layout_.image.size() / shape_.slab_bytes();
    const std::uint32_t slabs = (range.second + slab_rows - 1) / slab_rows;
    layout_.image.resize(layout_.image.size() + slabs * shape_.slab_bytes());
    PassHeader header{};
    for (std::size_t strip = 0; strip < shape_.strips(); ++strip) {
      if (k >= arrays[strip].size()) continue;
      header.strips[strip] = strip_of(*arrays[strip][k], plans[first + strip]);
      write_image(*arrays[strip][k], plans[first + strip], first_slab, strip);
    }
    const std::uint32_t slices = spec_.readout.slices();
    const std::uint32_t passes_of_slab = shape_.tall ? slices : 1;
    const std::vector<double> units = shape_.noise == NoiseKind::read ? variance_units_of(plans, first, arrays, k) : std::vector<double>();
    for (std::uint32_t slice = 0; slice < passes_of_slab; ++slice) {
      for (std::uint32_t slab = 0; slab < slabs; ++slab) {
        Pass& pass = header.pass;
        pass.first_row = range.first + slab * slab_rows;
        pass.rows = std::min(slab_rows, range.second - slab * slab_rows);
        pass.slab = static_cast<std::uint32_t>(first_slab) + slab;
        pass.first_slice = slice;
        pass.begins = slab == 0;
        pass.ends = slab + 1 == slabs;
        pass.number = static_cast<std::uint32_t>(layout_.passes.size());
        pass.block_column = static_cast<std::uint32_t>(layout_.first_pass.size() - 1);
        layout_.passes.push_back(header);
        layout_.variance_units.insert(layout_.variance_units.end(), units.begin(), units.end());
      }
    }
  }

  /// Units of the columns of a pass: strips() x noisy_strip_columns.
  std::vector<double> variance_units_of(const std::vector<StripPlan>& plans, std::size_t first,
                                        const std::vector<std::vector<const ArrayDigits*>>& arrays, std::size_t k) const {
    std::vector<double> units(std::size_t{shape_.strips()} * noisy_strip_columns, 1.0);
    for (std::size_t strip = 0; strip < shape_.strips(); ++strip) {
      if (k >= arrays[strip].size() || arrays[strip][k]->variances.empty()) continue;
      const StripPlan& plan = plans[first + strip];
      for (std::uint32_t column = 0; column < plan.columns; ++column) {
        units[strip * noisy_strip_columns + column] =
            variance_unit(*arrays[strip][k]->source->levels, spec_.readout.pairing, plan.first_column + column);
      }
    }
    return units;
  }

  void look_ahead(std::size_t first_pass) {
    for (std::size_t i = first_pass; i < layout_.passes.size(); ++i) {
      if (i + 1 < layout_.passes.size()) layout_.passes[i].next = layout_.passes[i + 1].pass;
      if (i + 2 < layout_.passes.size()) layout_.passes[i].after_next = layout_.passes[i + 2].pass;
    }
  }

  Strip strip_of(const ArrayDigits& array, const StripPlan& plan) const {
    Strip strip{};
    const double range = code_range(spec_.readout.adc);
    strip.columns = plan.columns;
    strip.first_column = plan.first_column;
    const std::uint32_t counted = counted_columns(spec_.readout.pairing, array.source->levels->columns, array.source->used_columns);
    strip.counted = std::min(counted - std::min(counted, plan.first_column), plan.columns);
    strip.stream = array.source->stream;
    strip.weight_shift = array.source->weight_shift;
    strip.bias = array.format.bias;
    strip.offset = level_offset(spec_, array);
    strip.shift = array.format.shift;
    strip.slope = static_cast<float>(slope_lsb(spec_, array) / range);
    strip.row_slope = static_cast<float>(row_slope_lsb(spec_, array) / range);
    if (array.variances.empty()) return strip;
    for (std::uint32_t column = 0; column < plan.columns; ++column) {
      const double unit = variance_unit(*array.source->levels, spec_.readout.pairing, plan.first_column + column);
      strip.sigma_slope[column] = static_cast<float>(std::sqrt(unit) / spec_.readout.adc.step() / range);
    }
    return strip;
  }

  void write_image(const ArrayDigits& array, const StripPlan& plan, std::size_t first_slab, std::size_t strip) {
    const std::uint32_t width = shape_.strip_columns();
    const std::size_t strip_bytes = std::size_t{shape_.image_rows()} * slab_rows;
    for (std::uint32_t row = 0; row < array.source->levels->rows; ++row) {
      std::uint8_t* target = layout_.image.data() + (first_slab + row / slab_rows) * shape_.slab_bytes() + strip * strip_bytes;
      for (std::uint32_t column = 0; column < plan.columns; ++column) {
        const std::size_t cell = std::size_t{row} * array.columns + plan.first_column + column;
        const std::uint32_t to = column_place(column);
        const std::uint32_t place = row_place(row % slab_rows, to);
        for (unsigned k = 0; k < array.format.count; ++k)
          target[(k * width + to) * slab_rows + place] = static_cast<std::uint8_t>(digit(array.format, array.levels[cell], k));
        for (unsigned k = 0; k < 2 && !array.variances.empty(); ++k) {
          target[((shape_.digits + k) * width + to) * slab_rows + place] = static_cast<std::uint8_t>(array.variances[cell] >> (8 * k));
        }
      }
    }
  }

  const ProductSpec& spec_;
  TensorLayout& layout_;
  const ProductShape shape_;
};

bool all_outputs_have_arrays(const ProductSpec& spec) {
  std::vector<bool> has(spec.outputs, false);
  for (const ProductArray& array : spec.arrays) {
    const auto first = has.begin() + array.first_output;
    std::fill(first, first + output_columns(spec.readout.pairing, array.levels->columns), true);
  }
  return std::find(has.begin(), has.end(), false) == has.end();
}

/// Upper bound of the conversions of one vector in a thread, over all arrays of its columns.
std::size_t conversions_of_a_thread(const ProductSpec& spec) {
  constexpr std::size_t most_columns = 16;  // warp_strips * fragments * 2 of the kernels' shapes (kernel_shape.cuh)
  std::map<std::uint32_t, std::size_t> arrays;
  std::size_t most_arrays = 0;
  for (const ProductArray& array : spec.arrays)
    most_arrays = std::max(most_arrays, ++arrays[array.first_output]);
  return most_columns * spec.readout.slices() * most_arrays;
}

}  // namespace

std::uint32_t column_place(std::uint32_t column) {
  return column / 16 * 16 + column % 4 / 2 * 8 + column % 16 / 4 * 2 + column % 2;
}

std::uint32_t row_place(std::uint32_t row, std::uint32_t column_place) {
  // A thread reads eight rows at once: the first four lie in the first half of 32 bytes, the others in the second.
  const std::uint32_t piece = row / 32 * 2 + row % 8 / 4;
  return (piece ^ column_place % 8) * 16 + row % 32 / 8 * 4 + row % 4;
}

std::string why_not_on_tensor_cores(const ProductSpec& spec) {
  check_product_spec(spec);
  if (spec.readout.dac.bits > 8) return "input slices of more than 8 bits";
  if (spec.readout.adc_transitions != nullptr) return "a converter that is not linear";
  for (const ProductArray& array : spec.arrays) {
    if (!array.levels->codes.empty() || array.levels->circuit != nullptr) return "cells that conduct differently at each input code";
    const std::uint32_t most = array.levels->read_variance.empty() ? most_rows : most_noisy_rows;
    if (array.levels->rows > most) return "arrays of more than " + std::to_string(most) + " rows";
    if (shortest_format(integer_levels(*array.levels, spec.readout.pairing)).count > most_digits)
      return "levels that need more than 32 bits";
  }
  if (conversions_of_a_thread(spec) > most_conversions_of_a_thread) return "too many arrays for each output";
  return "";
}

TensorLayout lay_out_product(const ProductSpec& spec, const TensorOptions& options) {
  TensorLayout layout;
  auto arrays = split_into_digits(spec, false);
  if (options.within_noise) {
    auto dropped = split_into_digits(spec, true);
    double bound = 0.0;
    for (const ArrayDigits& array : dropped)
      bound = std::max(bound, array.dropped_lsb);
    if (bound > 0.0 && bound < 0.1 * spec.readout.adc.noise_lsb) {
      arrays = std::move(dropped);
      layout.dropped_lsb = bound;
    }
  }
  unsigned digits = 1;
  layout.shape.noise = spec.readout.adc.noise_lsb > 0.0 ? NoiseKind::converter : NoiseKind::none;
  for (const ArrayDigits& array : arrays) {
    digits = std::max(digits, array.format.count);
    if (array.source->levels->rows > slab_rows) layout.shape.tall = true;
    if (!array.variances.empty()) layout.shape.noise = NoiseKind::read;
  }
  layout.shape.digits = compiled_digits(layout.shape, digits);
  layout.shape.wide = layout.shape.noise == NoiseKind::read && plan_strips(arrays, noisy_strip_columns).size() > layout.shape.strips();
  for (const ArrayDigits& array : arrays)
    layout.margin = std::max(layout.margin, value_margin(spec, layout.shape, array));
  layout.all_outputs = all_outputs_have_arrays(spec);
  LayoutBuilder(spec, layout).build(arrays);
  return layout;
}

}  // namespace memcosim::cuda
