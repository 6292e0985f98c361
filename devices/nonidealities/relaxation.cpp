// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/relaxation.hpp"

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Law = RelaxationSpec::Law;
const Range sigma_range{0.0, 1.0, false};
const Range tau_range{1e-12, 1e12, false};

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

}  // namespace

RelaxationSpec read_relaxation(const ConfigNode& device, const RelaxationSpec& fallback) {
  const ConfigNode node = device.map("relaxation");
  RelaxationSpec spec = fallback;
  spec.law = node.one_of<Law>("law", {{"none", Law::none}, {"log_time", Law::log_time}}, fallback.law == Law::none ? "none" : "log_time");
  if (spec.law == Law::none) return spec;
  spec.sigma_per_decade_s = node.quantity("sigma_per_decade", Dimension::conductance, sigma_range, fallback.sigma_per_decade_s);
  spec.sigma_max_s = node.quantity("sigma_max", Dimension::conductance, sigma_range, fallback.sigma_max_s);
  spec.tau_s = node.quantity("tau", Dimension::time, tau_range, fallback.tau_s);
  return spec;
}

void check(const RelaxationSpec& spec) {
  if (spec.law == Law::none) return;
  if (!within(spec.sigma_per_decade_s, sigma_range) || !within(spec.sigma_max_s, sigma_range) || !within(spec.tau_s, tau_range)) {
    throw InputError("relaxation: sigma_per_decade and sigma_max must be from 0 S to 1 S, tau from 1 ps to 1e12 s");
  }
}

}  // namespace memcosim
