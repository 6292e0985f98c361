// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/crosssim_asymmetric_cell.hpp"
#include "memcosim/devices/cells/crosssim_linear_cell.hpp"
#include "memcosim/devices/cells/crosssim_symmetric_cell.hpp"
#include "memcosim/devices/cells/exponential_pulse_cell.hpp"

#include "pulse_cells.hpp"

namespace memcosim {
namespace {

constexpr double low = 1e-6;
constexpr double high = 9e-6;
constexpr double range = high - low;

std::vector<double> cell(const char* model, double alpha, std::map<std::string, double> more = {}) {
  more.insert({{"g_min", low}, {"g_max", high}, {"pulses_set", 40.0}, {"pulses_reset", 25.0}});
  if (alpha >= 0.0) more.insert({{"alpha_set", alpha}, {"alpha_reset", 0.7 * alpha}});
  return parameters_of(model, more);
}

/// The published updates as they stand, d > 0 up and d < 0 down.
double published_asymmetric(double w, double alpha, double d) {
  const double w0 = range / (1.0 - std::exp(-alpha));
  return d > 0.0 ? (w0 + low - w) * (1.0 - std::exp(-alpha * d)) : (high - w0 - w) * (1.0 - std::exp(alpha * d));
}
double published_symmetric(double w, double alpha, double d) {
  const double a = range * (std::exp(alpha) + 1.0) / (std::exp(alpha) - 1.0);
  const double b = low - range / (std::exp(alpha) - 1.0);
  return a / (1.0 + std::exp(-2.0 * alpha * d) * (a / (w - b) - 1.0)) - w + b;
}

TEST(CrossSimPulse, LinearStep) {
  const auto p = cell("crosssim_linear", -1.0);
  EXPECT_NEAR(after_pulse<CrossSimLinearCell>(p.data(), 3e-6, 1), 3e-6 + range / 40.0, 1e-20);
  EXPECT_NEAR(after_pulse<CrossSimLinearCell>(p.data(), 3e-6, -1), 3e-6 - range / 25.0, 1e-20);
}

TEST(CrossSimPulse, NonLinearStepsAreThePublishedUpdates) {
  for (const double alpha : {0.5, 1.0, 3.0, 8.0}) {
    const auto asymmetric = cell("crosssim_asymmetric", alpha);
    const auto symmetric = cell("crosssim_symmetric", alpha);
    for (double w = low; w <= high; w += 0.37e-6) {
      const auto bounded = [](double g) { return std::fmin(std::fmax(g, low), high); };
      const double tolerance = 1e-11 * range;
      EXPECT_NEAR(after_pulse<CrossSimAsymmetricCell>(asymmetric.data(), w, 1), bounded(w + published_asymmetric(w, alpha, 1.0 / 40.0)),
                  tolerance);
      EXPECT_NEAR(after_pulse<CrossSimAsymmetricCell>(asymmetric.data(), w, -1),
                  bounded(w + published_asymmetric(w, 0.7 * alpha, -1.0 / 25.0)), tolerance);
      EXPECT_NEAR(after_pulse<CrossSimSymmetricCell>(symmetric.data(), w, 1), bounded(w + published_symmetric(w, alpha, 1.0 / 40.0)),
                  tolerance);
      EXPECT_NEAR(after_pulse<CrossSimSymmetricCell>(symmetric.data(), w, -1),
                  bounded(w + published_symmetric(w, 0.7 * alpha, -1.0 / 25.0)), tolerance);
    }
  }
}

/// State after a train, its largest deviation from the bounds being an error of rounding only.
template <typename Model>
double after_train(const std::vector<double>& p, double from, int direction, int pulses) {
  for (int i = 0; i < pulses; ++i)
    from = after_pulse<Model>(p.data(), from, direction);
  return from;
}

TEST(CrossSimPulse, TheCountOfPulsesCrossesTheRange) {
  for (const double alpha : {0.0, 1e-10, 1e-7, 0.5, 3.0, 8.0}) {
    const auto asymmetric = cell("crosssim_asymmetric", alpha);
    const auto symmetric = cell("crosssim_symmetric", alpha);
    EXPECT_NEAR(after_train<CrossSimAsymmetricCell>(asymmetric, low, 1, 40), high, 1e-11 * range) << alpha;
    EXPECT_NEAR(after_train<CrossSimAsymmetricCell>(asymmetric, high, -1, 25), low, 1e-11 * range) << alpha;
    EXPECT_NEAR(after_train<CrossSimSymmetricCell>(symmetric, low, 1, 40), high, 1e-11 * range) << alpha;
    EXPECT_NEAR(after_train<CrossSimSymmetricCell>(symmetric, high, -1, 25), low, 1e-11 * range) << alpha;
  }
}

TEST(CrossSimPulse, SymmetricStepsUndoEachOther) {
  const auto p = parameters_of(
      "crosssim_symmetric",
      {{"g_min", low}, {"g_max", high}, {"pulses_set", 30.0}, {"pulses_reset", 30.0}, {"alpha_set", 5.0}, {"alpha_reset", 5.0}});
  for (double w = low; w < high - 1e-6; w += 0.21e-6)
    EXPECT_NEAR(after_pulse<CrossSimSymmetricCell>(p.data(), after_pulse<CrossSimSymmetricCell>(p.data(), w, 1), -1), w, 1e-12 * range);
}

TEST(CrossSimPulse, AsymmetricIsNeuroSimsCurve) {
  const double alpha = neurosim_curvature(2.4);
  const auto ours = parameters_of("crosssim_asymmetric", {{"g_min", low}, {"g_max", high}, {"alpha_set", alpha}, {"alpha_reset", alpha}});
  const auto theirs =
      parameters_of("exponential_pulse", {{"g_min", low}, {"g_max", high}, {"nonlinearity_set", 2.4}, {"nonlinearity_reset", -2.4}});
  for (double w = low; w <= high; w += 0.53e-6) {
    for (const int direction : {1, -1}) {
      EXPECT_NEAR(after_pulse<CrossSimAsymmetricCell>(ours.data(), w, direction),
                  after_pulse<ExponentialPulseCell>(theirs.data(), w, direction), 1e-13 * range);
    }
  }
}

TEST(CrossSimPulse, WriteNoise) {
  const double w = 3e-6;
  for (const double law : {0.0, 1.0, 2.0}) {
    const auto p = cell("crosssim_asymmetric", 3.0, {{"noise_law", law}, {"noise_sigma", 0.05}});
    const double mean = published_asymmetric(w, 3.0, 1.0 / 40.0);
    const double scale = law == 0.0 ? 1.0 : (law == 1.0 ? w / range : range / w);
    changes_of<CrossSimAsymmetricCell>(p.data(), w, 1).expect_normal(mean, 0.05 * std::sqrt(mean * range) * scale, std::to_string(law));
  }
}

}  // namespace
}  // namespace memcosim
