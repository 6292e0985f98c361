// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/exponential_pulse_cell.hpp"

#include "pulse_cells.hpp"

namespace memcosim {
namespace {

/// Greatest distance of the curve (1 - exp(-c x)) / (1 - exp(-c)) from the diagonal at a right angle, by a search.
double greatest_distance(double c) {
  const auto distance = [&](double x) { return (-std::expm1(-c * x) / -std::expm1(-c) - x) / std::sqrt(2.0); };
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 200; ++i) {
    const double a = low + (high - low) / 3.0;
    const double b = high - (high - low) / 3.0;
    (distance(a) < distance(b) ? low : high) = distance(a) < distance(b) ? a : b;
  }
  return distance(0.5 * (low + high));
}

TEST(NeuroSimLabel, IsTheDistanceFromTheDiagonal) {
  for (double label = 0.005; label <= 9.0; label += 0.0473) {
    const double c = neurosim_curvature(label);
    EXPECT_NEAR(greatest_distance(c) / (0.07 * label), 1.0, 1e-11) << label;
    EXPECT_EQ(neurosim_curvature(-label), -c);
  }
  EXPECT_EQ(neurosim_curvature(0.0), 0.0);
}

TEST(NeuroSimLabel, AgreesWithTheFirstPublishedShapes) {
  // Labels 0.01 to 0.05 of NeuroSim's table, as printed there.
  const double published[] = {126.27, 63.13, 42.09, 31.57, 25.25};
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(1.0 / neurosim_curvature(0.01 * (i + 1)), published[i], 0.005);
}

std::vector<double> cell(double label_set, double label_reset, double sigma = 0.0) {
  return parameters_of("exponential_pulse", {{"g_min", 3e-9},
                                             {"g_max", 38e-9},
                                             {"pulses_set", 50.0},
                                             {"pulses_reset", 70.0},
                                             {"nonlinearity_set", label_set},
                                             {"nonlinearity_reset", label_reset},
                                             {"cycle_sigma", sigma}});
}

/// NeuroSim's curve over the pulse position x of P, as published.
double published_curve(double label, double pulses, double x) {
  const double a = pulses / neurosim_curvature(label);
  return (38e-9 - 3e-9) / (1.0 - std::exp(-pulses / a)) * (1.0 - std::exp(-x / a)) + 3e-9;
}

TEST(ExponentialPulse, TrainsFollowThePublishedCurve) {
  for (const double label : {-4.88, -1.0, -0.02, 0.02, 1.46, 2.4, 4.88}) {
    const auto p = cell(label, label);
    double up = 3e-9;
    for (int x = 1; x <= 50; ++x) {
      up = after_pulse<ExponentialPulseCell>(p.data(), up, 1);
      ASSERT_NEAR(up, published_curve(label, 50.0, x), 1e-12 * 35e-9) << label << ' ' << x;
    }
    double down = 38e-9;
    for (int x = 69; x >= 0; --x) {
      down = after_pulse<ExponentialPulseCell>(p.data(), down, -1);
      ASSERT_NEAR(down, published_curve(label, 70.0, x), 1e-12 * 35e-9) << label << ' ' << x;
    }
  }
}

TEST(ExponentialPulse, NoLabelIsLinear) {
  const auto p = cell(0.0, 0.0);
  EXPECT_NEAR(after_pulse<ExponentialPulseCell>(p.data(), 10e-9, 1), 10e-9 + 35e-9 / 50.0, 1e-22);
  EXPECT_NEAR(after_pulse<ExponentialPulseCell>(p.data(), 10e-9, -1), 10e-9 - 35e-9 / 70.0, 1e-22);
}

TEST(ExponentialPulse, TheFirstStepsOfAGrowingCurveKeepTheirDigits) {
  // Label -9: the first step is (g_max - g_min) (exp(|c| / P) - 1) / (exp(|c|) - 1), 18 orders below the range.
  const auto p = cell(-9.0, 9.0);
  const double c = -neurosim_curvature(-9.0);
  const double first = ExponentialPulseCell::step(p.data(), 3e-9, 1.5, 100e-9, {}) - 3e-9;
  EXPECT_LT(first, 1e-24);
  EXPECT_NEAR(exponential_curve_step(35e-9, 0.0, 35e-9, -c, 50.0) / (35e-9 * std::expm1(c / 50.0) / std::expm1(c)), 1.0, 1e-12);
}

TEST(ExponentialPulse, CycleNoiseIsRelativeToTheRange) {
  const auto p = cell(2.4, -4.88, 0.035);
  const auto quiet = cell(2.4, -4.88);
  for (const int direction : {1, -1}) {
    const double mean = after_pulse<ExponentialPulseCell>(quiet.data(), 20e-9, direction) - 20e-9;
    changes_of<ExponentialPulseCell>(p.data(), 20e-9, direction).expect_normal(mean, 0.035 * 35e-9, "direction");
  }
}

TEST(ExponentialPulse, NoiseMovesThePosition) {
  const auto p = cell(2.4, -4.88, 0.01);
  const auto quiet = cell(2.4, -4.88);
  const double first = after_pulse<ExponentialPulseCell>(p.data(), 20e-9, 1, {1, 2, 3, 4});
  const double noise = 0.01 * 35e-9 * PulseDraws{1, 2, 3, 5}.normal(0);
  EXPECT_NEAR(after_pulse<ExponentialPulseCell>(p.data(), first, 1, {1, 2, 3, 5}),
              after_pulse<ExponentialPulseCell>(quiet.data(), first, 1) + noise, 1e-22);
}

}  // namespace
}  // namespace memcosim
