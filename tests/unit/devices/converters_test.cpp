// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/converters/converters.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "curve_setup.hpp"

namespace memcosim {
namespace {

TEST(ConverterSetting, CodeRange) {
  ConverterSetting adc;
  EXPECT_EQ(adc.code_min(), 0);
  EXPECT_EQ(adc.code_max(), 255);
  adc.is_signed = true;
  EXPECT_EQ(adc.code_min(), -128);
  EXPECT_EQ(adc.code_max(), 127);
  adc.bits = 24;
  EXPECT_EQ(adc.code_max(), 8388607);
  adc.is_signed = false;
  EXPECT_EQ(adc.code_max(), 16777215);
}

TEST(ColumnCurve, EveryTieRoundsUp) {
  ConverterSetting adc;
  adc.bits = 10;
  adc.is_signed = true;
  for (const double lsb : {1.0, 2.0, 6.0, 0.5, 14.0}) {
    adc.lsb = lsb;
    for (int code = -512; code < 511; ++code) {
      ClipCounts clipped{};
      EXPECT_EQ(code_of(test::curve_of(adc), (code + 0.5) * lsb, 0.0, clipped), code + 1) << lsb;
      EXPECT_EQ(code_of(test::curve_of(adc), code * lsb, 0.0, clipped), code) << lsb;
      EXPECT_EQ(clipped, ClipCounts{});
    }
  }
}

TEST(ColumnCurve, CountsWhatItClipsAtEachEnd) {
  ConverterSetting adc;
  adc.bits = 4;
  ClipCounts clipped{};
  EXPECT_EQ(code_of(test::curve_of(adc), 15.49, 0.0, clipped), 15);
  EXPECT_EQ(code_of(test::curve_of(adc), -0.5, 0.0, clipped), 0);
  EXPECT_EQ(clipped, (ClipCounts{0, 0}));
  EXPECT_EQ(code_of(test::curve_of(adc), 15.5, 0.0, clipped), 15);
  EXPECT_EQ(clipped, (ClipCounts{0, 1}));
  EXPECT_EQ(code_of(test::curve_of(adc), -0.51, 0.0, clipped), 0);
  EXPECT_EQ(code_of(test::curve_of(adc), 1e300, 0.0, clipped), 15);
  EXPECT_EQ(code_of(test::curve_of(adc), -1e300, 0.0, clipped), 0);
  EXPECT_EQ(clipped, (ClipCounts{2, 2}));
  EXPECT_EQ(code_of(test::curve_of(adc), 15.0, 0.6, clipped), 15);  // the noise counts
  EXPECT_EQ(clipped, (ClipCounts{2, 3}));
  EXPECT_EQ(code_of(test::curve_of(adc), 0.0, -0.6, clipped), 0);
  EXPECT_EQ(clipped, (ClipCounts{3, 3}));
  ConverterCurve curve;
  curve.offset_lsb = -1.0;
  EXPECT_EQ(code_of(test::curve_of(adc, curve), 0.0, 0.0, clipped), 0);  // and so does the offset
  EXPECT_EQ(clipped, (ClipCounts{4, 3}));
}

TEST(ColumnCurve, IsMonotone) {
  for (const bool is_signed : {false, true}) {
    ConverterSetting adc;
    adc.bits = 6;
    adc.is_signed = is_signed;
    adc.lsb = 0.37;
    ClipCounts clipped{};
    std::int32_t last = adc.code_min();
    for (int i = -4000; i < 4000; ++i) {
      const std::int32_t code = code_of(test::curve_of(adc), i * 0.01, 0.1, clipped);
      EXPECT_GE(code, last);
      EXPECT_LE(code - last, 1);
      last = code;
    }
    EXPECT_EQ(last, adc.code_max());
  }
}

/// What code_between() must find: the last code that has begun.
std::int32_t code_by_scan(double position, const std::vector<double>& transitions, std::int32_t code_min) {
  std::int32_t code = code_min;
  for (std::size_t k = 1; k < transitions.size(); ++k) {
    if (position >= transitions[k]) code = code_min + static_cast<std::int32_t>(k);
  }
  return code;
}

TEST(ColumnCurve, TablesAreSearchedHoweverFarTheyLieFromTheLinearConverter) {
  std::mt19937_64 generator(17);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  for (const double spread : {0.3, 5.0, 200.0}) {  // of the transitions, LSB
    for (const std::int32_t code_min : {0, -128}) {
      std::vector<double> transitions;
      for (int k = 0; k < 256; ++k)
        transitions.push_back(code_min + k + spread * (uniform(generator) - 0.5));
      std::sort(transitions.begin(), transitions.end());
      transitions[100] = transitions[101];  // a code that no value has
      std::vector<double> positions(transitions);
      for (int i = 0; i < 2000; ++i)
        positions.push_back(code_min - 150.0 + 600.0 * uniform(generator));
      for (const double transition : transitions)
        positions.push_back(std::nextafter(transition, -1e9));
      for (const double position : positions)
        ASSERT_EQ(code_between(position, transitions.data(), code_min, code_min + 255), code_by_scan(position, transitions, code_min))
            << position;
    }
  }
}

TEST(DacTransfer, FullCodeIsFullScale) {
  for (unsigned bits = 1; bits <= 16; ++bits) {
    const DacTransfer dac{bits};
    EXPECT_EQ(dac.relative_voltage(0), 0.0);
    EXPECT_EQ(dac.relative_voltage((1u << bits) - 1u), 1.0);
  }
  EXPECT_DOUBLE_EQ(DacTransfer{2}.relative_voltage(1), 1.0 / 3.0);
}

TEST(SliceCount, TheLastSliceMayBePartial) {
  EXPECT_EQ(slice_count(8, 1), 8u);
  EXPECT_EQ(slice_count(8, 3), 3u);
  EXPECT_EQ(slice_count(8, 8), 1u);
  EXPECT_EQ(slice_count(3, 8), 1u);
}

}  // namespace
}  // namespace memcosim
