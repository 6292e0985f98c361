// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/common/random.hpp"

namespace memcosim {

class ConfigNode;

/// Random telegraph noise: a share of the cells has one trap; while it holds a charge, the conductance is lower by the relative amplitude.
/// tau_capture is the mean time to capture when the trap is empty, tau_emission to emission when full (S. Machlup, J. Appl. Phys. 25,
/// 1954).
///
/// The two-state Markov process is generated as a pure function of address and age, exact for any ages in any order: refreshes
/// arrive as a Poisson process of rate 1 / tau_capture + 1 / tau_emission, each sets the trap anew with its stationary probability, and the
/// state at an age is that of the last refresh before it. (The transition matrix exp(Qt) of a two-state chain is exactly
/// exp(-rate t) I + (1 - exp(-rate t)) times the stationary matrix.) The process is stationary from the programming on. Time is cut in
/// intervals of one mean refresh period, each with its own draws; addresses repeat after 2^32 intervals and 2^16 programming events.
struct TelegraphSpec {
  double share = 0.0;               ///< of the cells
  double relative_amplitude = 0.0;  ///< 0 to 1
  double tau_capture_s = 1e-3;
  double tau_emission_s = 1e-3;

  MEMCOSIM_HD double full_probability() const { return tau_emission_s / (tau_capture_s + tau_emission_s); }
  MEMCOSIM_HD double refresh_rate() const { return 1.0 / tau_capture_s + 1.0 / tau_emission_s; }

  MEMCOSIM_HD static bool has_trap(double share_of_cells, std::uint64_t seed, std::uint32_t array, std::uint32_t cell) {
    return random_uniform(seed, {Purpose::telegraph_noise, array, cell, 0, index_of_trap}) < share_of_cells;
  }

  /// True if the trap holds a charge at this age.
  MEMCOSIM_HD bool is_full(double age_s, std::uint64_t seed, std::uint32_t array, std::uint32_t cell, std::uint64_t programming) const {
    const double periods = ::fmin(::fmax(age_s, 0.0) * refresh_rate(), 1e18);
    double interval = ::floor(periods);
    double until = periods - interval;
    // An interval is empty with probability 1/e, so 40 empty ones in a row do not occur in practice.
    for (int back = 0; back < 40; ++back) {
      const std::uint64_t wrapped = static_cast<std::uint64_t>(::fmod(interval, 4294967296.0));
      const std::uint64_t event = wrapped | ((programming & 0xffffu) << 32);
      double at = 0.0;
      int last = -1;
      for (int i = 0; i < most_refreshes; ++i) {
        const std::uint16_t index = static_cast<std::uint16_t>(2 * i);
        at -= detail::natural_log(random_uniform(seed, {Purpose::telegraph_noise, array, cell, event, index}));
        if (at > until) break;
        last = i;
      }
      if (last >= 0) {
        const std::uint16_t index = static_cast<std::uint16_t>(2 * last + 1);
        return random_uniform(seed, {Purpose::telegraph_noise, array, cell, event, index}) < full_probability();
      }
      if (interval == 0.0) break;
      interval -= 1.0;
      until = 1.0;
    }
    const std::uint64_t event = (programming & 0xffffu) << 32;
    return random_uniform(seed, {Purpose::telegraph_noise, array, cell, event, index_of_start}) < full_probability();
  }

  MEMCOSIM_HD double after(double g, double age_s, std::uint64_t seed, std::uint32_t array, std::uint32_t cell,
                           std::uint64_t programming) const {
    if (!(share > 0.0) || !has_trap(share, seed, array, cell)) return g;
    return is_full(age_s, seed, array, cell, programming) ? g * (1.0 - relative_amplitude) : g;
  }

 private:
  static constexpr int most_refreshes = 64;  ///< in one interval; the mean is 1
  static constexpr std::uint16_t index_of_trap = 1000;
  static constexpr std::uint16_t index_of_start = 1001;
};

/// Reads {share, relative_amplitude, tau_capture, tau_emission}.
TelegraphSpec read_telegraph(const ConfigNode& node, const TelegraphSpec& fallback);
void check(const TelegraphSpec& spec);

}  // namespace memcosim
