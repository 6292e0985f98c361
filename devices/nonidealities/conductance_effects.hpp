// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/common/random.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/nonidealities/endurance.hpp"
#include "memcosim/devices/nonidealities/faults.hpp"
#include "memcosim/devices/nonidealities/programming_error.hpp"
#include "memcosim/devices/nonidealities/read_disturb.hpp"
#include "memcosim/devices/nonidealities/read_noise.hpp"
#include "memcosim/devices/nonidealities/relaxation.hpp"
#include "memcosim/devices/nonidealities/retention.hpp"
#include "memcosim/devices/nonidealities/temperature.hpp"

namespace memcosim {

/// History of an array. Its age is set by the caller, independently of simulated time (docs/architecture.md).
struct ArrayHistory {
  std::uint64_t event = 0;  ///< programming events so far: addresses the draws of errors and drift
  double age_s = 0.0;       ///< since the last programming
  double cycles = 0.0;      ///< set/reset cycles before and including the last programming
  double reads = 0.0;       ///< since the last programming
};

/// Address of the draws of one cell.
struct CellAddress {
  std::uint64_t seed = 0;
  std::uint32_t array = 0;
  std::uint32_t cell = 0;

  MEMCOSIM_HD double uniform(Purpose purpose, std::uint64_t event) const { return random_uniform(seed, {purpose, array, cell, event, 0}); }
  MEMCOSIM_HD double normal(Purpose purpose, std::uint64_t event) const { return random_normal(seed, {purpose, array, cell, event, 0}); }
};

/// The effects on the conductance of a cell, as plain data for host and device code. Each is off by default.
struct ConductanceEffects {
  /// Finite conductance states, equally spaced from states_low_s to states_high_s; 0: continuous, else at least 2.
  std::uint32_t states = 0;
  double states_low_s = -1.0;   ///< S; negative: the end of the cell's range
  double states_high_s = -1.0;  ///< S; negative: the end of the cell's range
  ProgrammingErrorSpec programming_error;
  EnduranceSpec endurance;
  RelaxationSpec relaxation;
  RetentionSpec retention;
  ReadDisturbSpec read_disturb;
  TemperatureSpec temperature;
  ReadNoiseSpec read_noise;
  StuckConductances stuck;
};

/// The nearest of the finite states, ties up.
MEMCOSIM_HD inline double nearest_state(const ConductanceEffects& effects, double g, const ConductanceRange& range) {
  if (effects.states < 2) return g;
  const double low = effects.states_low_s >= 0.0 ? effects.states_low_s : range.low;
  const double high = effects.states_high_s >= 0.0 ? effects.states_high_s : range.high;
  const double last = static_cast<double>(effects.states - 1);
  const double index = ::floor(::fma((g - low) / (high - low), last, 0.5));
  return ::fma(::fmin(::fmax(index, 0.0), last) / last, high - low, low);
}

/// Conductance that a cell gets for a target: nearest finite state, then the programming error, clamped to the range of the cell.
MEMCOSIM_HD inline double programmed_conductance(const ConductanceEffects& effects, double target_s, const ConductanceRange& range,
                                                 const CellAddress& cell, std::uint64_t event) {
  double g = nearest_state(effects, target_s, range);
  const SpreadLaw& law = effects.programming_error.law;
  if (law.form != SpreadLaw::Form::none) g += law.deviation(g, cell.uniform(Purpose::programming_error, event));
  return ::fmax(::fmin(::fmax(g, range.low), range.high), 0.0);
}

/// Conductance that a read without noise sees of a cell whose state has the conductance `state_s`: never below zero, always finite.
MEMCOSIM_HD inline double observed_conductance(const ConductanceEffects& effects, double state_s, const ConductanceRange& range,
                                               const CellAddress& cell, const ArrayHistory& history, CellFault fault) {
  if (fault != CellFault::none) return effects.stuck.of(fault, state_s, range);
  double g = state_s;
  const double kelvin = effects.temperature.temperature_k;
  if (effects.programming_error.law.form == SpreadLaw::Form::none) g = nearest_state(effects, g, range);
  g = effects.endurance.after(g, history.cycles, kelvin, range);
  const double broadening = effects.relaxation.sigma(history.age_s);
  if (broadening > 0.0) g = ::fmax(::fma(broadening, cell.normal(Purpose::relaxation, history.event), g), 0.0);
  if (effects.retention.law != RetentionSpec::Law::none && history.age_s > 0.0) {
    const double z = effects.retention.is_random() ? cell.normal(Purpose::retention, history.event) : 0.0;
    g = effects.retention.after(g, history.age_s, kelvin, effects.temperature.reference_k, range, effects.programming_error.law, z);
  }
  g = effects.read_disturb.after(g, history.reads, effects.endurance.initial_cycles + history.cycles, kelvin, range);
  g = effects.temperature.at_temperature(g);
  return effects.read_noise.telegraph.after(g, history.age_s, cell.seed, cell.array, cell.cell, history.event);
}

/// Standard deviation of one read of a cell with the observed conductance `observed_s`, S; zero without read noise.
MEMCOSIM_HD inline double read_sigma(const ConductanceEffects& effects, double observed_s, const ArrayHistory& history) {
  return effects.read_noise.sigma(observed_s, history.age_s);
}

}  // namespace memcosim
