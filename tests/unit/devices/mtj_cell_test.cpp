// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/mtj_cell.hpp"

#include "pulse_cells.hpp"

namespace memcosim {
namespace {

std::vector<double> junction(double delta) {
  return parameters_of("mtj", {{"ra_ohm_um2", 10.0},
                               {"diameter", 40e-9},
                               {"tmr", 1.2},
                               {"v_half", 0.5},
                               {"delta", delta},
                               {"tau_0", 1e-9},
                               {"tau_d", 2e-9},
                               {"v_c0_set", 0.5},
                               {"v_c0_reset", 0.4}});
}

TEST(MtjCell, ResistancesByHand) {
  const auto p = junction(40.0);
  const CellParameters cell(p.data(), 0.1, nullptr);
  const double r_p = 10.0 / (3.14159265358979 * 0.02 * 0.02);  // 7.96 kohm
  EXPECT_NEAR(1.0 / MtjCell::conductance(cell, 1.0) / r_p, 1.0, 1e-13);
  EXPECT_NEAR(1.0 / MtjCell::conductance(cell, 0.0) / (r_p * (1.0 + 1.2 / 1.04)), 1.0, 1e-13);
  EXPECT_NEAR(MtjCell::current(cell, 0.0, 0.5) / (0.5 / (r_p * (1.0 + 0.6))), 1.0, 1e-13);  // half of the magnetoresistance at v_half
  double last = 0.0;
  for (double volts = 0.0; volts <= 10.0; volts += 0.01) {
    const double current = MtjCell::current(cell, 0.0, volts);
    EXPECT_GE(current, last);
    EXPECT_EQ(MtjCell::current(cell, 0.0, -volts), -current);
    last = current;
  }
}

TEST(MtjCell, ProbabilitiesByHand) {
  const auto p = junction(20.0);
  // 0.3 V of 0.5 V: tau = 1 ns exp(20 * 0.4); 0.2 V of 0.4 V the other way: exp(20 * 0.5).
  EXPECT_NEAR(MtjCell::switching_probability(p.data(), 0.3, 50e-9), 1.0 - std::exp(-50.0 / std::exp(8.0)), 1e-14);
  EXPECT_NEAR(MtjCell::switching_probability(p.data(), -0.2, 50e-9), 1.0 - std::exp(-50.0 / std::exp(10.0)), 1e-14);
  // Twice the critical voltage for 3 ns and 10 ns, relaxation time 2 ns.
  const double quarter = 3.14159265358979 * 3.14159265358979 / 4.0;
  EXPECT_NEAR(MtjCell::switching_probability(p.data(), 1.0, 3e-9), std::exp(-quarter * 20.0 / (2.0 * std::exp(3.0) - 1.0)), 1e-12);
  EXPECT_NEAR(MtjCell::switching_probability(p.data(), -0.8, 10e-9), std::exp(-quarter * 20.0 / (2.0 * std::exp(10.0) - 1.0)), 1e-12);
  // Just below the critical voltage a short pulse has no time to turn: both laws meet there.
  EXPECT_NEAR(MtjCell::switching_probability(p.data(), 0.499, 10e-9), std::exp(-quarter * 20.0 / 11.0), 1e-12);
  EXPECT_NEAR(MtjCell::switching_probability(p.data(), 0.5 * (1.0 + 1e-9), 10e-9), std::exp(-quarter * 20.0 / 11.0), 1e-6);
  // Small probabilities keep their digits: a read of 0.1 V at delta 40 for 10 ns.
  EXPECT_NEAR(MtjCell::switching_probability(junction(40.0).data(), 0.1, 10e-9) / (10.0 * std::exp(-32.0)), 1.0, 1e-12);
}

/// Time in units of tau_d for the macrospin to turn from the angle theta to the equator at zero temperature, d(theta)/d(tau) = (i -
/// cos(theta)) sin(theta), by Simpson's rule over ln(theta).
double turning_time(double drive, double theta) {
  const int steps = 20000;
  const double from = std::log(theta);
  const double width = (std::log(3.14159265358979 / 2.0) - from) / steps;
  const auto integrand = [&](double log_angle) {
    const double angle = std::exp(log_angle);
    return angle / ((drive - std::cos(angle)) * std::sin(angle));
  };
  double sum = 0.0;
  for (int i = 0; i < steps; ++i) {
    const double left = from + i * width;
    sum += width / 6.0 * (integrand(left) + 4.0 * integrand(left + 0.5 * width) + integrand(left + width));
  }
  return sum;
}

TEST(MtjCell, TorqueAgreesWithTheMacrospinThatStartsAtAThermalAngle) {
  // Not switched after tau: the initial angle, exp(-delta theta^2), was below the one that takes tau. The formula is an approximation: its
  // exponent is right within a factor of two (a fraction of tau_d in time).
  const double delta = 40.0;
  const auto p = junction(delta);
  for (const double drive : {1.3, 2.0, 4.0}) {
    for (const double theta : {0.002, 0.01, 0.03}) {
      const double tau = turning_time(drive, theta);
      const double failing = -std::expm1(-delta * theta * theta);
      const double switched = MtjCell::switching_probability(p.data(), 0.5 * drive, 2e-9 * tau);
      const double ours = -std::log(switched);
      const double theirs = -std::log1p(-failing);
      EXPECT_LT(std::fabs(std::log(ours / theirs)), std::log(2.0)) << drive << ' ' << theta;
    }
  }
}

TEST(MtjCell, MoreVoltageOrTimeSwitchesMoreLikely) {
  const auto p = junction(30.0);
  for (const double sign : {1.0, -1.0}) {
    double last = 0.0;
    for (double volts = 0.0; volts < 3.0; volts += 0.01) {
      const double now = MtjCell::switching_probability(p.data(), sign * volts, 5e-9);
      EXPECT_GE(now, last * (1.0 - 1e-12)) << volts;
      EXPECT_LE(now, 1.0);
      last = now;
    }
    for (const double volts : {0.3, 0.8}) {
      EXPECT_LT(MtjCell::switching_probability(p.data(), sign * volts, 5e-9), MtjCell::switching_probability(p.data(), sign * volts, 6e-9));
    }
  }
}

TEST(MtjCell, FrequenciesOverManyDevices) {
  const auto p = junction(20.0);
  for (const double volts : {0.35, 0.4, 0.45, 0.7, -0.3, -0.35, -0.6}) {
    const double probability = MtjCell::switching_probability(p.data(), volts, 20e-9);
    const double from = volts > 0.0 ? 0.0 : 1.0;
    std::uint32_t switched = 0;
    for (std::uint32_t cell = 0; cell < many_devices; ++cell) {
      const double after = apply_pulse<MtjCell>(p.data(), CellCircuit{}, from, {volts, 20e-9, 0.0, {}}, {11, 1, cell, 0}).state;
      EXPECT_TRUE(after == 0.0 || after == 1.0);
      if (after != from) ++switched;
    }
    EXPECT_NEAR(switched / double{many_devices}, probability, 5.0 * std::sqrt(probability * (1.0 - probability) / many_devices) + 1e-12)
        << volts;
  }
}

TEST(MtjCell, NoBackHopping) {
  const auto p = junction(20.0);
  EXPECT_EQ(apply_pulse<MtjCell>(p.data(), CellCircuit{}, 1.0, {3.0, 1e-3, 0.0, {}}, {}).state, 1.0);
  EXPECT_EQ(apply_pulse<MtjCell>(p.data(), CellCircuit{}, 0.0, {-3.0, 1e-3, 0.0, {}}, {}).state, 0.0);
  EXPECT_EQ(apply_pulse<MtjCell>(p.data(), CellCircuit{}, 0.0, {3.0, 1e-3, 0.0, {}}, {}).state, 1.0);
}

}  // namespace
}  // namespace memcosim
