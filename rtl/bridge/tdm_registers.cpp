// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/tdm_registers.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "memcosim/architecture/tdm_times.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/rtl/bridge/rtl_register.hpp"

namespace memcosim {

namespace {

/// Values beyond 32 bits are beyond every register.
std::uint32_t register_value(std::uint64_t clocks) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(clocks, std::numeric_limits<std::uint32_t>::max()));
}

std::uint64_t in_flight(std::uint64_t clocks, std::uint64_t interval) {
  return (clocks + interval - 1) / interval;
}

constexpr const char* block = "TDM controller";
constexpr const char* source = "the readout schedule";

/// Clocks from the release of a step that converts until its held set is free.
std::uint64_t held_clocks(const TdmSchedule& schedule, const TdmTimes& times) {
  const std::uint32_t last = schedule.slices() - 1;  // converts, as check() says
  return schedule.pipelined && schedule.overlap == StepOverlap::converter ? times.occupied(last) : times.back(last);
}

}  // namespace

TdmSizes tdm_sizes(const TdmSchedule& schedule) {
  TdmSizes sizes;
  // Conversions begin at least an interval apart (check()). However groups are stalled, an MVM ends at least the time of its conversions
  // after the one before it.
  sizes.conversions = register_value(in_flight(schedule.adc.latency, schedule.adc.interval));
  const std::uint64_t apart = schedule.converting_steps() * held_clocks(schedule, TdmTimes(schedule));
  sizes.sums = register_value(std::max<std::uint64_t>(1, in_flight(schedule.accumulate_latency, apart)));
  return sizes;
}

TdmControllerPins::Registers tdm_registers(const TdmSchedule& schedule) {
  check(schedule);
  if (schedule.during_drive) {
    throw InputError("converters that work while the rows are driven have no event-driven controller yet: use loosely_timed");
  }
  TdmControllerPins::Registers registers;
  TdmRegisterValues& values = registers.values;
  values.slices = schedule.slices();
  values.groups = schedule.groups;
  values.settle = schedule.settle;
  values.sample = schedule.sample;
  values.mux = schedule.mux;
  values.adc_latency = schedule.adc.latency;
  values.accumulate_latency = schedule.accumulate_latency;
  values.group_step = register_value(schedule.group_step(0));
  values.held = register_value(held_clocks(schedule, TdmTimes(schedule)));
  values.pipelined = schedule.pipelined ? 1 : 0;
  check_ranges(block, source, tdm_register_ranges, values);
  for (const DriveStep& step : schedule.steps) {
    registers.steps.emplace_back();
    registers.steps.back().drive = step.clocks;
    registers.steps.back().converts = step.converts;
    check_ranges(block, source, tdm_step_ranges, static_cast<const TdmStepValues&>(registers.steps.back()));
  }
  check_ranges(block, source, tdm_size_ranges, tdm_sizes(schedule));
  return registers;
}

}  // namespace memcosim
