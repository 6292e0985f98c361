// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/costs/component_costs.hpp"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double survey_rate_hz = 1.28e9;
constexpr double paper_rate_hz = 1.2e9;

CostContext paper_context() {
  CostContext context;
  context.adc_bits = 8;
  context.adc_rate_hz = paper_rate_hz;
  return context;
}

ComponentCosts read(const std::string& yaml, const CostContext& context) {
  const ConfigDocument document = ConfigDocument::from_text(yaml, "test.yaml");
  const ComponentCosts costs = read_component_costs(document.root().map("costs"), context);
  document.finish();
  return costs;
}

struct SurveyPoint {
  unsigned bits;
  double rate_hz;
  double technology_m;
  double energy_pj;
  double area_um2;
};

// Points of the published regression, evaluated with SNDR = 6.02 b + 1.76 dB; the unrounded form lies up to 0.16 % above (10 bits).
TEST(SurveyAdc, MeetsPublishedRegression) {
  const SurveyPoint points[] = {{4, survey_rate_hz, 32e-9, 0.923, 5189},   {5, survey_rate_hz, 32e-9, 0.935, 5210},
                                {6, survey_rate_hz, 32e-9, 1.064, 5414},   {8, survey_rate_hz, 32e-9, 1.927, 6467},
                                {10, survey_rate_hz, 32e-9, 16.39, 12270}, {8, 100e6, 65e-9, 6.49, 11860}};
  for (const SurveyPoint& point : points) {
    const ComponentCost cost = survey_adc(point.bits, point.rate_hz, point.technology_m);
    EXPECT_NEAR(cost.energy_j * 1e12 / point.energy_pj, 1.0, 2e-3) << point.bits << " bits";
    EXPECT_NEAR(cost.area_m2 * 1e12 / point.area_um2, 1.0, 2e-3) << point.bits << " bits";
  }
}

TEST(SurveyAdc, HasNoDataBelowFourBits) {
  EXPECT_EQ(survey_adc(1, survey_rate_hz, 32e-9).energy_j, survey_adc(4, survey_rate_hz, 32e-9).energy_j);
}

TEST(SurveyAdc, RisesWithBitsAndRateAtOneNode) {
  for (const double rate_hz : {1e4, 1e8, 1.2e9, 1e10}) {
    for (unsigned bits = 4; bits < 17; ++bits) {
      const ComponentCost here = survey_adc(bits, rate_hz, 32e-9);
      const ComponentCost next = survey_adc(bits + 1, rate_hz, 32e-9);
      EXPECT_LE(here.energy_j, next.energy_j) << bits << " bits at " << rate_hz;
      EXPECT_LE(here.area_m2, next.area_m2) << bits << " bits at " << rate_hz;
      EXPECT_LT(here.area_m2, survey_adc(bits, 2.0 * rate_hz, 32e-9).area_m2) << bits << " bits at " << rate_hz;
    }
  }
}

TEST(SurveyAdc, SaysWhereItWasNotFitted) {
  for (unsigned bits = 4; bits <= 17; ++bits)
    EXPECT_EQ(beyond_adc_survey(bits, 1.2e9, 32e-9), "") << bits << " bits";
  EXPECT_EQ(beyond_adc_survey(8, 1e3, 4e-9), "");
  EXPECT_EQ(beyond_adc_survey(8, 1e10, 1e-6), "");
  EXPECT_THAT(beyond_adc_survey(3, 1.2e9, 32e-9), HasSubstr("3 bits"));
  EXPECT_THAT(beyond_adc_survey(18, 1.2e9, 32e-9), HasSubstr("18 bits"));
  EXPECT_THAT(beyond_adc_survey(8, 999.0, 32e-9), HasSubstr("999 S/s"));
  EXPECT_THAT(beyond_adc_survey(8, 2e10, 32e-9), HasSubstr("20 GS/s"));
  EXPECT_THAT(beyond_adc_survey(8, 1.2e9, 3e-9), HasSubstr("3 nm"));
  EXPECT_THAT(beyond_adc_survey(8, 1.2e9, 2e-6), HasSubstr("2 um"));
  const std::string both = beyond_adc_survey(2, 2e10, 32e-9);
  EXPECT_THAT(both, HasSubstr("2 bits"));
  EXPECT_THAT(both, HasSubstr("20 GS/s"));
}

TEST(CostPreset, IsaacHasItsOwnConverterExactly) {
  const ComponentCosts costs = cost_preset("isaac_32nm", paper_context());
  EXPECT_EQ(costs.adc.energy_j, 2e-3 / 1.2e9);
  EXPECT_EQ(costs.adc.area_m2, 1200.0 * 1e-12);
}

TEST(CostPreset, IsaacMeetsItsTile) {
  const ComponentCosts costs = cost_preset("isaac_32nm", paper_context());
  // Power of the units at the paper's rates, against its table.
  EXPECT_NEAR(1024 * costs.row_driver.energy_j / 100e-9, 4e-3, 1e-9);
  EXPECT_NEAR(1024 * costs.sample_hold.energy_j / 100e-9, 0.01e-3, 1e-12);
  EXPECT_NEAR(costs.shift_add.energy_j, 0.0208e-12, 0.0001e-12);
  EXPECT_NEAR(32 * costs.buffer.energy_j, 20.45e-12, 1e-18);
  EXPECT_NEAR(65536 * costs.buffer.area_m2, 0.083e-6, 1e-12);
  EXPECT_NEAR(2048 * costs.input_register.area_m2, 0.0021e-6, 1e-14);
  EXPECT_NEAR(256 * costs.output_register.area_m2, 0.00077e-6, 1e-14);
  EXPECT_NEAR(costs.bus.area_m2, 0.09e-6, 1e-14);
}

TEST(CostPreset, ScalesWithResolution) {
  CostContext context = paper_context();
  const ComponentCosts base = cost_preset("isaac_32nm", context);
  context.adc_bits = 10;
  context.dac_bits = 3;
  const ComponentCosts scaled = cost_preset("isaac_32nm", context);
  EXPECT_DOUBLE_EQ(scaled.adc.energy_j / base.adc.energy_j,
                   survey_adc(10, paper_rate_hz, 32e-9).energy_j / survey_adc(8, paper_rate_hz, 32e-9).energy_j);
  EXPECT_DOUBLE_EQ(scaled.row_driver.energy_j, 4 * base.row_driver.energy_j);
  EXPECT_DOUBLE_EQ(scaled.row_driver.area_m2, 4 * base.row_driver.area_m2);
}

TEST(CostPreset, EveryNumberHasSource) {
  for (const CostPreset& preset : cost_presets()) {
    const ComponentCosts costs = cost_preset(preset.name, paper_context());
    for (const ComponentCost* cost :
         {&costs.row_driver, &costs.cell, &costs.sample_hold, &costs.adc, &costs.shift_add, &costs.controller, &costs.input_register,
          &costs.output_register, &costs.programmer, &costs.buffer, &costs.bus, &costs.adder, &costs.activation, &costs.comparator}) {
      EXPECT_FALSE(cost->source.empty()) << preset.name;
    }
  }
}

TEST(CostPreset, ZeroIsFree) {
  const ComponentCosts costs = cost_preset("zero", paper_context());
  EXPECT_EQ(costs.adc.energy_j, 0.0);
  EXPECT_EQ(costs.bus.area_m2, 0.0);
}

TEST(CostPreset, UnknownNamesNearest) {
  try {
    cost_preset("isaac_32", paper_context());
    FAIL() << "an unknown preset was taken";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'isaac_32nm'"));
  }
}

TEST(ReadCosts, DefaultsToPreset) {
  const ComponentCosts costs = read("{}", paper_context());
  EXPECT_EQ(costs.adc.energy_j, cost_preset("isaac_32nm", paper_context()).adc.energy_j);
}

TEST(ReadCosts, SurveyTakesTechnology) {
  CostContext context;
  context.adc_bits = 8;
  context.adc_rate_hz = 100e6;
  const ComponentCosts costs = read("costs: {adc_model: survey, technology: 65 nm}", context);
  EXPECT_NEAR(costs.adc.energy_j, 6.49e-12, 0.01e-12);
  EXPECT_THAT(costs.adc.source, HasSubstr("survey"));
}

TEST(ReadCosts, OverridesAreNamedAsConfiguration) {
  const ComponentCosts costs =
      read("costs: {adc: {energy: 2 pJ}, bus: {energy: 1 pJ, static_power: 1 uW, area: 10 um^2}}", paper_context());
  EXPECT_DOUBLE_EQ(costs.adc.energy_j, 2e-12);
  EXPECT_NEAR(costs.adc.area_m2, 1200e-12, 1e-18);
  EXPECT_THAT(costs.adc.source, HasSubstr("configuration: energy; else Shafiee"));
  EXPECT_DOUBLE_EQ(costs.bus.static_power_w, 1e-6);
  EXPECT_EQ(costs.bus.source, "configuration");
}

TEST(ReadCosts, WarnsOutsideOfTheModelsRange) {
  CostContext context = paper_context();
  context.next_adc_rate_hz = paper_rate_hz;
  EXPECT_THAT(read("{}", context).warnings, IsEmpty());
  context.adc_bits = 2;
  EXPECT_THAT(read("{}", context).warnings, ElementsAre(HasSubstr("2 bits")));
  EXPECT_THAT(read("costs: {adc_model: survey}", context).warnings, ElementsAre(HasSubstr("2 bits")));
  EXPECT_THAT(read("costs: {preset: zero}", context).warnings, IsEmpty());
  EXPECT_THAT(read("costs: {adc: {energy: 1 pJ}}", context).warnings, ElementsAre(HasSubstr("2 bits"))) << "the area is still scaled";
  EXPECT_THAT(read("costs: {adc: {energy: 1 pJ, area: 100 um^2}}", context).warnings, IsEmpty());
  context.adc_bits = 8;
  EXPECT_THAT(read("costs: {adc_model: survey, technology: 3 nm}", context).warnings, ElementsAre(HasSubstr("3 nm")));
  context.dac_bits = 9;
  EXPECT_THAT(read("{}", context).warnings, ElementsAre(HasSubstr("DAC of 9 bits")));
}

TEST(ReadCosts, WarnsWhereFewerBitsCostMore) {
  CostContext context;
  context.adc_bits = 4;
  context.adc_rate_hz = 1e9 / 5;
  context.next_adc_rate_hz = 1e9 / 6;
  EXPECT_THAT(read("{}", context).warnings, ElementsAre(HasSubstr("4 bits at 200 MS/s is larger")));
  context.next_adc_rate_hz = context.adc_rate_hz;
  EXPECT_THAT(read("{}", context).warnings, IsEmpty());
}

TEST(ReadCosts, WarnsOfAnotherKindOfConverter) {
  CostContext context = paper_context();
  context.next_adc_rate_hz = paper_rate_hz;
  context.adc_cost = [](unsigned, double, double) { return std::nullopt; };
  EXPECT_THAT(read("{}", context).warnings, ElementsAre(HasSubstr("successive-approximation")));
  EXPECT_THAT(read("costs: {adc_model: survey}", context).warnings, IsEmpty()) << "the survey has all kinds";
}

TEST(ReadCosts, EffectiveConfigurationReadsBackEqual) {
  const ConfigDocument document = ConfigDocument::from_text("costs: {adc: {energy: 2 pJ}}", "test.yaml");
  const ComponentCosts first = read_component_costs(document.root().map("costs"), paper_context());
  document.finish();
  const ComponentCosts again = read(document.effective_yaml(), paper_context());
  EXPECT_EQ(again.adc.energy_j, first.adc.energy_j);
  EXPECT_EQ(again.adc.source, first.adc.source);
  EXPECT_EQ(again.row_driver.energy_j, first.row_driver.energy_j);
  EXPECT_EQ(again.row_driver.source, first.row_driver.source);
}

TEST(ReadCosts, NegativeIsFault) {
  EXPECT_THROW(read("costs: {adc: {energy: -2 pJ}}", paper_context()), ConfigError);
}

}  // namespace
}  // namespace memcosim
