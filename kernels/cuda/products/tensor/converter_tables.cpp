// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>

namespace memcosim::cuda {

namespace {

constexpr double intervals_per_lsb = 2.0;
constexpr std::uint32_t code_bits = (1u << most_table_bits) - 1u;
/// Error of a position in an interval whose lowest bits are a code (2^-17), and of the kernel's subtractions.
constexpr double position_rounding = 0x1p-16;

using Transitions = const std::vector<double>*;

/// Distances of the thresholds from the least code, LSB; without that of the least code, which begins at no value.
std::vector<double> thresholds_of(const ConverterSetting& adc, Transitions transitions) {
  std::vector<double> thresholds;
  for (std::int64_t code = std::int64_t{adc.code_min()} + 1; code <= adc.code_max(); ++code) {
    const auto number = static_cast<std::size_t>(code - adc.code_min());
    thresholds.push_back(transitions == nullptr ? static_cast<double>(number) : (*transitions)[number] - adc.code_min());
  }
  return thresholds;
}

/// Where the intervals of a table lie.
struct Grid {
  double shift_lsb = 0.0;
  std::size_t crowded = std::numeric_limits<std::size_t>::max();  ///< thresholds that share their interval with the one before
  double clearance = 0.0;                                         ///< least distance of a threshold from the end of an interval, intervals
};

Grid grid_at(double shift_lsb, const std::vector<double>& thresholds) {
  Grid grid{shift_lsb, 0, 1.0};
  double last = -std::numeric_limits<double>::infinity();
  for (const double threshold : thresholds) {
    const double at = (threshold + shift_lsb) * intervals_per_lsb;
    if (std::floor(at) == last) ++grid.crowded;
    last = std::floor(at);
    grid.clearance = std::min({grid.clearance, at - last, last + 1.0 - at});
  }
  return grid;
}

/// The grid with fewest crowded intervals, and of these the one whose intervals end farthest from thresholds. Uniform thresholds lie in the
/// middle of intervals. The clip limits stay away from the ends of their intervals, so that no error bound reaches beyond these.
Grid best_grid(const ConverterSetting& adc, Transitions transitions) {
  const std::vector<double> thresholds = thresholds_of(adc, transitions);
  Grid best;
  for (int step = -20; step <= 20; ++step) {
    const Grid grid = grid_at(0.25 + step * 0.007, thresholds);
    if (grid.crowded < best.crowded || (grid.crowded == best.crowded && grid.clearance > best.clearance)) best = grid;
  }
  return best;
}

/// The different tables of thresholds, in order of their first converter; null: uniform.
std::vector<Transitions> different_tables(const ReadoutConfig& readout) {
  std::vector<Transitions> tables;
  for (const ConverterCurve& curve : readout.curves) {
    if (std::find(tables.begin(), tables.end(), curve.transitions.get()) == tables.end()) tables.push_back(curve.transitions.get());
  }
  return tables;
}

std::uint32_t word_of(float position, std::uint32_t code) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &position, sizeof bits);
  const std::uint32_t half = (code_bits + 1) / 2;
  return ((std::max(bits + half, code) - code) & ~code_bits) | code;
}

std::vector<std::uint32_t> table_of(const ConverterSetting& adc, Transitions transitions, double reach) {
  const std::uint32_t intervals = table_intervals(adc);
  const std::vector<double> thresholds = thresholds_of(adc, transitions);
  const double shift = best_grid(adc, transitions).shift_lsb;
  std::vector<bool> doubtful(intervals, false);
  doubtful.front() = doubtful.back() = true;
  std::vector<float> next_begins(intervals, 2.0f);
  std::vector<std::uint32_t> codes(intervals, 0);
  for (const double threshold : thresholds) {
    const double at = (threshold + shift) * intervals_per_lsb;
    const auto in_table = [&](double interval) { return interval >= 0.0 && interval < intervals; };
    if (in_table(std::floor(at))) {
      const auto interval = static_cast<std::size_t>(at);
      if (next_begins[interval] <= 1.0f) doubtful[interval] = true;
      next_begins[interval] = static_cast<float>(at - std::floor(at));
    }
    for (const double near : {std::floor(at - reach), std::floor(at + reach)}) {
      if (near != std::floor(at) && in_table(near)) doubtful[static_cast<std::size_t>(near)] = true;
    }
    const double first_beyond = std::clamp(std::floor(at) + 1.0, 0.0, static_cast<double>(intervals));
    for (auto interval = static_cast<std::uint32_t>(first_beyond); interval < intervals; ++interval)
      ++codes[interval];
  }
  std::vector<std::uint32_t> words;
  for (std::uint32_t interval = 0; interval < intervals; ++interval)
    words.push_back(word_of(doubtful[interval] ? std::numeric_limits<float>::quiet_NaN() : next_begins[interval], codes[interval]));
  words.push_back(words.back());
  return words;
}

}  // namespace

bool converters_are_alike(const ReadoutConfig& readout) {
  const ConverterCurve& first = readout.curves.front();
  return first.transitions == nullptr &&
         std::all_of(readout.curves.begin(), readout.curves.end(), [&](const ConverterCurve& curve) { return curve == first; });
}

std::vector<ConverterScale> converter_scales(const ReadoutConfig& readout) {
  if (converters_are_alike(readout)) {
    return {{&readout.curves.front(), std::ldexp(1.0, static_cast<int>(readout.adc.bits)), 0.0, 0}};
  }
  const std::vector<Transitions> tables = different_tables(readout);
  std::vector<double> shifts;
  shifts.reserve(tables.size());
  for (const Transitions table : tables)
    shifts.push_back(best_grid(readout.adc, table).shift_lsb);
  std::vector<ConverterScale> scales;
  for (const ConverterCurve& curve : readout.curves) {
    const auto table = static_cast<std::uint32_t>(std::find(tables.begin(), tables.end(), curve.transitions.get()) - tables.begin());
    scales.push_back({&curve, table_intervals(readout.adc) / intervals_per_lsb, shifts[table], table});
  }
  return scales;
}

std::string why_no_converter_tables(const ReadoutConfig& readout) {
  if (readout.adc.bits > most_table_bits)
    return "converters of more than " + std::to_string(most_table_bits) + " bits that differ or are not linear";
  const std::vector<Transitions> tables = different_tables(readout);
  if (tables.size() > most_tables) return "more than " + std::to_string(most_tables) + " tables of converters";
  for (const Transitions table : tables) {
    if (best_grid(readout.adc, table).crowded > table_intervals(readout.adc) / 64) return "a converter with many codes below half an LSB";
  }
  return "";
}

std::uint32_t table_intervals(const ConverterSetting& adc) {
  return (std::uint32_t{1} << adc.bits) * static_cast<std::uint32_t>(intervals_per_lsb) + 1;
}

std::uint32_t table_words(const ConverterSetting& adc) {
  return table_intervals(adc) + 1;
}

float certain_distance(double margin) {
  if (margin > 0.05) return std::numeric_limits<float>::infinity();
  return static_cast<float>(intervals_per_lsb * margin + position_rounding);
}

std::vector<std::uint32_t> make_converter_tables(const ReadoutConfig& readout, double margin) {
  std::vector<std::uint32_t> words;
  for (const Transitions transitions : different_tables(readout)) {
    const std::vector<std::uint32_t> table = table_of(readout.adc, transitions, intervals_per_lsb * margin + position_rounding);
    words.insert(words.end(), table.begin(), table.end());
  }
  return words;
}

float certain_position(const std::uint32_t* table, std::uint32_t intervals) {
  for (std::uint32_t interval = 0; interval < intervals; ++interval) {
    float threshold = 0.0f;
    std::memcpy(&threshold, &table[interval], sizeof threshold);
    if (std::isnan(threshold)) continue;
    const float inside = threshold < 0.5f ? 0.75f : 0.25f;
    return (static_cast<float>(interval) + inside) / static_cast<float>(intervals);
  }
  return 0.0f;
}

}  // namespace memcosim::cuda
