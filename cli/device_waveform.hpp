// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace memcosim {

/// A constant voltage, followed by a pause at 0 V.
struct WaveStep {
  double volts;
  double seconds;
  double pause_s = 0.0;
};
using Waveform = std::vector<WaveStep>;

/// Longest waveform: more steps come from a mistyped number, and no plot could show them.
inline constexpr std::uint64_t max_wave_steps = 1'000'000;

/// A sin(2 pi f t) as `samples` constant steps per period, each with the value at its start. Throws InputError.
Waveform sine_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples);
/// A triangle through 0, A, 0, -A, 0 in each period, as constant steps like those of sine_wave(). Throws InputError.
Waveform triangle_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples);

/// Voltage (with its sign) and duration of the pulses of one polarity.
struct PulseKind {
  double volts;
  double seconds;
};
/// `set_count` set pulses, then `reset_count` reset pulses, repeated up to `pulses` pulses in all.
struct PulsePattern {
  PulseKind set;
  PulseKind reset;
  std::uint32_t set_count;
  std::uint32_t reset_count;
  std::uint64_t pulses;
  double interval_s;  ///< from the end of a pulse to the start of the next
};
/// Numbers of set and reset pulses of a pattern as the user writes it, such as 100,100. Throws InputError.
std::pair<std::uint32_t, std::uint32_t> pulse_counts(const std::string& text);
Waveform pulse_train(const PulsePattern& pattern);

/// Reads the columns time_s and voltage_v of a CSV file with a header line; other columns are ignored. Each voltage is held until the time
/// of the next row, and the last row only ends the waveform. Times must rise. Throws InputError with file:line.
Waveform read_wave_csv(const std::filesystem::path& file);

}  // namespace memcosim
