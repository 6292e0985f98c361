// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

class ConfigNode;

/// Relaxation after programming: the conductances of cells that were verified at one value spread out, fast at first, then slowly (seen on
/// RRAM arrays, W. Wan et al., Nature 608, 2022). A normal deviation whose sigma grows with the logarithm of time:
///   sigma(t) = min(sigma_per_decade log10(1 + t / tau), sigma_max)
/// One draw per cell and programming event: a cell keeps moving in its own direction. The parameters come from the user; the defaults are
/// illustrative.
struct RelaxationSpec {
  enum class Law : std::uint8_t { none, log_time };
  Law law = Law::none;
  double sigma_per_decade_s = 0.5e-6;  ///< S
  double sigma_max_s = 3e-6;           ///< S
  double tau_s = 1e-3;                 ///< s

  MEMCOSIM_HD double sigma(double age_s) const {
    if (law == Law::none || !(age_s > 0.0)) return 0.0;
    return ::fmin(sigma_per_decade_s * ::log10(1.0 + age_s / tau_s), sigma_max_s);
  }
};

/// Reads `relaxation: {law: none | log_time, sigma_per_decade, sigma_max, tau}`.
RelaxationSpec read_relaxation(const ConfigNode& device, const RelaxationSpec& fallback);
void check(const RelaxationSpec& spec);

}  // namespace memcosim
