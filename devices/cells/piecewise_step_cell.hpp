// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// Step given by piecewise linear interpolation (PiecewiseStep of AIHWKit): dG = +-dg_min (1 +- up_down) f(G). The nodes of f for a
/// polarity are equally spaced from g_min to g_max. The nodes come from a file (key `tables`, schema memcosim-step-nodes). Layout of a
/// device's block: number of nodes up, number of nodes down, the nodes up, the nodes down. With one node f is constant; without a block it
/// is 1.
struct PiecewiseStepCell : StepDeviceCell {
  static constexpr const char* name = "piecewise_step";
  static constexpr const char* summary = "step per pulse through given nodes (PiecewiseStep of AIHWKit; Rasch et al., AICAS 2021)";
  static constexpr const char* table_schema = "memcosim-step-nodes";

  static constexpr ParameterInfo parameters[] = {g_min_info,       g_max_info,  v_set_info,   v_reset_info,
                                                 pulse_width_info, dg_min_info, up_down_info, cycle_sigma_info};

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    return towards == 0 ? state : multiplicative(p, state, towards, factor(p, state, towards), draws);
  }

 private:
  MEMCOSIM_HD static double factor(const CellParameters& p, double state, int towards) {
    if (p.tables == nullptr) return 1.0;
    const int up = static_cast<int>(p.tables[0]);
    const int down = static_cast<int>(p.tables[1]);
    const double* nodes = p.tables + 2 + (towards > 0 ? 0 : up);
    const int count = towards > 0 ? up : down;
    if (count == 1) return nodes[0];
    const double position = within((state - p[g_min]) / (p[g_max] - p[g_min]), 0.0, 1.0) * static_cast<double>(count - 1);
    const int at = static_cast<int>(position);
    const int lower = at < count - 1 ? at : count - 2;
    return ::fma(nodes[lower + 1] - nodes[lower], position - static_cast<double>(lower), nodes[lower]);
  }
};

}  // namespace memcosim
