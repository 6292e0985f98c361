// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_waveform.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

double charge(const Waveform& wave) {
  double sum = 0.0;
  for (const WaveStep& step : wave)
    sum += step.volts * step.seconds;
  return sum;
}

TEST(DeviceWaveform, SineIsSampledAtTheStartOfEachStep) {
  const Waveform wave = sine_wave(2.0, 50.0, 1.5, 8);
  ASSERT_EQ(wave.size(), 12u);
  const double half = std::sqrt(0.5);
  const double expected[] = {0.0, 2.0 * half, 2.0, 2.0 * half, 0.0, -2.0 * half, -2.0, -2.0 * half, 0.0, 2.0 * half, 2.0, 2.0 * half};
  for (std::size_t i = 0; i < wave.size(); ++i) {
    EXPECT_NEAR(wave[i].volts, expected[i], 1e-15) << i;
    EXPECT_DOUBLE_EQ(wave[i].seconds, 0.02 / 8.0);
  }
  EXPECT_NEAR(charge(sine_wave(2.0, 50.0, 3.0, 1000)), 0.0, 1e-15) << "whole periods carry no flux";
}

TEST(DeviceWaveform, TriangleGoesStraightFromPeakToPeak) {
  const Waveform wave = triangle_wave(1.0, 1.0, 1.0, 8);
  const double expected[] = {0.0, 0.5, 1.0, 0.5, 0.0, -0.5, -1.0, -0.5};
  ASSERT_EQ(wave.size(), 8u);
  for (std::size_t i = 0; i < wave.size(); ++i)
    EXPECT_DOUBLE_EQ(wave[i].volts, expected[i]) << i;
}

TEST(DeviceWaveform, PulseTrainRepeatsItsPattern) {
  const Waveform wave = pulse_train({{1.0, 1e-7}, {-2.0, 2e-7}, 2, 1, 7, 5e-7});
  const double volts[] = {1.0, 1.0, -2.0, 1.0, 1.0, -2.0, 1.0};
  ASSERT_EQ(wave.size(), 7u);
  for (std::size_t i = 0; i < wave.size(); ++i) {
    EXPECT_EQ(wave[i].volts, volts[i]) << i;
    EXPECT_EQ(wave[i].seconds, volts[i] > 0.0 ? 1e-7 : 2e-7);
    EXPECT_EQ(wave[i].pause_s, 5e-7);
  }
}

TEST(DeviceWaveform, RefusesWhatNoModelIsMadeFor) {
  EXPECT_THROW(sine_wave(10.1, 1.0, 1.0, 100), InputError);
  EXPECT_THROW(sine_wave(1.0, 1e12, 1.0, 100), InputError) << "steps below 1 ps";
  EXPECT_THROW(sine_wave(1.0, 1e-3, 1.0, 100), InputError) << "steps above 1 s";
  EXPECT_THROW(sine_wave(1.0, 1.0, 0.0, 100), InputError);
  EXPECT_THROW(sine_wave(1.0, 1.0, 1.0, 3), InputError);
  EXPECT_THROW(sine_wave(1.0, 1.0, 1e6, 1000), InputError) << "too many steps";
  EXPECT_THROW(pulse_train({{1.0, 1e-7}, {-1.0, 1e-7}, 0, 0, 7, 0.0}), InputError);
  EXPECT_THROW(pulse_train({{11.0, 1e-7}, {-1.0, 1e-7}, 1, 0, 7, 0.0}), InputError);
  EXPECT_THROW(pulse_train({{1.0, 2.0}, {-1.0, 1e-7}, 1, 0, 7, 0.0}), InputError);
  EXPECT_NO_THROW(pulse_train({{1.0, 1e-12}, {99.0, 1e-7}, 1, 0, 7, 0.0})) << "what is not used is not judged";
}

TEST(DeviceWaveform, CsvHoldsEachVoltageUntilTheNextRow) {
  const TemporaryFolder folder;
  put(folder.file("wave.csv"), "note,voltage_v, time_s\r\na,0.5,0\r\nb,-1 V,2e-6\r\n\r\nc,300 mV,5 us\n");
  const Waveform wave = read_wave_csv(folder.file("wave.csv"));
  ASSERT_EQ(wave.size(), 2u);
  EXPECT_DOUBLE_EQ(wave[0].volts, 0.5);
  EXPECT_DOUBLE_EQ(wave[0].seconds, 2e-6);
  EXPECT_DOUBLE_EQ(wave[1].volts, -1.0);
  EXPECT_DOUBLE_EQ(wave[1].seconds, 3e-6);
}

struct BadCsv {
  const char* content;
  const char* place;  ///< behind the file's name
  const char* message;
};

TEST(DeviceWaveform, BadCsvNamesTheLine) {
  const BadCsv cases[] = {
      {"", ": ", "header line"},
      {"time,voltage_v\n0,1\n1,1\n", ":1: ", "no column time_s"},
      {"time_s,voltage_v,time_s\n0,1,0\n1,1,0\n", ":1: ", "more than one column time_s"},
      {"time_s,voltage_v\n0,1\n1e-3\n", ":3: ", "1 fields, the header has 2"},
      {"time_s,voltage_v\n0,1\n1e-3,one\n", ":3: ", "voltage_v"},
      {"time_s,voltage_v\n0,1\n1e-3,2 ohm\n", ":3: ", "voltage_v"},
      {"time_s,voltage_v\n0,1\n1e-3,nan\n2e-3,0\n", ":3: ", "voltage_v"},
      {"time_s,voltage_v\n0,1\n1e-3,1\n1e-3,1\n", ":4: ", "later"},
      {"time_s,voltage_v\n0,1\n1e-3,12\n2e-3,1\n", ":3: ", "-10 V to 10 V"},
      {"time_s,voltage_v\n0,1\n\n1e-13,1\n", ":2: ", "1 ps to 1 s"},
      {"time_s,voltage_v\n0,1\n", ":2: ", "two rows"},
  };
  const TemporaryFolder folder;
  const std::string file = folder.file("wave.csv");
  for (const BadCsv& bad : cases) {
    put(file, bad.content);
    try {
      read_wave_csv(file);
      ADD_FAILURE() << "was accepted: " << bad.content;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(file + bad.place)) << bad.content;
      EXPECT_THAT(error.what(), HasSubstr(bad.message)) << bad.content;
    }
  }
  EXPECT_THROW(read_wave_csv(folder.file("none.csv")), InputError);
}

}  // namespace
}  // namespace memcosim::test
