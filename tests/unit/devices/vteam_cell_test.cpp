// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/vteam_cell.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

std::vector<double> memtorch() {
  return preset_cell_spec("vteam_memtorch").parameters;
}

std::vector<double> multilevel(double law) {
  auto p = preset_cell_spec("vteam_multilevel").parameters;
  p[VteamCell::resistance] = law;
  return p;
}

/// The published equation, written out again.
double published_speed(const std::vector<double>& p, double v) {
  if (v > p[VteamCell::v_off]) return p[VteamCell::k_off] * std::pow(v / p[VteamCell::v_off] - 1.0, p[VteamCell::alpha_off]);
  if (v < p[VteamCell::v_on]) return p[VteamCell::k_on] * std::pow(v / p[VteamCell::v_on] - 1.0, p[VteamCell::alpha_on]);
  return 0.0;
}

double published_resistance(const std::vector<double>& p, double x) {
  const double position = (x - p[VteamCell::x_on]) / (p[VteamCell::x_off] - p[VteamCell::x_on]);
  if (p[VteamCell::resistance] != 0.0) return p[VteamCell::r_on] * std::pow(p[VteamCell::r_off] / p[VteamCell::r_on], position);
  return p[VteamCell::r_on] + (p[VteamCell::r_off] - p[VteamCell::r_on]) * position;
}

/// State and energy by the classical Runge-Kutta method on (x, E) with the speed cut off at the bounds.
CellPulse integrate(const std::vector<double>& p, double x, double v, double seconds, int steps) {
  const double low = p[VteamCell::x_on];
  const double high = p[VteamCell::x_off];
  const double h = seconds / steps;
  const double speed = published_speed(p, v);
  const auto bounded = [&](double y) { return std::clamp(y, low, high); };
  const auto power = [&](double y) { return v * v / published_resistance(p, bounded(y)); };
  double energy = 0.0;
  for (int i = 0; i < steps; ++i) {
    const double middle = bounded(x + 0.5 * h * speed);
    const double end = bounded(x + h * speed);
    energy += h / 6.0 * (power(x) + 4.0 * power(middle) + power(end));
    x = end;
  }
  return {x, energy};
}

TEST(VteamCell, MovesByTheEquationByHand) {
  const auto p = memtorch();
  // k_on (v / v_on - 1)^3 = -10 * (5 - 1)^3 and k_off (v / v_off - 1) = 5e-4 * (5 - 1)
  EXPECT_DOUBLE_EQ(VteamCell::rate(p.data(), 0.0, -1.0), -640.0);
  EXPECT_DOUBLE_EQ(VteamCell::rate(p.data(), 0.0, 0.1), 2e-3);
  EXPECT_DOUBLE_EQ(VteamCell::closed_form(p.data(), 1.5e-9, 0.1, 1e-7).state, 1.7e-9);
  EXPECT_DOUBLE_EQ(VteamCell::closed_form(p.data(), 1.5e-9, -1.0, 1e-12).state, 0.86e-9);
}

TEST(VteamCell, RestsBetweenTheThresholds) {
  const auto p = memtorch();
  for (const double v : {-0.2, -0.1, 0.0, 0.01, 0.02})
    EXPECT_EQ(VteamCell::closed_form(p.data(), 1.1e-9, v, 1.0).state, 1.1e-9) << v;
  EXPECT_NE(VteamCell::closed_form(p.data(), 1.1e-9, 0.0201, 1e-6).state, 1.1e-9);
  EXPECT_NE(VteamCell::closed_form(p.data(), 1.1e-9, -0.201, 1e-6).state, 1.1e-9);
}

TEST(VteamCell, ResistanceLaws) {
  const auto linear = multilevel(0.0);
  const auto exponential = multilevel(1.0);
  EXPECT_NEAR(1.0 / VteamCell::conductance(linear.data(), 1.5e-9), 505e3, 1e-6);
  EXPECT_NEAR(1.0 / VteamCell::conductance(exponential.data(), 1.5e-9), 1e5, 1e-6);  // the geometric mean
  for (const auto& p : {linear, exponential}) {
    EXPECT_NEAR(VteamCell::conductance(p.data(), 0.0) / 1e-4, 1.0, 1e-14);
    EXPECT_NEAR(VteamCell::conductance(p.data(), 3e-9) / 1e-6, 1.0, 1e-14);
    EXPECT_EQ(VteamCell::initial_state(p.data()), 3e-9);
  }
}

TEST(VteamCell, NonIntegerExponentIsThePower) {
  auto p = multilevel(1.0);
  p[VteamCell::alpha_off] = 2.7;
  EXPECT_DOUBLE_EQ(VteamCell::rate(p.data(), 0.0, 1.3), published_speed(p, 1.3));
}

TEST(VteamCell, ClosedFormAgreesWithFineIntegration) {
  for (const double law : {0.0, 1.0}) {
    const auto p = multilevel(law);
    for (const double v : {-2.5, -1.35, -1.0, 0.5, 0.9, 1.2, 2.0}) {
      for (const double seconds : {1e-8, 1e-6, 2e-5, 1e-3}) {
        for (const double x : {0.0, 0.3e-9, 1.5e-9, 2.9e-9, 3e-9}) {
          const CellPulse closed = VteamCell::closed_form(p.data(), x, v, seconds);
          const CellPulse fine = integrate(p, x, v, seconds, 20000);
          EXPECT_NEAR(closed.state, fine.state, 1e-9 * 3e-9) << law << ' ' << v << ' ' << seconds << ' ' << x;
          // Simpson's rule is exact to 1e-12 here except in the one step in which a bound is reached.
          EXPECT_NEAR(closed.energy_j / fine.energy_j, 1.0, 1e-3) << law << ' ' << v << ' ' << seconds << ' ' << x;
          const double speed = published_speed(p, v);
          if (x + speed * seconds > 0.0 && x + speed * seconds < 3e-9) {
            EXPECT_NEAR(closed.energy_j / fine.energy_j, 1.0, 1e-9) << law << ' ' << v << ' ' << seconds << ' ' << x;
          }
        }
      }
    }
  }
}

TEST(VteamCell, EnergyUpToABoundIsTheSumOfItsParts) {
  for (const double law : {0.0, 1.0}) {
    const auto p = multilevel(law);
    const double arrival = 3e-9 / published_speed(p, 1.2);
    const CellPulse whole = VteamCell::closed_form(p.data(), 0.0, 1.2, 3.0 * arrival);
    const CellPulse fine = integrate(p, 0.0, 1.2, arrival, 100000);
    EXPECT_EQ(whole.state, 3e-9);
    EXPECT_NEAR(whole.energy_j / (fine.energy_j + 1.2 * 1.2 * 1e-6 * 2.0 * arrival), 1.0, 1e-9);
  }
}

TEST(VteamCell, TwoHalvesMakeAWhole) {
  for (const double law : {0.0, 1.0}) {
    const auto p = multilevel(law);
    for (const double v : {-1.3, 1.1}) {
      for (const double seconds : {1e-7, 4e-5}) {
        const CellPulse whole = VteamCell::closed_form(p.data(), 1.4e-9, v, seconds);
        const CellPulse first = VteamCell::closed_form(p.data(), 1.4e-9, v, seconds / 2);
        const CellPulse second = VteamCell::closed_form(p.data(), first.state, v, seconds / 2);
        EXPECT_NEAR(second.state, whole.state, 1e-23);
        EXPECT_NEAR((first.energy_j + second.energy_j) / whole.energy_j, 1.0, 1e-12);
      }
    }
  }
}

TEST(VteamCell, HardlyMovingLosesNoDigits) {
  for (const double law : {0.0, 1.0}) {
    auto p = multilevel(law);
    p[VteamCell::alpha_off] = 1.0;
    const double ohms = published_resistance(p, 1.4e-9);
    const double slope = law == 0.0 ? (1e6 - 1e4) / ohms / 3e-9 : std::log(100.0) / 3e-9;  // relative change of R per metre
    for (const double overdrive : {1e-15, 1e-12, 1e-9, 1e-6}) {
      const double v = 0.8 * (1.0 + overdrive);
      const double seconds = 1e-9;
      const CellPulse pulse = VteamCell::closed_form(p.data(), 1.4e-9, v, seconds);
      const double change = slope * published_speed(p, v) * seconds;
      EXPECT_NEAR(pulse.energy_j / (v * v / ohms * seconds), 1.0 - change / 2.0, change * change + 1e-15) << overdrive;
    }
  }
}

TEST(VteamCell, StaysLegalForAnyPulse) {
  auto fractional = multilevel(1.0);
  fractional[VteamCell::alpha_on] = 0.37;
  fractional[VteamCell::alpha_off] = 6.5;
  for (const auto& p : {memtorch(), multilevel(0.0), multilevel(1.0), fractional}) {
    const double g_min = 1.0 / p[VteamCell::r_off];
    const double g_max = 1.0 / p[VteamCell::r_on];
    for (double v = -10.0; v <= 10.0; v += 0.173) {
      for (double seconds = 1e-12; seconds <= 1.0; seconds *= 10.0) {
        for (const double x : {0.0, 1e-12, 1.7e-9, 3e-9}) {
          const CellPulse pulse = VteamCell::closed_form(p.data(), x, v, seconds);
          ASSERT_GE(pulse.state, 0.0);
          ASSERT_LE(pulse.state, 3e-9);
          ASSERT_GE(pulse.energy_j, v * v * g_min * seconds * (1.0 - 1e-12));
          ASSERT_LE(pulse.energy_j, v * v * g_max * seconds * (1.0 + 1e-12));
        }
      }
    }
  }
}

TEST(VteamCell, NoDurationNoEffect) {
  const auto p = multilevel(1.0);
  const CellPulse pulse = VteamCell::closed_form(p.data(), 1e-9, 5.0, 0.0);
  EXPECT_EQ(pulse.state, 1e-9);
  EXPECT_EQ(pulse.energy_j, 0.0);
}

TEST(VteamCell, ConductanceRoundTrip) {
  for (const auto& p : {memtorch(), multilevel(0.0), multilevel(1.0)}) {
    const double g_min = 1.0 / p[VteamCell::r_off];
    const double g_max = 1.0 / p[VteamCell::r_on];
    for (int i = 0; i <= 200; ++i) {
      const double wanted = g_min + (g_max - g_min) * i / 200.0;
      const double state = VteamCell::state_of_conductance(p.data(), wanted);
      EXPECT_NEAR(VteamCell::conductance(p.data(), state) / wanted, 1.0, 1e-13);
    }
    EXPECT_EQ(VteamCell::state_of_conductance(p.data(), 0.0), p[VteamCell::x_off]);
    EXPECT_EQ(VteamCell::state_of_conductance(p.data(), 1e9), p[VteamCell::x_on]);
  }
}

TEST(VteamCell, PolarityIsWhatTheTableSays) {
  const auto p = multilevel(1.0);
  const double before = VteamCell::conductance(p.data(), 1.5e-9);
  const double set = VteamCell::closed_form(p.data(), 1.5e-9, 1.3 * VteamCell::set_polarity, 1e-6).state;
  const double reset = VteamCell::closed_form(p.data(), 1.5e-9, -1.3 * VteamCell::set_polarity, 1e-6).state;
  EXPECT_GT(VteamCell::conductance(p.data(), set), before);
  EXPECT_LT(VteamCell::conductance(p.data(), reset), before);
}

TEST(VteamCell, ExtremeRatioKeepsItsEnergy) {
  auto p = multilevel(0.0);
  p[VteamCell::r_on] = 1e-3;
  p[VteamCell::r_off] = 1e15;
  // Over the whole range the mean of 1 / R is ln(r_off / r_on) / (r_off - r_on).
  const double mean = std::log(1e18) / 1e15;
  const double seconds = 3e-9 / published_speed(p, 1.2);
  EXPECT_NEAR(VteamCell::closed_form(p.data(), 0.0, 1.2, seconds).energy_j / (1.2 * 1.2 * mean * seconds), 1.0, 1e-9);
}

TEST(VteamCell, MultilevelPresetsCrossTheRangeInAboutAHundredFiftyPulses) {
  for (const char* name : {"vteam_multilevel", "vteam_multilevel_linear"}) {
    const auto p = preset_cell_spec(name).parameters;
    EXPECT_EQ(VteamCell::rate(p.data(), 0.0, 0.2), 0.0);
    EXPECT_EQ(VteamCell::rate(p.data(), 0.0, -0.2), 0.0);
    for (const double threshold : {p[VteamCell::v_on], p[VteamCell::v_off]}) {
      const double pulses = 3e-9 / (std::fabs(VteamCell::rate(p.data(), 0.0, 1.5 * threshold)) * 100e-9);
      EXPECT_GT(pulses, 100.0);
      EXPECT_LT(pulses, 200.0);
    }
  }
}

TEST(VteamCell, ContradictingParametersAreFoundAndMadeConsistent) {
  auto p = multilevel(1.0);
  EXPECT_EQ(VteamCell::inconsistency(p.data()).message, nullptr);
  EXPECT_FALSE(VteamCell::make_consistent(p.data()));
  p[VteamCell::r_off] = p[VteamCell::r_on];
  p[VteamCell::x_on] = 5e-9;
  EXPECT_EQ(VteamCell::inconsistency(p.data()).parameter, VteamCell::r_off);
  EXPECT_TRUE(VteamCell::make_consistent(p.data()));
  EXPECT_EQ(VteamCell::inconsistency(p.data()).message, nullptr);
  const CellPulse pulse = VteamCell::closed_form(p.data(), VteamCell::initial_state(p.data()), -1.5, 1e-7);
  EXPECT_TRUE(std::isfinite(pulse.energy_j));
  EXPECT_EQ(clamp_state<VteamCell>(p.data(), pulse.state), pulse.state);
}

}  // namespace
}  // namespace memcosim
