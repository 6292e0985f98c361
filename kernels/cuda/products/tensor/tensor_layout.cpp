// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <utility>

#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"
#include "memcosim/kernels/cuda/products/tensor/error_bound.hpp"
#include "memcosim/kernels/products/level_digits.hpp"

namespace memcosim::cuda {

namespace {

/// Largest number of rows with which sums of digits, including the carry from the lower digit, stay within 32 bits.
constexpr std::uint32_t most_rows = 65535;
/// Largest number of rows with which sums of squared codes times variances stay within 32 bits.
constexpr std::uint32_t most_noisy_rows = 16384;

/// Number of digits of the compiled kernel that is used; only some are compiled, since each takes long to compile.
unsigned compiled_digits(const ProductShape& shape, unsigned digits) {
  if (shape.noise == NoiseKind::read) return digits <= 3 && !shape.tall ? 3 : 4;
  if (shape.curves || shape.noise == NoiseKind::converter || shape.tall) return digits <= 1 ? 1 : std::max(3u, digits);
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
  LayoutBuilder(const ProductSpec& spec, const std::vector<ConverterScale>& scales, TensorLayout& layout)
      : spec_(spec), scales_(scales), layout_(layout), shape_(layout.shape) {}

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
    const std::uint32_t paired = spec_.paired() ? 2 : 1;
    std::uint32_t weights = 0;
    for (const ArrayDigits* array : plan.arrays) {
      for (unsigned slice = 0; slice < spec_.readout.slices(); ++slice)
        weights += std::uint32_t{1} << (slice * spec_.readout.dac.bits + array->source->weight_shift);
    }
    const std::uint32_t each = static_cast<std::uint32_t>(spec_.readout.adc.code_min()) - integer_offset_bits;
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
      if (shape_.curves) write_column_scales(*arrays[strip][k], plans[first + strip], first_slab, strip);
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
            variance_unit(*arrays[strip][k]->source->levels, arrays[strip][k]->lines, plan.first_column + column);
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
    const ConverterCurve& curve = spec_.readout.curves.front();
    const double range = scales_.front().range;
    strip.columns = plan.columns;
    strip.first_column = plan.first_column;
    const std::uint32_t counted = counted_conversions(spec_, array);
    strip.counted = std::min(counted - std::min(counted, plan.first_column), plan.columns);
    strip.stream = array.source->stream;
    strip.weight_shift = array.source->weight_shift;
    strip.bias = array.format.bias;
    strip.offset = level_offset(spec_, array);
    strip.shift = array.format.shift;
    if (shape_.curves) return strip;
    strip.slope = static_cast<float>(slope_lsb(spec_, array, curve) / range);
    strip.row_slope = static_cast<float>(row_slope_lsb(spec_, array, curve) / range);
    if (array.variances.empty()) return strip;
    for (std::uint32_t column = 0; column < plan.columns; ++column) {
      const double unit = variance_unit(*array.source->levels, array.lines, plan.first_column + column);
      strip.sigma_slope[column] = static_cast<float>(std::sqrt(unit) / curve.step(spec_.readout.adc) / range);
    }
    return strip;
  }

  /// Columns that do not exist have a value that is certain.
  ColumnScales column_scales(const ArrayDigits& array, const StripPlan& plan) const {
    const ConverterSetting& adc = spec_.readout.adc;
    const std::vector<std::uint16_t>& converters = spec_.readout.converter_of;
    ColumnScales columns{};
    for (std::uint32_t column = 0; column < shape_.strip_columns(); ++column) {
      ColumnScale& own = columns.scale[column_scale_place(column)];
      if (column >= plan.columns) {
        own.centre = certain_position(layout_.tables.data(), table_intervals(adc));
        own.row = 0u - 4u * integer_offset_bits;
        continue;
      }
      const ConverterScale& scale = scales_[converters.empty() ? 0 : converters[plan.first_column + column]];
      own.slope = static_cast<float>(slope_lsb(spec_, array, *scale.curve) / scale.range);
      own.row_slope = static_cast<float>(row_slope_lsb(spec_, array, *scale.curve) / scale.range);
      own.centre = static_cast<float>(scale.centre(adc) / scale.range);
      own.row = 4u * (scale.table * table_words(adc) - integer_offset_bits);
      columns.noise_slope[column_scale_place(column)] = static_cast<float>(scale.curve->noise_lsb / scale.range);
    }
    return columns;
  }

  void write_column_scales(const ArrayDigits& array, const StripPlan& plan, std::size_t first_slab, std::size_t strip) {
    static_assert(sizeof(ColumnScales) <= std::size_t{column_scale_rows} * slab_rows);
    const ColumnScales columns = column_scales(array, plan);
    const std::size_t strip_bytes = std::size_t{shape_.image_rows()} * slab_rows;
    const std::size_t place = (strip + 1) * strip_bytes - std::size_t{column_scale_rows} * slab_rows;
    const std::uint32_t slabs = (array.source->levels->rows + slab_rows - 1) / slab_rows;
    for (std::size_t slab = first_slab; slab < first_slab + slabs; ++slab)
      std::memcpy(layout_.image.data() + slab * shape_.slab_bytes() + place, &columns, sizeof columns);
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
  const std::vector<ConverterScale>& scales_;
  TensorLayout& layout_;
  const ProductShape shape_;
};

bool all_outputs_have_arrays(const ProductSpec& spec) {
  std::vector<bool> has(spec.outputs, false);
  for (const ProductArray& array : spec.arrays) {
    const auto first = has.begin() + array.first_output;
    std::fill(first, first + spec.outputs_of(array), true);
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
  if (!spec.conversion_sums && !spec.readout.encoding->is_identity() && !spec.paired())
    return "outputs that are neither conversions nor differences of neighbours";
  const bool curves = !converters_are_alike(spec.readout);
  if (curves) {
    std::string reason = why_no_converter_tables(spec.readout);
    if (!reason.empty()) return reason;
  }
  for (const ProductArray& array : spec.arrays) {
    if (!array.levels->codes.empty() || array.levels->circuit != nullptr) return "cells that conduct differently at each input code";
    if (curves && !array.levels->read_variance.empty()) return "read noise and converters that differ or are not linear";
    const std::uint32_t most = array.levels->read_variance.empty() ? most_rows : most_noisy_rows;
    if (array.levels->rows > most) return "arrays of more than " + std::to_string(most) + " rows";
    const ConversionLines lines(*spec.readout.encoding, array.levels->columns);
    if (shortest_format(integer_levels(*array.levels, lines)).count > most_digits) return "levels that need more than 32 bits";
    if (!have_common_units(*array.levels, lines)) return "lines of a conversion whose read noise has different units";
  }
  if (conversions_of_a_thread(spec) > most_conversions_of_a_thread) return "too many arrays for each output";
  return "";
}

TensorLayout lay_out_product(const ProductSpec& spec, const TensorOptions& options) {
  TensorLayout layout;
  auto arrays = split_into_digits(spec, false);
  const bool curves = !converters_are_alike(spec.readout);
  if (options.within_noise && !curves) {
    auto dropped = split_into_digits(spec, true);
    double bound = 0.0;
    for (const ArrayDigits& array : dropped)
      bound = std::max(bound, array.dropped_lsb);
    if (bound > 0.0 && bound < 0.1 * spec.readout.curves.front().noise_lsb) {
      arrays = std::move(dropped);
      layout.dropped_lsb = bound;
    }
  }
  unsigned digits = 1;
  layout.shape.curves = curves;
  layout.shape.noise = spec.readout.converters_are_noisy() ? NoiseKind::converter : NoiseKind::none;
  for (const ArrayDigits& array : arrays) {
    digits = std::max(digits, array.format.count);
    if (array.source->levels->rows > slab_rows) layout.shape.tall = true;
    if (!array.variances.empty()) layout.shape.noise = NoiseKind::read;
  }
  layout.shape.digits = compiled_digits(layout.shape, digits);
  layout.shape.wide = layout.shape.noise == NoiseKind::read && plan_strips(arrays, noisy_strip_columns).size() > layout.shape.strips();
  const std::vector<ConverterScale> scales = converter_scales(spec.readout);
  for (const ArrayDigits& array : arrays)
    layout.margin = std::max(layout.margin, value_margin(spec, layout.shape, array, scales));
  if (curves) layout.tables = make_converter_tables(spec.readout, layout.margin);
  layout.all_outputs = all_outputs_have_arrays(spec);
  LayoutBuilder(spec, scales, layout).build(arrays);
  return layout;
}

}  // namespace memcosim::cuda
