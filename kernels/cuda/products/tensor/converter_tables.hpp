// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/kernels/products/readout.hpp"

// Converters as the kernels see them. Where they differ or are not linear, each has a table of its codes in intervals of half an LSB. An
// interval holds at most one threshold, so one look into the table decides a code: the code at the interval's begin, or the next one.

namespace memcosim::cuda {

/// True if one linear curve serves all conversions.
bool converters_are_alike(const ReadoutConfig& readout);

/// The code axis of a converter in a kernel: values over `range`, so that codes lie between 0 and 1.
struct ConverterScale {
  const ConverterCurve* curve;
  double range;         ///< LSB
  double shift_lsb;     ///< 0 lies so far below the begin of the lowest code
  std::uint32_t table;  ///< number of its table (make_converter_tables()); without tables 0
  /// Of a value of zero, LSB.
  double centre(const ConverterSetting& adc) const { return curve->origin() + shift_lsb - adc.code_min(); }
};

/// The one scale of converters that are alike, else one of each.
std::vector<ConverterScale> converter_scales(const ReadoutConfig& readout);

/// Largest resolution, and largest number of different tables of thresholds, of converters that differ or are not linear.
constexpr unsigned most_table_bits = 8;
constexpr std::uint32_t most_tables = 16;

/// Why such converters have no tables; empty: they have.
std::string why_no_converter_tables(const ReadoutConfig& readout);

/// Intervals of one table: half an LSB each, over the code range and the rest of a half at both ends.
std::uint32_t table_intervals(const ConverterSetting& adc);
/// Words of one table, an even number: the intervals, and one for position 1.
std::uint32_t table_words(const ConverterSetting& adc);

/// Distance from a threshold, in intervals, from which on a code is certain; `margin`: bound of the error of a value, LSB. Above any
/// distance where a value may be wrong by an interval or so.
float certain_distance(double margin);

/// The tables one after the other, table_words() each. A word is a number in single precision whose lowest most_table_bits bits
/// are the code at the interval's begin, from the least code on. The number says where in the interval the next code begins: from 0 to 1;
/// above 1: it does not; no number: no code is certain here, because the clip limit or several thresholds lie here, or the error bound
/// reaches a threshold of the next interval.
std::vector<std::uint32_t> make_converter_tables(const ReadoutConfig& readout, double margin);

/// Position between 0 and 1 at which the code of a table is certain.
float certain_position(const std::uint32_t* table, std::uint32_t intervals);

}  // namespace memcosim::cuda
