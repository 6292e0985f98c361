// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/read_disturb.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Law = ReadDisturbSpec::Law;
const Range counts{0.0, 1e18, false};
const Range volts{0.0, 10.0, false};
const Range seconds{1e-15, 1e6, false};
const Range conductances{0.0, 1e3, false};

constexpr std::uint64_t most_every = 1'000'000'000;
const std::vector<std::pair<std::string, Law>> laws = {{"none", Law::none}, {"jiang_2021", Law::jiang_2021}, {"rate", Law::rate}};

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

std::uint64_t read_every(const ConfigNode& node, std::uint64_t fallback) {
  const std::string word = node.text("every", fallback == 0 ? "auto" : fmt::format("{}", fallback));
  if (word == "auto") return 0;
  const bool digits = !word.empty() && word.size() <= 10 && word.find_first_not_of("0123456789") == std::string::npos;
  const std::uint64_t every = digits ? std::stoull(word) : 0;
  if (every >= 1 && every <= most_every) return every;
  node.fault("every", fmt::format("'{}': expected auto, or images (MVMs of a macro without a network) from 1 to {}", word, most_every));
  return fallback;
}

}  // namespace

ReadDisturbSpec read_read_disturb(const ConfigNode& device, const ReadDisturbSpec& fallback) {
  const ConfigNode node = device.map("read_disturb");
  ReadDisturbSpec spec = fallback;
  spec.law = node.one_of("law", laws, laws[static_cast<std::size_t>(fallback.law)].first);
  if (spec.law == Law::none) return spec;
  if (spec.law == Law::rate) {
    spec.every = read_every(node, fallback.every);
    return spec;
  }
  spec.reads = node.number("reads", counts, fallback.reads);
  spec.read_voltage_v = node.quantity("read_voltage", Dimension::voltage, volts, fallback.read_voltage_v);
  spec.read_time_s = node.quantity("read_time", Dimension::time, seconds, fallback.read_time_s);
  spec.above_s = node.quantity("above", Dimension::conductance, conductances, fallback.above_s);
  return spec;
}

void check(const ReadDisturbSpec& spec) {
  if (spec.every > most_every) throw InputError(fmt::format("read_disturb: every must be at most {}, or 0 for automatic", most_every));
  if (spec.law != Law::jiang_2021) return;
  if (!within(spec.reads, counts) || !within(spec.read_voltage_v, volts) || !within(spec.read_time_s, seconds) ||
      !within(spec.above_s, conductances)) {
    throw InputError(
        "read_disturb: reads must be from 0 to 1e18, read_voltage be from 0 V to 10 V, read_time from 1 fs to 1e6 s, above from 0 S to "
        "1000 S");
  }
}

}  // namespace memcosim
