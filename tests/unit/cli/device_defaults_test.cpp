// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_defaults.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "memcosim/cli/device_trace.hpp"
#include "memcosim/cli/device_waveform.hpp"

namespace memcosim::test {
namespace {

// vteam_multilevel: 10 kohm to 1 Mohm exponentially over 3 nm; set speed 1.6 mm/s (V / 0.9 V - 1)^3, reset speed 1.6 mm/s (V / 0.8 V -
// 1)^3.
constexpr double length_m = 3e-9;
constexpr double speed_m_per_s = 1.6e-3;
constexpr double pulse_s = 100e-9;

double position(double siemens) {
  return length_m * std::log(1e-4 / siemens) / std::log(100.0);
}

TEST(DeviceDefaults, AmplitudeIsTheWeakestOfItsGridThatCrosses) {
  const DeviceSource source = read_device_source("vteam_multilevel", {});
  const CellUse& use = source.use;
  const double span = use.g_max - use.g_min;
  for (const std::uint32_t count : {50u, 100u, 300u}) {
    const double set_m = length_m - position(use.g_min + 0.9 * span);  // from the high-resistance end
    const double reset_m = position(use.g_min + 0.1 * span);           // from the low-resistance end
    const double least_set = 0.9 * (1.0 + std::cbrt(set_m / (count * pulse_s * speed_m_per_s)));
    const double least_reset = 0.8 * (1.0 + std::cbrt(reset_m / (count * pulse_s * speed_m_per_s)));
    // The grid has 40 steps from the first to the limit of the preset, rounded up to three digits.
    const double set = crossing_amplitude(source, true, pulse_s, count);
    EXPECT_GE(set, least_set * (1.0 - 1e-9)) << count;
    EXPECT_LE(set, least_set + (use.set.limit_v - use.set.start_v) / 40.0 + 0.01) << count;
    const double reset = crossing_amplitude(source, false, pulse_s, count);
    EXPECT_GE(reset, least_reset * (1.0 - 1e-9)) << count;
    EXPECT_LE(reset, least_reset + (use.reset.limit_v - use.reset.start_v) / 40.0 + 0.01) << count;
  }
}

TEST(DeviceDefaults, CountIsTheNextRoundNumber) {
  const DeviceSource source = read_device_source("vteam_multilevel", {});
  const double set_m = length_m - position(source.use.g_min + 0.9 * (source.use.g_max - source.use.g_min));
  for (const auto& [needed, expected] : {std::pair{30.5, 100u}, {150.5, 200u}, {450.5, 500u}, {1999.5, 2000u}, {2000.5, 5000u}}) {
    const double volts = -0.9 * (1.0 + std::cbrt(set_m / (needed * pulse_s * speed_m_per_s)));
    EXPECT_EQ(crossing_count(source, true, volts, pulse_s), expected) << needed;
  }
  EXPECT_EQ(crossing_count(source, true, -0.5, pulse_s), 100u) << "below the threshold no number is enough";
}

/// Change of the conductance in one period.
double swing(const DeviceSource& source, double amplitude_v, double frequency_hz) {
  TraceSetup setup;
  setup.read_voltage_v = source.use.read_voltage_v;
  const DeviceTrace trace = trace_waveform(source.spec, setup, sine_wave(amplitude_v, frequency_hz, 1.0, 200));
  const auto [low, high] = std::minmax_element(trace.population.begin(), trace.population.end(),
                                               [](const PopulationRow& a, const PopulationRow& b) { return a.mean < b.mean; });
  return high->mean - low->mean;
}

TEST(DeviceDefaults, FrequencyIsTheHighestThatOpensTheLoop) {
  for (const char* name : {"vteam_multilevel", "vteam_multilevel_linear"}) {
    const DeviceSource source = read_device_source(name, {});
    const double wanted = 0.8 * (source.use.g_max - source.use.g_min);
    for (const double amplitude : {1.5, 2.5}) {
      const double frequency = loop_frequency(source, amplitude, pulse_s);
      EXPECT_GE(swing(source, amplitude, frequency), wanted) << name << amplitude;
      const double digit = frequency / std::pow(10.0, std::floor(std::log10(frequency * 1.0001)));
      const double next = frequency * (digit > 1.5 && digit < 3.0 ? 2.5 : 2.0);
      if (next <= 1.0 / (8.0 * pulse_s)) {
        EXPECT_LT(swing(source, amplitude, next), wanted) << name << amplitude;
      }
    }
  }
}

}  // namespace
}  // namespace memcosim::test
