// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_trace.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/cli/device_report.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"

#include "html_check.hpp"

namespace memcosim::test {
namespace {

CellSpec varied_multilevel() {
  CellSpec spec = preset_cell_spec("vteam_multilevel");
  const CellModel& model = cell_model(spec.model);
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    if (std::string(model.parameters[i].name) == "r_off") {
      spec.variations.push_back({i, Distribution::log_normal, 0.2, model.parameters[i].range.low, model.parameters[i].range.high});
    }
  }
  return spec;
}

TEST(DeviceTrace, AResistorObeysOhmAndJoule) {
  const CellSpec spec = preset_cell_spec("ohmic_ideal");
  TraceSetup setup;
  setup.read_voltage_v = 0.2;
  setup.targets_s = {30e-6};
  const Waveform wave = sine_wave(0.5, 1e3, 2.0, 100);
  const DeviceTrace trace = trace_waveform(spec, setup, wave);
  ASSERT_EQ(trace.steps.size(), wave.size() + 1);
  double total = 0.0;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const TraceRow& row = trace.devices[0][i];
    EXPECT_NEAR(row.siemens, 30e-6, 1e-18);
    EXPECT_NEAR(row.amperes, 30e-6 * trace.steps[i].volts, 1e-18) << i;
    total += row.energy_j;
  }
  // The mean of sin^2 over whole periods is 1/2, also of its equally spaced samples: G V^2 t / 2.
  EXPECT_NEAR(total, 30e-6 * 0.25 * 2e-3 / 2.0, 1e-13 * total + 1e-20);
  EXPECT_NEAR(trace.steps.back().time_s, 2e-3, 1e-12);
}

TEST(DeviceTrace, PulsesBelowTheBoundsFollowTheClosedForm) {
  const CellSpec spec = preset_cell_spec("vteam_multilevel");
  TraceSetup setup;
  setup.read_voltage_v = 0.2;
  const DeviceTrace trace = trace_waveform(spec, setup, pulse_train({{-1.2, 1e-7}, {1.2, 1e-7}, 30, 20, 50, 1e-6}));
  // VTEAM at constant voltage: speed k (v / v_threshold - 1)^3, exponential resistance from 10 kohm to 1 Mohm over 3 nm.
  double position = 3e-9;
  double time_s = 0.0;
  for (std::size_t i = 1; i <= 50; ++i) {
    const bool set = i <= 30;
    const double from = position;
    position += (set ? -1.6e-3 * std::pow(1.2 / 0.9 - 1.0, 3) : 1.6e-3 * std::pow(1.2 / 0.8 - 1.0, 3)) * 1e-7;
    position = std::fmin(position, 3e-9);
    const auto siemens = [](double x) { return 1e-4 * std::pow(100.0, -x / 3e-9); };
    const TraceRow& row = trace.devices[0][i];
    EXPECT_NEAR(row.state, position, 1e-12 * 3e-9) << i;
    EXPECT_NEAR(row.siemens, siemens(position), 1e-11 * row.siemens) << i;
    EXPECT_NEAR(row.amperes, (set ? -1.2 : 1.2) * row.siemens, 1e-12 * std::fabs(row.amperes)) << i;
    if (std::fabs(position - from) > 0.0 && position < 3e-9) {
      // The conductance is an exponential of the time: its mean is the difference over the logarithm of the ratio.
      const double mean = (siemens(position) - siemens(from)) / std::log(siemens(position) / siemens(from));
      EXPECT_NEAR(row.energy_j, 1.44 * mean * 1e-7, 1e-9 * row.energy_j) << i;
    }
    time_s += 1e-7;
    EXPECT_NEAR(trace.steps[i].time_s, time_s, 1e-15);
    time_s += 1e-6;
  }
}

TEST(DeviceTrace, PopulationIsThatOfAllDevices) {
  const CellSpec spec = varied_multilevel();
  constexpr std::uint32_t devices = 201;
  TraceSetup setup;
  setup.devices = devices;
  setup.traced = devices;
  setup.seed = 5;
  setup.read_voltage_v = 0.2;
  const DeviceTrace trace = trace_waveform(spec, setup, pulse_train({{-1.2, 1e-7}, {1.2, 1e-7}, 5, 5, 10, 0.0}));
  for (std::size_t step = 0; step < trace.steps.size(); ++step) {
    std::vector<double> values;
    double energy = 0.0;
    for (const auto& device : trace.devices) {
      values.push_back(device[step].siemens);
      energy += device[step].energy_j;
    }
    std::sort(values.begin(), values.end());
    double mean = 0.0;
    double square = 0.0;
    for (const double value : values) {
      mean += value / devices;
      square += value * value / devices;
    }
    const PopulationRow& row = trace.population[step];
    EXPECT_NEAR(row.mean, mean, 1e-12 * mean);
    EXPECT_NEAR(row.sigma, std::sqrt(square - mean * mean), 1e-9 * mean);
    EXPECT_EQ(row.low, values.front());
    EXPECT_EQ(row.q05, values[10]);
    EXPECT_EQ(row.q25, values[50]);
    EXPECT_EQ(row.median, values[100]);
    EXPECT_EQ(row.q75, values[150]);
    EXPECT_EQ(row.q95, values[190]);
    EXPECT_EQ(row.high, values.back());
    EXPECT_NEAR(row.energy_j, energy / devices, 1e-12 * row.energy_j);
  }
  EXPECT_GT(trace.population.front().sigma, 0.1 * trace.population.front().mean);
}

TEST(DeviceTrace, DevicesThatAreAlikeHaveNoSpread) {
  TraceSetup setup;
  setup.devices = 1000;
  setup.targets_s.assign(1000, 5e-5);
  const DeviceTrace trace =
      trace_waveform(preset_cell_spec("vteam_multilevel"), setup, pulse_train({{-1.2, 1e-7}, {1.2, 1e-7}, 5, 5, 10, 0.0}));
  for (const PopulationRow& row : trace.population) {
    EXPECT_EQ(row.mean, row.low);
    EXPECT_EQ(row.mean, row.high);
    EXPECT_EQ(row.sigma, 0.0);
  }
}

TEST(DeviceTrace, ADeviceIsTheSameAloneAndAmongOthers) {
  const CellSpec spec = varied_multilevel();
  TraceSetup setup;
  setup.seed = 9;
  setup.read_voltage_v = 0.2;
  const Waveform wave = pulse_train({{-1.2, 1e-7}, {1.2, 1e-7}, 5, 5, 10, 0.0});
  setup.devices = 3;
  setup.traced = 3;
  const DeviceTrace few = trace_waveform(spec, setup, wave);
  setup.devices = 40;
  setup.traced = 3;
  const DeviceTrace many = trace_waveform(spec, setup, wave);
  for (std::size_t device = 0; device < 3; ++device) {
    for (std::size_t step = 0; step < few.steps.size(); ++step) {
      EXPECT_EQ(few.devices[device][step].state, many.devices[device][step].state);
      EXPECT_EQ(few.devices[device][step].siemens, many.devices[device][step].siemens);
    }
  }
}

TEST(DeviceTrace, RetentionGroupsKeepTheirTargetsWithoutDrift) {
  TraceSetup setup;
  setup.devices = 7;
  setup.traced = 2;
  setup.read_voltage_v = 0.2;
  setup.groups = 3;
  for (std::uint32_t i = 0; i < setup.devices; ++i)
    setup.targets_s.push_back(1e-5 * (1.0 + i % 3));
  const DeviceTrace trace = trace_retention(preset_cell_spec("ohmic_ideal"), setup, {0.0, 1.0, 100.0});
  ASSERT_EQ(trace.population.size(), 9u);
  for (const PopulationRow& row : trace.population) {
    EXPECT_NEAR(row.mean, 1e-5 * (1.0 + static_cast<double>(row.group)), 1e-18);
    EXPECT_NEAR(row.sigma, 0.0, 1e-18);
  }
  EXPECT_EQ(trace.steps[2].time_s, 100.0);
  EXPECT_NEAR(trace.devices[1][2].amperes, 0.2 * 2e-5, 1e-18);
}

TEST(DeviceTrace, TracesThatNobodyCanReadAreRefused) {
  TraceSetup setup;
  setup.devices = 1000;
  setup.traced = 1000;
  EXPECT_THROW(trace_waveform(preset_cell_spec("ohmic_ideal"), setup, sine_wave(0.1, 1e3, 10.0, 1000)), InputError);
}

TEST(DeviceTrace, PlotsOfEveryKindAreSound) {
  TraceSetup setup;
  setup.devices = 20;
  setup.traced = 10;
  setup.read_voltage_v = 0.2;
  const CellSpec spec = varied_multilevel();
  std::vector<Plot> plots = pulse_plots(trace_waveform(spec, setup, pulse_train({{-1.2, 1e-7}, {1.2, 1e-7}, 5, 5, 10, 0.0})), "a & b");
  const std::vector<Plot> loops = loop_plots(trace_waveform(spec, setup, sine_wave(2.0, 1e5, 2.0, 50)), "a & b");
  setup.targets_s.assign(20, 2e-5);
  setup.groups = 4;
  const std::vector<Plot> ages = retention_plots(trace_retention(spec, setup, {0.0, 1.0, 10.0}), "a & b");
  plots.insert(plots.end(), loops.begin(), loops.end());
  plots.insert(plots.end(), ages.begin(), ages.end());
  StatisticGroup summary;
  summary.group("numbers").add_count("devices", 20, "devices simulated");
  const std::string page =
      render_device_page({"a & b", "memcosim <device>", "plots", plots, {"a < b"}, &summary, "device.yaml", "a: [1, \"<\"]"});
  EXPECT_EQ(markup_fault(page), "");
  EXPECT_EQ(occurrences(page, "<figure"), plots.size());
}

}  // namespace
}  // namespace memcosim::test
