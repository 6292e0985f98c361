// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_waveform.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double shortest_step_s = 1e-12;  ///< shortest pulse that cell models are made for

void check_step(double volts, double seconds, const std::string& where) {
  check_cell_voltage(volts, where);
  // Tolerance for rounding: a step of exactly 1 ps may be the difference of two times.
  if (!(seconds >= shortest_step_s * (1.0 - 1e-6) && seconds <= longest_pulse_s * (1.0 + 1e-6))) {
    throw InputError(fmt::format("{}: a step of {} is outside 1 ps to 1 s, the range of the cell models: choose another spacing", where,
                                 format_quantity(seconds, Dimension::time)));
  }
}

/// A wave amplitude * shape(phase), with phase from 0 to 1 in each period.
template <typename Shape>
Waveform sampled_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples, Shape shape) {
  if (!(frequency_hz > 0.0)) throw InputError("--frequency: must be above 0");
  if (!(periods > 0.0)) throw InputError("--periods: must be above 0");
  if (samples < 4) throw InputError("--samples: a period needs at least 4 samples");
  const double step_s = 1.0 / (frequency_hz * samples);
  check_step(amplitude_v, step_s, "--amplitude, --frequency and --samples");
  const double steps = std::ceil(periods * samples - 1e-9);
  if (steps > static_cast<double>(max_wave_steps)) {
    throw InputError(fmt::format("--periods and --samples: {:.0f} steps are too many, at most {}", steps, max_wave_steps));
  }
  Waveform wave;
  wave.reserve(static_cast<std::size_t>(steps));
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(steps); ++i) {
    const double phase = static_cast<double>(i % samples) / samples;
    wave.push_back({amplitude_v * shape(phase), step_s});
  }
  return wave;
}

struct WavePoint {
  double seconds;
  double volts;
  std::size_t line;
};

std::vector<WavePoint> read_points(CsvReader& rows) {
  constexpr const char* needed = "a line such as time_s,voltage_v";
  const std::size_t time = rows.column("time_s", needed);
  const std::size_t volts = rows.column("voltage_v", needed);
  std::vector<WavePoint> points;
  while (rows.next())
    points.push_back({rows.quantity(time, Dimension::time), rows.quantity(volts, Dimension::voltage), rows.line()});
  return points;
}

}  // namespace

Waveform sine_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples) {
  return sampled_wave(amplitude_v, frequency_hz, periods, samples, [](double phase) {
    // sin(pi) rounds to a value above 0; with 0 the two halves of a period are exactly symmetric.
    return phase == 0.5 ? 0.0 : std::sin(2.0 * pi * phase);
  });
}

Waveform triangle_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples) {
  return sampled_wave(amplitude_v, frequency_hz, periods, samples, [](double phase) {
    if (phase < 0.25) return 4.0 * phase;
    if (phase < 0.75) return 2.0 - 4.0 * phase;
    return 4.0 * phase - 4.0;
  });
}

std::pair<std::uint32_t, std::uint32_t> pulse_counts(const std::string& text) {
  unsigned set = 0;
  unsigned reset = 0;
  int end = 0;
  const bool digits = text.find_first_not_of("0123456789,") == std::string::npos && text.size() < 20;
  if (!digits || std::sscanf(text.c_str(), "%u,%u%n", &set, &reset, &end) != 2 || static_cast<std::size_t>(end) != text.size()) {
    throw InputError(fmt::format("--pattern {}: expected two counts, set pulses and reset pulses, such as 100,100", text));
  }
  return {set, reset};
}

Waveform pulse_train(const PulsePattern& pattern) {
  if (pattern.set_count + pattern.reset_count == 0) throw InputError("--pattern: both counts are 0");
  if (pattern.pulses > max_wave_steps)
    throw InputError(fmt::format("--pulses: {} are too many, at most {}", pattern.pulses, max_wave_steps));
  if (!(pattern.interval_s >= 0.0)) throw InputError("--interval: must not be negative");
  if (pattern.set_count > 0) check_step(pattern.set.volts, pattern.set.seconds, "--set-voltage and --width");
  if (pattern.reset_count > 0) check_step(pattern.reset.volts, pattern.reset.seconds, "--reset-voltage and --width");
  const std::uint64_t round = std::uint64_t{pattern.set_count} + pattern.reset_count;
  Waveform wave;
  wave.reserve(pattern.pulses);
  for (std::uint64_t i = 0; i < pattern.pulses; ++i) {
    const PulseKind& kind = i % round < pattern.set_count ? pattern.set : pattern.reset;
    wave.push_back({kind.volts, kind.seconds, pattern.interval_s});
  }
  return wave;
}

Waveform read_wave_csv(const std::filesystem::path& file) {
  CsvReader rows = CsvReader::from_file(file);
  const std::vector<WavePoint> points = read_points(rows);
  if (points.size() < 2) {
    rows.refuse("needs at least two rows: each voltage is held until the next row, the last row ends the waveform");
  }
  if (points.size() - 1 > max_wave_steps) rows.refuse_line(points[max_wave_steps].line, fmt::format("more than {} steps", max_wave_steps));
  Waveform wave;
  wave.reserve(points.size() - 1);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double seconds = points[i + 1].seconds - points[i].seconds;
    if (!(seconds > 0.0)) rows.refuse_line(points[i + 1].line, "time_s must be later than in the row before");
    check_step(points[i].volts, seconds, fmt::format("{}:{}", file.string(), points[i].line));
    wave.push_back({points[i].volts, seconds});
  }
  return wave;
}

}  // namespace memcosim
