// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/bank_layout.hpp"

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

constexpr std::uint32_t code_bits_of_one = 0x4b000000u;  ///< of 2^23 in single precision: see bank_conversion.cuh

/// One array with its levels as digits.
struct PackedTile {
  const BankTile* tile = nullptr;
  LineTable lines;
  std::uint32_t columns = 0;  ///< conversions
  std::vector<std::int64_t> levels;
  DigitFormat format;
  std::vector<std::uint32_t> variances;  ///< of converted columns, in units; empty: none
  double dropped_lsb = 0.0;
};

/// Unit of the variances of a conversion, in levels squared: that of its lines, which must agree (have_common_units()).
double variance_unit(const LevelMatrix& matrix, const LineTable& table, std::uint32_t conversion) {
  return matrix.variance_units[table.lines(conversion)[0].number / 2];
}

bool have_common_units(const LevelMatrix& matrix, const LineTable& table) {
  for (std::uint32_t conversion = 0; !matrix.read_variance.empty() && conversion < table.conversions(); ++conversion) {
    for (const LineTable::Line& line : table.lines(conversion)) {
      if (matrix.variance_units[line.number / 2] != variance_unit(matrix, table, conversion)) return false;
    }
  }
  return true;
}

std::vector<std::uint32_t> integer_variances(const LevelMatrix& matrix, const LineTable& table) {
  std::vector<std::uint32_t> values;
  const std::vector<double> variances = conversion_variances(matrix, table);
  for (std::size_t i = 0; i < variances.size(); ++i)
    values.push_back(
        static_cast<std::uint32_t>(variances[i] / variance_unit(matrix, table, static_cast<std::uint32_t>(i % table.conversions()))));
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
void drop_digit(const BankSpec& spec, PackedTile& packed) {
  if (packed.format.count < 2) return;
  const unsigned shift = packed.format.shift + 8;
  std::vector<std::int64_t> rounded;
  for (const std::int64_t level : packed.levels)
    rounded.push_back((((level - packed.format.bias + (std::int64_t{1} << (shift - 1))) >> shift) << shift) + packed.format.bias);
  const double largest = largest_column_sum(packed.tile->levels->rows, packed.columns, [&](std::size_t cell) {
    return static_cast<double>(std::abs(rounded[cell] - packed.levels[cell]));
  });
  packed.dropped_lsb = largest * spec.readout.dac.code_max() * 0x1p-16 / spec.readout.adc.step();
  packed.levels = std::move(rounded);
  packed.format = shortest_format(packed.levels);
}

std::vector<PackedTile> pack_tiles(const BankSpec& spec, bool dropped) {
  std::vector<PackedTile> tiles;
  for (const BankTile& tile : spec.tiles) {
    PackedTile packed;
    packed.tile = &tile;
    packed.lines = LineTable(*spec.readout.encoding, tile.levels->columns);
    packed.columns = packed.lines.conversions();
    packed.levels = integer_levels(*tile.levels, packed.lines);
    packed.format = shortest_format(packed.levels);
    packed.variances = integer_variances(*tile.levels, packed.lines);
    if (dropped) drop_digit(spec, packed);
    tiles.push_back(std::move(packed));
  }
  return tiles;
}

/// Conversions that count as clipped, from conversion 0 on.
std::uint32_t counted_conversions(const BankSpec& spec, const PackedTile& packed) {
  const std::uint32_t used = packed.tile->used_outputs;
  return used == 0 ? packed.columns : spec.readout.encoding->conversions_of(used);
}

double level_offset(const BankSpec& spec, const PackedTile& packed) {
  return spec.readout.encoding->net_lines() * packed.tile->levels->offset;
}

/// Contribution to a value, in LSB, of one unit of the sum of digits; below, of one unit of the sum of codes.
double slope_lsb(const BankSpec& spec, const PackedTile& packed) {
  return std::ldexp(1.0, static_cast<int>(packed.format.shift) - 16) / spec.readout.adc.step();
}
double row_slope_lsb(const BankSpec& spec, const PackedTile& packed) {
  return (static_cast<double>(packed.format.bias) * 0x1p-16 + level_offset(spec, packed)) / spec.readout.adc.step();
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
/// u = 2^-24. The value is x = H s' + L s + K r + c with the high and the low part of the sum of digits, the sum of codes K and
/// c = 1/2 + offset - code_min, everything over the code range. Integers below 2^24 are converted exactly (K always, H where it is one
/// digit of an array of few rows), others within u; s, s' = 2^16 s, r and c are wrong by what their rounding makes; each fma rounds its
/// result by u: K r + c, with read noise, with the converters', with L, and in arrays of many rows with each digit alone. The
/// last result lies between 0 and 1 (else it is cut off, and not trusted), so it rounds by u/2 of the code range, and the range itself is u
/// smaller; nor can the part of the sum that was added last be larger than the code range and all other parts. Noise is wrong by
/// fast_normal_error of its deviation, and by 2^-22 (converters) or 2^-21 (read: conversions 1.5 u, root 2 u, slope u, product u) of its
/// value. The reference itself is wrong by some 2^-52 of each part.
double value_margin(const BankSpec& spec, const BankShape& shape, const PackedTile& packed) {
  constexpr double u = 0x1p-24;
  const AdcTransfer& adc = spec.readout.adc;
  const double codes = spec.readout.dac.code_max();
  const double range = code_range(adc);
  const std::size_t rows = packed.tile->levels->rows;
  double parts[2] = {0.0, 0.0};  // low, high
  for (unsigned k = 0; k < packed.format.count; ++k) {
    const double sum = largest_column_sum(rows, packed.columns, [&](std::size_t cell) {
      return std::abs(static_cast<double>(digit(packed.format, packed.levels[cell], k)));
    });
    parts[k / 2] += sum * std::ldexp(codes, static_cast<int>(8 * k)) * slope_lsb(spec, packed);
  }
  const double of_rows = static_cast<double>(rows) * codes * std::abs(row_slope_lsb(spec, packed));
  const double centre = adc.origin() - adc.code_min();
  const double base = of_rows + std::abs(centre);
  double deviation = 0.0;
  if (!packed.variances.empty()) {
    const double variance = largest_column_sum(
        rows, packed.columns, [&](std::size_t cell) { return static_cast<double>(packed.variances[cell]); },
        [&](std::size_t column) { return variance_unit(*packed.tile->levels, packed.lines, static_cast<std::uint32_t>(column)); });
    deviation = codes * std::sqrt(variance) / adc.step();
  }
  const double noise = fast_normal_range * (adc.noise_lsb + deviation);
  // The last part is added in one fma, or else as two digits.
  const bool added_at_once = !shape.tall || packed.format.count % 2 == 1;
  if (added_at_once) {
    double& last = packed.format.count > 2 ? parts[1] : parts[0];
    const double others = packed.format.count > 2 ? parts[0] : 0.0;
    last = std::min(last, range + base + noise + others);
  }
  const double all = parts[0] + parts[1] + base;
  const double slope_rounding = rounding_of(slope_lsb(spec, packed) / range);
  const bool exact_high = !shape.tall && shape.digits == 3;
  double margin = parts[0] * (slope_rounding + u) + parts[1] * (slope_rounding + (exact_high ? 0.0 : u));
  margin += std::abs(centre) * rounding_of(centre / range) + of_rows * rounding_of(row_slope_lsb(spec, packed) / range) +
            (of_rows > 0.0 ? u * base : 0.0);
  margin += u * (parts[0] + base + noise) + 1.5 * u * range + u;
  if (shape.tall) margin += 2.0 * u * (all + noise);
  margin += ((adc.noise_lsb > 0.0 ? 1.0 : 0.0) + (shape.noise == BankNoise::read ? 1.0 : 0.0)) * u * (base + noise);
  margin += adc.noise_lsb * (fast_normal_error + fast_normal_range * 0x1p-22);
  margin += deviation * (fast_normal_error + fast_normal_range * 0x1p-21);
  margin += (all + range) * 0x1p-50;
  margin *= 1.0 + 0x1p-20;  // for products of rounding errors
  const bool fast = adc.bits <= most_fast_bits && std::isnormal(static_cast<float>(slope_lsb(spec, packed) / range)) && margin < 0.5;
  return fast ? margin : 1.0;
}

/// Number of digits of the compiled kernel that is used; only some are compiled, since each takes long to compile.
unsigned compiled_digits(const BankShape& shape, unsigned digits) {
  if (shape.noise == BankNoise::read) return digits <= 3 && !shape.tall ? 3 : 4;
  if (shape.noise == BankNoise::converter || shape.tall) return digits <= 1 ? 1 : std::max(3u, digits);
  return digits;
}

/// A group of adjacent converted columns, and all arrays that compute these outputs.
struct GroupPlan {
  std::uint32_t first_column = 0;
  std::uint32_t columns = 0;
  std::vector<const PackedTile*> tiles;
};

std::vector<GroupPlan> plan_groups(const std::vector<PackedTile>& tiles, std::uint32_t group_columns) {
  std::map<std::uint32_t, std::vector<const PackedTile*>> regions;  // by first output
  for (const PackedTile& tile : tiles)
    regions[tile.tile->first_output].push_back(&tile);
  std::vector<GroupPlan> groups;
  for (const auto& region : regions) {
    const std::uint32_t columns = region.second.front()->columns;
    for (std::uint32_t first = 0; first < columns; first += group_columns)
      groups.push_back({first, std::min(group_columns, columns - first), region.second});
  }
  return groups;
}

class LayoutBuilder {
 public:
  LayoutBuilder(const BankSpec& spec, BankLayout& layout) : spec_(spec), layout_(layout), shape_(layout.shape) {}

  void build(const std::vector<PackedTile>& tiles) {
    const auto plans = plan_groups(tiles, shape_.group_columns());
    for (std::size_t first = 0; first < plans.size(); first += shape_.groups()) {
      const std::size_t first_item = layout_.items.size();
      layout_.first_item.push_back(static_cast<std::uint32_t>(first_item));
      add_block_column(plans, first);
      layout_.items.back().item.ends_column = 1;
      look_ahead(first_item);
    }
    layout_.first_item.push_back(static_cast<std::uint32_t>(layout_.items.size()));
  }

 private:
  using RowRange = std::pair<std::uint32_t, std::uint32_t>;  ///< first row, rows

  void add_block_column(const std::vector<GroupPlan>& plans, std::size_t first) {
    std::map<RowRange, std::vector<std::vector<const PackedTile*>>> by_rows;  // for each group, the arrays on these rows
    for (std::size_t group = 0; group < shape_.groups() && first + group < plans.size(); ++group) {
      for (const PackedTile* tile : plans[first + group].tiles) {
        auto& groups = by_rows[{tile->tile->first_row, tile->tile->levels->rows}];
        groups.resize(shape_.groups());
        groups[group].push_back(tile);
      }
    }
    for (const auto& [range, groups] : by_rows) {
      std::size_t depth = 0;
      for (const auto& tiles : groups)
        depth = std::max(depth, tiles.size());
      for (std::size_t level = 0; level < depth; ++level)
        add_step(range, plans, first, groups, level);
    }
    for (std::size_t group = 0; group < shape_.groups(); ++group)
      layout_.outputs.push_back(first + group < plans.size() ? outputs_of(plans[first + group]) : BankOutputs{0, 0, 0});
  }

  BankOutputs outputs_of(const GroupPlan& plan) const {
    const BankTile& tile = *plan.tiles.front()->tile;
    const std::uint32_t paired = spec_.readout.encoding->is_neighbour_difference() ? 2 : 1;
    std::uint32_t weights = 0;
    for (const PackedTile* packed : plan.tiles) {
      for (unsigned slice = 0; slice < spec_.readout.slices(); ++slice)
        weights += std::uint32_t{1} << (slice * spec_.readout.dac.bits + packed->tile->weight_shift);
    }
    const std::uint32_t each = static_cast<std::uint32_t>(spec_.readout.adc.code_min()) - code_bits_of_one;
    return {tile.first_output + plan.first_column / paired, plan.columns, each * weights};
  }

  void add_step(const RowRange& range, const std::vector<GroupPlan>& plans, std::size_t first,
                const std::vector<std::vector<const PackedTile*>>& tiles, std::size_t level) {
    const std::size_t first_chunk = layout_.image.size() / shape_.chunk_bytes();
    const std::uint32_t chunks = (range.second + chunk_rows - 1) / chunk_rows;
    layout_.image.resize(layout_.image.size() + chunks * shape_.chunk_bytes());
    BankHeader header{};
    for (std::size_t group = 0; group < shape_.groups(); ++group) {
      if (level >= tiles[group].size()) continue;
      header.groups[group] = group_of(*tiles[group][level], plans[first + group]);
      write_image(*tiles[group][level], plans[first + group], first_chunk, group);
    }
    const std::uint32_t slices = spec_.readout.slices();
    const std::uint32_t passes = shape_.tall ? slices : 1;
    const std::vector<double> units =
        shape_.noise == BankNoise::read ? variance_units_of(plans, first, tiles, level) : std::vector<double>();
    for (std::uint32_t pass = 0; pass < passes; ++pass) {
      for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
        BankItem& item = header.item;
        item.first_row = range.first + chunk * chunk_rows;
        item.rows = std::min(chunk_rows, range.second - chunk * chunk_rows);
        item.chunk = static_cast<std::uint32_t>(first_chunk) + chunk;
        item.first_slice = pass;
        item.begins = chunk == 0;
        item.ends = chunk + 1 == chunks;
        item.number = static_cast<std::uint32_t>(layout_.items.size());
        item.block_column = static_cast<std::uint32_t>(layout_.first_item.size() - 1);
        layout_.items.push_back(header);
        layout_.variance_units.insert(layout_.variance_units.end(), units.begin(), units.end());
      }
    }
  }

  /// Units of the columns of a step: groups() x noisy_columns.
  std::vector<double> variance_units_of(const std::vector<GroupPlan>& plans, std::size_t first,
                                        const std::vector<std::vector<const PackedTile*>>& tiles, std::size_t level) const {
    std::vector<double> units(std::size_t{shape_.groups()} * noisy_columns, 1.0);
    for (std::size_t group = 0; group < shape_.groups(); ++group) {
      if (level >= tiles[group].size() || tiles[group][level]->variances.empty()) continue;
      const GroupPlan& plan = plans[first + group];
      for (std::uint32_t column = 0; column < plan.columns; ++column) {
        units[group * noisy_columns + column] =
            variance_unit(*tiles[group][level]->tile->levels, tiles[group][level]->lines, plan.first_column + column);
      }
    }
    return units;
  }

  void look_ahead(std::size_t first_item) {
    for (std::size_t i = first_item; i < layout_.items.size(); ++i) {
      if (i + 1 < layout_.items.size()) layout_.items[i].next = layout_.items[i + 1].item;
      if (i + 2 < layout_.items.size()) layout_.items[i].after_next = layout_.items[i + 2].item;
    }
  }

  BankGroup group_of(const PackedTile& packed, const GroupPlan& plan) const {
    BankGroup group{};
    const double range = code_range(spec_.readout.adc);
    group.columns = plan.columns;
    group.first_column = plan.first_column;
    const std::uint32_t counted = counted_conversions(spec_, packed);
    group.counted = std::min(counted - std::min(counted, plan.first_column), plan.columns);
    group.stream = packed.tile->stream;
    group.weight_shift = packed.tile->weight_shift;
    group.bias = packed.format.bias;
    group.offset = level_offset(spec_, packed);
    group.shift = packed.format.shift;
    group.slope = static_cast<float>(slope_lsb(spec_, packed) / range);
    group.row_slope = static_cast<float>(row_slope_lsb(spec_, packed) / range);
    if (packed.variances.empty()) return group;
    for (std::uint32_t column = 0; column < plan.columns; ++column) {
      const double unit = variance_unit(*packed.tile->levels, packed.lines, plan.first_column + column);
      group.sigma_slope[column] = static_cast<float>(std::sqrt(unit) / spec_.readout.adc.step() / range);
    }
    return group;
  }

  void write_image(const PackedTile& packed, const GroupPlan& plan, std::size_t first_chunk, std::size_t group) {
    const std::uint32_t width = shape_.group_columns();
    const std::size_t group_bytes = std::size_t{shape_.image_rows()} * chunk_rows;
    for (std::uint32_t row = 0; row < packed.tile->levels->rows; ++row) {
      std::uint8_t* target = layout_.image.data() + (first_chunk + row / chunk_rows) * shape_.chunk_bytes() + group * group_bytes;
      for (std::uint32_t column = 0; column < plan.columns; ++column) {
        const std::size_t cell = std::size_t{row} * packed.columns + plan.first_column + column;
        const std::uint32_t to = column_place(column);
        const std::uint32_t place = row_place(row % chunk_rows, to);
        for (unsigned k = 0; k < packed.format.count; ++k)
          target[(k * width + to) * chunk_rows + place] = static_cast<std::uint8_t>(digit(packed.format, packed.levels[cell], k));
        for (unsigned k = 0; k < 2 && !packed.variances.empty(); ++k) {
          target[((shape_.digits + k) * width + to) * chunk_rows + place] = static_cast<std::uint8_t>(packed.variances[cell] >> (8 * k));
        }
      }
    }
  }

  const BankSpec& spec_;
  BankLayout& layout_;
  const BankShape shape_;
};

bool all_outputs_have_arrays(const BankSpec& spec) {
  std::vector<bool> has(spec.outputs, false);
  for (const BankTile& tile : spec.tiles) {
    const auto first = has.begin() + tile.first_output;
    std::fill(first, first + spec.readout.outputs(tile.levels->columns), true);
  }
  return std::find(has.begin(), has.end(), false) == has.end();
}

/// Upper bound of the conversions of one vector in a thread, over all arrays of its columns.
std::size_t conversions_of_a_thread(const BankSpec& spec) {
  constexpr std::size_t most_columns = 16;  // warp_groups * tiles * 2 of the kernels' shapes (bank_shape.cuh)
  std::map<std::uint32_t, std::size_t> arrays;
  std::size_t most_arrays = 0;
  for (const BankTile& tile : spec.tiles)
    most_arrays = std::max(most_arrays, ++arrays[tile.first_output]);
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

std::string why_not_on_tensor_cores(const BankSpec& spec) {
  check_bank(spec);
  if (spec.readout.dac.bits > 8) return "input slices of more than 8 bits";
  if (spec.readout.adc_transitions != nullptr) return "a converter that is not linear";
  for (const BankTile& tile : spec.tiles) {
    if (!tile.levels->codes.empty() || tile.levels->circuit != nullptr) return "cells that conduct differently at each input code";
    const std::uint32_t most = tile.levels->read_variance.empty() ? most_rows : most_noisy_rows;
    if (tile.levels->rows > most) return "arrays of more than " + std::to_string(most) + " rows";
    const LineTable lines(*spec.readout.encoding, tile.levels->columns);
    if (shortest_format(integer_levels(*tile.levels, lines)).count > most_digits) return "levels that need more than 32 bits";
    if (!have_common_units(*tile.levels, lines)) return "lines of a conversion whose read noise has different units";
  }
  if (conversions_of_a_thread(spec) > most_conversions_of_a_thread) return "too many arrays for each output";
  return "";
}

BankLayout lay_out_bank(const BankSpec& spec, const BankOptions& options) {
  BankLayout layout;
  auto tiles = pack_tiles(spec, false);
  if (options.within_noise) {
    auto dropped = pack_tiles(spec, true);
    double bound = 0.0;
    for (const PackedTile& tile : dropped)
      bound = std::max(bound, tile.dropped_lsb);
    if (bound > 0.0 && bound < 0.1 * spec.readout.adc.noise_lsb) {
      tiles = std::move(dropped);
      layout.dropped_lsb = bound;
    }
  }
  unsigned digits = 1;
  layout.shape.noise = spec.readout.adc.noise_lsb > 0.0 ? BankNoise::converter : BankNoise::none;
  for (const PackedTile& tile : tiles) {
    digits = std::max(digits, tile.format.count);
    if (tile.tile->levels->rows > chunk_rows) layout.shape.tall = true;
    if (!tile.variances.empty()) layout.shape.noise = BankNoise::read;
  }
  layout.shape.digits = compiled_digits(layout.shape, digits);
  layout.shape.wide = layout.shape.noise == BankNoise::read && plan_groups(tiles, noisy_columns).size() > layout.shape.groups();
  for (const PackedTile& tile : tiles)
    layout.margin = std::max(layout.margin, value_margin(spec, layout.shape, tile));
  layout.all_outputs = all_outputs_have_arrays(spec);
  LayoutBuilder(spec, layout).build(tiles);
  return layout;
}

}  // namespace memcosim::cuda
