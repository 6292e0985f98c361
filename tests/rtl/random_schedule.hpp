// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

#include "memcosim/architecture/tdm_schedule.hpp"

namespace memcosim {

/// A schedule that the RTL takes, with corner values more often than chance would have them. At most a few thousand clocks long.
inline TdmSchedule random_schedule(std::mt19937_64& random) {
  const auto between = [&](std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(random() % (std::uint64_t{high} - low + 1));
  };
  const auto corner_or = [&](std::uint32_t low, std::uint32_t high) {
    const std::uint32_t kind = between(0, 3);
    return kind == 0 ? low : kind == 1 ? low + 1 : between(low, high);
  };
  TdmSchedule schedule;
  const std::uint32_t slices = corner_or(1, 9);
  schedule.groups = corner_or(1, 9);
  schedule.steps = equal_steps(slices, corner_or(1, 12));
  schedule.settle = corner_or(0, 30);
  schedule.sample = corner_or(0, 6);
  schedule.mux = corner_or(0, 5);
  schedule.adc.latency = corner_or(1, 40);
  // Of a pipelined converter: several codes are in flight, as many as there is room for.
  schedule.adc.interval = between(0, 2) == 0 ? schedule.adc.latency : between((schedule.adc.latency + 15) / 16, schedule.adc.latency);
  schedule.accumulate_latency = corner_or(0, 12);
  schedule.accumulate_interval = corner_or(0, 12);
  schedule.pipelined = between(0, 3) != 0;
  return schedule;
}

}  // namespace memcosim
