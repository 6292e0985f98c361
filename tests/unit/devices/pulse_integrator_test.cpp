// SPDX-License-Identifier: Apache-2.0
// The integrator against solutions in closed form, without any cell model.
#include "memcosim/devices/cell_base/pulse_integrator.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

struct Case {
  std::string name;
  std::function<double(double)> rate;
  std::function<double(double, double)> solution;  ///< of start and time, within the bounds
};

/// Speeds on [0, 1] with known solutions: constant, decay, growth, logistic, runaway in finite time, algebraic approach, jump to rest.
std::vector<Case> cases() {
  const auto capped = [](double x) { return std::fmin(x, 1.0); };
  return {
      {"constant", [](double) { return 0.7; }, [capped](double x, double t) { return capped(x + 0.7 * t); }},
      {"decay", [](double x) { return -3.0 * x; }, [](double x, double t) { return x * std::exp(-3.0 * t); }},
      {"to_a_point", [](double x) { return 5.0 * (0.4 - x); }, [](double x, double t) { return 0.4 + (x - 0.4) * std::exp(-5.0 * t); }},
      {"growth", [](double x) { return 4.0 * x; }, [capped](double x, double t) { return capped(x * std::exp(4.0 * t)); }},
      {"logistic", [](double x) { return 2.0 * x * (1.0 - x); },
       [](double x, double t) { return x / (x + (1.0 - x) * std::exp(-2.0 * t)); }},
      {"runaway", [](double x) { return 1e-3 * std::exp(20.0 * x); },
       [capped](double x, double t) {
         const double left = std::exp(-20.0 * x) - 20.0 * 1e-3 * t;
         return left > std::exp(-20.0) ? capped(-std::log(left) / 20.0) : 1.0;
       }},
      {"cubic", [](double x) { return -std::pow(x, 3.0); }, [](double x, double t) { return x / std::sqrt(1.0 + 2.0 * x * x * t); }},
      {"root", [](double x) { return -2.0 * std::sqrt(x); },
       [](double x, double t) {
         const double left = std::sqrt(x) - t;
         return left > 0.0 ? left * left : 0.0;
       }},
      {"stop", [](double x) { return x < 0.6180339887 ? 1.0 : 0.0; },
       [](double x, double t) { return x < 0.6180339887 ? std::fmin(x + t, 0.6180339887) : x; }},
  };
}

/// 1 ns to 300 years.
std::vector<double> durations() {
  std::vector<double> seconds = {1e-9};
  while (seconds.back() < 1e10)
    seconds.push_back(7.3 * seconds.back());
  return seconds;
}

TEST(PulseIntegrator, ErrorIsWithinItsOwnBoundAndTheTolerance) {
  for (const Case& problem : cases()) {
    for (const double tolerance : {1e-3, 1e-6, 1e-9}) {
      for (const double start : {1e-6, 0.1, 0.35, 0.8}) {
        for (const double seconds : durations()) {
          const auto motion = [&](double x) { return CellMotion{problem.rate(x), 1.0}; };
          const CellPulse pulse = integrate_pulse(motion, {0.0, 1.0, start, 1.0, seconds, tolerance});
          const double truth = problem.solution(start, seconds);
          const std::string where = problem.name + " from " + std::to_string(start) + " over " + std::to_string(seconds);
          ASSERT_LE(std::fabs(pulse.state - truth), pulse.state_error + 2e-14) << where << " tolerance " << tolerance;
          ASSERT_LE(pulse.state_error, tolerance) << where;
          ASSERT_NEAR(pulse.energy_j / seconds, 1.0, 1e-12) << where;  // constant current
        }
      }
    }
  }
}

TEST(PulseIntegrator, NumberOfStepsDoesNotGrowWithTheTime) {
  for (const Case& problem : cases()) {
    for (const double start : {1e-6, 0.1, 0.35, 0.8}) {
      for (const double seconds : durations()) {
        const auto motion = [&](double x) { return CellMotion{problem.rate(x), 1.0}; };
        const CellPulse pulse = integrate_pulse(motion, {0.0, 1.0, start, 1.0, seconds, 1e-6});
        EXPECT_LE(pulse.rate_evaluations, 500u) << problem.name << " from " << start << " over " << seconds;
      }
    }
  }
}

TEST(PulseIntegrator, ALinearSpeedNeedsOneStretch) {
  const auto motion = [](double x) { return CellMotion{5.0 * (2.0 - x), 1.0}; };
  const CellPulse pulse = integrate_pulse(motion, {0.0, 1.5, 0.1, 1.0, 0.2, 1e-12});
  EXPECT_NEAR(pulse.state, 2.0 - 1.9 * std::exp(-1.0), 1e-14);
  EXPECT_LE(pulse.rate_evaluations, 5u);
}

TEST(PulseIntegrator, EnergyIsTheIntegralOfThePower) {
  // dx/dt = -3x, I = x^2, V = 2: energy = 2 x0^2 (1 - exp(-6 t)) / 6.
  for (const double seconds : {1e-6, 1e-2, 0.3, 1.0, 10.0}) {
    const auto motion = [](double x) { return CellMotion{-3.0 * x, x * x}; };
    const CellPulse pulse = integrate_pulse(motion, {0.0, 1.0, 0.9, 2.0, seconds, 1e-9});
    EXPECT_NEAR(pulse.energy_j / (2.0 * 0.81 * -std::expm1(-6.0 * seconds) / 6.0), 1.0, 1e-8) << seconds;
  }
}

TEST(PulseIntegrator, ArrivesAtABoundAndRests) {
  const auto motion = [](double x) { return CellMotion{1.0 + x, 3.0 - x}; };
  const double arrival = std::log(2.0);  // from 0 to 1
  const CellPulse pulse = integrate_pulse(motion, {0.0, 1.0, 0.0, 1.0, 5.0, 1e-9});
  EXPECT_EQ(pulse.state, 1.0);
  EXPECT_EQ(pulse.state_error, 0.0);
  // Integral of 3 - x = 4 - e^t on the way, then 2.
  EXPECT_NEAR(pulse.energy_j, 4.0 * arrival - 1.0 + 2.0 * (5.0 - arrival), 1e-9);
}

}  // namespace
}  // namespace memcosim
