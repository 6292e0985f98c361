// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace memcosim {

/// One point of a measured sweep: the voltage was applied since the previous point; the current was measured at the end.
struct IvPoint {
  double time_s;
  double volts;
  double amperes;
};

/// A sweep of the voltage across one device.
struct IvSweep {
  std::string source;  ///< file, for messages and provenance
  std::vector<IvPoint> points;
  double assumed_rate_v_per_s = 0.0;     ///< sweep rate assumed because the file has no times; 0: it has
  std::vector<std::string> assumptions;  ///< one sentence for each assumption about what the file leaves out
};

/// Reads columns voltage, current and, if it is there, time (common/csv.hpp; titles as measured_columns.hpp knows them, others are
/// ignored). Without header the columns are voltage, current and time. Without times the voltage changes at `rate_v_per_s`, if that is 0 at
/// 1 V/s. Throws InputError with file:line for a missing column, a malformed number, times that do not rise, several devices, or fewer than
/// 3 points.
IvSweep read_iv_sweep(const std::filesystem::path& file, double rate_v_per_s = 0.0);
/// The same from a text; `name` stands for the file in messages.
IvSweep parse_iv_sweep(std::string_view text, const std::string& name, double rate_v_per_s = 0.0);

/// True if the columns are those of a sweep, not of a train of pulses.
bool is_iv_sweep(const std::filesystem::path& file);

}  // namespace memcosim
