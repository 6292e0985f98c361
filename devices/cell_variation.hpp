// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/random.hpp"
#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

/// One cell's own value of a varied parameter: `mean` is the nominal value, `range` the parameter's own range. Address: (seed,
/// device_to_device, array, cell, parameter), so a cell can be drawn alone. Drawn on the host only: log_normal uses exp.
inline double draw_parameter(const Variation& variation, double mean, const Range& range, std::uint64_t seed, std::uint32_t array,
                             std::uint32_t cell) {
  const DrawAddress address{Purpose::device_to_device, array, cell, variation.parameter, 0};
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

}  // namespace memcosim
