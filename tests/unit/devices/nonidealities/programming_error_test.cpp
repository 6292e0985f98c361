// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "memcosim/common/error.hpp"

#include "many_cells.hpp"

namespace memcosim {
namespace {

using test::over_cells;
using test::wide;

CellNonidealities with_error(const SpreadLaw& law) {
  CellNonidealities effects;
  effects.programming_error.law = law;
  return effects;
}

std::vector<double> programmed(const SpreadLaw& law, double target) {
  const CellNonidealities effects = with_error(law);
  return over_cells([&](const CellAddress& cell) { return programmed_conductance(effects, target, wide, cell, 3); });
}

TEST(ProgrammingError, GenericLawsHaveTheirDistributions) {
  const double g = 50e-6;
  const double g_max = 100e-6;
  // By definition, with magnitude m: g + m g_max e, g (1 + m e), g + m g_max^2 / g e.
  test::expect_normal(programmed(spread_law("normal_independent", 0.02, g_max), g), g, 0.02 * g_max, "normal independent");
  test::expect_normal(programmed(spread_law("normal_proportional", 0.03, g_max), g), g, 0.03 * g, "normal proportional");
  test::expect_normal(programmed(spread_law("normal_inverse_proportional", 0.01, g_max), g), g, 0.01 * g_max * g_max / g, "normal inverse");
  test::expect_uniform(programmed(spread_law("uniform_independent", 0.02, g_max), g), g, 0.02 * g_max, "uniform independent");
  test::expect_uniform(programmed(spread_law("uniform_proportional", 0.03, g_max), g), g, 0.03 * g, "uniform proportional");
  test::expect_uniform(programmed(spread_law("uniform_inverse_proportional", 0.01, g_max), g), g, 0.01 * g_max * g_max / g,
                       "uniform inverse");
}

/// The publications' formulas, uS in and uS out.
double published_sigma(const std::string& law, double g) {
  if (law == "pcm_joshi_2020") return -0.00178767 * g * g + 0.07585724 * g + 0.28638599;
  if (law == "pcm_like") return 0.26348 + 1.9650 * (g / 25.0) - 1.1731 * (g / 25.0) * (g / 25.0);
  if (law == "hermes_one_device") {
    const double r = g / 10.35;
    return 0.15781817 + 2.32443916 * r - 2.16310839 * r * r + 0.68841818 * r * r * r;
  }
  if (law == "hermes_two_devices") {
    const double r = g / 20.7;
    return 0.16603222 + 4.71806468 * r - 8.48101252 * r * r + 4.68961419 * r * r * r;
  }
  if (law == "rram_milo_2021") return -0.009107 * g + 4.782321;
  if (law == "rram_wan_2022_cubic") return 1.536e-4 * g * g * g - 1.167e-2 * g * g + 0.2374 * g + 1.053;
  if (law == "rram_wan_2022") {
    const double r = g / 40.0;
    return 0.348 + 16.030 * r - 43.853 * r * r + 45.393 * r * r * r - 16.815 * r * r * r * r;
  }
  if (law == "sonos_agrawal_2022") return 19.88665 * (1.0 - std::exp(-100.0 * g / 176.3115)) / 100.0;  // at 0.1 V 1 uS is 100 nA
  if (law == "sonos_read_agrawal_2022") return 12.58037 * (1.0 - std::exp(-100.0 * g / 215.36557)) / 100.0;
  if (law == "cmo_hfox") return 0.00081107 + 0.00106879 * g;
  if (law == "cmo_hfox_2_percent") return 0.0112185391 + 0.01129027418 * g;
  if (law == "state_independent") return 0.2;
  ADD_FAILURE() << "no formula for " << law;
  return 0.0;
}

TEST(ProgrammingError, PublishedSigmasAreTheirFormulas) {
  int laws = 0;
  for (const SpreadLawInfo& info : spread_laws()) {
    if (info.form != SpreadLaw::Form::polynomial && info.form != SpreadLaw::Form::saturating) continue;
    const SpreadLaw law = spread_law(info.name);
    const ConductanceRange valid = valid_range(law);
    for (int i = 0; i <= 20; ++i) {
      const double g = valid.low + (valid.high - valid.low) * i / 20.0;
      const double expected = 1e-6 * std::max(published_sigma(info.name, g * 1e6), 0.0);
      EXPECT_NEAR(law.sigma(g), expected, 1e-12 * expected + 1e-21) << info.name << " at " << g;
    }
    ++laws;
  }
  EXPECT_EQ(laws, 12);
}

TEST(ProgrammingError, PublishedLawsHaveTheirStatistics) {
  for (const char* name : {"pcm_joshi_2020", "pcm_like", "hermes_one_device", "hermes_two_devices", "rram_milo_2021", "rram_wan_2022_cubic",
                           "rram_wan_2022", "sonos_agrawal_2022", "cmo_hfox", "cmo_hfox_2_percent", "state_independent"}) {
    const SpreadLaw law = spread_law(name);
    const double g = 0.7 * valid_range(law).high;
    test::expect_normal(programmed(law, g), g, 1e-6 * published_sigma(name, g * 1e6), name);
  }
}

TEST(ProgrammingError, StretchedAndScaledLawsKeepTheirShape) {
  const SpreadLaw published = spread_law("pcm_joshi_2020");
  SpreadLaw law = published;
  law.g_max = 50e-6;
  law.scale = 0.5;
  complete(law);
  for (const double r : {0.0, 0.3, 1.0})
    EXPECT_NEAR(law.sigma(r * 50e-6), 0.5 * 2.0 * published.sigma(r * 25e-6), 1e-18);
  EXPECT_DOUBLE_EQ(valid_range(law).high, 50e-6);
  // Sonos in currents: at 0.2 V a sigma of the same nA is half the conductance, at half the conductance.
  SpreadLaw sonos = spread_law("sonos_agrawal_2022");
  const double before = sonos.sigma(2e-6);
  sonos.read_voltage_v = 0.2;
  complete(sonos);
  EXPECT_NEAR(sonos.sigma(1e-6), 0.5 * before, 1e-20);
}

TEST(ProgrammingError, NegativePolynomialIsZero) {
  // Milo's line falls below zero at 525 uS.
  EXPECT_EQ(spread_law("rram_milo_2021").sigma(600e-6), 0.0);
  EXPECT_GT(spread_law("rram_milo_2021").sigma(500e-6), 0.0);
}

TEST(ProgrammingError, StaysInTheRangeAndFinite) {
  const ConductanceRange range{1e-6, 100e-6};
  for (const SpreadLawInfo& info : spread_laws()) {
    if (!info.programming || info.form == SpreadLaw::Form::table) continue;
    SpreadLaw law = spread_law(info.name);
    law.scale = 50.0;
    if (law.g_max == 0.0) law.g_max = 100e-6;
    law.magnitude = 1.0;
    complete(law);
    std::size_t low = 0;
    std::size_t high = 0;
    for (const double target : {0.0, 1e-300, 1e-6, 100e-6}) {
      for (std::uint32_t cell = 0; cell < 500; ++cell) {
        const double g = programmed_conductance(with_error(law), target, range, {1, 2, cell}, 9);
        ASSERT_TRUE(g >= range.low && g <= range.high) << info.name;
        low += g == range.low;
        high += g == range.high;
      }
    }
    EXPECT_GT(low + high, 0u) << info.name;  // the check had something to clamp
  }
  // Also a range that says zero, and a target below it.
  EXPECT_EQ(programmed_conductance(CellNonidealities{}, -1.0, {0.0, 1.0}, {}, 0), 0.0);
}

TEST(ProgrammingError, DrawsBelongToCellArrayEventAndSeed) {
  const CellNonidealities effects = with_error(spread_law("normal_independent", 0.01, 100e-6));
  const auto draw = [&](std::uint64_t seed, std::uint32_t array, std::uint32_t cell, std::uint64_t event) {
    return programmed_conductance(effects, 50e-6, wide, {seed, array, cell}, event);
  };
  std::set<double> values;
  for (std::uint32_t i = 0; i < 10; ++i)
    values.insert({draw(i, 0, 0, 0), draw(100, i + 1, 0, 0), draw(100, 100, i, 0), draw(100, 100, 100, i)});
  EXPECT_EQ(values.size(), 40u);
  // The same cell alone or after all the others, forwards or backwards.
  std::vector<double> forwards(1000);
  std::vector<double> backwards(1000);
  for (std::uint32_t cell = 0; cell < 1000; ++cell)
    forwards[cell] = draw(1, 2, cell, 3);
  for (std::uint32_t cell = 1000; cell-- > 0;)
    backwards[cell] = draw(1, 2, cell, 3);
  EXPECT_EQ(forwards, backwards);
}

TEST(ProgrammingError, FiniteStatesFirst) {
  CellNonidealities effects;
  effects.states = 5;
  const ConductanceRange range{0.0, 4e-6};
  const auto state = [&](double g) { return programmed_conductance(effects, g, range, {}, 0); };
  EXPECT_DOUBLE_EQ(state(1.4e-6), 1e-6);
  EXPECT_DOUBLE_EQ(state(1.6e-6), 2e-6);
  EXPECT_DOUBLE_EQ(state(1.5e-6), 2e-6);  // ties up
  EXPECT_DOUBLE_EQ(state(9e-6), 4e-6);
  effects.states_low_s = 1e-6;
  effects.states_high_s = 3e-6;
  EXPECT_DOUBLE_EQ(state(0.0), 1e-6);
  EXPECT_DOUBLE_EQ(state(1.7e-6), 1.5e-6);
  // The error lies about the level, and a read does not take it away.
  effects.states_low_s = effects.states_high_s = -1.0;
  effects.programming_error.law = spread_law("normal_independent", 0.01, 1e-6);
  const double g = programmed_conductance(effects, 1.4e-6, range, {1, 2, 3}, 4);
  EXPECT_NE(g, 1e-6);
  EXPECT_NEAR(g, 1e-6, 6e-8);
  EXPECT_EQ(test::observe(effects, g, {1, 2, 3}, {}, range), g);
  // Without a law of error the material has only its states, whatever the pulses made.
  effects.programming_error = {};
  EXPECT_DOUBLE_EQ(test::observe(effects, 1.4e-6, {1, 2, 3}, {}, range), 1e-6);
}

TEST(ProgrammingError, UnknownLawNamesTheNearest) {
  try {
    spread_law("pcm_josh_2020");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("pcm_joshi_2020"), std::string::npos);
  }
}

}  // namespace
}  // namespace memcosim
