// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace memcosim {

/// One constant voltage, then nothing for a while.
struct WaveStep {
  double volts;
  double seconds;
  double pause_s = 0.0;
};
using Waveform = std::vector<WaveStep>;

/// More steps than this are refused: a mistaken number, and a trace that no plot can show.
inline constexpr std::uint64_t max_wave_steps = 1'000'000;

/// A sin(2 pi f t), sampled at the start of each of `samples` equal steps of a period and held.
Waveform sine_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples);
/// 0, A, 0, -A, 0 with straight lines between, sampled likewise.
Waveform triangle_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples);

/// Identical pulses of one polarity.
struct PulseKind {
  double volts;
  double seconds;
};
/// `set_count` set pulses, then `reset_count` reset pulses, and again, until there are `pulses`.
struct PulsePattern {
  PulseKind set;
  PulseKind reset;
  std::uint32_t set_count;
  std::uint32_t reset_count;
  std::uint64_t pulses;
  double interval_s;  ///< from the end of a pulse to the start of the next
};
/// The counts of a pattern as a user writes it, such as 100,100. Throws InputError.
std::pair<std::uint32_t, std::uint32_t> pulse_counts(const std::string& text);
Waveform pulse_train(const PulsePattern& pattern);

/// Columns time_s and voltage_v of a CSV file with a header line, in any order among others: each voltage is held until the next row, the
/// last row only ends the waveform. Times must rise. Throws InputError with file:line.
Waveform read_wave_csv(const std::filesystem::path& file);

}  // namespace memcosim
