// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/devices/cell_base/cell_pulse.hpp"

namespace memcosim {

/// Outcome of a refresh of a pair.
struct PairRefresh {
  bool done = false;
  std::uint32_t pulses = 0;  ///< resets and rewriting set pulses
  double energy_j = 0.0;
};

/// A signed weight from two cells that gradual pulses can only raise (phase-change memory): weight = G+ - G-. A positive update raises G+,
/// a negative one G-; both fill up, so now and then the pair is refreshed: read, reset both, write the difference to the one that had more
/// (one-sided unit cell of AIHWKit; Rasch et al., AICAS 2021). The two cells are neighbours in the address of the random draws: the cell of
/// the draws given and the next one.
template <typename Model>
class OneSidedPair {
 public:
  /// Parameters of the two cells and the pulses that raise and reset them; the parameters must outlive the pair. Both cells start reset.
  MEMCOSIM_HD OneSidedPair(const CellParameters& plus, const CellParameters& minus, const CellCircuit& circuit, const PulseDrive& set,
                           const PulseDrive& reset)
      : cells_{{plus, Model::state_low(plus), 0}, {minus, Model::state_low(minus), 0}}, circuit_(circuit), set_(set), reset_(reset) {}

  MEMCOSIM_HD double plus_s() const { return conductance(cells_[0]); }
  MEMCOSIM_HD double minus_s() const { return conductance(cells_[1]); }
  /// G+ - G-, S.
  MEMCOSIM_HD double weight_s() const { return plus_s() - minus_s(); }

  /// One pulse up: of G+ for `direction` > 0, of G- below. Returns its energy, J.
  MEMCOSIM_HD double update(int direction, const PulseDraws& draws) { return pulse(direction > 0 ? 0 : 1, set_, draws); }

  /// True if the cell with the higher conductance is above the share `upper` of its range, and the other one above the share `lower` of its
  /// range.
  MEMCOSIM_HD bool needs_refresh(double upper = 0.75, double lower = 0.25) const {
    const double plus = filling(cells_[0]);
    const double minus = filling(cells_[1]);
    return ::fmax(plus, minus) > upper && ::fmin(plus, minus) > lower;
  }

  /// Refreshes when needed. The difference is rewritten pulse by pulse until the weight is within half of the last step of it, or
  /// `most_pulses` are spent; the remainder is an error of the weight.
  MEMCOSIM_HD PairRefresh refresh(const PulseDraws& draws, std::uint32_t most_pulses = 1000, double upper = 0.75, double lower = 0.25) {
    PairRefresh result;
    if (!needs_refresh(upper, lower)) return result;
    result.done = true;
    const double weight = weight_s();
    for (const int cell : {0, 1}) {
      result.energy_j += pulse(cell, reset_, draws);
      ++result.pulses;
    }
    const int side = weight >= 0.0 ? 0 : 1;
    const double sign = weight >= 0.0 ? 1.0 : -1.0;
    double last_step = 0.0;
    for (std::uint32_t i = 0; i < most_pulses; ++i) {
      const double missing = sign * (weight - weight_s());
      if (!(missing > 0.5 * last_step) || !(missing > 0.0)) break;
      const double before = weight_s();
      result.energy_j += pulse(side, set_, draws);
      ++result.pulses;
      last_step = ::fmax(0.0, sign * (weight_s() - before));
    }
    return result;
  }

 private:
  struct Cell {
    CellParameters p;
    double state;
    std::uint64_t pulses;
  };

  MEMCOSIM_HD double conductance(const Cell& cell) const { return port_conductance<Model>(cell.p, circuit_, cell.state); }

  MEMCOSIM_HD double filling(const Cell& cell) const {
    const double low = port_conductance<Model>(cell.p, circuit_, Model::state_low(cell.p));
    const double high = port_conductance<Model>(cell.p, circuit_, Model::state_high(cell.p));
    return (conductance(cell) - low) / (high - low);
  }

  MEMCOSIM_HD double pulse(int index, const PulseDrive& drive, PulseDraws draws) {
    Cell& cell = cells_[index];
    draws.cell += static_cast<std::uint32_t>(index);
    draws.pulse = cell.pulses++;
    const CellPulse after = apply_pulse<Model>(cell.p, circuit_, cell.state, drive, draws);
    cell.state = after.state;
    return after.energy_j;
  }

  Cell cells_[2];
  CellCircuit circuit_;
  PulseDrive set_;
  PulseDrive reset_;
};

}  // namespace memcosim
