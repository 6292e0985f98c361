// SPDX-License-Identifier: Apache-2.0
// No include guard: included once by each instruction set's source file, inside its own unnamed namespace, after struct Vec.
//
// Vec: Float and Int vectors of `width` lanes, `exact_fma` (false: fma() is slow, and products with 0 and 1 may use mul + add instead,
// which is exact), most_items (vectors of accumulators that fit the registers).
//
// Order of a sum: rows from 0 up, one fma each, then one fma for the offset. Each lane is one column, so neither width nor blocking nor the
// number of vectors changes a bit.

/// Codes of all slices as floats, item by item, and their sums over rows (exact: below 2^24).
void cut_slices(const MvmChunk& chunk) {
  const unsigned mask = (1u << chunk.dac_bits) - 1u;
  for (std::size_t item = 0; item < chunk.count * chunk.slices; ++item) {
    const std::uint16_t* input = chunk.inputs + item / chunk.slices * chunk.input_stride;
    const unsigned shift = static_cast<unsigned>(item % chunk.slices) * chunk.dac_bits;
    float* codes = chunk.slice_codes + item * chunk.rows;
    std::int32_t sum = 0;
    for (std::uint32_t row = 0; row < chunk.rows; ++row) {
      const auto code = static_cast<std::int32_t>((static_cast<unsigned>(input[row]) >> shift) & mask);
      sum += code;
      codes[row] = static_cast<float>(code);
    }
    chunk.slice_sums[item] = static_cast<float>(sum);
  }
}

/// Drive of up to `lanes` vectors from `first`: the sums of different vectors are independent, so they fill the lanes.
template <std::size_t lanes>
void sum_drive(const MvmChunk& chunk, std::size_t first) {
  const std::size_t count = chunk.count - first < lanes ? chunk.count - first : lanes;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::uint16_t* input = chunk.inputs + (first + (lane < count ? lane : 0)) * chunk.input_stride;
    for (std::uint32_t row = 0; row < chunk.rows; ++row)
      chunk.transposed[row * lanes + lane] = input[row];
  }
  const auto mask = static_cast<std::int32_t>((1u << chunk.dac_bits) - 1u);
  const double full = mask;
  for (unsigned slice = 0; slice < chunk.slices; ++slice) {
    const unsigned shift = slice * chunk.dac_bits;
    double sum[lanes] = {};
    for (std::uint32_t row = 0; row < chunk.rows; ++row) {
      const double siemens = chunk.row_siemens[row];
      const std::uint16_t* codes = chunk.transposed + row * lanes;
      if (Vec::exact_fma || chunk.dac_bits > 1) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const double code = (codes[lane] >> shift) & mask;
          sum[lane] = __builtin_fma(code * code, siemens, sum[lane]);
        }
      } else {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const double code = (codes[lane] >> shift) & mask;
          sum[lane] += code * siemens;
        }
      }
    }
    for (std::size_t lane = 0; lane < count; ++lane)
      chunk.drive_siemens[(first + lane) * chunk.slices + slice] = sum[lane] / (full * full);
  }
}

/// Converts the sums of one item and two vectors of columns, and adds the codes to the line sums.
struct Conversion {
  const MvmChunk& chunk;
  Vec::Float offset, lsb, inverse_lsb, code_min, code_max, code_end;

  explicit Conversion(const MvmChunk& c)
      : chunk(c),
        offset(Vec::broadcast(c.offset)),
        lsb(Vec::broadcast(c.lsb)),
        inverse_lsb(Vec::broadcast(c.inverse_lsb)),
        code_min(Vec::broadcast(c.code_min)),
        code_max(Vec::broadcast(c.code_max)),
        code_end(Vec::broadcast(c.code_max + 1.0f)) {}

  /// `valid`: columns from `column` that exist; the rest is padding.
  void run(Vec::Float value, std::size_t item, std::size_t vector, unsigned shift, std::size_t column, std::size_t padded) const {
    const std::size_t valid = chunk.columns > column ? chunk.columns - column : 0;
    if (chunk.offset != 0.0f) value = Vec::fma(offset, Vec::broadcast(chunk.slice_sums[item]), value);
    Vec::Float code = chunk.inverse_lsb != 0.0f ? Vec::mul(value, inverse_lsb) : Vec::div(value, lsb);
    if (chunk.noise != nullptr) code = Vec::add(code, Vec::load(chunk.noise + item * padded + column));
    code = Vec::add(code, Vec::broadcast(0.5f));
    const unsigned outside = Vec::lanes_outside(code, code_min, code_end) & Vec::first_lanes(valid);
    if (outside != 0) chunk.clipped[vector] += static_cast<std::uint32_t>(__builtin_popcount(outside));
    const Vec::Int whole = Vec::floor_to_int(Vec::clamp(code, code_min, code_max));
    Vec::add_shifted(chunk.line_sums + vector * padded + column, whole, shift);
    if (chunk.codes != nullptr) keep_codes(whole, item, column, valid);
    if (chunk.values != nullptr) keep_values(value, item, column, valid);
  }

  void keep_codes(Vec::Int whole, std::size_t item, std::size_t column, std::size_t valid) const {
    std::int32_t lane[Vec::width];
    Vec::store(lane, whole);
    for (std::size_t i = 0; i < Vec::width && i < valid; ++i)
      chunk.codes[item * chunk.columns + column + i] = lane[i];
  }
  void keep_values(Vec::Float value, std::size_t item, std::size_t column, std::size_t valid) const {
    float lane[Vec::width];
    Vec::store(lane, value);
    for (std::size_t i = 0; i < Vec::width && i < valid; ++i)
      chunk.values[item * chunk.columns + column + i] = static_cast<double>(lane[i]);
  }
};

template <bool fused>
inline Vec::Float accumulate(Vec::Float code, Vec::Float level, Vec::Float sum) {
  if constexpr (fused) return Vec::fma(code, level, sum);
  return Vec::add(Vec::mul(code, level), sum);
}

/// Sums and converts `items` items from `first` in one panel: their accumulators stay in registers over all rows.
template <std::size_t items, bool fused>
void run_block(const Conversion& conversion, std::uint32_t panel, std::size_t first) {
  const MvmChunk& chunk = conversion.chunk;
  constexpr std::size_t panel_width = 2 * Vec::width;
  const float* levels = chunk.panels + std::size_t{panel} * chunk.rows * panel_width;
  const float* codes = chunk.slice_codes + first * chunk.rows;
  const std::size_t rows = chunk.rows;
  Vec::Float sum[items][2];
#pragma GCC unroll 16
  for (std::size_t k = 0; k < items; ++k)
    sum[k][0] = sum[k][1] = Vec::broadcast(0.0f);
  for (std::size_t row = 0; row < rows; ++row) {
    const Vec::Float left = Vec::load(levels + row * panel_width);
    const Vec::Float right = Vec::load(levels + row * panel_width + Vec::width);
#pragma GCC unroll 16
    for (std::size_t k = 0; k < items; ++k) {
      const Vec::Float code = Vec::broadcast(codes[k * rows + row]);
      sum[k][0] = accumulate<fused>(code, left, sum[k][0]);
      sum[k][1] = accumulate<fused>(code, right, sum[k][1]);
    }
  }
  const std::size_t padded = std::size_t{chunk.panel_count} * panel_width;
  const std::size_t column = std::size_t{panel} * panel_width;
  std::size_t vector = first / chunk.slices;
  unsigned slice = static_cast<unsigned>(first % chunk.slices);
#pragma GCC unroll 16
  for (std::size_t k = 0; k < items; ++k) {
    const unsigned shift = slice * chunk.dac_bits;
    conversion.run(sum[k][0], first + k, vector, shift, column, padded);
    conversion.run(sum[k][1], first + k, vector, shift, column + Vec::width, padded);
    if (++slice == chunk.slices) {
      slice = 0;
      ++vector;
    }
  }
}

constexpr std::size_t fewer_items(std::size_t items) {
  return items > 8 ? 8 : (items > 4 ? 4 : (items > 2 ? 2 : 1));
}

template <std::size_t items, bool fused>
void run_panel(const Conversion& conversion, std::uint32_t panel, std::size_t first) {
  const std::size_t end = conversion.chunk.count * conversion.chunk.slices;
  for (; end - first >= items; first += items)
    run_block<items, fused>(conversion, panel, first);
  if constexpr (items > 1) {
    if (first < end) run_panel<fewer_items(items), fused>(conversion, panel, first);
  }
}

void run_chunk(const MvmChunk& chunk) {
  cut_slices(chunk);
  if (chunk.count > 8) {
    for (std::size_t first = 0; first < chunk.count; first += most_lanes)
      sum_drive<most_lanes>(chunk, first);
  } else {
    sum_drive<8>(chunk, 0);
  }
  const Conversion conversion(chunk);
  for (std::uint32_t panel = 0; panel < chunk.panel_count; ++panel) {
    if (Vec::exact_fma || chunk.dac_bits > 1) {
      run_panel<Vec::most_items, true>(conversion, panel, 0);
    } else {
      run_panel<Vec::most_items, Vec::exact_fma>(conversion, panel, 0);
    }
  }
}
