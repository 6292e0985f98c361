// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/converters/converters.hpp"

#include <gtest/gtest.h>

namespace memcosim {
namespace {

TEST(AdcTransfer, CodeRange) {
  AdcTransfer adc;
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

TEST(AdcTransfer, EveryTieRoundsUp) {
  AdcTransfer adc;
  adc.bits = 10;
  adc.is_signed = true;
  for (const double lsb : {1.0, 2.0, 6.0, 0.5, 14.0}) {
    adc.lsb = lsb;
    for (int code = -512; code < 511; ++code) {
      ClipCounts clipped{};
      EXPECT_EQ(adc.convert((code + 0.5) * lsb, 0.0, clipped), code + 1) << lsb;
      EXPECT_EQ(adc.convert(code * lsb, 0.0, clipped), code) << lsb;
      EXPECT_EQ(clipped, ClipCounts{});
    }
  }
}

TEST(AdcTransfer, CountsWhatItClipsAtEachEnd) {
  AdcTransfer adc;
  adc.bits = 4;
  ClipCounts clipped{};
  EXPECT_EQ(adc.convert(15.49, 0.0, clipped), 15);
  EXPECT_EQ(adc.convert(-0.5, 0.0, clipped), 0);
  EXPECT_EQ(clipped, (ClipCounts{0, 0}));
  EXPECT_EQ(adc.convert(15.5, 0.0, clipped), 15);
  EXPECT_EQ(clipped, (ClipCounts{0, 1}));
  EXPECT_EQ(adc.convert(-0.51, 0.0, clipped), 0);
  EXPECT_EQ(adc.convert(1e300, 0.0, clipped), 15);
  EXPECT_EQ(adc.convert(-1e300, 0.0, clipped), 0);
  EXPECT_EQ(clipped, (ClipCounts{2, 2}));
  EXPECT_EQ(adc.convert(15.0, 0.6, clipped), 15);  // the noise counts
  EXPECT_EQ(clipped, (ClipCounts{2, 3}));
  EXPECT_EQ(adc.convert(0.0, -0.6, clipped), 0);
  EXPECT_EQ(clipped, (ClipCounts{3, 3}));
  adc.offset_lsb = -1.0;
  EXPECT_EQ(adc.convert(0.0, 0.0, clipped), 0);  // and so does the offset
  EXPECT_EQ(clipped, (ClipCounts{4, 3}));
}

TEST(AdcTransfer, IsMonotone) {
  for (const bool is_signed : {false, true}) {
    AdcTransfer adc;
    adc.bits = 6;
    adc.is_signed = is_signed;
    adc.lsb = 0.37;
    ClipCounts clipped{};
    std::int32_t last = adc.code_min();
    for (int i = -4000; i < 4000; ++i) {
      const std::int32_t code = adc.convert(i * 0.01, 0.1, clipped);
      EXPECT_GE(code, last);
      EXPECT_LE(code - last, 1);
      last = code;
    }
    EXPECT_EQ(last, adc.code_max());
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
