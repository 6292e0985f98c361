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
  std::size_t line = 0;     ///< of the file, for messages
  double duration_s = 0.0;  ///< of the pulse; 0: not known
};

/// All rows of one device, ordered by cycle and pulse.
struct DevicePulses {
  std::string name;
  std::vector<PulseSample> samples;
};

/// Measured pulse trains of one or more devices.
struct PulseTrains {
  std::string source;                 ///< file, for messages and provenance
  std::vector<DevicePulses> devices;  ///< in order of first appearance
  bool set_voltage_known = true;      ///< false: positive voltages are assumed to be 1 V
  bool reset_voltage_known = true;    ///< false: negative voltages are assumed to be -1 V
  double read_voltage_v = 0.0;        ///< 0: not known
  /// One sentence for each assumption about what the file leaves out.
  std::vector<std::string> assumptions = {};
};

/// Values for what a file of measured pulses leaves out. A value for something that the file contains is an error.
struct PulseDefaults {
  /// Polarity of all pulses; `trend`: raising if the last conductance of a device's first train is above the first one, else lowering.
  enum class Polarity { trend, raising, lowering };
  Polarity polarity = Polarity::trend;
  bool named_by_file = false;  ///< the user named a file of this polarity: a column of voltages gives the amplitudes
  /// Instead of one polarity: after the first row, this many raising pulses and then this many lowering ones, repeated. Both 0: not given.
  std::uint32_t raising_count = 0;
  std::uint32_t lowering_count = 0;
  std::string unit;             ///< of the conductances, such as uS; empty: as the title says, else S
  double read_voltage_v = 0.0;  ///< divisor of currents
  double raising_v = 0.0;       ///< voltage of a raising pulse with its sign; 0: not known
  double lowering_v = 0.0;
  double duration_s = 0.0;
};

/// Reads columns (common/csv.hpp: comma, semicolon, tab or blanks) with or without a header line; titles as measured_columns.hpp knows
/// them. Required is one column of conductances, currents or resistances; a single column with an unknown title is taken as conductances.
/// Without header the columns are: conductance, or pulse and conductance. Two columns of raising and lowering trains (`LTP,LTD`) are two
/// cycles. Optional columns: device (default: "0"), cycle (default: counts how often the pulse numbers start again), pulse (default: number
/// of the row), voltage (its sign is the polarity, 0 V a read without a pulse), duration; others are ignored. With cycle and pulse, rows
/// may come in any order. Throws InputError with file:line for an unclear header, a malformed or non-finite number, a negative conductance,
/// or two rows of the same device, cycle and pulse.
PulseTrains read_pulse_trains(const std::filesystem::path& file, const PulseDefaults& defaults = {});
/// The same from a text; `name` stands for the file in messages.
PulseTrains parse_pulse_trains(std::string_view text, const std::string& name, const PulseDefaults& defaults = {});
/// Raising trains from one file, lowering ones from another; either may be empty. Each may have a column of voltages, of one sign; if both
/// have the same sign, the lowering ones take the other.
PulseTrains read_pulse_trains(const std::filesystem::path& raising, const std::filesystem::path& lowering, PulseDefaults defaults);

}  // namespace memcosim
