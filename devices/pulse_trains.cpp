// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/pulse_trains.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr const char* needed = "device, cycle, pulse, voltage_v and conductance_s (in any order, others are ignored)";

PulseTrains read(CsvReader& rows) {
  const std::size_t device = rows.column("device", needed);
  const std::size_t cycle = rows.column("cycle", needed);
  const std::size_t pulse = rows.column("pulse", needed);
  const std::size_t voltage = rows.column("voltage_v", needed);
  const std::size_t conductance = rows.column("conductance_s", needed);

  PulseTrains trains{rows.name(), {}};
  std::map<std::string, std::size_t> index;
  while (rows.next()) {
    if (rows.text(device).empty()) rows.refuse("the device has no name");
    const PulseSample sample{rows.whole_number(cycle), rows.whole_number(pulse), rows.number(voltage), rows.number(conductance),
                             rows.line()};
    if (sample.conductance_s < 0.0) rows.refuse(fmt::format("conductance_s is {}, expected at least 0", rows.text(conductance)));
    const auto [found, is_new] = index.try_emplace(rows.text(device), trains.devices.size());
    if (is_new) trains.devices.push_back({rows.text(device), {}});
    trains.devices[found->second].samples.push_back(sample);
  }
  if (trains.devices.empty()) throw InputError(fmt::format("{}: no rows below the header", rows.name()));

  const auto order = [](const PulseSample& sample) { return std::tie(sample.cycle, sample.pulse); };
  for (DevicePulses& one : trains.devices) {
    std::stable_sort(one.samples.begin(), one.samples.end(),
                     [&](const PulseSample& a, const PulseSample& b) { return order(a) < order(b); });
    const auto twice = std::adjacent_find(one.samples.begin(), one.samples.end(),
                                          [&](const PulseSample& a, const PulseSample& b) { return order(a) == order(b); });
    if (twice != one.samples.end()) {
      rows.refuse_line(std::next(twice)->line,
                       fmt::format("device '{}' has two rows for cycle {}, pulse {}, the other in line {}: number the pulses of a cycle "
                                   "through set and reset",
                                   one.name, twice->cycle, twice->pulse, twice->line));
    }
  }
  return trains;
}

}  // namespace

PulseTrains parse_pulse_trains(std::string_view text, const std::string& name) {
  CsvReader rows(std::string(text), name);
  return read(rows);
}

PulseTrains read_pulse_trains(const std::filesystem::path& file) {
  CsvReader rows = CsvReader::from_file(file);
  return read(rows);
}

}  // namespace memcosim
