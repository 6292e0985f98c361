// SPDX-License-Identifier: Apache-2.0
// Tables of converters for the tensor cores: read as the kernels read them, they give the codes of code_of() or say that they do not know.
#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"

#include <cmath>
#include <cstring>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "memcosim/devices/converters/column_curve.hpp"

namespace memcosim::testing {
namespace {

ReadoutConfig readout_of(unsigned bits, bool is_signed) {
  ReadoutConfig readout;
  readout.adc.bits = bits;
  readout.adc.is_signed = is_signed;
  return readout;
}

void add_table(ReadoutConfig& readout, double inl_lsb, double bow_lsb, double step_lsb, std::mt19937_64& generator) {
  std::uniform_real_distribution<double> inl(-inl_lsb, inl_lsb);
  std::vector<double> transitions;
  for (std::int32_t code = readout.adc.code_min(); code <= readout.adc.code_max(); ++code) {
    const double error = inl(generator) + bow_lsb * std::sin(code / 40.0);
    transitions.push_back(code + (step_lsb > 0.0 ? std::round(error / step_lsb) * step_lsb : error));
  }
  ConverterCurve curve;
  curve.transitions = std::make_shared<const std::vector<double>>(transitions);
  readout.curves.push_back(curve);
}

/// Of 8 bits: some codes that are narrower than half an LSB, one that never comes.
void add_narrow_codes(ReadoutConfig& readout, std::mt19937_64& generator) {
  add_table(readout, 0.1, 0.0, 0.0, generator);
  std::vector<double> transitions = *readout.curves.back().transitions;
  transitions[51] = transitions[50];
  transitions[101] = transitions[100] + 0.05;
  transitions[201] = transitions[200] + 0.3;
  readout.curves.back().transitions = std::make_shared<const std::vector<double>>(transitions);
}

/// A position on the code axis, counted from the least code, by table; -1: not certain.
std::int64_t code_by_table(const cuda::ConverterScale& scale, const std::vector<std::uint32_t>& tables, std::uint32_t intervals,
                           double position, double margin) {
  const double at = std::min(std::max((position + scale.shift_lsb) / scale.range, 0.0), 1.0) * intervals;
  const std::uint32_t word = tables[std::size_t{scale.table} * (intervals + 1) + static_cast<std::size_t>(at)];
  float next = 0.0f;
  std::memcpy(&next, &word, sizeof next);
  const double beyond = at - std::floor(at) - static_cast<double>(next);
  if (!(std::abs(beyond) >= static_cast<double>(cuda::certain_distance(margin)))) return -1;
  return (word & 0xffu) + (beyond >= 0.0 ? 1 : 0);
}

class ConverterTables : public ::testing::TestWithParam<std::tuple<unsigned, bool, double>> {};

TEST_P(ConverterTables, GiveTheCodesOfTheReferenceOrNone) {
  const auto [bits, is_signed, margin] = GetParam();
  std::mt19937_64 generator(bits);
  ReadoutConfig readout = readout_of(bits, is_signed);
  add_table(readout, 0.2, 0.0, 0.0, generator);
  add_table(readout, 0.2, 3.0, 0.0, generator);
  add_table(readout, 0.2, 2.0, 0.25, generator);
  add_table(readout, 0.0, 1.5, 0.5, generator);
  if (bits == 8) add_narrow_codes(readout, generator);
  ASSERT_EQ(cuda::why_no_converter_tables(readout), "");
  const auto scales = cuda::converter_scales(readout);
  const auto tables = cuda::make_converter_tables(readout, margin);
  const std::uint32_t intervals = cuda::table_intervals(readout.adc);
  ASSERT_EQ(tables.size(), std::size_t{cuda::table_words(readout.adc)} * readout.curves.size());
  const double codes = std::ldexp(1.0, static_cast<int>(bits));
  std::uniform_real_distribution<double> anywhere(-2.0, codes + 2.0);
  std::uniform_real_distribution<double> error(-0.999 * margin, 0.999 * margin);
  for (std::size_t converter = 0; converter < scales.size(); ++converter) {
    const ConverterCurve& curve = *scales[converter].curve;
    const ColumnCurve<double> exact{
        1.0, 0.0, 0.0, readout.adc.code_min(), readout.adc.code_max(), curve.transitions ? curve.transitions->data() : nullptr};
    std::size_t certain = 0;
    constexpr std::size_t count = 200000;
    for (std::size_t i = 0; i < count; ++i) {
      double position = anywhere(generator);
      if (i % 2 == 1) position = std::round(position * 16.0) / 16.0;  // on thresholds and ends of intervals
      if (i % 4 == 3) position += error(generator);
      ClipCounts clipped{};
      const std::int32_t code = code_of(exact, position + readout.adc.code_min(), 0.0, clipped) - readout.adc.code_min();
      const std::int64_t found = code_by_table(scales[converter], tables, intervals, position + error(generator), margin);
      if (found < 0) continue;
      ASSERT_EQ(found, code) << "converter " << converter << " position " << position;
      ASSERT_EQ(clipped.low + clipped.high, 0u);
      ++certain;
    }
    if (bits == 8 && margin < 0.001) {
      EXPECT_GT(certain, count * 9 / 10) << converter;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(BitsAndSigns, ConverterTables,
                         ::testing::Combine(::testing::Values(2u, 5u, 8u), ::testing::Bool(), ::testing::Values(1e-4, 0.01)));
INSTANTIATE_TEST_SUITE_P(OneBit, ConverterTables, ::testing::Values(std::tuple{1u, false, 1e-4}));

TEST(ConverterTablesOf, ConvertersOfEqualThresholdsShareOne) {
  std::mt19937_64 generator(3);
  ReadoutConfig readout = readout_of(8, false);
  add_table(readout, 0.3, 0.0, 0.0, generator);
  for (int i = 0; i < 40; ++i) {
    readout.curves.push_back(readout.curves[i % 2]);
    readout.curves.back().gain = 1.0 + 0.001 * i;
  }
  EXPECT_EQ(cuda::why_no_converter_tables(readout), "");
  EXPECT_EQ(cuda::make_converter_tables(readout, 1e-4).size(), 2u * cuda::table_words(readout.adc));
  EXPECT_EQ(cuda::converter_scales(readout)[5].table, 1u);
}

TEST(ConverterTablesOf, RefusesWhatTheyCannotHold) {
  std::mt19937_64 generator(4);
  ReadoutConfig readout = readout_of(9, false);
  add_table(readout, 0.2, 0.0, 0.0, generator);
  EXPECT_NE(cuda::why_no_converter_tables(readout), "");
  readout = readout_of(8, false);
  for (unsigned i = 1; i < cuda::most_tables; ++i)
    add_table(readout, 0.2, 0.0, 0.0, generator);
  EXPECT_EQ(cuda::why_no_converter_tables(readout), "");
  add_table(readout, 0.2, 0.0, 0.0, generator);
  EXPECT_NE(cuda::why_no_converter_tables(readout), "");
  readout = readout_of(8, false);
  ConverterCurve narrow;
  std::vector<double> transitions(256);
  for (std::size_t code = 0; code < 256; ++code)
    transitions[code] = code < 128 ? 0.4 * static_cast<double>(code) : 1.6 * static_cast<double>(code) - 153.6;
  narrow.transitions = std::make_shared<const std::vector<double>>(transitions);
  readout.curves = {narrow};
  EXPECT_NE(cuda::why_no_converter_tables(readout), "");
}

}  // namespace
}  // namespace memcosim::testing
