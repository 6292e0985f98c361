// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_idle_options.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

/// An option and the kinds of simulation in which it has an effect.
struct KindOption {
  std::string_view name;
  std::vector<std::string_view> kinds;
};

const std::vector<KindOption>& kind_options() {
  static const std::vector<std::string_view> waves = {"sine", "triangle"};
  static const std::vector<KindOption> table = {
      {"--amplitude", waves},        {"--frequency", waves},
      {"--periods", waves},          {"--samples", waves},
      {"--pulses", {"pulses"}},      {"--pattern", {"pulses"}},
      {"--width", {"pulses"}},       {"--interval", {"pulses"}},
      {"--set-voltage", {"pulses"}}, {"--reset-voltage", {"pulses"}},
      {"--levels", {"retention"}},   {"--stepping", {"sine", "triangle", "pulses", "csv"}},
  };
  return table;
}

}  // namespace

void refuse_idle_options(const std::vector<std::string>& given, const std::string& kind) {
  const auto is_given = [&](std::string_view name) { return std::find(given.begin(), given.end(), name) != given.end(); };
  for (const KindOption& option : kind_options()) {
    if (!is_given(option.name) || std::find(option.kinds.begin(), option.kinds.end(), kind) != option.kinds.end()) continue;
    throw InputError(fmt::format("{} has no effect on a simulation of kind {}: it belongs to {}; leave it out, or choose that kind with {}",
                                 option.name, kind, fmt::join(option.kinds, ", "),
                                 option.kinds.front() == "retention" ? "--retention" : "--waveform"));
  }
  if (is_given("--levels") && is_given("--initial"))
    throw InputError("--levels has no effect beside --initial, which gives all devices one conductance: leave one of them out");
}

}  // namespace memcosim
