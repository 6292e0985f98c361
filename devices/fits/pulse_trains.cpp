// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/pulse_trains.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/fits/measured_columns.hpp"

namespace memcosim {

namespace {

using Quantity = MeasuredQuantity;
using Polarity = PulseDefaults::Polarity;

constexpr const char* needed =
    "device, cycle, pulse, voltage_v and conductance_s in any order, or at least one column of conductances (conductance_s, G (uS), LTP), "
    "currents or resistances";
/// Higher values are in another unit: no memristor has such a conductance.
constexpr double unlikely_conductance_s = 0.1;

/// Reads a file of pulses row by row and builds the trains.
class PulseFile {
 public:
  PulseFile(std::string text, const std::string& name, const PulseDefaults& defaults)
      : rows_(CsvReader::with_or_without_header(std::move(text), name)), columns_(rows_), defaults_(defaults) {
    trains_.source = name;
    trains_.read_voltage_v = defaults.read_voltage_v;
    choose_columns();
  }

  PulseTrains read() {
    while (rows_.next())
      read_row();
    if (trains_.devices.empty())
      throw InputError(fmt::format("{}: no rows{}", rows_.name(), rows_.has_header() ? " below the header" : ""));
    for (DevicePulses& device : trains_.devices)
      sort(device);
    if (!voltage_ && both_.empty()) assume_polarity();
    assume_voltages();
    if (!defaults_.unit.empty() || unit_named_) return std::move(trains_);
    const double largest = largest_conductance();
    if (largest > unlikely_conductance_s) {
      assume(fmt::format("conductances of up to {} are unlikely: name their unit in the title, such as conductance_us, or with --unit uS",
                         format_quantity(largest, Dimension::conductance)));
    }
    return std::move(trains_);
  }

 private:
  void assume(std::string sentence) { trains_.assumptions.push_back(std::move(sentence)); }

  void choose_columns() {
    device_ = columns_.find(Quantity::device);
    cycle_ = columns_.find(Quantity::cycle);
    pulse_ = columns_.find(Quantity::pulse);
    voltage_ = columns_.find(Quantity::voltage);
    duration_ = columns_.find(Quantity::duration);
    for (const Quantity quantity : {Quantity::conductance, Quantity::current, Quantity::resistance}) {
      if (!value_) value_ = columns_.find(quantity);
    }
    const auto raising = columns_.find(Quantity::raising);
    const auto lowering = columns_.find(Quantity::lowering);
    if (!value_ && raising && lowering) {
      both_ = {*raising, *lowering};
    } else if (!value_ && (raising || lowering)) {
      value_ = raising ? raising : lowering;
      if (defaults_.polarity == Polarity::trend) defaults_.polarity = raising ? Polarity::raising : Polarity::lowering;
    }
    if (!value_ && both_.empty()) choose_unnamed();
    refuse_what_the_file_says();
    const std::size_t first = value_ ? *value_ : both_.front();
    unit_named_ = columns_[first].has_unit;
    if (!defaults_.unit.empty()) {
      const auto factor = unit_factor(defaults_.unit, 'S');
      if (!factor) throw InputError(fmt::format("--unit {}: expected S, mS, uS, nS or the like", defaults_.unit));
      for (const std::size_t column : values())
        columns_[column].unit = *factor;
    }
    if (!device_) assume("no column device: all rows are of device 0");
    if (!pulse_) assume("no column pulse: rows are numbered from 0, the first is the state before the first pulse");
    if (!cycle_ && pulse_) assume("no column cycle: cycles are counted from 0, a new one starts where the pulse numbers start again");
    if (!cycle_ && !pulse_) assume("no column cycle: all rows are of cycle 0");
  }

  /// Chooses the columns of a file without titles, or takes the only column with an unknown title as conductances.
  void choose_unnamed() {
    const std::vector<std::size_t> unnamed = columns_.others();
    if (!rows_.has_header() && columns_.size() == 2) {
      pulse_ = 0;
      value_ = 1;
      assume("no header: the columns are pulse and conductance");
    } else if (unnamed.size() == 1) {
      value_ = unnamed.front();
      assume(rows_.has_header() ? fmt::format("the column '{}' is taken as conductances", rows_.header()[unnamed.front()])
                                : "no header: the only column is taken as conductances");
    } else if (rows_.has_header()) {
      rows_.refuse(fmt::format("the header '{}' has no column conductance_s: expected {}", fmt::join(rows_.header(), ","), needed));
    } else {
      rows_.refuse(fmt::format("{} columns without titles: put a header line above them with {}", columns_.size(), needed));
    }
    if (value_) columns_[*value_].quantity = Quantity::conductance;
  }

  std::vector<std::size_t> values() const { return value_ ? std::vector<std::size_t>{*value_} : both_; }

  void refuse_what_the_file_says() const {
    const auto refuse = [this](bool given, const char* option, const char* reason) {
      if (given) throw InputError(fmt::format("{}: {}: leave {} out", rows_.name(), reason, option));
    };
    const bool has_voltage = voltage_.has_value();
    const bool raises = !defaults_.named_by_file || defaults_.polarity == Polarity::raising;
    const bool lowers = !defaults_.named_by_file || defaults_.polarity == Polarity::lowering;
    const bool pattern = defaults_.raising_count + defaults_.lowering_count > 0;
    const bool is_current = value_ && columns_[*value_].quantity == Quantity::current;
    refuse(has_voltage && !defaults_.named_by_file && defaults_.polarity != Polarity::trend, "the polarity",
           "the column of voltages tells the polarity");
    refuse(has_voltage && pattern, "--pattern", "the column of voltages tells the polarity");
    refuse(has_voltage && raises && defaults_.raising_v != 0.0, "--set-voltage", "has a column of voltages");
    refuse(has_voltage && lowers && defaults_.lowering_v != 0.0, "--reset-voltage", "has a column of voltages");
    refuse(!both_.empty() && (pattern || defaults_.polarity != Polarity::trend), "polarity and pattern", "the titles tell the polarity");
    refuse(duration_ && defaults_.duration_s > 0.0, "--width", "has a column of durations");
    refuse(!defaults_.unit.empty() && columns_[values().front()].has_unit, "--unit", "the title of the conductances names their unit");
    const bool is_conductance = !value_ || columns_[*value_].quantity == Quantity::conductance ||
                                columns_[*value_].quantity == Quantity::raising || columns_[*value_].quantity == Quantity::lowering;
    refuse(!defaults_.unit.empty() && !is_conductance, "--unit", "has no column of conductances");
    if (is_current && !(defaults_.read_voltage_v > 0.0)) {
      throw InputError(fmt::format("{}: the column '{}' holds currents: give the voltage of the reads with --read-voltage", rows_.name(),
                                   rows_.header()[*value_]));
    }
  }

  double conductance(std::size_t column) {
    const double value = columns_[column].unit * rows_.number(column);
    switch (columns_[column].quantity) {
      case Quantity::current:
        return value / defaults_.read_voltage_v;
      case Quantity::resistance:
        if (!(value > 0.0)) rows_.refuse(fmt::format("{} is {}, expected above 0", rows_.header()[column], rows_.text(column)));
        return 1.0 / value;
      default:
        return value;
    }
  }

  void read_row() {
    const std::string name = device_ ? rows_.text(*device_) : "0";
    if (name.empty()) rows_.refuse("the device has no name");
    const auto [found, is_new] = index_.try_emplace(name, trains_.devices.size());
    if (is_new) {
      trains_.devices.push_back({name, {}});
      counts_.push_back({});
    }
    DevicePulses& device = trains_.devices[found->second];
    Count& count = counts_[found->second];
    const std::int64_t pulse = pulse_ ? rows_.whole_number(*pulse_) : count.rows;
    if (!cycle_ && count.rows > 0 && pulse < count.pulse) ++count.cycle;
    count.pulse = pulse;
    ++count.rows;
    const std::int64_t cycle = cycle_ ? rows_.whole_number(*cycle_) : count.cycle;
    const double volts = voltage_ ? columns_[*voltage_].unit * rows_.number(*voltage_) : 0.0;
    const double seconds = duration_ ? columns_[*duration_].unit * rows_.number(*duration_) : defaults_.duration_s;
    if (seconds < 0.0) rows_.refuse(fmt::format("{} is {}, expected at least 0", rows_.header()[*duration_], rows_.text(*duration_)));
    for (const std::size_t column : values()) {
      // Fields are empty after the end of the shorter one of two trains.
      if (!both_.empty() && rows_.text(column).empty()) continue;
      const double siemens = conductance(column);
      if (siemens < 0.0) rows_.refuse(fmt::format("{} is {}, expected at least 0", rows_.header()[column], rows_.text(column)));
      const bool lowers = !both_.empty() && column == both_[1];
      const double polarity = both_.empty() ? volts : (lowers ? -1.0 : 1.0);
      device.samples.push_back({both_.empty() ? cycle : 2 * cycle + (lowers ? 1 : 0), pulse, polarity, siemens, rows_.line(), seconds});
    }
  }

  void sort(DevicePulses& device) const {
    const auto order = [](const PulseSample& sample) { return std::tie(sample.cycle, sample.pulse); };
    std::stable_sort(device.samples.begin(), device.samples.end(),
                     [&](const PulseSample& a, const PulseSample& b) { return order(a) < order(b); });
    const auto twice = std::adjacent_find(device.samples.begin(), device.samples.end(),
                                          [&](const PulseSample& a, const PulseSample& b) { return order(a) == order(b); });
    if (twice == device.samples.end()) return;
    rows_.refuse_line(std::next(twice)->line,
                      fmt::format("device '{}' has two rows for cycle {}, pulse {}, the other in line {}: number the pulses of a cycle "
                                  "through set and reset",
                                  device.name, twice->cycle, twice->pulse, twice->line));
  }

  /// Sets voltages of +1 V (raising) and -1 V (lowering) in a file without voltages.
  void assume_polarity() {
    const std::uint32_t round = defaults_.raising_count + defaults_.lowering_count;
    if (round > 0) {
      for (DevicePulses& device : trains_.devices) {
        std::int64_t cycle = device.samples.front().cycle;
        std::int64_t first = device.samples.front().pulse;
        for (PulseSample& sample : device.samples) {
          if (sample.cycle != cycle) {
            cycle = sample.cycle;
            first = sample.pulse;
          }
          const std::int64_t place = sample.pulse - first;  // 0: the read before the first pulse
          sample.voltage_v = place == 0 ? 0.0 : ((place - 1) % round < defaults_.raising_count ? 1.0 : -1.0);
        }
      }
      assume(fmt::format("no column of voltages: {} raising and {} lowering pulses in turn", defaults_.raising_count,
                         defaults_.lowering_count));
      return;
    }
    if (defaults_.polarity == Polarity::trend) {
      defaults_.polarity = trend();
      assume(fmt::format(
          "no column of voltages: the conductance {}, so all pulses are taken as {} ones (--polarity, --pattern, --ltp and "
          "--ltd say otherwise)",
          defaults_.polarity == Polarity::raising ? "rises" : "falls", defaults_.polarity == Polarity::raising ? "raising" : "lowering"));
    }
    for (DevicePulses& device : trains_.devices) {
      for (PulseSample& sample : device.samples)
        sample.voltage_v = defaults_.polarity == Polarity::raising ? 1.0 : -1.0;
    }
  }

  /// The common direction of all trains; throws InputError if a train turns around or trains differ.
  Polarity trend() const {
    std::optional<Polarity> common;
    for (const DevicePulses& device : trains_.devices) {
      for (std::size_t first = 0, end = 0; first < device.samples.size(); first = end) {
        while (end < device.samples.size() && device.samples[end].cycle == device.samples[first].cycle)
          ++end;
        const Polarity own = trend_of(device.samples, first, end);
        if (common && *common != own) {
          throw InputError(
              fmt::format("{}: the conductance rises in some cycles and falls in others: name the polarity of the pulses with a column of "
                          "voltages, or --pattern RAISING,LOWERING (counts), --ltp FILE and --ltd FILE",
                          rows_.name()));
        }
        common = own;
      }
    }
    return common.value_or(Polarity::raising);
  }

  Polarity trend_of(const std::vector<PulseSample>& samples, std::size_t first, std::size_t end) const {
    double low = samples[first].conductance_s;
    double high = low;
    for (std::size_t i = first; i < end; ++i) {
      low = std::min(low, samples[i].conductance_s);
      high = std::max(high, samples[i].conductance_s);
    }
    const double last = samples[end - 1].conductance_s;
    const double way = last - samples[first].conductance_s;
    if (high > low && std::fabs(way) < 0.5 * (high - low)) {
      throw InputError(fmt::format(
          "{}: the conductance goes up and down, from {} over {} and {} to {}: name the polarity of the pulses with "
          "a column of voltages, or --pattern RAISING,LOWERING (counts), --ltp FILE and --ltd FILE",
          rows_.name(), format_quantity(samples[first].conductance_s, Dimension::conductance), format_quantity(low, Dimension::conductance),
          format_quantity(high, Dimension::conductance), format_quantity(last, Dimension::conductance)));
    }
    return way >= 0.0 ? Polarity::raising : Polarity::lowering;
  }

  /// Sets the voltages of a file without voltages.
  void assume_voltages() {
    if (voltage_) return;
    trains_.set_voltage_known = trains_.reset_voltage_known = false;
    const bool negative_raises = defaults_.raising_v < 0.0 || defaults_.lowering_v > 0.0;
    const double raising = defaults_.raising_v != 0.0 ? defaults_.raising_v : (negative_raises ? -1.0 : 1.0);
    const double lowering = defaults_.lowering_v != 0.0 ? defaults_.lowering_v : (negative_raises ? 1.0 : -1.0);
    if (raising * lowering > 0.0) throw InputError("--set-voltage and --reset-voltage: must have opposite signs");
    (negative_raises ? trains_.reset_voltage_known : trains_.set_voltage_known) = defaults_.raising_v != 0.0;
    (negative_raises ? trains_.set_voltage_known : trains_.reset_voltage_known) = defaults_.lowering_v != 0.0;
    for (DevicePulses& device : trains_.devices) {
      for (PulseSample& sample : device.samples)
        sample.voltage_v = sample.voltage_v > 0.0 ? raising : (sample.voltage_v < 0.0 ? lowering : 0.0);
    }
  }

  double largest_conductance() const {
    double largest = 0.0;
    for (const DevicePulses& device : trains_.devices) {
      for (const PulseSample& sample : device.samples)
        largest = std::max(largest, sample.conductance_s);
    }
    return largest;
  }

  struct Count {
    std::int64_t rows = 0;
    std::int64_t pulse = 0;
    std::int64_t cycle = 0;
  };

  CsvReader rows_;
  MeasuredColumns columns_;
  PulseDefaults defaults_;
  PulseTrains trains_;
  std::optional<std::size_t> device_, cycle_, pulse_, voltage_, duration_, value_;
  std::vector<std::size_t> both_;  ///< columns of raising and lowering trains, or none
  bool unit_named_ = false;
  std::map<std::string, std::size_t> index_;
  std::vector<Count> counts_;  ///< per device
};

/// Sign of the pulses in a file that holds one polarity: 1 or -1; 0 without any pulse. Refuses a file with both.
int sign_of(const PulseTrains& trains) {
  int sign = 0;
  for (const DevicePulses& device : trains.devices) {
    for (const PulseSample& sample : device.samples) {
      const int own = sample.voltage_v > 0.0 ? 1 : (sample.voltage_v < 0.0 ? -1 : 0);
      if (own * sign < 0) {
        throw InputError(fmt::format("{}:{}: has pulses of both signs: name a file with both polarities without --ltp and --ltd",
                                     trains.source, sample.line));
      }
      if (own != 0) sign = own;
    }
  }
  return sign;
}

/// Gives the voltages the other sign, and says so if they were measured.
void invert(PulseTrains& trains) {
  const bool measured = trains.set_voltage_known || trains.reset_voltage_known;
  for (DevicePulses& device : trains.devices) {
    for (PulseSample& sample : device.samples)
      sample.voltage_v = -sample.voltage_v;
  }
  std::swap(trains.set_voltage_known, trains.reset_voltage_known);
  if (measured) trains.assumptions.emplace_back("its voltages are taken with the other sign, opposite to that of the raising pulses");
}

/// Appends the trains of `more` as later cycles of the same devices.
void append(PulseTrains& trains, const PulseTrains& more) {
  for (const DevicePulses& device : more.devices) {
    const auto same =
        std::find_if(trains.devices.begin(), trains.devices.end(), [&](const DevicePulses& one) { return one.name == device.name; });
    if (same == trains.devices.end()) {
      trains.devices.push_back(device);
      continue;
    }
    const std::int64_t shift = same->samples.back().cycle + 1 - device.samples.front().cycle;
    for (PulseSample sample : device.samples) {
      sample.cycle += shift;
      same->samples.push_back(sample);
    }
  }
}

}  // namespace

PulseTrains parse_pulse_trains(std::string_view text, const std::string& name, const PulseDefaults& defaults) {
  return PulseFile(std::string(text), name, defaults).read();
}

PulseTrains read_pulse_trains(const std::filesystem::path& file, const PulseDefaults& defaults) {
  return parse_pulse_trains(read_file(file), file.string(), defaults);
}

PulseTrains read_pulse_trains(const std::filesystem::path& raising, const std::filesystem::path& lowering, PulseDefaults defaults) {
  defaults.named_by_file = true;
  const auto read = [&defaults](const std::filesystem::path& file, Polarity polarity) {
    defaults.polarity = polarity;
    return read_pulse_trains(file, defaults);
  };
  const auto name_sentences = [](PulseTrains& trains) {
    for (std::string& sentence : trains.assumptions)
      sentence = fmt::format("{}: {}", trains.source, sentence);
  };
  if (raising.empty() || lowering.empty()) {
    PulseTrains trains = raising.empty() ? read(lowering, Polarity::lowering) : read(raising, Polarity::raising);
    sign_of(trains);
    name_sentences(trains);
    return trains;
  }
  PulseTrains trains = read(raising, Polarity::raising);
  PulseTrains lowered = read(lowering, Polarity::lowering);
  const int sign = sign_of(trains);
  if (sign * sign_of(lowered) > 0) invert(lowered);
  (sign < 0 ? trains.set_voltage_known : trains.reset_voltage_known) = sign < 0 ? lowered.set_voltage_known : lowered.reset_voltage_known;
  name_sentences(trains);
  name_sentences(lowered);
  append(trains, lowered);
  trains.source += " and " + lowered.source;
  trains.assumptions.insert(trains.assumptions.end(), lowered.assumptions.begin(), lowered.assumptions.end());
  return trains;
}

}  // namespace memcosim
