// SPDX-License-Identifier: Apache-2.0
// Fits of I-V sweeps: sweeps made by a known device give back its parameters.
#include "memcosim/devices/fits/iv_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/random.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/data_driven_2021_cell.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/fits/least_squares.hpp"

namespace memcosim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr double read_v = 0.15;

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

CellSpec known_vteam() {
  using Cell = VteamCell;
  CellSpec spec = default_cell_spec("vteam");
  const std::pair<std::size_t, double> values[] = {{Cell::r_on, 2e3},     {Cell::r_off, 5e4},     {Cell::k_on, -2e-8}, {Cell::k_off, 1e-8},
                                                   {Cell::alpha_on, 2.0}, {Cell::alpha_off, 3.0}, {Cell::v_on, -0.7},  {Cell::v_off, 0.9}};
  for (const auto& [parameter, value] : values)
    spec.parameters[parameter] = value;
  return spec;
}

/// Three triangles of growing amplitude, from the model's initial state. `noise`: standard deviation relative to the current.
IvSweep sweep_of(const CellSpec& spec, bool exchanged = false, double noise = 0.0) {
  constexpr int per_period = 120;
  constexpr double spacing_s = 1.0 / 60.0;
  const CellModel& model = cell_model(spec.model);
  const CellParameters cell = nominal_cell(spec, read_v);
  IvSweep sweep;
  sweep.source = "made.csv";
  double state = model.initial_state(cell);
  for (int i = 0; i < 3 * per_period; ++i) {
    const double phase = static_cast<double>(i % per_period) / per_period;
    const double amplitude = 1.2 + 0.3 * (i / per_period);
    const double volts = amplitude * (phase < 0.25 ? 4.0 * phase : (phase < 0.75 ? 2.0 - 4.0 * phase : 4.0 * phase - 4.0));
    PulseDrive drive;
    drive.volts = volts;
    drive.seconds = spacing_s;
    if (i > 0) state = model.apply_pulse(cell, {}, state, drive, {}).state;
    const double z = random_normal(3, {Purpose::dataset, 0, static_cast<std::uint32_t>(i), 0, 0});
    const double amperes = model.current(cell, spec.circuit, state, volts) * (1.0 + noise * z);
    const double sign = exchanged ? -1.0 : 1.0;
    sweep.points.push_back({i * spacing_s, sign * volts, sign * amperes});
  }
  return sweep;
}

IvFit fit_of(const IvSweep& sweep, const std::string& model = "", const std::string& law = "") {
  return fit_iv_sweep(sweep, {model, law, read_v});
}

void expect_parameters(const IvFit& fit, const CellSpec& truth, double tolerance) {
  ASSERT_EQ(fit.spec.model, truth.model);
  for (std::size_t i = 0; i < truth.parameters.size(); ++i) {
    EXPECT_NEAR(fit.spec.parameters[i], truth.parameters[i], tolerance * std::fabs(truth.parameters[i]))
        << cell_model(truth.model).parameters[i].name;
  }
}

TEST(IvFit, GivesBackTheParametersOfVteam) {
  CellSpec truth = known_vteam();
  const IvSweep sweep = sweep_of(truth);
  const IvFit fit = fit_of(sweep);
  EXPECT_FALSE(fit.exchanged);
  EXPECT_LT(fit.rms, 1e-6);
  expect_parameters(fit, truth, 1e-4);
  EXPECT_EQ(fit.spec.circuit.law.kind, CurrentLaw::Kind::model) << "the simplest law that does";
  EXPECT_NEAR(fit.initial_s, 1.0 / 5e4, 1e-9);
  // What a run takes over: within the measured voltages, and enough to cross the window.
  EXPECT_NEAR(fit.use.set.limit_v, 1.8, 1e-9);
  EXPECT_NEAR(fit.use.reset.limit_v, 1.8, 1e-9);
  EXPECT_GT(fit.use.set.start_v, 0.7);
  EXPECT_GT(fit.use.reset.start_v, 0.9);
  EXPECT_GT(fit.use.set.duration_s, 0.0);
  EXPECT_NEAR(fit.use.g_min, 1.0 / 5e4, 1e-9);
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    ASSERT_NEAR(fit.modelled_a[i], sweep.points[i].amperes, 1e-6 * fit.largest_a);
}

TEST(IvFit, ADeviceTheOtherWayRoundHasItsElectrodesExchanged) {
  CellSpec truth = known_vteam();
  truth.circuit.law.kind = CurrentLaw::Kind::sinh;
  truth.circuit.law.v0 = 0.4;
  const IvSweep sweep = sweep_of(truth, true);
  const IvFit fit = fit_of(sweep);
  EXPECT_TRUE(fit.exchanged);
  expect_parameters(fit, truth, 1e-3);
  ASSERT_EQ(fit.spec.circuit.law.kind, CurrentLaw::Kind::sinh);
  EXPECT_NEAR(fit.spec.circuit.law.v0, 0.4, 4e-4);
  EXPECT_THAT(fit.warnings, Contains(HasSubstr("electrodes are exchanged")));
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    ASSERT_NEAR(fit.modelled_a[i], sweep.points[i].amperes, 1e-3 * fit.largest_a);
}

TEST(IvFit, ACellThatRectifiesHasALawOfItsOwnBelowZero) {
  CellSpec truth = known_vteam();
  std::vector<std::pair<double, double>> points;
  for (int i = 1; i <= 20; ++i) {
    const double v = 0.1 * i;
    points.emplace_back(v, std::sinh(v / 0.4));
    points.emplace_back(-v, -0.02 * std::sinh(v / 0.4) - 0.08 * v);
  }
  truth.circuit.law = table_law(points);
  const IvFit fit = fit_of(sweep_of(truth));
  ASSERT_EQ(fit.spec.circuit.law.kind, CurrentLaw::Kind::table);
  EXPECT_GT(fit.spec.circuit.law.points_below, 0);
  expect_parameters(fit, truth, 0.05);
  EXPECT_LT(fit.rms, 0.01);
  // The measured table is linear between points 0.1 V apart, the fitted one between others.
  const auto relative = [](const CurrentLaw& law, double v) { return law.shape(v) / law.shape(read_v); };
  for (const double v : {-1.6, -0.8, -0.3, 0.3, 0.8, 1.6})
    EXPECT_NEAR(relative(fit.spec.circuit.law, v), relative(truth.circuit.law, v), 0.05 * std::fabs(relative(truth.circuit.law, v))) << v;
  EXPECT_NO_THROW(check(fit.spec));
}

TEST(IvFit, NoiseStaysWithinTheStandardErrors) {
  CellSpec truth = known_vteam();
  const IvFit fit = fit_of(sweep_of(truth, false, 0.03), "vteam", "model");
  EXPECT_NEAR(fit.rms, 0.03, 0.01);
  const std::map<std::string, std::size_t> index = {
      {"r_on", VteamCell::r_on},           {"r_off", VteamCell::r_off}, {"v_off", VteamCell::v_off}, {"k_off", VteamCell::k_off},
      {"alpha_off", VteamCell::alpha_off}, {"v_on", VteamCell::v_on},   {"k_on", VteamCell::k_on},   {"alpha_on", VteamCell::alpha_on}};
  ASSERT_EQ(fit.parameters.size(), index.size());
  for (const FittedParameter& parameter : fit.parameters) {
    const double wanted = truth.parameters[index.at(parameter.name)];
    EXPECT_LT(parameter.error, 0.6 * std::fabs(wanted)) << parameter.name;
    EXPECT_NEAR(parameter.value, wanted, 5.0 * parameter.error) << parameter.name;
  }
}

TEST(IvFit, GivesBackTheParametersOfTheDataDrivenModel) {
  using Cell = DataDriven2021Cell;
  CellSpec truth = default_cell_spec("data_driven_2021");
  const std::pair<std::size_t, double> values[] = {{Cell::r_on, 300.0}, {Cell::r_off, 6000.0}, {Cell::A_p, 0.6}, {Cell::A_n, -0.0346},
                                                   {Cell::t_p, -0.5},   {Cell::t_n, -0.8},     {Cell::b_p, 2.0}};
  for (const auto& [parameter, value] : values)
    truth.parameters[parameter] = value;
  const IvFit fit = fit_of(sweep_of(truth, true), "data_driven_2021");
  EXPECT_TRUE(fit.exchanged);
  EXPECT_LT(fit.rms, 1e-4);
  // a and the resistances have one scale in common, which the fit sets by a_p b_p = 1.
  const double scale = 1.0 / (truth.parameters[Cell::a_p] * truth.parameters[Cell::b_p]);
  const auto& p = fit.spec.parameters;
  EXPECT_NEAR(p[Cell::t_p], -0.5, 0.01);
  EXPECT_NEAR(p[Cell::t_n], -0.8, 0.01);
  EXPECT_NEAR(p[Cell::b_p], 2.0, 0.01);
  EXPECT_NEAR(p[Cell::r_p1], scale * truth.parameters[Cell::r_p1], 0.01 * std::fabs(scale * truth.parameters[Cell::r_p1]));
  EXPECT_NEAR(p[Cell::A_p], truth.parameters[Cell::A_p] / scale, 0.01 * truth.parameters[Cell::A_p] / scale);
  EXPECT_NEAR(p[Cell::A_n], truth.parameters[Cell::A_n] / scale, -0.01 * truth.parameters[Cell::A_n] / scale);
  EXPECT_NO_THROW(check(fit.spec));
}

TEST(IvFit, OneStateIsACurrentLaw) {
  IvSweep sweep;
  sweep.source = "made.csv";
  for (int i = -30; i <= 30; ++i) {
    const double v = 0.05 * i;
    sweep.points.push_back({static_cast<double>(i), v, (v > 0.0 ? 1.0 : 0.01) * 1e-6 * std::sinh(v / 0.3)});
  }
  const IvFit fit = fit_of(sweep);
  EXPECT_EQ(fit.spec.model, "ohmic");
  EXPECT_EQ(fit.spec.circuit.law.kind, CurrentLaw::Kind::table);
  EXPECT_LT(fit.rms, 0.02);
  EXPECT_NEAR(fit.initial_s, 1e-6 * std::sinh(read_v / 0.3) / read_v, 0.03 * fit.initial_s);
  EXPECT_EQ(fit.use.set.limit_v, 0.0) << "nothing moves it";
  // The upper side alone is a sinh.
  sweep.points.erase(sweep.points.begin(), sweep.points.begin() + 30);
  const IvFit odd = fit_of(sweep);
  EXPECT_EQ(odd.spec.circuit.law.kind, CurrentLaw::Kind::sinh);
  EXPECT_NEAR(odd.spec.circuit.law.v0, 0.3, 1e-6);
  EXPECT_THAT(odd.warnings, Contains(HasSubstr("one side of 0 V")));
}

TEST(IvFit, SaysWhatASweepDoesNotTell) {
  // Below both thresholds nothing moves: speeds are unknown.
  IvSweep sweep = sweep_of(known_vteam());
  for (IvPoint& point : sweep.points) {
    point.volts *= 0.2;
    point.amperes = point.volts / 5e4;
  }
  const IvFit fit = fit_of(sweep, "vteam", "model");
  EXPECT_THAT(fit.warnings, Contains(HasSubstr("k_off is not determined by this sweep")));
  EXPECT_THAT(fit.warnings, Contains(HasSubstr("measured from -360 mV to 360 mV")));
}

TEST(IvFit, RefusesWhatCannotBeFitted) {
  const IvSweep sweep = sweep_of(known_vteam());
  EXPECT_THAT(refusal([&] { fit_of(sweep, "team"); }), HasSubstr("--model team: expected vteam"));
  EXPECT_THAT(refusal([&] { fit_of(sweep, "vteam", "cubic"); }), HasSubstr("--law cubic: expected"));
  EXPECT_THAT(refusal([&] { fit_of(sweep, "data_driven_2021", "sinh"); }), HasSubstr("has a current of its own"));
  IvSweep none = sweep;
  for (IvPoint& point : none.points)
    point.amperes = 0.0;
  EXPECT_THAT(refusal([&] { fit_of(none); }), HasSubstr("made.csv: all currents are 0"));
  IvSweep wrong = sweep;
  for (IvPoint& point : wrong.points)
    point.amperes = -point.amperes;
  EXPECT_THAT(refusal([&] { fit_of(wrong); }), HasSubstr("signs of their voltages"));
  IvSweep few = sweep;
  few.points.resize(6);
  EXPECT_THAT(refusal([&] { fit_of(few, "vteam"); }), HasSubstr("6 points are too few"));
}

TEST(IvSweep, ColumnsTimesAndFaults) {
  const IvSweep plain = parse_iv_sweep("V1,I1,absI\n1,0.0126,0.0126\n0.98,0.0124,0.0124\n0.5,0.001,0.001\n", "f.csv");
  EXPECT_EQ(plain.points[1].volts, 0.98);
  EXPECT_NEAR(plain.points[2].time_s, 0.5, 1e-12) << "1 V/s";
  EXPECT_EQ(plain.assumed_rate_v_per_s, 1.0);
  const IvSweep timed = parse_iv_sweep("time (ms);voltage_mv;current_ua\n0;0;0\n1;100;2\n3;200;4\n", "f.csv");
  EXPECT_DOUBLE_EQ(timed.points[2].time_s, 3e-3);
  EXPECT_DOUBLE_EQ(timed.points[2].volts, 0.2);
  EXPECT_DOUBLE_EQ(timed.points[2].amperes, 4e-6);
  EXPECT_EQ(timed.assumed_rate_v_per_s, 0.0);
  EXPECT_NEAR(parse_iv_sweep("0 0\n1 1e-3\n0 0\n", "f.csv", 10.0).points[2].time_s, 0.2, 1e-12);
  const auto fault = [](const std::string& text, double rate = 0.0) { return refusal([&] { parse_iv_sweep(text, "f.csv", rate); }); };
  EXPECT_THAT(fault("V,x\n1,1\n"), HasSubstr("f.csv:1: the header 'V,x' has no column current"));
  EXPECT_THAT(fault("V,I\n1,1\n2,x\n"), HasSubstr("f.csv:3: I is 'x'"));
  EXPECT_THAT(fault("V,I,t\n1,1,0\n2,1,0\n3,1,1\n"), HasSubstr("f.csv:3: t is 0, expected more"));
  EXPECT_THAT(fault("V,I\n1,1\n2,1\n"), HasSubstr("2 points, at least 3"));
  EXPECT_THAT(fault("V,I\n1,1\n1,1\n1,1\n"), HasSubstr("the voltage is 1 V at all points"));
  EXPECT_THAT(fault("device,V,I\na,1,1\nb,2,1\n"), HasSubstr("f.csv:3: device 'b' after device 'a'"));
  EXPECT_THAT(fault("V,I,t\n1,1,0\n2,1,1\n3,1,2\n", 1.0), HasSubstr("leave --sweep-rate out"));
  EXPECT_THAT(fault("1,2,3,4\n"), HasSubstr("4 columns without titles"));
}

TEST(LeastSquares, FindsTheMinimumAndItsErrors) {
  // Rosenbrock's valley as residuals.
  const LeastSquaresFit valley = least_squares(
      [](const std::vector<double>& p, std::vector<double>& r) {
        r = {10.0 * (p[1] - p[0] * p[0]), 1.0 - p[0]};
        return true;
      },
      {-1.2, 1.0});
  EXPECT_TRUE(valley.converged);
  EXPECT_NEAR(valley.parameters[0], 1.0, 1e-8);
  EXPECT_NEAR(valley.parameters[1], 1.0, 1e-8);
  // A line through noisy points: variances as of linear regression; a third number has no influence.
  const std::vector<double> x = {0, 1, 2, 3, 4};
  const std::vector<double> y = {0.1, 0.9, 2.2, 2.9, 4.1};
  const LeastSquaresFit line = least_squares(
      [&](const std::vector<double>& p, std::vector<double>& r) {
        r.resize(x.size());
        for (std::size_t i = 0; i < x.size(); ++i)
          r[i] = p[0] + p[1] * x[i] - y[i];
        return true;
      },
      {5.0, -3.0, 7.0});
  EXPECT_NEAR(line.parameters[1], 1.0, 1e-7);
  EXPECT_NEAR(line.parameters[0], 0.04, 1e-7);
  double squares = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
    squares += std::pow(0.04 + x[i] - y[i], 2);
  EXPECT_NEAR(line.covariance[4], squares / 2.0 / 10.0, 1e-6) << "sum of (x - mean)^2 is 10, 5 points less 3 numbers";
  EXPECT_EQ(line.covariance[8], HUGE_VAL);
  const auto nowhere = [](const std::vector<double>&, std::vector<double>&) { return false; };
  EXPECT_THROW(least_squares(nowhere, {1.0}), InputError);
}

}  // namespace
}  // namespace memcosim
