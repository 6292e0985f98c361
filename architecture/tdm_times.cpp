// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_times.hpp"

#include <algorithm>
#include <stdexcept>

namespace memcosim {

TdmTimes::Step TdmTimes::step_from_zero(const TdmSchedule& schedule, std::uint32_t index) {
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

/// Replaces the times of steps that convert, still counted from their drive edges, by those with these clocks.
void TdmTimes::shorten(const TdmSchedule& schedule, gsl::span<const std::uint32_t> conversion_clocks) {
  if (conversion_clocks.size() != steps_.size() * groups_ || schedule.adc.interval < schedule.adc.latency) {
    throw std::logic_error("conversion clocks are one for each step and group, of converters that convert one after the other");
  }
  const std::uint64_t rest = schedule.adc.interval - schedule.adc.latency;  // from a code to the next conversion
  conversions_.resize(conversion_clocks.size());
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    if (!schedule.steps[index].converts) continue;
    Step& step = steps_[index];
    Conversion* const conversions = conversions_.data() + index * groups_;
    const std::uint64_t mux = schedule.during_drive ? 0 : schedule.mux;  // switched between two conversions
    std::uint64_t convert = step.select + step.to_convert;
    std::uint64_t free = 0;  // earliest next conversion
    for (std::size_t group = 0; group < groups_; ++group) {
      if (group != 0) convert = std::max(free, convert + step.to_convert);
      const std::uint32_t clocks = conversion_clocks[index * groups_ + group];
      if (clocks < 1 || clocks > schedule.adc.latency) throw std::logic_error("a conversion takes 1 clock to the latency of its converter");
      std::uint64_t code = convert + clocks;
      if (group != 0) code = std::max(code, conversions[group - 1].code + schedule.accumulate_interval);
      conversions[group] = {convert - step.to_convert, code};
      free = std::max(code + rest + mux, convert + schedule.accumulate_interval);
    }
    if (schedule.during_drive) step.release = convert;
    step.sample = step.release - schedule.sample;
    step.back = conversions[groups_ - 1].code + schedule.accumulate_latency - step.release;
    step.occupied = free - mux - step.release;
  }
}

TdmTimes::TdmTimes(const TdmSchedule& schedule, gsl::span<const std::uint32_t> conversion_clocks)
    : groups_(schedule.groups), adc_latency_(schedule.adc.latency), accumulate_latency_(schedule.accumulate_latency) {
  for (std::uint32_t step = 0; step < schedule.slices(); ++step)
    steps_.push_back(step_from_zero(schedule, step));
  if (!conversion_clocks.empty()) shorten(schedule, conversion_clocks);
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
      change_interval_ = std::max(change_interval_, step.release + held + 1);
    } else {
      interval_ = step.release + step.back;
    }
  }
  change_interval_ = std::max(change_interval_, latency_ + 2);
}

}  // namespace memcosim
