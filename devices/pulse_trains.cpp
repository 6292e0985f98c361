// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/pulse_trains.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {

namespace {

constexpr std::array<const char*, 5> columns = {"device", "cycle", "pulse", "voltage_v", "conductance_s"};
enum Column : std::size_t { device, cycle, pulse, voltage, conductance };

/// Lines of a CSV text, one after the other, with the number that an editor shows.
class Lines {
 public:
  Lines(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.substr(0, 3) == "\xef\xbb\xbf") text_.remove_prefix(3);
  }

  /// The fields of the next line that is neither empty nor a comment; false at the end.
  bool next(std::vector<std::string>& fields) {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      std::string_view line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++number_;
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (line.find_first_not_of(" \t") == std::string_view::npos || line.front() == '#') continue;
      split(line, fields);
      return true;
    }
    return false;
  }

  [[noreturn]] void refuse(const std::string& message) const { throw InputError(fmt::format("{}:{}: {}", name_, number_, message)); }

 private:
  void split(std::string_view line, std::vector<std::string>& fields) const {
    fields.clear();
    std::size_t at = 0;
    for (;;) {
      while (at < line.size() && (line[at] == ' ' || line[at] == '\t'))
        ++at;
      fields.push_back(at < line.size() && line[at] == '"' ? quoted(line, at) : plain(line, at));
      if (at >= line.size()) return;
      ++at;  // the comma
    }
  }

  static std::string plain(std::string_view line, std::size_t& at) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    std::string_view field = line.substr(at, end - at);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t'))
      field.remove_suffix(1);
    at = end;
    return std::string(field);
  }

  std::string quoted(std::string_view line, std::size_t& at) const {
    std::string field;
    for (++at; at < line.size(); ++at) {
      if (line[at] != '"') {
        field += line[at];
      } else if (at + 1 < line.size() && line[at + 1] == '"') {
        field += line[++at];
      } else {
        break;
      }
    }
    if (at >= line.size()) refuse("a quoted field has no closing quote on its line");
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string_view::npos) at = line.size();
    if (at < line.size() && line[at] != ',') refuse("text after a closing quote: expected a comma");
    return field;
  }

  std::string_view text_;
  std::string name_;
  std::size_t number_ = 0;
};

/// Where each needed column stands in the file.
std::array<std::size_t, columns.size()> find_columns(const std::vector<std::string>& header, const Lines& lines) {
  std::array<std::size_t, columns.size()> places{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto count = std::count(header.begin(), header.end(), columns[i]);
    if (count != 1) {
      lines.refuse(fmt::format("the header has {} column '{}'; needed: {} (in any order, others are ignored)",
                               count == 0 ? "no" : "more than one", columns[i], fmt::join(columns, ", ")));
    }
    places[i] = static_cast<std::size_t>(std::find(header.begin(), header.end(), columns[i]) - header.begin());
  }
  return places;
}

template <typename Number>
Number read_number(const std::string& field, Column column, const char* expected, const Lines& lines) {
  Number value{};
  const char* begin = field.data();
  const char* end = begin + field.size();
  if (field.size() > 1 && *begin == '+') ++begin;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) lines.refuse(fmt::format("{} is '{}', expected {}", columns[column], field, expected));
  return value;
}

}  // namespace

PulseTrains parse_pulse_trains(std::string_view text, const std::string& name) {
  Lines lines(text, name);
  std::vector<std::string> fields;
  if (!lines.next(fields)) throw InputError(fmt::format("{}: empty, expected a header line with {}", name, fmt::join(columns, ", ")));
  const std::size_t width = fields.size();
  const auto places = find_columns(fields, lines);

  PulseTrains trains{name, {}};
  std::map<std::string, std::size_t> index;
  while (lines.next(fields)) {
    if (fields.size() != width) lines.refuse(fmt::format("{} fields, but the header has {}", fields.size(), width));
    const auto field = [&](Column column) -> const std::string& { return fields[places[column]]; };
    if (field(device).empty()) lines.refuse("the device has no name");
    PulseSample sample{};
    sample.cycle = read_number<std::int64_t>(field(cycle), cycle, "a whole number", lines);
    sample.pulse = read_number<std::int64_t>(field(pulse), pulse, "a whole number", lines);
    sample.voltage_v = read_number<double>(field(voltage), voltage, "a number in volts without unit", lines);
    sample.conductance_s = read_number<double>(field(conductance), conductance, "a number in siemens without unit", lines);
    if (!std::isfinite(sample.voltage_v)) lines.refuse("voltage_v is not finite");
    if (!(std::isfinite(sample.conductance_s) && sample.conductance_s >= 0.0)) {
      lines.refuse(fmt::format("conductance_s is {}, expected a finite number of at least 0", field(conductance)));
    }
    const auto [found, is_new] = index.try_emplace(field(device), trains.devices.size());
    if (is_new) trains.devices.push_back({field(device), {}});
    trains.devices[found->second].samples.push_back(sample);
  }
  if (trains.devices.empty()) throw InputError(fmt::format("{}: no rows below the header", name));

  const auto order = [](const PulseSample& sample) { return std::tie(sample.cycle, sample.pulse); };
  for (DevicePulses& one : trains.devices) {
    std::stable_sort(one.samples.begin(), one.samples.end(),
                     [&](const PulseSample& a, const PulseSample& b) { return order(a) < order(b); });
    const auto twice = std::adjacent_find(one.samples.begin(), one.samples.end(),
                                          [&](const PulseSample& a, const PulseSample& b) { return order(a) == order(b); });
    if (twice != one.samples.end()) {
      throw InputError(
          fmt::format("{}: device '{}' has two rows for cycle {}, pulse {}: number the pulses of a cycle through set and reset", name,
                      one.name, twice->cycle, twice->pulse));
    }
  }
  return trains;
}

PulseTrains read_pulse_trains(const std::filesystem::path& file) {
  return parse_pulse_trains(read_file(file), file.string());
}

}  // namespace memcosim
