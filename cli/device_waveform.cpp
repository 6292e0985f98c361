// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_waveform.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double largest_volts = 10.0;     ///< cell models are made for -10 V to 10 V ...
constexpr double shortest_step_s = 1e-12;  ///< ... and pulses from 1 ps ...
constexpr double longest_step_s = 1.0;     ///< ... to 1 s

void check_step(double volts, double seconds, const std::string& where) {
  if (!(std::fabs(volts) <= largest_volts)) {
    throw InputError(
        fmt::format("{}: {} is outside -10 V to 10 V, the range of the cell models", where, format_quantity(volts, Dimension::voltage)));
  }
  // Rounding of a difference of two times must not refuse a step of exactly 1 ps.
  if (!(seconds >= shortest_step_s * (1.0 - 1e-6) && seconds <= longest_step_s * (1.0 + 1e-6))) {
    throw InputError(fmt::format("{}: a step of {} is outside 1 ps to 1 s, the range of the cell models: choose another spacing", where,
                                 format_quantity(seconds, Dimension::time)));
  }
}

/// A wave of shape(phase), phase in periods.
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

/// Cells of one line; the formats that instruments write have no quotes.
std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view cell = line.substr(0, comma);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t'))
      cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t' || cell.back() == '\r'))
      cell.remove_suffix(1);
    cells.push_back(cell);
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

struct WavePoint {
  double seconds;
  double volts;
  std::size_t line;
};

class WaveReader {
 public:
  explicit WaveReader(const std::filesystem::path& file) : name_(file.string()), text_(read_file(file)) {}

  std::vector<WavePoint> points() {
    std::vector<WavePoint> points;
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      std::string_view row = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      ++line_;
      if (line_ == 1 && row.substr(0, 3) == "\xEF\xBB\xBF") row.remove_prefix(3);  // byte order mark of spreadsheets
      if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      if (columns_ == 0) {
        read_header(row);
      } else {
        points.push_back(read_row(row));
      }
    }
    if (columns_ == 0) throw InputError(fmt::format("{}:1: is empty: expected a header line with time_s and voltage_v", name_));
    return points;
  }

  [[noreturn]] void fail(std::size_t line, const std::string& message) const {
    throw InputError(fmt::format("{}:{}: {}", name_, line, message));
  }
  std::string where(std::size_t line) const { return fmt::format("{}:{}", name_, line); }
  std::size_t lines() const { return line_; }

 private:
  void read_header(std::string_view row) {
    const auto cells = split(row);
    columns_ = cells.size();
    time_ = column(cells, "time_s");
    volts_ = column(cells, "voltage_v");
  }

  std::size_t column(const std::vector<std::string_view>& cells, std::string_view wanted) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] != wanted) continue;
      if (found) fail(line_, fmt::format("column {} stands twice in the header", wanted));
      found = i;
    }
    if (!found) fail(line_, fmt::format("no column {} in the header: expected a line such as time_s,voltage_v", wanted));
    return *found;
  }

  WavePoint read_row(std::string_view row) const {
    const auto cells = split(row);
    if (cells.size() != columns_) fail(line_, fmt::format("{} columns, the header has {}", cells.size(), columns_));
    return {number(cells[time_], Dimension::time, "time_s"), number(cells[volts_], Dimension::voltage, "voltage_v"), line_};
  }

  double number(std::string_view cell, Dimension dimension, const char* name) const {
    try {
      return parse_quantity(cell, dimension);
    } catch (const InputError& error) {
      fail(line_, fmt::format("{}: {}", name, error.what()));
    }
  }

  std::string name_;
  std::string text_;
  std::size_t line_ = 0;
  std::size_t columns_ = 0;
  std::size_t time_ = 0;
  std::size_t volts_ = 0;
};

}  // namespace

Waveform sine_wave(double amplitude_v, double frequency_hz, double periods, std::uint32_t samples) {
  return sampled_wave(amplitude_v, frequency_hz, periods, samples, [](double phase) {
    // Exact zeros at the middle, so that a whole period ends where it began.
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
  WaveReader reader(file);
  const std::vector<WavePoint> points = reader.points();
  if (points.size() < 2) {
    reader.fail(reader.lines(), "needs at least two rows: each voltage is held until the next row, the last row ends the waveform");
  }
  if (points.size() - 1 > max_wave_steps) reader.fail(points[max_wave_steps].line, fmt::format("more than {} steps", max_wave_steps));
  Waveform wave;
  wave.reserve(points.size() - 1);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double seconds = points[i + 1].seconds - points[i].seconds;
    if (!(seconds > 0.0)) reader.fail(points[i + 1].line, "time_s must be later than in the row before");
    check_step(points[i].volts, seconds, reader.where(points[i].line));
    wave.push_back({points[i].volts, seconds});
  }
  return wave;
}

}  // namespace memcosim
