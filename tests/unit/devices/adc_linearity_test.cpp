// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/converters/adc_linearity.hpp"

#include <functional>
#include <random>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

#include "curve_setup.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ConverterSetting two_bits() {
  ConverterSetting adc;
  adc.bits = 2;
  adc.is_signed = true;
  return adc;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(AdcLinearity, TransitionsLieWhereTheNonLinearityPutsThem) {
  EXPECT_THAT(adc_transitions(two_bits(), {0.0, 0.25, -0.5, 0.125}), ElementsAre(-2.0, -0.75, -0.5, 1.125));
  const ConverterCurve curve = test::table_of(adc_transitions(two_bits(), {0.0, 0.25, -0.5, 0.125}));
  ClipCounts clipped{};
  const auto code = [&](double value) { return code_of(test::curve_of(two_bits(), curve), value, 0.0, clipped); };
  // A value of v LSB is at v + 1/2 on the code axis.
  EXPECT_EQ(code(-1.26), -2);
  EXPECT_EQ(code(-1.25), -1);
  EXPECT_EQ(code(-1.01), -1);
  EXPECT_EQ(code(-1.0), 0);
  EXPECT_EQ(code(0.624), 0);
  EXPECT_EQ(code(0.625), 1);
  EXPECT_EQ(clipped, ClipCounts{});
  EXPECT_EQ(code(1e9), 1);
  EXPECT_EQ(code(-1e9), -2);
  EXPECT_EQ(clipped, (ClipCounts{1, 1}));
}

TEST(AdcLinearity, CodesNeverFallWhereTheValueRises) {
  ConverterSetting adc;
  adc.bits = 6;
  std::mt19937_64 generator(3);
  std::uniform_real_distribution<double> dnl(-1.0, 3.0);
  std::vector<double> inl{0.0, 0.0};
  while (inl.size() < 64)
    inl.push_back(inl.back() + dnl(generator));
  const ConverterCurve table = test::table_of(adc_transitions(adc, inl));
  std::int32_t before = -1;
  ClipCounts clipped{};
  for (double value = -3.0; value < 200.0; value += 0.01) {
    const std::int32_t code = code_of(test::curve_of(adc, table), value, 0.0, clipped);
    ASSERT_GE(code, before < 0 ? 0 : before);
    before = code;
  }
  EXPECT_EQ(before, 63);
}

TEST(AdcLinearity, WithoutErrorsItIsTheLinearConverter) {
  ConverterSetting adc;
  adc.bits = 5;
  adc.is_signed = true;
  const ConverterCurve table = test::table_of(adc_transitions(adc, std::vector<double>(32, 0.0)));
  ClipCounts clipped{};
  for (double value = -20.0; value < 20.0; value += 0.0625)
    ASSERT_EQ(code_of(test::curve_of(adc, table), value, 0.0, clipped), code_of(test::curve_of(adc), value, 0.0, clipped)) << value;
}

TEST(AdcLinearity, GainAndOffsetMoveTheCodes) {
  ConverterSetting adc;
  ConverterCurve curve;
  curve.gain = 1.1;
  curve.offset_lsb = 2.0;
  ClipCounts clipped{};
  EXPECT_EQ(code_of(test::curve_of(adc, curve), 100.0, 0.0, clipped), 112);
  EXPECT_EQ(code_of(test::curve_of(adc, curve), 0.0, 0.0, clipped), 2);
}

TEST(AdcLinearity, ImpossibleTablesAreInputErrors) {
  EXPECT_THAT(message_of([] { adc_transitions(two_bits(), {0.0, 0.0, 0.0}); }), HasSubstr("has 4 codes"));
  EXPECT_THAT(message_of([] { adc_transitions(two_bits(), {0.0, 0.5, -0.75, 0.0}); }), HasSubstr("not monotone"));
}

TEST(AdcLinearity, ReadsAFileInAnyOrder) {
  const test::TemporaryFolder folder;
  const auto write = [&](std::string_view text) {
    const std::filesystem::path file = folder.file("inl.csv");
    test::put(file, text);
    return file;
  };
  EXPECT_THAT(read_adc_transitions(write("code,inl_lsb\n1,0.125\n-2,0\n0,-0.5\n-1,0.25\n"), two_bits()),
              ElementsAre(-2.0, -0.75, -0.5, 1.125));
  const auto fault = [&](std::string_view text) {
    const auto file = write(text);
    return message_of([&] { read_adc_transitions(file, two_bits()); });
  };
  EXPECT_THAT(fault("code,inl_lsb\n-2,0\n-1,0\n0,0\n"), HasSubstr("code 1 is missing"));
  EXPECT_THAT(fault("code,inl_lsb\n2,0\n"), HasSubstr("inl.csv:2"));
  EXPECT_THAT(fault("code,inl_lsb\n0,0\n0,0\n"), HasSubstr("second time"));
  EXPECT_THAT(fault("code,inl\n0,0\n"), HasSubstr("inl_lsb"));
}

}  // namespace
}  // namespace memcosim
