// SPDX-License-Identifier: Apache-2.0
// What single state-based models promise beyond their equation: limits that are not passed, no overflow, random drive, windows at the
// bounds.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/data_driven_2018_cell.hpp"
#include "memcosim/devices/cells/data_driven_2021_cell.hpp"
#include "memcosim/devices/cells/linear_ion_drift_cell.hpp"
#include "memcosim/devices/cells/stanford_pku_cell.hpp"
#include "memcosim/devices/cells/team_cell.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"

namespace memcosim {
namespace {

template <typename Model>
std::vector<double> defaults() {
  std::vector<double> values;
  for (const ParameterInfo& info : Model::parameters)
    values.push_back(info.fallback);
  return values;
}

template <typename Model>
CellPulse pulse(const std::vector<double>& p, double state, double volts, double seconds, const PulseDraws& draws = {}) {
  return apply_pulse<Model>(p.data(), {}, state, {volts, seconds, 0.0, {}}, draws);
}

TEST(DataDriven2018, IsEquations9And10OfThePaper) {
  const std::vector<double> p = defaults<DataDriven2018Cell>();
  using Real = long double;
  for (const Real t : {1e-7L, 1e-5L, 1e-4L, 1e-3L}) {
    for (const Real r0 : {6e3L, 9e3L, 15e3L}) {
      const Real kp = p[DataDriven2018Cell::k_p];
      const Real sp = p[DataDriven2018Cell::A_p] * (std::exp(static_cast<Real>(p[DataDriven2018Cell::t_p]) * 0.75L) - 1.0L);
      const Real rp = p[DataDriven2018Cell::r_p0];
      const Real up = std::log(std::exp(kp * rp) + std::exp(-kp * sp * t) * (std::exp(kp * r0) - std::exp(kp * rp))) / kp;
      EXPECT_NEAR(pulse<DataDriven2018Cell>(p, static_cast<double>(r0), 0.75, static_cast<double>(t)).state, static_cast<double>(up), 1e-8);
      const Real kn = p[DataDriven2018Cell::k_n];
      const Real sn = p[DataDriven2018Cell::A_n] * (std::exp(static_cast<Real>(p[DataDriven2018Cell::t_n]) * 1.0L) - 1.0L);
      const Real rn = p[DataDriven2018Cell::r_n0] - p[DataDriven2018Cell::r_n1];
      const Real down = -std::log(std::exp(-kn * r0 + kn * sn * t) - std::exp(-kn * rn) * (std::exp(kn * sn * t) - 1.0L)) / kn;
      EXPECT_NEAR(pulse<DataDriven2018Cell>(p, static_cast<double>(r0), -1.0, static_cast<double>(t)).state, static_cast<double>(down),
                  1e-8);
    }
  }
}

TEST(DataDriven2018, DoesNotOverflowWherePlainExponentialsWould) {
  // k R = 17 at the paper's values; here up to 1e6.
  std::vector<double> p = defaults<DataDriven2018Cell>();
  p[DataDriven2018Cell::r_off] = 1e8;
  p[DataDriven2018Cell::r_p0] = 0.9e8;
  p[DataDriven2018Cell::k_p] = 1e-2;
  double before = 2e3;
  for (const double seconds : {1e-12, 1e-9, 1e-6, 1e-3, 1.0}) {
    const CellPulse after = pulse<DataDriven2018Cell>(p, 2e3, 0.7, seconds);
    EXPECT_TRUE(std::isfinite(after.state) && std::isfinite(after.energy_j));
    EXPECT_GE(after.state, before);
    EXPECT_LE(after.state, 0.9e8);
    before = after.state;
  }
  // Far from the limit R approaches r_p - ln(1 / (1 - exp(-k s t))) / k whatever it was before.
  const double speed = 1e-2 * 743.47 * std::expm1(6.51 * 0.7);
  EXPECT_NEAR(pulse<DataDriven2018Cell>(p, 2e3, 0.7, 1e-3).state, 0.9e8 + std::log(-std::expm1(-speed * 1e-3)) / 1e-2, 1e-6);
}

TEST(DataDriven2018, RestsBeyondItsLimitAndNeverPassesIt) {
  const std::vector<double> p = defaults<DataDriven2018Cell>();
  const double limit = 29.30e3 - 23.69e3 * 0.8;  // at -0.8 V
  EXPECT_EQ(pulse<DataDriven2018Cell>(p, limit - 1.0, -0.8, 1.0).state, limit - 1.0);
  for (const double above : {1e-9, 1e-3, 1.0, 1e3}) {
    for (const double seconds : {1e-9, 1e-6, 1e-3, 1.0}) {
      const double end = pulse<DataDriven2018Cell>(p, limit + above, -0.8, seconds).state;
      EXPECT_GE(end, limit - 1e-11);
      EXPECT_LE(end, limit + above);
    }
    EXPECT_LT(pulse<DataDriven2018Cell>(p, limit + above, -0.8, 1.0).state, limit + above);  // it moves from next to the limit, too
  }
}

TEST(DataDriven2021, TheDistanceToTheLimitFallsAsTheReciprocalOfTime) {
  const std::vector<double> p = defaults<DataDriven2021Cell>();
  for (const double seconds : {1e-8, 1e-6, 1e-4}) {
    const double limit = 2699.2336 - 672.930205 * 0.9;
    const double rate = 600.10075 * (1.0 - std::exp(-0.9 / 0.0212028));
    const double distance = 2800.0 - limit;
    EXPECT_NEAR(pulse<DataDriven2021Cell>(p, 2800.0, 0.9, seconds).state, limit + distance / (1.0 + rate * distance * seconds), 1e-9);
    EXPECT_EQ(pulse<DataDriven2021Cell>(p, limit - 5.0, 0.9, seconds).state, limit - 5.0);
  }
}

TEST(LinearIonDrift, TheStateCountsTheCharge) {
  const std::vector<double> p = defaults<LinearIonDriftCell>();
  const double per_coulomb = 1e-14 * 100.0 / (10e-9 * 10e-9);
  for (const double volts : {0.7, -0.7}) {
    const CellPulse after = pulse<LinearIonDriftCell>(p, 0.5, volts, 1e-2);
    EXPECT_NEAR((after.state - 0.5) / (after.energy_j / volts * per_coulomb), 1.0, 1e-12);
  }
}

TEST(LinearIonDrift, RestsWithinItsThresholds) {
  std::vector<double> p = defaults<LinearIonDriftCell>();
  p[LinearIonDriftCell::threshold_set] = 0.55;
  p[LinearIonDriftCell::threshold_reset] = -0.55;
  for (const double volts : {0.5, -0.5})
    EXPECT_EQ(pulse<LinearIonDriftCell>(p, 0.5, volts, 1.0).state, 0.5);
  EXPECT_GT(pulse<LinearIonDriftCell>(p, 0.5, 0.56, 1e-3).state, 0.5);
  EXPECT_LT(pulse<LinearIonDriftCell>(p, 0.5, -0.56, 1e-3).state, 0.5);
}

TEST(Team, ResetStopsAtTheThresholdCurrent) {
  std::vector<double> p = defaults<TeamCell>();
  p[TeamCell::alpha_off] = 1.0;  // a high exponent would take longer than any pulse
  p[TeamCell::k_off] = 1e-2;
  const double end = pulse<TeamCell>(p, 0.0, 0.05, 1.0).state;
  // i_off at 50 mV is 50 mV / 115 uA = 434.8 ohm.
  EXPECT_NEAR(1.0 / TeamCell::conductance(p.data(), end) / (0.05 / 115e-6), 1.0, 1e-5);
  EXPECT_EQ(pulse<TeamCell>(p, 3e-9, -0.008, 1.0).state, 3e-9);  // 8 uA is below |i_on|
  EXPECT_LT(pulse<TeamCell>(p, 3e-9, -0.02, 1.0).state, 3e-9);
}

TEST(Windows, AtABoundOnlyBiolekLetsGo) {
  std::vector<double> p = defaults<VteamCell>();
  for (const Window window : {Window::strukov, Window::joglekar, Window::prodromakis}) {
    p[VteamCell::window] = static_cast<double>(window);
    EXPECT_EQ(pulse<VteamCell>(p, 0.0, 1.0, 1.0).state, 0.0);
    EXPECT_EQ(pulse<VteamCell>(p, 3e-9, -1.0, 1.0).state, 3e-9);
  }
  p[VteamCell::window] = static_cast<double>(Window::biolek);
  EXPECT_GT(pulse<VteamCell>(p, 0.0, 1.0, 1.0).state, 2.9e-9);
  EXPECT_LT(pulse<VteamCell>(p, 3e-9, -1.0, 1.0).state, 0.1e-9);
}

TEST(StanfordPku, ASetHeatsItselfAndRunsAway) {
  const std::vector<double> p = defaults<StanfordPkuCell>();
  std::vector<double> cold = p;
  cold[StanfordPkuCell::r_th] = 0.0;
  const auto moved = [&](const std::vector<double>& values, double from) {
    return from - pulse<StanfordPkuCell>(values, from, 1.3, 1e-8).state;
  };
  // About 7 K at 0.9 nm, and ever more the closer the filament comes.
  EXPECT_GT(moved(p, 0.9e-9) / moved(cold, 0.9e-9), 1.15);
  EXPECT_GT(moved(p, 0.7e-9) / moved(cold, 0.7e-9), 1.4);
  EXPECT_GT(moved(p, 0.9e-9 - moved(p, 0.9e-9)), 1.1 * moved(p, 0.9e-9));
}

TEST(StanfordPku, APulseOfOneSecondTakesNoMoreStepsThanOneOfAMicrosecond) {
  const std::vector<double> p = defaults<StanfordPkuCell>();
  for (const double volts : {1.2, 1.6, 3.0, 10.0, -1.2, -1.6, -3.0, -10.0}) {
    for (const double start : {0.2e-9, 0.9e-9, 1.7e-9})
      EXPECT_LE(pulse<StanfordPkuCell>(p, start, volts, 1.0).rate_evaluations, 300u) << volts << ' ' << start;
  }
}

TEST(StanfordPku, RandomDriveIsOneDrawPerPulse) {
  std::vector<double> p = defaults<StanfordPkuCell>();
  p[StanfordPkuCell::delta_g] = 0.02;
  // Below f_min nothing else moves the gap. The drive is delta_g / (1 + exp((450 - T) / 500)), T = 298 K + 0.05 V * i * r_th.
  const double start = 1e-9;
  const double seconds = 1e-10;
  const double kelvin = 298.0 + 0.05 * 1e-3 * std::exp(-4.0) * std::sinh(0.2) * 2.1e3;
  const double sigma = 0.02 / (1.0 + std::exp((450.0 - kelvin) / 500.0)) * seconds;
  const int cells = 100000;
  double sum = 0.0;
  double squares = 0.0;
  for (int cell = 0; cell < cells; ++cell) {
    const PulseDraws draws{5, 1, static_cast<std::uint32_t>(cell), 17};
    const double moved = (pulse<StanfordPkuCell>(p, start, 0.05, seconds, draws).state - start) / sigma;
    sum += moved;
    squares += moved * moved;
  }
  EXPECT_NEAR(sum / cells, 0.0, 5.0 / std::sqrt(cells));
  EXPECT_NEAR(squares / cells, 1.0, 5.0 * std::sqrt(2.0 / cells));
  // The draw belongs to the pulse: the same address moves the cell alike, the next pulse differently.
  EXPECT_EQ(pulse<StanfordPkuCell>(p, start, 0.05, seconds, {5, 1, 3, 17}).state,
            pulse<StanfordPkuCell>(p, start, 0.05, seconds, {5, 1, 3, 17}).state);
  EXPECT_NE(pulse<StanfordPkuCell>(p, start, 0.05, seconds, {5, 1, 3, 17}).state,
            pulse<StanfordPkuCell>(p, start, 0.05, seconds, {5, 1, 3, 18}).state);
}

TEST(StanfordPku, DrawnParametersAreMadeConsistent) {
  std::vector<double> p = defaults<StanfordPkuCell>();
  EXPECT_FALSE(StanfordPkuCell::make_consistent(p.data()));
  for (const double gap_min : {0.0, 1.7e-9, 5e-9, 1e-6}) {
    for (const double g_0 : {1e-12, 0.25e-9, 1e-6}) {
      p[StanfordPkuCell::gap_min] = gap_min;
      p[StanfordPkuCell::gap_max] = 1.7e-9;
      p[StanfordPkuCell::g_0] = g_0;
      StanfordPkuCell::make_consistent(p.data());
      EXPECT_EQ(StanfordPkuCell::inconsistency(p.data()).message, nullptr) << gap_min << ' ' << g_0;
    }
  }
}

}  // namespace
}  // namespace memcosim
