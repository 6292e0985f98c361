// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cell_base/cell.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"

namespace memcosim {

/// An ideal resistor (Ohm's law) whose conductance is its state. Pulses dissipate energy but do not change it: program it with
/// set_conductance.
struct OhmicCell {
  static constexpr const char* name = "ohmic";
  static constexpr const char* summary = "linear resistor with a free conductance (Ohm's law); pulses do not move it";
  static constexpr int set_polarity = 0;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t { g_min, g_max };
  static constexpr ParameterInfo parameters[] = {
      {"g_min", Dimension::conductance, 1e-6, {0.0, 1e3, false}, "lowest conductance"},
      {"g_max", Dimension::conductance, 1e-4, {1e-15, 1e3, false}, "highest conductance"},
  };

  static CellInconsistency inconsistency(const double* p) {
    if (!(p[g_min] < p[g_max])) return {g_max, "must be greater than g_min"};
    return {};
  }

  /// Drawn parameters: g_max is raised to at least g_min * (1 + 1e-6).
  MEMCOSIM_HD static bool make_consistent(double* p) {
    const double least = p[g_min] * (1.0 + 1e-6);
    if (p[g_max] >= least) return false;
    p[g_max] = least;
    return true;
  }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p[g_min]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[g_max]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return p[g_min]; }
  MEMCOSIM_HD static double conductance(const CellParameters&, double state) { return state; }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    return siemens < p[g_min] ? p[g_min] : (siemens > p[g_max] ? p[g_max] : siemens);
  }
  MEMCOSIM_HD static double current(const CellParameters&, double state, double volts) { return state * volts; }

  static constexpr bool follows_rate = false;
  MEMCOSIM_HD static double step(const CellParameters&, double state, double, double, const PulseDraws&) { return state; }
};

}  // namespace memcosim
