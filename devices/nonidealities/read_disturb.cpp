// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/read_disturb.hpp"

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Law = ReadDisturbSpec::Law;
const Range counts{0.0, 1e18, false};
const Range volts{0.0, 10.0, false};
const Range seconds{1e-15, 1e6, false};
const Range conductances{0.0, 1e3, false};

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

}  // namespace

ReadDisturbSpec read_read_disturb(const ConfigNode& device, const ReadDisturbSpec& fallback) {
  const ConfigNode node = device.map("read_disturb");
  ReadDisturbSpec spec = fallback;
  spec.law =
      node.one_of<Law>("law", {{"none", Law::none}, {"jiang_2021", Law::jiang_2021}}, fallback.law == Law::none ? "none" : "jiang_2021");
  if (spec.law == Law::none) return spec;
  spec.reads = node.number("reads", counts, fallback.reads);
  spec.read_voltage_v = node.quantity("read_voltage", Dimension::voltage, volts, fallback.read_voltage_v);
  spec.read_time_s = node.quantity("read_time", Dimension::time, seconds, fallback.read_time_s);
  spec.above_s = node.quantity("above", Dimension::conductance, conductances, fallback.above_s);
  return spec;
}

void check(const ReadDisturbSpec& spec) {
  if (spec.law == Law::none) return;
  if (!within(spec.reads, counts) || !within(spec.read_voltage_v, volts) || !within(spec.read_time_s, seconds) ||
      !within(spec.above_s, conductances)) {
    throw InputError(
        "read_disturb: reads must be from 0 to 1e18, read_voltage be from 0 V to 10 V, read_time from 1 fs to 1e6 s, above from 0 S to "
        "1000 S");
  }
}

}  // namespace memcosim
