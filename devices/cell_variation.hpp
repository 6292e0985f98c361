// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/random.hpp"
#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

/// One value of a varied parameter around `mean`, within the variation's limits and the parameter's own range. Drawn on the host only:
/// log_normal uses exp.
inline double draw_varied(const Variation& variation, double mean, const Range& range, std::uint64_t seed, const DrawAddress& address) {
  double value = mean;
  switch (variation.distribution) {
    case Distribution::normal:
      value = mean + variation.sigma * random_normal(seed, address);
      break;
    case Distribution::log_normal:
      value = mean * std::exp(variation.sigma * random_normal(seed, address));
      break;
    case Distribution::uniform:
      value = mean + variation.sigma * std::sqrt(3.0) * (2.0 * random_uniform(seed, address) - 1.0);
      break;
  }
  value = std::fmin(std::fmax(value, variation.low), variation.high);
  return std::fmin(std::fmax(value, range.low), range.high);
}

/// One cell's own value of a parameter that varies from device to device; `mean` is the nominal value. A cell can be drawn alone.
inline double draw_parameter(const Variation& variation, double mean, const Range& range, std::uint64_t seed, std::uint32_t array,
                             std::uint32_t cell) {
  return draw_varied(variation, mean, range, seed, {Purpose::device_to_device, array, cell, variation.parameter, 0});
}

/// The value in force during one pulse of a parameter that varies from cycle to cycle; `own` is the cell's own value.
inline double draw_cycle_parameter(const Variation& variation, double own, const Range& range, const PulseDraws& draws) {
  const auto index = static_cast<std::uint16_t>(PulseDraws::first_parameter + variation.parameter);
  return draw_varied(variation, own, range, draws.seed, draws.address(index));
}

}  // namespace memcosim
