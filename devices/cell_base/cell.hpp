// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/common/random.hpp"

namespace memcosim {

// The interface of a cell model. A model is one small struct without data; a cell is one double of state and an array of parameters in the
// order of the model's table. Loops over cells and device kernels are instantiated from the same functions (p: const CellParameters&).
//
//   static constexpr const char* name;
//   static constexpr const char* summary;           // one line that names the source of the equations
//   static constexpr int set_polarity;              // sign of the voltage that raises the conductance; 0: pulses do not move the cell
//   static constexpr bool is_random;                // true: pulses draw random numbers
//   static constexpr ParameterInfo parameters[];    // names, ranges and defaults; ranges are closed, so that a clamped draw is legal
//   static CellInconsistency inconsistency(const double* p);         // first pair of parameters that contradict each other, if any
//   MEMCOSIM_HD static bool make_consistent(double* p);              // moves drawn parameters to the nearest consistent set; true: moved
//
//   MEMCOSIM_HD static double state_low(p), state_high(p);           // bounds of the state; conductance is monotone between them
//   MEMCOSIM_HD static double initial_state(p);                      // the high-resistance bound
//   MEMCOSIM_HD static double conductance(p, state);                 // S at p.read_voltage_v: current / voltage
//   MEMCOSIM_HD static double state_of_conductance(p, siemens);      // its inverse, clamped to the bounds
//   MEMCOSIM_HD static double current(p, state, volts);              // A; odd and rising in volts
//
// How a pulse moves the state is one of two:
//   static constexpr bool follows_rate = true;      // d(state)/dt depends on state and voltage alone
//   MEMCOSIM_HD static double rate(p, state, volts);
//   MEMCOSIM_HD static bool has_closed_form(p);     // where true, for a constant voltage across the cell:
//   MEMCOSIM_HD static CellPulse closed_form(p, state, volts, seconds);
// Optional for models that follow a rate:
//   Derived, Push, Place, derived(), push(), place(), move(), needs(), law, laws   // the closed form in parts, for loops (see VteamCell)
//   MEMCOSIM_HD static CellMotion motion(p, state, volts);           // rate and current computed together, where they share work
//   MEMCOSIM_HD static bool agitates(p);                             // false: agitation() is 0
//   MEMCOSIM_HD static double agitation(p, draws);                   // a random number, constant during one pulse
//   MEMCOSIM_HD static double agitation_speed(p, state, volts);      // agitation * agitation_speed is added to the rate
// or
//   static constexpr bool follows_rate = false;     // one pulse is one step
//   MEMCOSIM_HD static double step(p, state, volts, seconds, draws);
//
// A model that is built from tables names their schema: static constexpr const char* table_schema (step_tables.hpp); p.tables is then the
// block of one measured device, or null where a program gives none.
//
// apply_pulse (cell_pulse.hpp) applies a whole pulse to either kind. Every function must stay finite for any state within its bounds, any
// voltage from -10 V to 10 V and any pulse from 1 ps to 1 s. Products that are added are written as explicit fma, so that the states of a
// model that uses no libm have the same bits on every host and device.

/// What the functions of a model see of one cell.
struct CellParameters {
  const double* values;            ///< in the order of the model's table
  double read_voltage_v = 0.1;     ///< conductances are defined at this voltage
  const double* tables = nullptr;  ///< numbers shared by many cells, in the layout of the model that needs them

  // Implicit, because tests and small programs have only an array of values.
  MEMCOSIM_HD CellParameters(const double* parameter_values) : values(parameter_values) {}  // NOLINT(google-explicit-constructor)
  MEMCOSIM_HD CellParameters(const double* parameter_values, double read_voltage, const double* table_values)
      : values(parameter_values), read_voltage_v(read_voltage), tables(table_values) {}
  MEMCOSIM_HD double operator[](std::size_t index) const { return values[index]; }
};

/// Speed of the state and current of the cell at one moment.
struct CellMotion {
  double rate;     ///< d(state)/dt
  double amperes;  ///< current through the cell
};

/// What one pulse does to a cell.
struct CellPulse {
  double state;
  double energy_j;                     ///< integral of V * I over the pulse, from the driver: cell, access device and wires
  double state_error = 0.0;            ///< bound of the error of `state`, zero for closed forms and single steps
  std::uint32_t rate_evaluations = 0;  ///< cost of the integration: evaluations of d(state)/dt
};

/// The random draws of one pulse of one cell, by their address.
struct PulseDraws {
  std::uint64_t seed = 0;
  std::uint32_t array = 0;
  std::uint32_t cell = 0;
  std::uint64_t pulse = 0;  ///< pulses that the cell has seen before
  Purpose purpose = Purpose::cycle_to_cycle;

  static constexpr std::uint16_t write_noise = 0x7fff;      ///< below: free to the models
  static constexpr std::uint16_t first_parameter = 0x8000;  ///< from here: cycle-to-cycle parameters
  MEMCOSIM_HD double normal(std::uint16_t index) const { return random_normal(seed, address(index)); }
  MEMCOSIM_HD double uniform(std::uint16_t index) const { return random_uniform(seed, address(index)); }
  MEMCOSIM_HD DrawAddress address(std::uint16_t index) const { return {purpose, array, cell, pulse, index}; }
};

/// Two parameters that contradict each other: the index of the one to change and what to do; `message` is null when they agree.
struct CellInconsistency {
  std::size_t parameter = 0;
  const char* message = nullptr;
};

/// Voltages and durations for which every function of a model must stay finite (see above). Configurations with a higher voltage are
/// refused; a longer step is split into several.
inline constexpr double most_cell_volts = 10.0;
inline constexpr double longest_pulse_s = 1.0;

/// No cell model has more parameters than this: room for one cell's parameters on the stack.
inline constexpr std::size_t max_cell_parameters = 40;

}  // namespace memcosim
