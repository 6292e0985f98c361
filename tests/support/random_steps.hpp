// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

#include "memcosim/architecture/tdm_schedule.hpp"

namespace memcosim {

/// A number from low to high, both included.
inline std::uint32_t between(std::mt19937_64& random, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(random() % (std::uint64_t{high} - low + 1));
}

/// Largest clocks of a random schedule.
struct StepLimits {
  std::uint32_t drive = 12;
  std::uint32_t settle = 4;
  std::uint32_t latency = 12;              ///< of a conversion
  std::uint32_t accumulate_interval = 16;  ///< above the latency too: then the accumulator sets the pace
};

/// A schedule of drive steps that take different times, some of which are not converted. A converter begins again when its code is there.
inline TdmSchedule random_steps(std::mt19937_64& random, const StepLimits& limits) {
  TdmSchedule schedule;
  schedule.steps.clear();
  for (std::uint32_t step = between(random, 1, 6); step > 0; --step) {
    const std::uint32_t drive = between(random, 1, limits.drive);
    schedule.steps.push_back({drive, between(random, 0, 2) != 0});
  }
  schedule.steps.back().converts = true;
  schedule.groups = between(random, 1, 4);
  schedule.settle = between(random, 0, limits.settle);
  schedule.sample = between(random, 0, 2);
  schedule.mux = between(random, 0, 3);
  schedule.adc.latency = between(random, 1, limits.latency);
  schedule.adc.interval = schedule.adc.latency;
  schedule.accumulate_latency = between(random, 0, 4);
  schedule.accumulate_interval = between(random, 0, limits.accumulate_interval);
  schedule.pipelined = between(random, 0, 3) != 0;
  schedule.overlap = between(random, 0, 1) == 0 ? StepOverlap::slice : StepOverlap::converter;
  return schedule;
}

}  // namespace memcosim
