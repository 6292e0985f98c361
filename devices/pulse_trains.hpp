// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace memcosim {

/// One row of measured data: the conductance read after a pulse. A row of 0 V is a read without a pulse (the state before a train).
struct PulseSample {
  std::int64_t cycle;  ///< repetition of the measurement
  std::int64_t pulse;  ///< number of the pulse in its cycle
  double voltage_v;
  double conductance_s;
  std::size_t line = 0;  ///< of the file, for messages
};

/// All rows of one device, ordered by cycle and pulse.
struct DevicePulses {
  std::string name;
  std::vector<PulseSample> samples;
};

struct PulseTrains {
  std::string source;                 ///< file, for messages and provenance
  std::vector<DevicePulses> devices;  ///< in order of first appearance
};

/// Reads CSV (common/csv.hpp) that has at least the columns device, cycle, pulse, voltage_v, conductance_s in any order; others are
/// ignored, rows may come in any order. Throws InputError with
/// file:line for a missing column, a malformed or non-finite number, a negative conductance, or two rows of the same device, cycle and
/// pulse.
PulseTrains read_pulse_trains(const std::filesystem::path& file);
/// The same from a text; `name` stands for the file in messages.
PulseTrains parse_pulse_trains(std::string_view text, const std::string& name);

}  // namespace memcosim
