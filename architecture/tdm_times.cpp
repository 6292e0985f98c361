// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_times.hpp"

#include <algorithm>

namespace memcosim {

TdmTimes::Step TdmTimes::first_step(const TdmSchedule& schedule, std::uint32_t index) {
  const std::uint64_t once = std::uint64_t{schedule.steps[index].clocks} + schedule.settle + schedule.sample;
  const bool converts = schedule.steps[index].converts;
  const bool during_drive = converts && schedule.during_drive;
  const std::uint64_t further_groups = schedule.groups - 1;
  Step step{};
  step.group_step = schedule.group_step(index);
  step.to_convert = during_drive ? schedule.mux + once : schedule.mux;
  step.release = during_drive ? step.to_convert + further_groups * step.group_step : once;
  step.sample = step.release - schedule.sample;
  step.first_drive = during_drive ? step.to_convert : once;
  step.select = during_drive ? 0 : step.release;
  if (!converts) return step;
  const std::uint64_t last_code = step.select + further_groups * step.group_step + step.to_convert + schedule.adc.latency;
  step.back = last_code + schedule.accumulate_latency - step.release;
  step.occupied = during_drive ? std::max(schedule.adc.interval, schedule.accumulate_interval) : schedule.groups * step.group_step;
  return step;
}

TdmTimes::TdmTimes(const TdmSchedule& schedule) : adc_latency_(schedule.adc.latency), accumulate_latency_(schedule.accumulate_latency) {
  for (std::uint32_t step = 0; step < schedule.slices(); ++step)
    steps_.push_back(first_step(schedule, step));
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    Step& step = steps_[index];
    const std::uint64_t next_front = steps_[(index + 1) % steps_.size()].first_drive;
    step.drive = interval_;
    for (std::uint64_t* edge : {&step.sample, &step.release, &step.select})
      *edge += step.drive;
    latency_ = std::max(latency_, step.release + step.back);
    if (schedule.pipelined) {
      const std::uint64_t held = schedule.overlap == StepOverlap::converter ? step.occupied : step.back;
      interval_ = step.release + (held > next_front ? held - next_front : 0);
    } else {
      interval_ = step.release + step.back;
    }
  }
}

}  // namespace memcosim
