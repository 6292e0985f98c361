// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cell.hpp"
#include "memcosim/devices/cell_circuit.hpp"

namespace memcosim {

template <typename Model>
MEMCOSIM_HD double clamp_state(const CellParameters& p, double state) {
  const double low = Model::state_low(p);
  const double high = Model::state_high(p);
  return state < low ? low : (state > high ? high : state);
}

/// A model whose pulse is one step: the voltage across the cell before the step decides; the energy is the mean of before and after.
template <typename Model>
MEMCOSIM_HD CellPulse step_pulse(const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                                 const PulseDraws& draws) {
  const double before_v = cell_voltage<Model>(p, circuit, drive.series_ohms, state, drive.volts);
  const double end = clamp_state<Model>(p, Model::step(p, state, before_v, drive.seconds, draws));
  const double after_v = cell_voltage<Model>(p, circuit, drive.series_ohms, end, drive.volts);
  const double amperes = 0.5 * (cell_current<Model>(p, circuit.law, state, before_v) + cell_current<Model>(p, circuit.law, end, after_v));
  return {end, drive.volts * amperes * drive.seconds};
}

/// One pulse on one cell.
template <typename Model>
MEMCOSIM_HD CellPulse apply_pulse(const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                                  const PulseDraws& draws) {
  if (!(drive.seconds > 0.0)) return {state, 0.0};
  if constexpr (Model::follows_rate) {
    return Model::closed_form(p, state, drive.volts, drive.seconds);
  } else {
    return step_pulse<Model>(p, circuit, state, drive, draws);
  }
}

}  // namespace memcosim
