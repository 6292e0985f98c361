// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_schedule.hpp"

#include <algorithm>
#include <string>

#include "memcosim/architecture/tdm_times.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

/// The converters of a step begin its first group when those of the last step that converted can begin another conversion.
void check_intervals(const TdmSchedule& schedule) {
  const TdmTimes times(schedule);
  const auto convert_edge = [&](std::uint32_t step, std::uint32_t group) {  // `step` may be of the next MVM
    const std::uint32_t steps = schedule.slices();
    return times.convert_edge(step % steps, group) + step / steps * times.interval();
  };
  std::uint32_t last = schedule.slices();
  for (std::uint32_t step = 0; step < 2 * schedule.slices(); ++step) {
    if (!schedule.steps[step % schedule.slices()].converts) continue;
    if (last < step) {
      const std::uint64_t clocks = convert_edge(step, 0) - convert_edge(last, schedule.groups - 1);
      if (clocks < schedule.adc.interval) {
        throw InputError("a step would be converted " + std::to_string(clocks) +
                         " clocks after the last conversion of the step before, and the converters begin one every " +
                         std::to_string(schedule.adc.interval) + ": lower macro.adc.interval" +
                         (schedule.pipelined ? ", or set macro.timing.overlap: converter" : ", or raise macro.timing.settle"));
      }
    }
    last = step;
  }
}

}  // namespace

std::vector<DriveStep> equal_steps(std::uint32_t count, std::uint32_t clocks) {
  return std::vector<DriveStep>(count, DriveStep{clocks, true});
}

std::uint32_t TdmSchedule::converting_steps() const {
  return static_cast<std::uint32_t>(std::count_if(steps.begin(), steps.end(), [](const DriveStep& step) { return step.converts; }));
}

std::uint64_t TdmSchedule::driven(std::uint32_t step) const {
  const std::uint64_t once = std::uint64_t{steps[step].clocks} + settle + sample;
  return during_drive && steps[step].converts ? groups * once : once;
}

std::uint64_t TdmSchedule::group_step(std::uint32_t step) const {
  if (!during_drive) return std::max<std::uint64_t>(std::uint64_t{adc.interval} + mux, accumulate_interval);
  return std::max(
      {std::uint64_t{mux} + steps[step].clocks + settle + sample, std::uint64_t{adc.interval}, std::uint64_t{accumulate_interval}});
}

std::uint64_t TdmSchedule::latency() const {
  return TdmTimes(*this).latency();
}

std::uint64_t TdmSchedule::interval() const {
  return TdmTimes(*this).interval();
}

std::uint64_t TdmSchedule::change_interval() const {
  return TdmTimes(*this).change_interval();
}

void check(const TdmSchedule& schedule) {
  const auto at_least_one = [](std::uint32_t value, const char* name) {
    if (value == 0) throw InputError(std::string("the readout schedule needs at least one ") + name);
  };
  at_least_one(schedule.slices(), "slice");
  at_least_one(schedule.groups, "column group");
  for (const DriveStep& step : schedule.steps)
    at_least_one(step.clocks, "clock to drive the rows: give macro.timing.drive a duration above 0");
  if (!schedule.steps.back().converts) throw InputError("the last step of the readout schedule must convert: what it adds would be lost");
  at_least_one(schedule.adc.latency, "clock of converter latency");
  at_least_one(schedule.adc.interval, "clock of converter interval");
  check_intervals(schedule);
}

}  // namespace memcosim
