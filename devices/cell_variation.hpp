// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/random.hpp"
#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

namespace detail {

/// Inverse distribution function (value of a uniform draw) and distribution function (0 or 1 beyond the distribution).
MEMCOSIM_HD inline double varied_value(const Variation& variation, double mean, double share) {
  switch (variation.distribution) {
    case Distribution::normal:
      return mean + variation.sigma * normal_quantile(share);
    case Distribution::log_normal:
      return mean * ::exp(variation.sigma * normal_quantile(share));
    case Distribution::uniform:
      return mean + variation.sigma * ::sqrt(3.0) * (2.0 * share - 1.0);
  }
  return mean;
}
MEMCOSIM_HD inline double varied_share(const Variation& variation, double mean, double value) {
  const auto normal_share = [](double z) { return 0.5 * ::erfc(-z / ::sqrt(2.0)); };
  switch (variation.distribution) {
    case Distribution::normal:
      return normal_share((value - mean) / variation.sigma);
    case Distribution::log_normal:
      return value / mean > 0.0 ? normal_share(::log(value / mean) / variation.sigma) : 0.0;
    case Distribution::uniform:
      return ::fmin(::fmax(0.5 + (value - mean) / (2.0 * ::sqrt(3.0) * variation.sigma), 0.0), 1.0);
  }
  return 0.0;
}

}  // namespace detail

/// True if the values of this variation need libm; otherwise they are the same bits on every host and device.
MEMCOSIM_HD inline bool uses_libm(const Variation& variation) {
  return variation.distribution == Distribution::log_normal || (variation.truncated && variation.distribution == Distribution::normal);
}

/// One value of a varied parameter around `mean`, within the variation's limits and the parameter's own range. log_normal and truncated
/// normal values use exp, log and erfc: their last bits may differ between host and device (uses_libm).
MEMCOSIM_HD inline double draw_varied(const Variation& variation, double mean, const Range& range, std::uint64_t seed,
                                      const DrawAddress& address) {
  double share = random_uniform(seed, address);
  if (variation.truncated && variation.sigma > 0.0) {
    const double from = detail::varied_share(variation, mean, variation.low);
    const double to = detail::varied_share(variation, mean, variation.high);
    share = from + share * (to - from);
    share = ::fmin(::fmax(share, 0x1p-1000), 1.0 - 0x1p-53);  // rounding must not reach the ends, where the quantile is infinite
  }
  double value = detail::varied_value(variation, mean, share);
  value = ::fmin(::fmax(value, variation.low), variation.high);
  return ::fmin(::fmax(value, range.low), range.high);
}

/// One cell's own value of a parameter that varies from device to device; `mean` is the nominal value. A cell can be drawn alone.
MEMCOSIM_HD inline double draw_parameter(const Variation& variation, double mean, const Range& range, std::uint64_t seed,
                                         std::uint32_t array, std::uint32_t cell) {
  return draw_varied(variation, mean, range, seed, {Purpose::device_to_device, array, cell, variation.parameter, 0});
}

/// The value in force during one pulse of a parameter that varies from cycle to cycle; `own` is the cell's own value.
MEMCOSIM_HD inline double draw_cycle_parameter(const Variation& variation, double own, const Range& range, const PulseDraws& draws) {
  const auto index = static_cast<std::uint16_t>(PulseDraws::first_parameter + variation.parameter);
  return draw_varied(variation, own, range, draws.seed, draws.address(index));
}

}  // namespace memcosim
