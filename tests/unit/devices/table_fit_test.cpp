// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/table_fit.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/cells/step_table_cell.hpp"

#include "pulse_cells.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

// The truth of the trains: soft bounds of 0 and 100 uS approached by 2 % per pulse, and noise of a given quantile function. Trains turn
// around long before the bounds, so that nothing is clamped.
constexpr double top_s = 100e-6;
constexpr double pace = 0.02;
double mean_step(double g, bool up) {
  return up ? pace * (top_s - g) : -pace * g;
}
double normal_noise(double u) {
  return 0.4e-6 * normal_quantile(u);
}
/// Two kinds of pulses: a narrow one below, a wide one above. Mean (0.3 * -1 + 0.7 * 0.5) = 0.05 uS.
double two_kinds(double u) {
  return u < 0.3 ? -1e-6 + 0.1e-6 * (u / 0.3 - 0.5) : 0.5e-6 + 0.2e-6 * ((u - 0.3) / 0.7 - 0.5);
}

struct Measurement {
  int devices = 1;
  int cycles = 200;
  int pulses = 60;  ///< of each polarity
  double polarity = 1.0;
  std::function<double(double)> noise = normal_noise;
};

PulseTrains measure(const Measurement& m) {
  PulseTrains trains{"made.csv", {}};
  for (int d = 0; d < m.devices; ++d) {
    DevicePulses device{fmt::format("dev{}", d), {}};
    for (int c = 0; c < m.cycles; ++c) {
      double g = 20e-6;
      device.samples.push_back({c, 0, 0.0, g});
      for (int i = 1; i <= 2 * m.pulses; ++i) {
        const bool up = i <= m.pulses;
        const double u = random_uniform(
            77, {Purpose::dataset, static_cast<std::uint32_t>(d), static_cast<std::uint32_t>(c), static_cast<std::uint64_t>(i), 0});
        g += mean_step(g, up) + m.noise(u);
        device.samples.push_back({c, i, m.polarity * (up ? 1.2 : -1.1), g});
      }
    }
    trains.devices.push_back(device);
  }
  return trains;
}

std::string csv(const PulseTrains& trains) {
  std::string text = "device,cycle,pulse,voltage_v,conductance_s\n";
  for (const DevicePulses& device : trains.devices) {
    for (const PulseSample& s : device.samples)
      text += fmt::format("{},{},{},{},{}\n", device.name, s.cycle, s.pulse, s.voltage_v, s.conductance_s);
  }
  return text;
}

/// Number of steps of one polarity that start within a window, and where: for the standard errors.
double steps_within(const PulseTrains& trains, bool up, double g, double half_width) {
  double count = 0.0;
  for (const DevicePulses& device : trains.devices) {
    for (std::size_t i = 1; i < device.samples.size(); ++i) {
      if (device.samples[i].cycle != device.samples[i - 1].cycle || (device.samples[i].voltage_v > 0.0) != up) continue;
      if (std::fabs(device.samples[i - 1].conductance_s - g) < half_width) count += 1.0;
    }
  }
  return count;
}

TEST(TableFit, RecoversTheModelThatMadeTheTrains) {
  const PulseTrains trains = measure({});
  FitOptions options;
  options.grid_points = 21;
  const TableFit fit = fit_step_tables(trains, options);
  ASSERT_EQ(fit.devices.size(), 1u);
  EXPECT_FALSE(fit.inverted);
  for (const PolarityReport* polarity : {&fit.pool.set, &fit.pool.reset}) {
    const bool up = polarity == &fit.pool.set;
    EXPECT_EQ(polarity->samples, 200u * 60u);
    EXPECT_EQ(polarity->trains, 200u);
    EXPECT_NEAR(polarity->mean_voltage_v, up ? 1.2 : -1.1, 1e-12);
    for (std::size_t k = 0; k < polarity->g_s.size(); ++k) {
      const double g = polarity->g_s[k];
      // Triangular weights: variance of a mean is 4/3 of that of as many equal weights; four times that for a line at a window's edge. The
      // true mean is a line, so a local line has no bias.
      const double count = steps_within(trains, up, g, polarity->window_s[k]);
      ASSERT_GE(count, 30.0);
      const bool edge = k < 2 || k + 3 > polarity->g_s.size();
      const double error = 0.4e-6 * std::sqrt((edge ? 16.0 : 4.0) / 3.0 / count);
      EXPECT_NEAR(polarity->mean_s[k], mean_step(g, up), 5.0 * error) << k << (up ? " set" : " reset");
      EXPECT_NEAR(polarity->sigma_s[k], 0.4e-6, 5.0 * error / std::sqrt(2.0) + 0.01 * 0.4e-6) << k << (up ? " set" : " reset");
    }
    EXPECT_NEAR(polarity->residual_mean_s, 0.0, 5.0 * 0.4e-6 / std::sqrt(12000.0));
    EXPECT_NEAR(polarity->residual_sigma_s, 0.4e-6, 5.0 * 0.4e-6 / std::sqrt(24000.0));
    EXPECT_LT(polarity->ks_distance, polarity->ks_limit);
    EXPECT_GT(polarity->ks_distance, 0.0);
  }
}

TEST(TableFit, KeepsADistributionOfTwoKinds) {
  Measurement measurement;
  measurement.noise = two_kinds;
  FitOptions options;
  options.grid_points = 11;
  const TableFit fit = fit_step_tables(measure(measurement), options);
  EXPECT_LT(fit.pool.set.ks_distance, fit.pool.set.ks_limit);
  const StepCurves& set = fit.pooled.devices.front().set;
  // Quantiles in the middle of the range: 15 % is the middle of the lower kind, 65 % of the upper one.
  const std::size_t k = 5;
  const double g = set.g_s[k];
  EXPECT_NEAR(set.dg_s[k][15], mean_step(g, true) - 1e-6, 0.03e-6);
  EXPECT_NEAR(set.dg_s[k][65], mean_step(g, true) + 0.5e-6, 0.03e-6);
  // Nothing between the kinds but the jump itself.
  EXPECT_LT(set.dg_s[k][27], mean_step(g, true) - 0.9e-6);
  EXPECT_GT(set.dg_s[k][33], mean_step(g, true) + 0.35e-6);
}

TEST(TableFit, TheDistanceTellsAWrongTable) {
  Measurement narrow;
  Measurement wide;
  wide.noise = [](double u) { return 1.25 * normal_noise(u); };
  Measurement others;  // the same law, other draws
  others.devices = 2;
  const TableFit fit = fit_step_tables(measure(narrow), {});
  const DeviceStepTable& table = fit.pooled.devices.front();
  const DeviceMatch same = match_table(table, measure(others).devices[1], {});
  const DeviceMatch wrong = match_table(table, measure(wide).devices[0], {});
  for (const auto& [right, off] : {std::pair{same.set, wrong.set}, std::pair{same.reset, wrong.reset}}) {
    EXPECT_GT(right.compared, 10000u);
    EXPECT_LT(right.ks_distance, right.ks_limit);
    EXPECT_GT(off.ks_distance, off.ks_limit);
    EXPECT_NEAR(off.residual_sigma_s, 0.5e-6, 0.02e-6);
  }
  // Every step 0.1 sigma longer: the mean tells, and the distance.
  wide.noise = [](double u) { return normal_noise(u) + 0.04e-6; };
  const DeviceMatch longer = match_table(table, measure(wide).devices[0], {});
  EXPECT_NEAR(longer.set.residual_mean_s, 0.04e-6, 5.0 * 0.4e-6 * std::sqrt(2.0 / 12000.0));
  EXPECT_GT(longer.set.ks_distance, longer.set.ks_limit);
}

TEST(TableFit, WithoutNoiseTheLineIsExactAtEitherAbscissa) {
  Measurement measurement;
  measurement.noise = [](double) { return 0.0; };
  FitOptions options;
  for (const bool middle : {false, true}) {
    options.abscissa = middle ? FitOptions::Abscissa::middle : FitOptions::Abscissa::before;
    const TableFit fit = fit_step_tables(measure(measurement), options);
    for (const PolarityReport* polarity : {&fit.pool.set, &fit.pool.reset}) {
      const bool up = polarity == &fit.pool.set;
      for (std::size_t k = 0; k < polarity->g_s.size(); ++k) {
        // With the middle M = G + dG / 2, the line pace (top - G) is pace (top - M) / (1 - pace / 2); likewise down.
        const double wanted = mean_step(polarity->g_s[k], up) / (middle ? 1.0 - 0.5 * pace : 1.0);
        EXPECT_NEAR(polarity->mean_s[k], wanted, 1e-9 * 1e-6) << k << middle << up;
        EXPECT_NEAR(polarity->sigma_s[k], 0.0, 1e-9 * 1e-6) << k << middle << up;
      }
    }
  }
}

TEST(TableFit, PooledDevicesKeepTheirOwnTables) {
  PulseTrains mixed = measure({});
  Measurement wide;
  wide.noise = [](double u) { return 2.0 * normal_noise(u); };
  mixed.devices.push_back(measure(wide).devices.front());
  mixed.devices.back().name = "wide";
  const TableFit fit = fit_step_tables(mixed, {});
  ASSERT_EQ(fit.devices.size(), 2u);
  EXPECT_NEAR(fit.devices[0].set.residual_sigma_s, 0.4e-6, 0.02e-6);
  EXPECT_NEAR(fit.devices[1].set.residual_sigma_s, 0.8e-6, 0.04e-6);
  EXPECT_NEAR(fit.pool.set.residual_sigma_s, std::sqrt(0.5) * std::hypot(0.4e-6, 0.8e-6), 0.03e-6);
  EXPECT_LT(fit.pool.set.ks_distance, fit.pool.set.ks_limit);
}

TEST(TableFit, FromCsvToFileToCell) {
  const test::TemporaryFolder folder;
  Measurement measurement;
  measurement.devices = 3;
  test::put(folder.path() / "trains.csv", csv(measure(measurement)));
  const TableFit fit = fit_step_tables(read_pulse_trains(folder.path() / "trains.csv"), {});
  EXPECT_THAT(fit.per_device.provenance, HasSubstr("trains.csv"));
  test::put(folder.path() / "tables.json", to_json(fit.per_device));
  const auto document =
      ConfigDocument::from_text("{model: step_table, tables: tables.json, parameters: {v_set: 1 V}}", "d.yaml", {}, folder.path());
  const CellSpec spec = read_cell_spec(document.root());
  document.finish();
  ASSERT_EQ(spec.tables->devices.size(), 3u);
  for (std::size_t d = 0; d < 3; ++d) {
    const CellParameters p(spec.parameters.data(), 0.1, spec.tables->devices[d].data());
    const double g = 0.5 * (StepTableCell::state_low(p) + StepTableCell::state_high(p));
    for (const int towards : {1, -1}) {
      const Sample sample = changes_of<StepTableCell>(p, g, towards);
      const PolarityReport& report = towards > 0 ? fit.devices[d].set : fit.devices[d].reset;
      const double spacing = report.g_s[1] - report.g_s[0];
      const double count = steps_within(measure(measurement), towards > 0, g, spacing) / 3.0;
      const double error = 0.4e-6 * std::sqrt(4.0 / 3.0 / count);  // of the table; that of the sample is far below
      EXPECT_NEAR(sample.mean, mean_step(g, towards > 0), 5.0 * error) << d;
      EXPECT_NEAR(sample.sigma, 0.4e-6, 5.0 * error / std::sqrt(2.0) + 0.01 * 0.4e-6) << d;
    }
  }
}

TEST(TableFit, ATrainOfTheCellMakesItsOwnTableAgain) {
  // Trains drawn from a fitted table, fitted again: the same curves within the statistics.
  const TableFit first = fit_step_tables(measure({}), {});
  const StepTables tables = make_step_tables(first.pooled.devices);
  const auto parameters = default_cell_spec("step_table").parameters;
  const CellParameters p(parameters.data(), 0.1, tables.devices.front().data());
  PulseTrains again{"again", {{"d", {}}}};
  for (int c = 0; c < 200; ++c) {
    double g = 20e-6;
    again.devices[0].samples.push_back({c, 0, 0.0, g});
    for (int i = 1; i <= 120; ++i) {
      g = after_pulse<StepTableCell>(p, g, i <= 60 ? 1 : -1, {5, 1, static_cast<std::uint32_t>(c), static_cast<std::uint64_t>(i)});
      again.devices[0].samples.push_back({c, i, i <= 60 ? 1.5 : -1.5, g});
    }
  }
  const TableFit second = fit_step_tables(again, {});
  double difference = 0.0;
  for (std::size_t k = 10; k < 41; ++k) {
    const double g = second.pool.set.g_s[k];
    difference += (second.pool.set.mean_s[k] - mean_step(g, true)) / 31.0;
  }
  // 31 windows that overlap by half over some 7000 steps of each fit.
  EXPECT_NEAR(difference, 0.0, 5.0 * 0.4e-6 * std::sqrt(2.0 / 3500.0));
}

TEST(TableFit, IsTheSameWhateverTheOrderOfRows) {
  const PulseTrains trains = measure({2, 40, 60, 1.0, normal_noise});
  std::string text = csv(trains);
  std::vector<std::string> lines;
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::reverse(lines.begin(), lines.end());
  std::string reversed = "note,conductance_s,pulse,cycle,voltage_v,device\r\n";
  for (const std::string& line : lines) {
    std::vector<std::string> f;
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.find(',', at), line.size());
      f.push_back(line.substr(at, end - at));
      at = end + 1;
    }
    reversed += fmt::format("\"a, \"\"b\"\"\",{},{}, {} ,+{},\"{}\"\r\n", f[4], f[2], f[1], f[3][0] == '-' ? "0" : f[3], f[0]);
  }
  // Only the positive polarity survives "+-1.1"; compare what was read of it.
  const PulseTrains straight = parse_pulse_trains(text, "a");
  const PulseTrains back = parse_pulse_trains(reversed, "b");
  ASSERT_EQ(back.devices.size(), 2u);
  EXPECT_EQ(back.devices[0].name, "dev1");  // in order of appearance
  for (std::size_t i = 0; i < straight.devices[0].samples.size(); ++i) {
    const PulseSample& one = straight.devices[0].samples[i];
    const PulseSample& other = back.devices[1].samples[i];
    ASSERT_EQ(one.cycle, other.cycle);
    ASSERT_EQ(one.pulse, other.pulse);
    ASSERT_EQ(one.conductance_s, other.conductance_s);
    ASSERT_EQ(std::fmax(one.voltage_v, 0.0), other.voltage_v);
  }
}

TEST(TableFit, StrayReadsDoNotStretchTheRange) {
  PulseTrains trains = measure({});
  const TableFit clean = fit_step_tables(trains, {});
  trains.devices[0].samples[70].conductance_s = 95e-6;
  trains.devices[0].samples[200].conductance_s = 0.0;
  const TableFit fit = fit_step_tables(trains, {});
  EXPECT_NEAR(fit.pool.set.g_s.back(), clean.pool.set.g_s.back(), 1e-6);
  EXPECT_NEAR(fit.pool.set.g_s.front(), clean.pool.set.g_s.front(), 1e-6);
  EXPECT_NEAR(fit.pool.range.low, clean.pool.range.low, 1e-6);
  EXPECT_NEAR(fit.pool.range.high, clean.pool.range.high, 1e-6);
  FitOptions all;
  all.trim = 0.0;
  EXPECT_EQ(fit_step_tables(trains, all).pool.reset.g_high_s, 95e-6);
}

TEST(TableFit, InvertedDevicesAreTurnedRound) {
  Measurement measurement;
  measurement.polarity = -1.0;
  const TableFit inverted = fit_step_tables(measure(measurement), {});
  const TableFit straight = fit_step_tables(measure({}), {});
  EXPECT_TRUE(inverted.inverted);
  EXPECT_EQ(inverted.pooled.devices.front().set.dg_s, straight.pooled.devices.front().set.dg_s);
  EXPECT_LT(inverted.pool.set.mean_voltage_v, 0.0);
  EXPECT_THAT(inverted.warnings, ::testing::Contains(HasSubstr("negative voltage raise")));
}

TEST(TableFit, WarnsOfGapsAmplitudesAndThinData) {
  PulseTrains trains = measure({2, 40, 60, 1.0, normal_noise});
  auto& first = trains.devices[0].samples;
  first.erase(first.begin() + 30);
  first[50].voltage_v = 1.5;
  trains.devices.push_back({"short", {{0, 0, 0.0, 1e-6}, {0, 1, 1.0, 2e-6}, {0, 2, -1.0, 1e-6}}});
  FitOptions options;
  options.grid_points = 201;
  const TableFit fit = fit_step_tables(trains, options);
  EXPECT_EQ(fit.devices.size(), 2u);
  EXPECT_EQ(fit.devices[0].set.samples, 40u * 60u - 2u);
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("'dev0': 1 gaps")));
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("pulses of 1.2 V to 1.5 V")));
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("device 'short' has no table of its own: 1 steps")));
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("windows were widened")));
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

/// Trains without noise: raising pulses from 10 uS, lowering ones from 90 uS, in cycles of their own.
PulseTrains separate_ranges() {
  PulseTrains trains{"made.csv", {{"d0", {}}}};
  auto& samples = trains.devices[0].samples;
  for (int cycle = 0; cycle < 10; ++cycle) {
    double up = 10e-6;
    double down = 90e-6;
    for (int pulse = 0; pulse <= 40; ++pulse) {
      samples.push_back({2 * cycle, pulse, pulse == 0 ? 0.0 : 1.2, up, 0, 1e-7});
      up += mean_step(up, true);
    }
    for (int pulse = 0; pulse <= 40; ++pulse) {
      samples.push_back({2 * cycle + 1, pulse, pulse == 0 ? 0.0 : -1.1, down, 0, 3e-7});
      down += mean_step(down, false);
    }
  }
  return trains;
}

TEST(TableFit, EachPolarityKeepsItsRange) {
  const TableFit fit = fit_step_tables(separate_ranges(), {});
  const DeviceStepTable& table = fit.per_device.devices.front();
  const double top = 100e-6 - 90e-6 * std::pow(1.0 - pace, 40);
  const double bottom = 90e-6 * std::pow(1.0 - pace, 40);
  EXPECT_NEAR(table.range->low, 10e-6, 1e-12);
  EXPECT_NEAR(table.range->high, 90e-6, 1e-12);
  EXPECT_NEAR(table.set.g_s.front(), 10e-6, 1e-12);
  EXPECT_NEAR(table.set.g_s.back(), 100e-6 - 90e-6 * std::pow(1.0 - pace, 39), 1e-12);
  EXPECT_NEAR(table.reset.g_s.back(), 90e-6, 1e-12);
  EXPECT_LT(table.set.g_s.back(), top);
  EXPECT_GT(table.reset.g_s.front(), bottom);
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("set: measured from 10 uS to")));
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("reset: measured from")));
  // The pulses are kept.
  EXPECT_NEAR(fit.per_device.measured.set_voltage_v, 1.2, 1e-12);
  EXPECT_NEAR(fit.per_device.measured.reset_voltage_v, 1.1, 1e-12);
  EXPECT_NEAR(fit.per_device.measured.set_duration_s, 1e-7, 1e-20);
  EXPECT_NEAR(fit.pooled.measured.reset_duration_s, 3e-7, 1e-20);
  // A cell goes all the way that was measured.
  const StepTables tables = make_step_tables(fit.per_device.devices);
  const auto parameters = default_cell_spec("step_table").parameters;
  const CellParameters p(parameters.data(), 0.1, tables.devices.front().data());
  double g = 90e-6;
  for (int i = 0; i < 40; ++i)
    g = after_pulse<StepTableCell>(p, g, -1, {1, 1, 1, static_cast<std::uint64_t>(i)});
  EXPECT_NEAR(g, bottom, 0.01e-6);
  g = 10e-6;
  for (int i = 0; i < 40; ++i)
    g = after_pulse<StepTableCell>(p, g, 1, {1, 1, 1, static_cast<std::uint64_t>(i)});
  EXPECT_NEAR(g, top, 0.01e-6);
}

TEST(TableFit, TheLastPulseOfATrainIsWithinTheRange) {
  // Up from 15 uS and down below it: the lowest conductance is one that no pulse started at.
  PulseTrains trains{"made.csv", {{"d0", {}}}};
  for (int cycle = 0; cycle < 10; ++cycle) {
    double g = 15e-6;
    trains.devices[0].samples.push_back({cycle, 0, 0.0, g});
    for (int i = 1; i <= 100; ++i) {
      g += i <= 50 ? mean_step(g, true) : -1.1 * pace * g;
      trains.devices[0].samples.push_back({cycle, i, i <= 50 ? 1.0 : -1.0, g});
    }
  }
  const double last = trains.devices[0].samples.back().conductance_s;
  const TableFit fit = fit_step_tables(trains, {});
  EXPECT_EQ(fit.per_device.devices.front().range->low, std::min(last, 15e-6));
  EXPECT_EQ(fit.per_device.measured.set_duration_s, 0.0) << "not known";
}

TEST(TableFit, FewStepsAreFittedAndSaidToBeFew) {
  PulseTrains trains{"made.csv", {{"d0", {}}}};
  double g = 15e-6;
  for (int i = 0; i <= 20; ++i) {
    trains.devices[0].samples.push_back({0, i, 1.0, g});
    g += 4.0 * mean_step(g, true) * (1.0 + 0.5 * std::sin(g * 1e5));  // no straight line
  }
  const TableFit fit = fit_step_tables(trains, {});
  const PolarityReport& set = fit.pool.set;
  for (std::size_t k = 5; k + 5 < set.g_s.size(); ++k) {
    const double wanted = 4.0 * mean_step(set.g_s[k], true) * (1.0 + 0.5 * std::sin(set.g_s[k] * 1e5));
    EXPECT_NEAR(set.mean_s[k], wanted, 0.1 * wanted) << set.g_s[k];
  }
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("20 steps alone")));
  EXPECT_THAT(fit.warnings, ::testing::Contains(HasSubstr("reset: no pulse of this polarity was measured")));
  // One step is one step everywhere.
  trains.devices[0].samples.resize(2);
  const TableFit alone = fit_step_tables(trains, {});
  const double step = trains.devices[0].samples[1].conductance_s - 15e-6;
  for (const std::vector<double>& row : alone.pooled.devices.front().set.dg_s)
    EXPECT_NEAR(row[50], step, 1e-18);
  for (const double mean : alone.pool.set.mean_s)
    EXPECT_NEAR(mean, step, 1e-18) << "also where the step lies at the very edge of a grid point's window";
}

TEST(TableFit, RefusesWhatCannotBeFitted) {
  const auto fit_of = [](const PulseTrains& trains, const FitOptions& options = {}) {
    return refusal([&] { fit_step_tables(trains, options); });
  };
  PulseTrains trains = measure({1, 1, 60, 1.0, normal_noise});
  EXPECT_EQ(fit_of(trains), "accepted");
  for (PulseSample& sample : trains.devices[0].samples)
    sample.voltage_v = std::fabs(sample.voltage_v);
  EXPECT_EQ(fit_of(trains), "accepted") << "one polarity is a table that makes no steps the other way";
  for (PulseSample& sample : trains.devices[0].samples)
    sample.voltage_v = 0.0;
  EXPECT_THAT(fit_of(trains), HasSubstr("made.csv: no step (a step is two rows of consecutive pulses of a cycle)"));
  trains = measure({1, 1, 60, 1.0, normal_noise});
  for (PulseSample& sample : trains.devices[0].samples)
    sample.conductance_s = 1e-6;
  EXPECT_THAT(fit_of(trains), HasSubstr("pulses of positive voltage all start at 1 uS and do not move it"));
  trains = measure({1, 1, 60, 1.0, normal_noise});
  FitOptions options;
  options.grid_points = 1;
  EXPECT_THAT(fit_of(trains, options), HasSubstr("grid points"));
  options = {};
  options.cdf_points = 5000;
  EXPECT_THAT(fit_of(trains, options), HasSubstr("CDF points"));
  options = {};
  options.bandwidth = 0.1;
  EXPECT_THAT(fit_of(trains, options), HasSubstr("bandwidth"));
  options = {};
  options.trim = 0.6;
  EXPECT_THAT(fit_of(trains, options), HasSubstr("trim"));
}

TEST(PulseTrains, FaultsNameFileAndLine) {
  const auto fault = [](const std::string& text) { return refusal([&] { parse_pulse_trains(text, "f.csv"); }); };
  const std::string head = "device,cycle,pulse,voltage_v,conductance_s\n";
  EXPECT_EQ(fault("# measured\n\n" + head + "a,0,0,0,1e-6\n"), "accepted");
  EXPECT_EQ(fault("\xef\xbb\xbf" + head + "a,0,0,0,1e-6"), "accepted");
  EXPECT_THAT(fault(""), HasSubstr("f.csv: empty"));
  EXPECT_THAT(fault(head), HasSubstr("f.csv: no rows"));
  EXPECT_THAT(fault("device,cycle,pulse,voltage_v\n"), HasSubstr("has no column conductance_s"));
  EXPECT_THAT(fault("device,cycle,cycle,pulse,voltage_v,conductance_s\n"), HasSubstr("more than one column cycle"));
  EXPECT_THAT(fault(head + "a,0,0,0,1e-6\na,0,x,0,1e-6\n"), HasSubstr("f.csv:3: pulse is 'x', expected a whole number"));
  EXPECT_THAT(fault(head + "# note\na,0,1.5,0,1e-6\n"), HasSubstr("f.csv:3: pulse is '1.5'"));
  EXPECT_THAT(fault(head + "a,0,0,1 V,1e-6\n"), HasSubstr("voltage_v is '1 V', expected a finite number without unit"));
  EXPECT_THAT(fault(head + "a,0,0,0,-1e-6\n"), HasSubstr("conductance_s is -1e-6"));
  EXPECT_THAT(fault(head + "a,0,0,0,nan\n"), HasSubstr("conductance_s"));
  EXPECT_THAT(fault(head + "a,0,0,inf,1e-6\n"), HasSubstr("voltage_v is 'inf'"));
  EXPECT_THAT(fault(head + "a,0,0,0\n"), HasSubstr("f.csv:2: 4 fields, the header has 5"));
  EXPECT_THAT(fault(head + "\"a,0,0,0,1\n"), HasSubstr("closing quote"));
  EXPECT_THAT(fault(head + "\"a\"b,0,0,0,1\n"), HasSubstr("after a closing quote"));
  EXPECT_THAT(fault(head + ",0,0,0,1e-6\n"), HasSubstr("no name"));
  EXPECT_THAT(fault(head + "a,0,1,0,1e-6\na,0,1,0,2e-6\n"),
              HasSubstr("f.csv:3: device 'a' has two rows for cycle 0, pulse 1, the other in line 2"));
  EXPECT_THROW(read_pulse_trains("/nonexistent/trains.csv"), InputError);
}

}  // namespace
}  // namespace memcosim
