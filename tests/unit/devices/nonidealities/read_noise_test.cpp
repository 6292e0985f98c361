// SPDX-License-Identifier: Apache-2.0
#include "many_cells.hpp"

namespace memcosim {
namespace {

using Flicker = FlickerSpec::Law;
using test::aged;
using test::observe;
using test::over_cells;

TEST(ReadNoise, FlickerFollowsItsFormulas) {
  const auto logarithm = [](double t, double t_read) { return std::sqrt(std::log((t + t_read) / (2.0 * t_read))); };
  const double age = 3600.0;
  const FlickerSpec pcm = flicker_law(Flicker::pcm_like);
  for (const double r : {0.01, 0.1, 1.0}) {
    const double q = std::min(0.2, 0.0088 / std::pow(r, 0.65));
    EXPECT_NEAR(pcm.sigma(r * 25e-6, age), r * 25e-6 * q * logarithm(age + 20.0, 250e-9), 1e-18) << r;
  }
  EXPECT_NEAR(pcm.sigma(1e-12, age), 1e-12 * 0.2 * logarithm(age + 20.0, 250e-9), 1e-24);  // the cap

  const FlickerSpec one = flicker_law(Flicker::hermes_one_device);
  for (const double r : {0.01, 0.159, 0.16, 0.5, 1.0}) {
    const double q =
        r < 0.1591 ? std::clamp(-0.0078 * std::log(r) + 0.0038, 0.0179, 0.04) : 0.0664 * r * r * r - 0.1352 * r * r + 0.0768 * r + 0.0088;
    EXPECT_NEAR(one.sigma(r * 10.35e-6, age), r * 10.35e-6 * q * logarithm(age + 200.0, 512e-9), 1e-18) << r;
  }
  const FlickerSpec two = flicker_law(Flicker::hermes_two_devices);
  for (const double r : {0.01, 0.159, 0.161, 0.5, 1.0}) {
    const double q =
        r < 0.16 ? std::clamp(-0.0117 * std::log(r) - 0.0069, 0.015, 0.04) : 0.0069 * r * r * r - 0.0280 * r * r + 0.0211 * r + 0.0123;
    EXPECT_NEAR(two.sigma(r * 20.7e-6, age), r * 20.7e-6 * q * logarithm(age + 300.0, 512e-9), 1e-18) << r;
  }
  const FlickerSpec cmo = flicker_law(Flicker::cmo_hfox);
  EXPECT_NEAR(cmo.sigma(50e-6, age), 1e-6 * 0.0277316483 * std::log10(50.0) * logarithm(age, 1e-6), 1e-18);
  EXPECT_EQ(cmo.sigma(0.5e-6, age), 0.0);
  EXPECT_EQ(cmo.sigma(50e-6, 0.0), 0.0);  // the logarithm is negative at once after programming
  const FlickerSpec plain = flicker_law(Flicker::state_independent);
  EXPECT_NEAR(plain.sigma(25e-6, age), 1e-6 * logarithm(age + 20.0, 250e-9), 1e-18);
}

TEST(ReadNoise, WhiteAndFlickerAddAsVariances) {
  CellNonidealities effects;
  EXPECT_FALSE(has_read_noise(effects));
  EXPECT_EQ(read_sigma(effects, 10e-6, aged(10.0)), 0.0);
  effects.read_noise.white = spread_law("normal_proportional", 0.03, 0.0);
  EXPECT_TRUE(has_read_noise(effects));
  EXPECT_NEAR(read_sigma(effects, 10e-6, aged(10.0)), 0.3e-6, 1e-19);
  effects.read_noise.flicker = flicker_law(Flicker::pcm_like);
  const double flicker = effects.read_noise.flicker.sigma(10e-6, 10.0);
  EXPECT_NEAR(read_sigma(effects, 10e-6, aged(10.0)), std::hypot(0.3e-6, flicker), 1e-18);
  effects.read_noise.white = {};
  EXPECT_TRUE(has_read_noise(effects));
  EXPECT_NEAR(read_sigma(effects, 10e-6, aged(10.0)), flicker, 1e-20);
}

TEST(ReadNoise, SigmaIsFiniteEverywhere) {
  for (int law = 0; law <= static_cast<int>(Flicker::cmo_hfox); ++law) {
    const FlickerSpec spec = flicker_law(static_cast<Flicker>(law));
    for (const double g : {0.0, 1e-300, 1e-12, 1e-6, 1e-3, 1e3}) {
      for (const double age : {0.0, 1e-15, 1.0, 1e15, 1e300}) {
        const double sigma = spec.sigma(g, age);
        ASSERT_TRUE(sigma >= 0.0 && std::isfinite(sigma)) << law << " " << g << " " << age;
      }
    }
  }
}

TelegraphSpec telegraph(double share) {
  TelegraphSpec spec;
  spec.share = share;
  spec.relative_amplitude = 0.2;
  spec.tau_capture_s = 3e-3;
  spec.tau_emission_s = 1e-3;
  return spec;
}

TEST(Telegraph, ShareAndAmplitude) {
  CellNonidealities effects;
  effects.read_noise.telegraph = telegraph(0.3);
  const auto seen = over_cells([&](const CellAddress& cell) { return observe(effects, 10e-6, cell, aged(0.01)); });
  const double reduced = 10e-6 * (1.0 - 0.2);
  double low = 0.0;
  for (const double g : seen) {
    ASSERT_TRUE(g == 10e-6 || g == reduced);
    low += g == reduced;
  }
  // Full with tau_emission / (tau_capture + tau_emission) = 1/4.
  const double p = 0.3 * 0.25;
  EXPECT_NEAR(low / test::many, p, 5.0 * std::sqrt(p * (1.0 - p) / test::many));
}

TEST(Telegraph, TransitionsAreThoseOfTheTwoStateChain) {
  const TelegraphSpec spec = telegraph(1.0);
  const double rate = 1.0 / 3e-3 + 1.0 / 1e-3;
  // Ages within one interval of the generator, across one, and across many; two starts.
  for (const double start : {0.0, 1.9e-3, 7.77}) {
    for (const double later : {1e-5, 2e-4, 1e-3, 5e-3, 0.1}) {
      double full = 0.0;
      double stayed_full = 0.0;
      double empty = 0.0;
      double became_full = 0.0;
      for (std::uint32_t cell = 0; cell < test::many; ++cell) {
        const bool before = spec.is_full(start, 77, 5, cell, 1);
        const bool after = spec.is_full(start + later, 77, 5, cell, 1);
        (before ? full : empty) += 1.0;
        if (after) (before ? stayed_full : became_full) += 1.0;
      }
      const double decay = std::exp(-rate * later);
      const double stays = 0.25 + 0.75 * decay;
      const double becomes = 0.25 * (1.0 - decay);
      EXPECT_NEAR(full / test::many, 0.25, 5.0 * std::sqrt(0.25 * 0.75 / test::many)) << start;
      EXPECT_NEAR(stayed_full / full, stays, 5.0 * std::sqrt(stays * (1.0 - stays) / full) + 1e-12) << start << " " << later;
      EXPECT_NEAR(became_full / empty, becomes, 5.0 * std::sqrt(becomes * (1.0 - becomes) / empty) + 1e-12) << start << " " << later;
    }
  }
}

TEST(Telegraph, IsMarkov) {
  // Given the present, the past says nothing about the future.
  const TelegraphSpec spec = telegraph(1.0);
  double with_full[2] = {};
  double of[2] = {};
  for (std::uint32_t cell = 0; cell < test::many; ++cell) {
    const bool past = spec.is_full(1e-3, 77, 5, cell, 1);
    if (!spec.is_full(1.4e-3, 77, 5, cell, 1)) continue;
    of[past] += 1.0;
    with_full[past] += spec.is_full(1.8e-3, 77, 5, cell, 1);
  }
  const double a = with_full[0] / of[0];
  const double b = with_full[1] / of[1];
  EXPECT_GT(of[0], 1000.0);
  EXPECT_NEAR(a, b, 5.0 * std::sqrt(a * (1.0 - a) * (1.0 / of[0] + 1.0 / of[1])));
}

TEST(Telegraph, IsAPureFunctionOfAge) {
  const TelegraphSpec spec = telegraph(1.0);
  for (std::uint32_t cell = 0; cell < 200; ++cell) {
    std::vector<bool> forwards(100);
    for (int i = 0; i < 100; ++i)
      forwards[i] = spec.is_full(i * 3e-4, 1, 2, cell, 3);
    for (int i = 99; i >= 0; --i)
      ASSERT_EQ(spec.is_full(i * 3e-4, 1, 2, cell, 3), forwards[i]);
  }
  // Each programming event has its own trace.
  int different = 0;
  for (std::uint32_t cell = 0; cell < 1000; ++cell)
    different += spec.is_full(1.0, 1, 2, cell, 3) != spec.is_full(1.0, 1, 2, cell, 4);
  EXPECT_NEAR(different, 375.0, 5.0 * std::sqrt(1000.0 * 0.375 * 0.625));
}

TEST(Telegraph, DwellTimesAreExponential) {
  const TelegraphSpec spec = telegraph(1.0);
  std::vector<double> dwells;  // full, of many cells, on a fine grid
  const double step = 1e-5;
  for (std::uint32_t cell = 0; cell < 40; ++cell) {
    int since = -1;
    bool before = spec.is_full(0.0, 1, 2, cell, 3);
    for (int i = 1; i < 20000; ++i) {
      const bool now = spec.is_full(i * step, 1, 2, cell, 3);
      if (now && !before) since = i;
      if (!now && before && since > 0) dwells.push_back((i - since) * step);
      before = now;
    }
  }
  ASSERT_GT(dwells.size(), 1000u);
  // The grid misses dwells shorter than a step: within a percent.
  EXPECT_NEAR(test::mean_of(dwells), 1e-3, 5e-3 / std::sqrt(static_cast<double>(dwells.size())) + 1e-5);
}

TEST(Telegraph, ExtremeTimesAreHarmless) {
  TelegraphSpec spec = telegraph(1.0);
  spec.tau_capture_s = 1e-12;
  for (const double age : {0.0, 1e-300, 1e15, 1e300})
    spec.is_full(age, 1, 2, 3, 4);
  spec.tau_capture_s = spec.tau_emission_s = 1e12;
  EXPECT_EQ(spec.is_full(0.0, 1, 2, 3, 4), spec.is_full(1.0, 1, 2, 3, 4));
}

}  // namespace
}  // namespace memcosim
