// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/nonidealities/temperature.hpp"

namespace memcosim {

class ConfigNode;

/// Disturbance of cells by reads.
///
/// rate: the model's own equation, d(state)/dt at the read voltage, moves the state. The default of every model that has a rate.
///   MVMs: within an epoch of `every` images (for a macro without a network: MVMs) the state is constant; at its end each cell makes one
///   step for every DAC code that its row had, codes rising: at the voltage of the code, for the time that the row was driven with it.
///   A verify read: one step at the verify read voltage for the time of its conversions, after the code is taken.
///   The voltage is that of the drivers: behind resistive lines an upper bound.
///
/// jiang_2021: loss of low-resistance states under repeated reads, which lowers the observed conductance but not the state: C.-M. Jiang et
/// al., "An Analytical Model of Read-Disturb Failure Time in a Post-Cycling Resistive Switching Memory", IEEE, 2021, with the constants
/// that analog-cim-sim (rpelke/analog-cim-sim) reads from its graphs:
///   p   = c1 exp(a |V| / (k_B T))
///   t_t = t0 b^(1/p) (1 - k N^m)^(1/p)                 N set/reset cycles before
///   G   = G_0 (t / t_t)^-p     for a total read time t = reads * read_time beyond t_t
/// The law ends where k N^m reaches 1 (about 1.4 million cycles): k N^m is held at 0.999 there.
struct ReadDisturbSpec {
  enum class Law : std::uint8_t { none, jiang_2021, rate };
  Law law = Law::none;
  std::uint64_t every = 0;  ///< rate: images or MVMs of an epoch; 0: the most that move the nominal cell by less than 0.1 %, at least 1
  double reads = 0.0;       ///< jiang_2021 (also the following): reads that every cell has had when a run evaluates the programmed arrays
  double read_voltage_v = 0.2;
  double read_time_s = 100e-9;  ///< of one read
  double above_s = 0.0;         ///< S, states above it are disturbed; 0: the upper half of the cell's range
  double c1 = 0.0068;
  double a_j_per_v = 0.11 * 1.602176634e-19;
  double t0_s = 15.5e-9;
  double b = 1.43339;
  double k = 0.003;
  double m = 0.41;

  MEMCOSIM_HD double power(double temperature_k) const {
    return c1 * ::exp(::fmin(a_j_per_v * ::fabs(read_voltage_v) / (boltzmann_j_per_k * temperature_k), 600.0));
  }
  /// Natural logarithm of t_t / s.
  MEMCOSIM_HD double log_transition(double temperature_k, double cycles) const {
    const double worn = ::fmin(k * ::pow(::fmax(cycles, 0.0), m), 0.999);
    return ::log(t0_s) + (::log(b) + ::log1p(-worn)) / power(temperature_k);
  }
  MEMCOSIM_HD double after(double g, double read_count, double cycles, double temperature_k, const ConductanceRange& range) const {
    if (law != Law::jiang_2021 || !(read_count > 0.0)) return g;
    const double border = above_s > 0.0 ? above_s : 0.5 * (range.low + range.high);
    if (!(g > border)) return g;
    const double excess = ::log(read_count * read_time_s) - log_transition(temperature_k, cycles);
    // A disturbed cell drifts down to the border of the low-resistance states, not beyond.
    return excess > 0.0 ? ::fmax(g * ::exp(-power(temperature_k) * excess), border) : g;
  }
};

/// Reads `read_disturb: {law: none | rate | jiang_2021, ...}`: `every` (auto or a count) of rate; reads, read_voltage, read_time and above
/// of jiang_2021. The caller checks that the model has a rate.
ReadDisturbSpec read_read_disturb(const ConfigNode& device, const ReadDisturbSpec& fallback);
void check(const ReadDisturbSpec& spec);

}  // namespace memcosim
