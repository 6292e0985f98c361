// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_schedule.hpp"

#include <string>

#include "memcosim/common/error.hpp"

namespace memcosim {

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
