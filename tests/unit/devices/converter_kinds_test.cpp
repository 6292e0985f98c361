// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/converters/converter_kind.hpp"
#include "memcosim/devices/costs/adc_costs.hpp"

namespace memcosim {
namespace {

TEST(ConverterKinds, TimesOfTheKinds) {
  const auto timing = [](const char* kind, unsigned bits) {
    const AdcTiming clocks = converter_kind(kind).timing({bits});
    return std::pair{clocks.latency, clocks.interval};
  };
  EXPECT_EQ(timing("sar", 8), std::pair(9u, 9u));
  EXPECT_EQ(timing("ramp", 8), std::pair(256u, 256u));
  EXPECT_EQ(timing("ramp", 24), std::pair(1u << 24, 1u << 24));
  EXPECT_EQ(timing("flash", 8), std::pair(1u, 1u));
  EXPECT_EQ(timing("pipeline", 8), std::pair(8u, 1u));
}

TEST(ConverterKinds, AChargeDecrementTakesAsLongAsItsCode) {
  const ConverterKind& kind = converter_kind("charge_decrement");
  const ConverterSetting with_sign{8, true};
  EXPECT_EQ(kind.timing(with_sign).latency, 129u);
  EXPECT_EQ(kind.clocks(with_sign, 0), 2u) << "the sign, and the step that ends it";
  EXPECT_EQ(kind.clocks(with_sign, 5), 7u);
  EXPECT_EQ(kind.clocks(with_sign, -5), 7u);
  EXPECT_EQ(kind.clocks(with_sign, -128), 129u);
  const ConverterSetting without{8, false};
  EXPECT_EQ(kind.timing(without).latency, 255u);
  EXPECT_EQ(kind.clocks(without, 0), 1u);
  EXPECT_EQ(kind.clocks(without, 254), 255u);
  EXPECT_EQ(kind.clocks(without, 255), 255u);
}

TEST(ConverterKinds, KeepTheirContract) {
  std::set<std::string> names;
  for (const ConverterKind* kind : converter_kinds()) {
    EXPECT_TRUE(names.insert(kind->name()).second) << kind->name() << " twice";
    EXPECT_EQ(&converter_kind(kind->name()), kind);
    EXPECT_NE(std::string(kind->summary()), "");
    for (const unsigned bits : {1u, 2u, 6u, 10u}) {
      for (const bool is_signed : {false, true}) {
        const ConverterSetting setting{bits, is_signed};
        const AdcTiming bound = kind->timing(setting);
        EXPECT_GE(bound.latency, 1u);
        EXPECT_GE(bound.interval, 1u);
        bool differ = false;
        for (std::int32_t code = setting.code_min(); code <= setting.code_max(); ++code) {
          const std::uint32_t clocks = kind->clocks(setting, code);
          EXPECT_GE(clocks, 1u);
          EXPECT_LE(clocks, bound.latency) << kind->name() << ", code " << code;
          differ |= clocks != bound.latency;
        }
        EXPECT_TRUE(kind->code_dependent() || !differ) << kind->name();
      }
    }
  }
}

TEST(ConverterKinds, TheSarCostsWhatIsaacsDoes) {
  const auto sar = converter_kind("sar").cost({8}, 1.2e9, 32e-9);
  ASSERT_TRUE(sar);
  EXPECT_DOUBLE_EQ(sar->energy_j, 2e-3 / 1.2e9);
  EXPECT_DOUBLE_EQ(sar->area_m2, 1200e-12);
  EXPECT_FALSE(converter_kind("flash").cost({8}, 1.2e9, 32e-9)) << "nothing is published for it here";
}

TEST(ConverterKinds, UnknownNamesNameTheNearest) {
  try {
    converter_kind("sarr");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'sar'"));
  }
}

TEST(ConverterSetting, CodesOfTheBits) {
  EXPECT_EQ(ConverterSetting({8, false}).code_min(), 0);
  EXPECT_EQ(ConverterSetting({8, false}).code_max(), 255);
  EXPECT_EQ(ConverterSetting({8, true}).code_min(), -128);
  EXPECT_EQ(ConverterSetting({8, true}).code_max(), 127);
  EXPECT_EQ(ConverterSetting({24, false}).code_max(), (1 << 24) - 1);
  EXPECT_NO_THROW(check(ConverterSetting{1}));
  EXPECT_NO_THROW(check(ConverterSetting{24}));
  EXPECT_THROW(check(ConverterSetting{0}), std::logic_error);
  EXPECT_THROW(check(ConverterSetting{25}), std::logic_error);
}

}  // namespace
}  // namespace memcosim
