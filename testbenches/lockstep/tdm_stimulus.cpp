// SPDX-License-Identifier: Apache-2.0
#include "tdm_stimulus.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "memcosim/architecture/tdm_times.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/rtl/bridge/tdm_registers.hpp"

namespace memcosim {

namespace {

template <class Values, std::size_t count>
void take_largest(Values& values, const std::array<RtlRegister<Values>, count>& ranges) {
  for (const RtlRegister<Values>& range : ranges)
    values.*range.value = range.max;
}

template <class Values, std::size_t count>
bool within(const Values& values, const Values& largest, const std::array<RtlRegister<Values>, count>& ranges) {
  return std::all_of(ranges.begin(), ranges.end(),
                     [&](const RtlRegister<Values>& range) { return values.*range.value <= largest.*range.value; });
}

double uniform(std::mt19937_64& random) {
  return std::uniform_real_distribution<double>(0.0, 1.0)(random);
}

/// Draws the values of one schedule.
class Values {
 public:
  /// A schedule of about `most_clocks`: most values below a common limit, some over their whole range; or one in which a single register, or
  /// two, is near its end and all others are small: that way every bit of each register is played within few clocks.
  Values(std::mt19937_64& random, bool extreme, std::uint32_t most_clocks)
      : random_(random), extreme_(extreme), common_(extreme ? log_uniform(random, 1, 12) : log_uniform(random, 1, most_clocks)) {
    near_end_ = random_() % registers;
  }
  std::uint32_t next(std::uint32_t low, std::uint32_t high) {
    const bool near_end = extreme_ && (count_ == near_end_ || uniform(random_) < 0.15);
    ++count_;
    if (near_end) return std::uniform_int_distribution<std::uint32_t>(std::max(low, high / 8), high)(random_);
    return log_uniform(random_, low, !extreme_ && uniform(random_) < 0.2 ? high : std::clamp(common_, low, high));
  }

 private:
  static constexpr std::uint32_t registers = 9;  ///< that draw() asks for, at most

  std::mt19937_64& random_;
  bool extreme_;
  std::uint32_t common_;
  std::uint64_t near_end_;
  std::uint64_t count_ = 0;
};

/// A schedule that may be too long or beyond a derived register.
TdmSchedule draw(std::mt19937_64& random, const TdmLimits& limits, bool extreme, std::uint32_t most_clocks) {
  Values values(random, extreme, most_clocks);
  const auto value = [&](std::uint32_t low, std::uint32_t high) { return values.next(low, high); };
  const TdmRegisterValues& most = limits.registers;
  TdmSchedule schedule;
  schedule.steps.resize(extreme && uniform(random) < 0.7 ? 1 : log_uniform(random, 1, most.slices));
  schedule.steps.front() = {value(1, limits.step.drive), uniform(random) < 0.7};
  const bool equal = uniform(random) < 0.3;
  for (DriveStep& step : schedule.steps) {
    if (equal) {
      step = {schedule.steps.front().clocks, true};
    } else if (&step != &schedule.steps.front()) {
      step = {log_uniform(random, 1, schedule.steps.front().clocks), uniform(random) < 0.7};
    }
  }
  schedule.steps.back().converts = true;
  schedule.groups = value(1, most.groups);
  schedule.settle = value(0, most.settle);
  schedule.sample = value(0, most.sample);
  schedule.mux = value(0, most.mux);
  schedule.adc.latency = value(1, most.adc_latency);
  const std::uint32_t shortest = (schedule.adc.latency + limits.sizes.conversions - 1) / limits.sizes.conversions;
  schedule.adc.interval =
      uniform(random) < 0.5 ? std::max(shortest, schedule.adc.latency) : value(shortest, std::max(shortest, most.group_step));
  schedule.accumulate_latency = value(0, most.accumulate_latency);
  schedule.accumulate_interval = uniform(random) < 0.5 ? 0 : value(0, most.group_step);
  schedule.pipelined = uniform(random) < 0.8;
  schedule.overlap = uniform(random) < 0.5 ? StepOverlap::slice : StepOverlap::converter;
  return schedule;
}

bool playable(const TdmSchedule& schedule, const TdmLimits& limits, std::uint64_t most_clocks) {
  try {
    const TdmControllerPins::Registers registers = tdm_registers(schedule);
    if (!within(registers.values, limits.registers, tdm_register_ranges)) return false;
    if (!within(tdm_sizes(schedule), limits.sizes, tdm_size_ranges)) return false;
  } catch (const InputError&) {
    return false;
  }
  return TdmTimes(schedule).latency() <= most_clocks;
}

}  // namespace

TdmLimits tdm_limits() {
  TdmLimits limits;
  take_largest(limits.registers, tdm_register_ranges);
  take_largest(limits.step, tdm_step_ranges);
  take_largest(limits.sizes, tdm_size_ranges);
  return limits;
}

std::uint32_t log_uniform(std::mt19937_64& random, std::uint32_t low, std::uint32_t high) {
  // From low + 1 on a logarithmic scale, so that 0 can be drawn too.
  const double span = std::log(static_cast<double>(high) - low + 1.0);
  const double above = std::exp(uniform(random) * span) - 1.0;
  return low + static_cast<std::uint32_t>(std::min(std::floor(above + 0.5), static_cast<double>(high - low)));
}

TdmSchedule crowded_tdm_schedule(const TdmLimits& limits) {
  TdmSchedule schedule;
  schedule.sample = 0;
  schedule.mux = 0;
  schedule.adc = {std::min(limits.sizes.conversions, limits.registers.adc_latency), 1};
  schedule.accumulate_latency = std::min(limits.sizes.sums, limits.registers.accumulate_latency);
  schedule.accumulate_interval = 0;
  schedule.overlap = StepOverlap::converter;
  return schedule;
}

TdmSchedule random_tdm_schedule(std::mt19937_64& random, const TdmLimits& limits) {
  if (uniform(random) < 0.1) return crowded_tdm_schedule(limits);
  const bool extreme = uniform(random) < 0.05;
  const std::uint32_t most_clocks = extreme ? 300'000 : log_uniform(random, 20, 8'000);
  for (;;) {
    TdmSchedule schedule = draw(random, limits, extreme, most_clocks);
    if (playable(schedule, limits, most_clocks)) return schedule;
  }
}

TdmStimulus::TdmStimulus(std::uint64_t seed, const TdmLimits& limits, const Kinds& kinds) : limits_(limits), kinds_(kinds), random_(seed) {
  draw_registers();
}

bool TdmStimulus::chance(double probability) {
  return probability > 0.0 && uniform(random_) < probability;
}

void TdmStimulus::fix_schedule(const TdmSchedule& schedule) {
  registers_ = tdm_registers(schedule);
  schedule_ = schedule;
  fixed_ = true;
}

void TdmStimulus::draw_registers() {
  if (fixed_) return;
  schedule_ = random_tdm_schedule(random_, limits_);
  registers_ = tdm_registers(schedule_);
  for (TdmControllerPins::Step& step : registers_.steps)
    step.row_group = log_uniform(random_, 0, limits_.step.row_group);
  new_registers_ = true;
}

void TdmStimulus::plan() {
  mvms_left_ = log_uniform(random_, 1, 40);
  clocks_left_ = log_uniform(random_, 1000, 400'000);
  start_chance_ = chance(0.5) ? 1.0 : std::pow(10.0, -3.0 * uniform(random_));
  idle_start_chance_ = chance(0.3) ? 1.0 : uniform(random_);
  stall_begins_ = kinds_.stalls && chance(0.6) ? std::pow(10.0, -4.0 * uniform(random_)) : 0.0;
  stall_ends_ = std::pow(10.0, -2.0 * uniform(random_));
  reset_chance_ = kinds_.resets && chance(0.4) ? std::pow(10.0, -1.0 - 4.0 * uniform(random_)) : 0.0;
}

void TdmStimulus::draw_stall() {
  if (inputs_.adc_stalls || inputs_.sum_stalls) {
    if (chance(stall_ends_)) inputs_.adc_stalls = inputs_.sum_stalls = false;
  } else if (chance(stall_begins_)) {
    inputs_.adc_stalls = chance(0.6);
    inputs_.sum_stalls = !inputs_.adc_stalls || chance(0.3);
  }
}

const TdmControllerPins::Inputs& TdmStimulus::next(bool ready, bool busy) {
  new_registers_ = first_;
  first_ = false;
  inputs_.abort = false;
  inputs_.start = false;
  if (clocks_left_ != 0) --clocks_left_;
  draw_stall();
  if (reset_left_ != 0) {
    --reset_left_;
    inputs_.reset = true;
    inputs_.start = chance(0.5);
    if (chance(0.3)) draw_registers();
    return inputs_;
  }
  inputs_.reset = false;
  if (clocks_left_ == 0 || chance(reset_chance_)) {
    const bool cut = clocks_left_ == 0 && (mvms_left_ != 0 || busy);
    plan();
    if (cut || reset_chance_ > 0.0) {
      inputs_.start = chance(0.5);
      inputs_.abort = chance(0.5);
      if (!inputs_.abort) {
        inputs_.reset = true;
        reset_left_ = log_uniform(random_, 0, 3);
      }
      return inputs_;
    }
  }
  if (mvms_left_ == 0 && !busy) {
    plan();
    draw_registers();
    const TdmTimes times(schedule_);
    const std::uint64_t latency = times.latency();
    if (times.interval() == 1) {  // starts at each clock that end at any number of MVMs in flight
      mvms_left_ = 1 + static_cast<std::uint32_t>(random_() % latency);
      start_chance_ = 1.0;
      reset_chance_ = 0.0;
      if (chance(0.7)) stall_begins_ = 0.0;
    } else if (latency > 10'000) {  // plays to its end once, and half a second time
      mvms_left_ = 2;
      clocks_left_ = latency + latency / 2;
      start_chance_ = 1.0;
      reset_chance_ = 0.0;
    }
  }
  if (ready) {
    inputs_.start = mvms_left_ != 0 && chance(start_chance_);
    if (inputs_.start) {
      --mvms_left_;
      ++started_;
    }
  } else {
    inputs_.start = chance(idle_start_chance_);
  }
  return inputs_;
}

}  // namespace memcosim
