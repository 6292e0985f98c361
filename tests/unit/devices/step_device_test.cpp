// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/constant_step_cell.hpp"
#include "memcosim/devices/cells/exp_step_cell.hpp"
#include "memcosim/devices/cells/linear_step_cell.hpp"
#include "memcosim/devices/cells/one_sided_cell.hpp"
#include "memcosim/devices/cells/piecewise_step_cell.hpp"
#include "memcosim/devices/cells/pow_step_cell.hpp"
#include "memcosim/devices/cells/soft_bounds_cell.hpp"
#include "memcosim/devices/cells/soft_bounds_reference_cell.hpp"
#include "memcosim/devices/cells/step_tables.hpp"

#include "one_sided_pair.hpp"
#include "pulse_cells.hpp"

namespace memcosim {
namespace {

// The laws are published for weights w; here w = (G - zero) / unit.
constexpr double zero = 50e-6;
constexpr double unit = 20e-6;
constexpr double w_max = 1.2;
constexpr double w_min = -0.8;
constexpr double dw = 0.01;
constexpr double beta = 0.15;

std::vector<double> cell(const char* model, std::map<std::string, double> more = {}) {
  more.insert({{"g_min", zero + unit * w_min}, {"g_max", zero + unit * w_max}, {"dg_min", dw * unit}, {"up_down", beta}});
  return parameters_of(model, more);
}
double conductance_of(double w) {
  return zero + unit * w;
}
double weight_of(double siemens) {
  return (siemens - zero) / unit;
}

/// One noiseless pulse in terms of weights.
template <typename Model>
double step(const std::vector<double>& p, double w, int direction) {
  return weight_of(after_pulse<Model>(p.data(), conductance_of(w), direction)) - w;
}

const double weights[] = {-0.6, -0.2, 0.0, 0.3, 0.9};

TEST(StepDevice, ConstantStep) {
  const auto p = cell("constant_step");
  for (const double w : weights) {
    EXPECT_NEAR(step<ConstantStepCell>(p, w, 1), dw * (1.0 + beta), 1e-14);
    EXPECT_NEAR(step<ConstantStepCell>(p, w, -1), -dw * (1.0 - beta), 1e-14);
  }
  EXPECT_NEAR(step<ConstantStepCell>(p, 1.195, 1), 0.005, 1e-14);  // a hard bound
  EXPECT_NEAR(step<ConstantStepCell>(p, -0.795, -1), -0.005, 1e-14);
}

TEST(StepDevice, LinearStep) {
  const auto p = cell("linear_step", {{"g_zero", zero}, {"gamma_up", 0.3}, {"gamma_down", 0.6}});
  for (const double w : weights) {
    EXPECT_NEAR(step<LinearStepCell>(p, w, 1), dw * (1.0 + beta) * (1.0 - 0.3 / w_max * w), 1e-14);
    EXPECT_NEAR(step<LinearStepCell>(p, w, -1), -dw * (1.0 - beta) * (1.0 - 0.6 / w_min * w), 1e-14);
  }
}

TEST(StepDevice, SoftBounds) {
  const auto p = cell("soft_bounds", {{"g_zero", zero}});
  for (const double w : weights) {
    EXPECT_NEAR(step<SoftBoundsCell>(p, w, 1), dw * (1.0 + beta) * (1.0 - w / w_max), 1e-14);
    EXPECT_NEAR(step<SoftBoundsCell>(p, w, -1), -dw * (1.0 - beta) * (1.0 - w / w_min), 1e-14);
  }
  EXPECT_NEAR(step<SoftBoundsCell>(p, w_max, 1), 0.0, 1e-15);
  // A train: the distance to the bound shrinks by the same factor with each pulse.
  double g = conductance_of(-0.5);
  for (int i = 0; i < 300; ++i)
    g = after_pulse<SoftBoundsCell>(p.data(), g, 1);
  EXPECT_NEAR(weight_of(g), w_max - (w_max + 0.5) * std::pow(1.0 - dw * (1.0 + beta) / w_max, 300.0), 1e-12);
}

TEST(StepDevice, SoftBoundsByPulses) {
  // 200 pulses of shape 0.01 from 10 uS to 60 uS: exp(-0.01 x) becomes 0.99^x.
  const double b = 50e-6 / (1.0 - std::exp(-0.01 * 200.0));
  for (const double g_zero : {20e-6, 45e-6}) {
    const auto p = parameters_of("soft_bounds", {{"g_min", 10e-6},
                                                 {"g_max", 10e-6 + b},
                                                 {"g_zero", g_zero},
                                                 {"dg_min", 0.01 * b / 2.0},
                                                 {"up_down", (20e-6 + b - 2.0 * g_zero) / b}});
    double g = 10e-6;
    for (int x = 1; x <= 200; ++x) {
      g = after_pulse<SoftBoundsCell>(p.data(), g, 1);
      ASSERT_NEAR(g, 10e-6 + b * (1.0 - std::pow(0.99, x)), 1e-17) << x;
    }
    EXPECT_NEAR(g, 60e-6, 0.6e-6);
    EXPECT_NEAR(after_pulse<SoftBoundsCell>(p.data(), 60e-6, -1), 60e-6 - 0.01 * 50e-6, 1e-18);
  }
}

TEST(StepDevice, SoftBoundsReference) {
  const double up = dw * (1.0 + beta);
  const double down = dw * (1.0 - beta);
  const double symmetry = (up - down) / (up / w_max - down / w_min);  // both steps have this length there
  for (const double subtract : {0.0, 1.0}) {
    const auto p = cell("soft_bounds_reference", {{"g_zero", zero}, {"reference", 0.1 * unit}, {"subtract_symmetry_point", subtract}});
    EXPECT_NEAR(weight_of(SoftBoundsReferenceCell::symmetry_point(p.data())), symmetry, 1e-13);
    const double r = 0.1 + subtract * symmetry;
    for (const double w : weights) {  // the cell's own weight; what is read is w - r
      EXPECT_NEAR(step<SoftBoundsReferenceCell>(p, w - r, 1), up * (1.0 - w / w_max), 1e-14);
      EXPECT_NEAR(step<SoftBoundsReferenceCell>(p, w - r, -1), -down * (1.0 - w / w_min), 1e-14);
    }
    EXPECT_NEAR(weight_of(SoftBoundsReferenceCell::state_high(p.data())), w_max - r, 1e-13);
    EXPECT_NEAR(weight_of(SoftBoundsReferenceCell::state_low(p.data())), w_min - r, 1e-13);
  }
  const auto centred = cell("soft_bounds_reference", {{"g_zero", zero}});
  EXPECT_NEAR(step<SoftBoundsReferenceCell>(centred, 0.0, 1), -step<SoftBoundsReferenceCell>(centred, 0.0, -1), 1e-14);
}

TEST(StepDevice, ExpStep) {
  const double a = 0.244;
  const double b = 0.2425;
  const auto p =
      cell("exp_step",
           {{"g_zero", zero}, {"amplitude_up", 0.00081}, {"amplitude_down", 0.36833}, {"gamma_up", 12.44625}, {"gamma_down", 12.78785}});
  for (const double w : weights) {
    const double z = 2.0 * a * w / (w_max - w_min) + b;
    EXPECT_NEAR(step<ExpStepCell>(p, w, 1), dw * (1.0 + beta) * std::fmax(0.0, 1.0 - 0.00081 * std::exp(12.44625 * z)), 1e-14);
    EXPECT_NEAR(step<ExpStepCell>(p, w, -1), -dw * (1.0 - beta) * std::fmax(0.0, 1.0 - 0.36833 * std::exp(-12.78785 * z)), 1e-14);
  }
}

TEST(StepDevice, PowStep) {
  const auto p = cell("pow_step", {{"gamma_up", 1.7}, {"gamma_down", 0.6}});
  for (const double w : weights) {
    const double o = (w_max - w) / (w_max - w_min);
    EXPECT_NEAR(step<PowStepCell>(p, w, 1), dw * (1.0 + beta) * std::pow(o, 1.7), 1e-14);
    EXPECT_NEAR(step<PowStepCell>(p, w, -1), -dw * (1.0 - beta) * std::pow(1.0 - o, 0.6), 1e-14);
  }
}

TEST(StepDevice, PiecewiseStep) {
  const auto p = cell("piecewise_step");
  const StepTables tables = make_step_tables({DeviceStepNodes{"d", {2.0, 1.0, 0.4}, {0.5, 3.0}}});
  const CellParameters with_nodes(p.data(), 0.1, tables.devices.front().data());
  const auto at = [&](double w, int direction) {
    return weight_of(after_pulse<PiecewiseStepCell>(with_nodes, conductance_of(w), direction)) - w;
  };
  // Nodes up at -0.8, 0.2, 1.2; down at -0.8, 1.2.
  EXPECT_NEAR(at(-0.3, 1), dw * (1.0 + beta) * 1.5, 1e-14);
  EXPECT_NEAR(at(0.2, 1), dw * (1.0 + beta) * 1.0, 1e-14);
  EXPECT_NEAR(at(0.7, 1), dw * (1.0 + beta) * 0.7, 1e-14);
  EXPECT_NEAR(at(-0.3, -1), -dw * (1.0 - beta) * (0.5 + 2.5 * 0.25), 1e-14);
  EXPECT_NEAR(at(1.2, -1), -dw * (1.0 - beta) * 3.0, 1e-14);
  EXPECT_NEAR(step<PiecewiseStepCell>(p, 0.3, 1), dw * (1.0 + beta), 1e-14);  // no nodes: constant
}

TEST(StepDevice, OneSided) {
  const auto p = parameters_of("one_sided",
                               {{"g_min", 1e-6}, {"g_max", 21e-6}, {"dg_min", 1e-7}, {"a", -1.0}, {"amplitude", -27.235}, {"gamma", 2.5}});
  for (const double w : {0.0, 0.4, 1.0, 1.9}) {  // two weights across the range
    const double g = 1e-6 + 10e-6 * w;
    EXPECT_NEAR(after_pulse<OneSidedCell>(p.data(), g, 1) - g, std::fmin(1e-7 * (1.0 + 27.235 * std::exp(-2.5 * w)), 21e-6 - g), 1e-19);
    EXPECT_EQ(after_pulse<OneSidedCell>(p.data(), g, -1), 1e-6);
  }
}

template <typename Model>
void expect_noise(const std::vector<double>& p, double w, double up, double up_sigma, double down, double down_sigma) {
  changes_of<Model>(p.data(), conductance_of(w), 1).expect_normal(up * unit, up_sigma * unit, Model::name);
  changes_of<Model>(p.data(), conductance_of(w), -1).expect_normal(down * unit, down_sigma * unit, Model::name);
}

TEST(StepDevice, NoiseOverManyDevices) {
  const double s = 0.4;
  const double w = 0.3;
  const double up = dw * (1.0 + beta);
  const double down = -dw * (1.0 - beta);
  expect_noise<ConstantStepCell>(cell("constant_step", {{"cycle_sigma", s}}), w, up, s * up, down, -s * down);
  for (const double additive : {0.0, 1.0}) {
    const double fu = 1.0 - 0.3 / w_max * w;
    const double fd = 1.0 - 0.6 / w_min * w;
    expect_noise<LinearStepCell>(
        cell("linear_step", {{"g_zero", zero}, {"gamma_up", 0.3}, {"gamma_down", 0.6}, {"cycle_sigma", s}, {"noise_law", additive}}), w,
        up * fu, s * up * (additive != 0.0 ? 1.0 : fu), down * fd, -s * down * (additive != 0.0 ? 1.0 : fd));
    const double su = 1.0 - w / w_max;
    const double sd = 1.0 - w / w_min;
    expect_noise<SoftBoundsCell>(cell("soft_bounds", {{"g_zero", zero}, {"cycle_sigma", s}, {"noise_law", additive}}), w, up * su,
                                 s * up * (additive != 0.0 ? 1.0 : su), down * sd, -s * down * (additive != 0.0 ? 1.0 : sd));
    expect_noise<SoftBoundsReferenceCell>(
        cell("soft_bounds_reference", {{"g_zero", zero}, {"cycle_sigma", s}, {"noise_law", additive}, {"subtract_symmetry_point", 0.0}}), w,
        up * su, s * up * (additive != 0.0 ? 1.0 : su), down * sd, -s * down * (additive != 0.0 ? 1.0 : sd));
  }
  const double o = (w_max - w) / (w_max - w_min);
  expect_noise<PowStepCell>(cell("pow_step", {{"cycle_sigma", s}}), w, up * o, s * up * o, down * (1.0 - o), -s * down * (1.0 - o));
  // Complex noise of ExpStep: s (|dw| + offset + slope |w|).
  const double wide = 0.003 + 0.02 * w;
  expect_noise<ExpStepCell>(cell("exp_step", {{"g_zero", zero},
                                              {"amplitude_up", 0.0},
                                              {"amplitude_down", 0.0},
                                              {"cycle_sigma", s},
                                              {"noise_offset", 0.003 * unit},
                                              {"noise_slope", 0.02}}),
                            w, up, s * (up + wide), down, s * (-down + wide));
}

TEST(StepDevice, OneSidedResetLeavesAResidue) {
  const auto p = parameters_of("one_sided", {{"reset_sigma", 2e-7}});
  const Sample after = Sample::of(many_devices, [&](std::uint32_t cell) {
    return after_pulse<OneSidedCell>(p.data(), 5e-5, -1, {7, 1, cell, 0}) - 1e-6;
  });
  // Half-normal: mean sigma sqrt(2 / pi), variance sigma^2 (1 - 2 / pi).
  const double pi = 3.14159265358979;
  EXPECT_NEAR(after.mean, 2e-7 * std::sqrt(2.0 / pi), 5.0 * 2e-7 * std::sqrt((1.0 - 2.0 / pi) / many_devices));
  EXPECT_NEAR(after.sigma, 2e-7 * std::sqrt(1.0 - 2.0 / pi), 0.02 * 2e-7);
}

TEST(OneSidedPair, UpdatesBothWaysAndRefreshes) {
  const auto p = parameters_of("one_sided", {{"g_min", 1e-6}, {"g_max", 21e-6}, {"dg_min", 1e-7}});
  OneSidedPair<OneSidedCell> pair(p.data(), p.data(), CellCircuit{}, {1.5, 100e-9, 0.0, {}}, {-1.5, 100e-9, 0.0, {}});
  const PulseDraws draws{1, 2, 3, 0};
  for (int i = 0; i < 160; ++i)
    pair.update(1, draws);
  for (int i = 0; i < 45; ++i)
    pair.update(-1, draws);
  EXPECT_NEAR(pair.weight_s(), 115e-7, 1e-18);
  EXPECT_FALSE(pair.needs_refresh());  // the lesser cell is below a quarter
  EXPECT_FALSE(pair.refresh(draws).done);
  for (int i = 0; i < 10; ++i)
    pair.update(-1, draws);
  EXPECT_TRUE(pair.needs_refresh());
  const PairRefresh refresh = pair.refresh(draws);
  EXPECT_TRUE(refresh.done);
  EXPECT_EQ(refresh.pulses, 2u + 105u);
  EXPECT_NEAR(pair.weight_s(), 105e-7, 0.5e-7);
  EXPECT_NEAR(pair.minus_s(), 1e-6, 1e-18);
  // Energy by hand: two resets (mean conductance of before and after) and 105 set pulses along a line of steps of 1e-7 S.
  double siemens = 0.5 * (17e-6 + 1e-6) + 0.5 * (6.5e-6 + 1e-6);
  for (int i = 0; i < 105; ++i)
    siemens += 1e-6 + 1e-7 * (i + 0.5);
  EXPECT_NEAR(refresh.energy_j / (1.5 * 1.5 * 100e-9 * siemens), 1.0, 1e-12);
}

TEST(OneSidedPair, RefreshKeepsTheWeightOfAnyNoisyPair) {
  const auto p =
      parameters_of("one_sided", {{"g_min", 1e-6}, {"g_max", 21e-6}, {"dg_min", 2e-7}, {"cycle_sigma", 0.5}, {"reset_sigma", 1e-7}});
  for (std::uint32_t cell = 0; cell < 200; ++cell) {
    OneSidedPair<OneSidedCell> pair(p.data(), p.data(), CellCircuit{}, {1.5, 100e-9, 0.0, {}}, {-1.5, 100e-9, 0.0, {}});
    const PulseDraws draws{1, 2, 2 * cell, 0};
    for (int i = 0; i < 90; ++i) {
      pair.update(1, draws);
      pair.update(i % 3 == 0 ? -1 : 1, draws);
    }
    if (!pair.needs_refresh()) continue;
    const double before = pair.weight_s();
    EXPECT_TRUE(pair.refresh(draws).done);
    EXPECT_NEAR(pair.weight_s(), before, 6e-7) << cell;  // a step is 2e-7 with sigma 1e-7
    EXPECT_FALSE(pair.needs_refresh());
  }
}

}  // namespace
}  // namespace memcosim
