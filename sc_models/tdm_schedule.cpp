// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/tdm_schedule.hpp"

#include <stdexcept>
#include <string>

#include "memcosim/common/error.hpp"

namespace memcosim {

AdcTiming adc_timing(AdcKind kind, unsigned bits) {
  if (bits < 1 || bits > 24) throw std::logic_error("a converter has 1 to 24 bits");
  switch (kind) {
    case AdcKind::sar:
      return {bits + 1, bits + 1};
    case AdcKind::ramp:
      return {1u << bits, 1u << bits};
    case AdcKind::flash:
      return {1, 1};
    case AdcKind::pipeline:
      return {bits, 1};
  }
  throw std::logic_error("unknown kind of converter");
}

void check(const TdmSchedule& schedule) {
  const auto at_least_one = [](std::uint32_t value, const char* name) {
    if (value == 0) throw InputError(std::string("the readout schedule needs at least one ") + name);
  };
  at_least_one(schedule.slices, "slice");
  at_least_one(schedule.groups, "column group");
  at_least_one(schedule.drive, "clock to drive the rows: give macro.timing.drive a duration above 0");
  at_least_one(schedule.adc.latency, "clock of converter latency");
  at_least_one(schedule.adc.interval, "clock of converter interval");
}

}  // namespace memcosim
