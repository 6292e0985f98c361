// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/pulse_response.hpp"

namespace memcosim {

/// Measured steps: for each polarity a table of the conductance change dG over the conductance G before the pulse and over the cumulative
/// probability (CDF), as `memcosim device fit` makes it from pulse trains. One pulse draws a uniform number u and takes dG at (G, u),
/// linear in G and linear in the CDF. Tables of this kind: XBTorch, and the lookup tables of CrossSim (S. Agarwal et al., IJCNN 2016);
/// both take the nearest entry, which leaves only as many different steps as the table has columns.
/// The tables come from a file (key `tables`, schema memcosim-step-tables); the bounds of the state are those of the table. Each polarity
/// has its own G axis; beyond its ends the outermost row holds.
///
/// Layout of a device's block: points of the G axis for set, then for reset (none: pulses of this polarity make no step), points of the CDF
/// axis; lowest and highest conductance; the G axis of set (rising), its dG row by row (one row per G, not falling over the CDF), then the
/// same of reset. The CDF axis is uniform from 0 to 1. Without a block the cell has the bounds below and does not move.
struct StepTableCell : PulseResponseCell {
  static constexpr const char* name = "step_table";
  static constexpr const char* summary = "step per pulse from measured tables of G x dG x CDF, linear in both (see `memcosim device fit`)";
  static constexpr const char* table_schema = "memcosim-step-tables";

  enum Parameter : std::size_t { v_set, v_reset, pulse_width };
  static constexpr ParameterInfo parameters[] = {v_set_info, v_reset_info, pulse_width_info};
  static constexpr double bare_low_s = 1e-6;
  static constexpr double bare_high_s = 1e-4;

  static CellInconsistency inconsistency(const double*) { return {}; }
  MEMCOSIM_HD static bool make_consistent(double*) { return false; }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p.tables == nullptr ? bare_low_s : p.tables[3]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p.tables == nullptr ? bare_high_s : p.tables[4]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return state_low(p); }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    return within(siemens, state_low(p), state_high(p));
  }

  /// dG of a pulse on a cell of conductance `state` at the cumulative probability `u` from 0 to 1, S.
  MEMCOSIM_HD static double change(const CellParameters& p, int towards, double state, double u) {
    if (p.tables == nullptr) return 0.0;
    const int set_points = static_cast<int>(p.tables[0]);
    const int columns = static_cast<int>(p.tables[2]);
    const int points = towards > 0 ? set_points : static_cast<int>(p.tables[1]);
    if (points == 0) return 0.0;
    const double* axis = p.tables + 5 + (towards > 0 ? 0 : set_points * (1 + columns));
    const double* steps = axis + points;

    int lower = 0;  // the last point at or below the state, the last but one at most
    for (int width = points - 1; width > 1;) {
      const int half = width / 2;
      if (axis[lower + half] <= state) {
        lower += half;
        width -= half;
      } else {
        width = half;
      }
    }
    const double along = within((state - axis[lower]) / (axis[lower + 1] - axis[lower]), 0.0, 1.0);
    const double position = u * static_cast<double>(columns - 1);
    const int at = static_cast<int>(position);
    const int column = at < columns - 1 ? at : columns - 2;
    const double across = position - static_cast<double>(column);
    const double* row = steps + lower * columns + column;
    const double here = ::fma(row[1] - row[0], across, row[0]);
    const double next = ::fma(row[columns + 1] - row[columns], across, row[columns]);
    return ::fma(next - here, along, here);
  }

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    if (!(seconds >= p[pulse_width])) return state;
    const int towards = volts >= p[v_set] ? 1 : (volts <= -p[v_reset] ? -1 : 0);
    return towards == 0 ? state : state + change(p, towards, state, draws.uniform(0));
  }
};

}  // namespace memcosim
