// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/draw_limits.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::uint32_t cells = 6000;

double share(std::size_t count) {
  return static_cast<double>(count) / cells;
}

CellSpec spec_of(const std::string& text) {
  const auto document = ConfigDocument::from_text(text, "device.yaml");
  CellSpec spec = read_cell_spec(document.root());
  document.finish();
  return spec;
}

// Of every distribution, on both sides, around positive and negative values, wide and narrow: five standard errors.
TEST(DrawLimits, AreReachedAsOftenAsExpected) {
  for (const Distribution distribution : {Distribution::normal, Distribution::log_normal, Distribution::uniform}) {
    for (const double mean : {2.0, -2.0}) {
      for (const double sigma : {0.1, 0.8, 3.0}) {
        for (const Range& range :
             {Range{-5.0, 1.5, false}, Range{-1.7, 5.0, false}, Range{-4.0, 4.0, false}, Range{-infinity, infinity, false}}) {
          const Variation variation{3, distribution, sigma, -infinity, 2.5};
          const ClampedShares expected = expected_clamped_shares(variation, mean, range);
          ClampedDraws counted;
          for (std::uint32_t cell = 0; cell < cells; ++cell)
            count_clamped(variation, range, draw_parameter(variation, mean, range, 7, 1, cell), counted);
          const auto error = [](double expected_share) { return 5.0 * std::sqrt(expected_share * (1.0 - expected_share) / cells) + 1e-12; };
          EXPECT_NEAR(share(counted.low), expected.low, error(expected.low))
              << static_cast<int>(distribution) << ' ' << mean << ' ' << sigma << ' ' << range.low << ' ' << range.high;
          EXPECT_NEAR(share(counted.high), expected.high, error(expected.high))
              << static_cast<int>(distribution) << ' ' << mean << ' ' << sigma << ' ' << range.low << ' ' << range.high;
        }
      }
    }
  }
}

TEST(DrawLimits, FarTailsKeepTheirDigits) {
  const Variation variation{0, Distribution::normal, 1.0, -infinity, infinity};
  const ClampedShares shares = expected_clamped_shares(variation, 10.0, {0.0, 20.0, false});
  EXPECT_NEAR(shares.low, 7.61985302416e-24, 1e-33);
  EXPECT_EQ(shares.low, shares.high);
}

TEST(DrawLimits, TruncatedDistributionsHaveNone) {
  const Variation variation{0, Distribution::normal, 3.0, 1.0, 2.0, true};
  const ClampedShares shares = expected_clamped_shares(variation, 1.5, Range::any());
  EXPECT_EQ(shares.low + shares.high, 0.0);
  ClampedDraws counted;
  count_clamped(variation, Range::any(), 1.0, counted);
  EXPECT_EQ(counted.low, 0u);
}

TEST(SpreadWarnings, NameParameterShareLimitAndRemedy) {
  const CellSpec spec = spec_of("{preset: vteam_multilevel, variability: {device_to_device: {r_on: {relative_sigma: 0.5}}}}");
  // r_on is 10 kohm: two sigma below is zero.
  EXPECT_THAT(spread_warnings(spec), ElementsAre(AllOf(HasSubstr("device.variability.device_to_device.r_on: 2.3 % of the draws"),
                                                       HasSubstr("1 mohm, where the nominal value is 10 kohm"), HasSubstr("log_normal"),
                                                       HasSubstr("limits: truncated"))));
  EXPECT_THAT(counted_spread_warnings(spec, {{74, 0}}, 0, 3232),
              ElementsAre(AllOf(HasSubstr("r_on: 74 of 3232 cells (2.3 %)"), HasSubstr("1 mohm"))));
  EXPECT_THAT(counted_spread_warnings(spec, {{0, 0}}, 400, 3232),
              ElementsAre(HasSubstr("400 of 3232 cells (12 %) drew parameters that contradict")));
  EXPECT_THAT(counted_spread_warnings(spec, {{0, 0}}, 350, 3232), IsEmpty());
}

TEST(SpreadWarnings, CoverBothSidesSignsAndCycles) {
  EXPECT_THAT(spread_warnings(spec_of("{preset: vteam_multilevel, variability: {cycle_to_cycle: {k_on: {relative_sigma: 0.3}}}}")),
              ElementsAre(HasSubstr("device.variability.cycle_to_cycle.k_on: ")));
  EXPECT_THAT(spread_warnings(spec_of("{model: mtj, variability: {device_to_device: {tmr: {distribution: log_normal, sigma: 3}}}}")),
              ElementsAre(HasSubstr("'low'"), HasSubstr("'high'")));
}

TEST(SpreadWarnings, SayNothingOfWhatIsMeant) {
  for (const char* entry : {"{relative_sigma: 0.1}", "{relative_sigma: 0.5, low: 1 kohm}", "{relative_sigma: 0.5, limits: truncated}",
                            "{distribution: log_normal, sigma: 0.5}", "{distribution: uniform, relative_sigma: 0.5}", "{sigma: 0 ohm}"}) {
    const CellSpec spec = spec_of(std::string("{preset: vteam_multilevel, variability: {device_to_device: {r_on: ") + entry + "}}}");
    EXPECT_THAT(spread_warnings(spec), IsEmpty()) << entry;
    EXPECT_THAT(counted_spread_warnings(spec, {{0, 0}}, 0, 1000), IsEmpty()) << entry;
  }
}

// A device that comes with the program must not be complained of.
TEST(SpreadWarnings, NoPresetHasOne) {
  for (const CellPreset& preset : cell_presets())
    EXPECT_THAT(spread_warnings(preset_cell_spec(preset.name)), IsEmpty()) << preset.name;
}

}  // namespace
}  // namespace memcosim
