// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

// The cell interface. A cell model is one small struct without data; the state of a cell is one double, its parameters an array of doubles
// in the order of the model's table. Loops over cells and device kernels are instantiated from the same functions:
//
//   static constexpr const char* name, *summary;          // summary names the source of the equations
//   static constexpr int set_polarity;                    // sign of the voltage that raises the conductance; 0: pulses do not move the
//   cell static constexpr ParameterInfo parameters[];          // names, ranges and defaults; ranges are closed, so a clamped draw is legal
//   static CellInconsistency inconsistency(const double* p);              // first pair of parameters that contradict each other, if any
//   MEMCOSIM_HD static bool make_consistent(double* p);                   // moves drawn parameters to the nearest consistent set; true:
//   moved MEMCOSIM_HD static double conductance_min(const double* p);           // S MEMCOSIM_HD static double conductance_max(const
//   double* p);           // S MEMCOSIM_HD static double initial_state(const double* p);             // high-resistance state MEMCOSIM_HD
//   static double clamp_state(const double* p, double state); // the state itself when it is legal MEMCOSIM_HD static double
//   conductance(const double* p, double state); // S, at the read voltage MEMCOSIM_HD static double state_of_conductance(const double* p,
//   double siemens);  // clamped to what the cell can hold MEMCOSIM_HD static CellPulse apply_pulse(const double* p, double state, double
//   volts, double seconds);
//
// apply_pulse takes one step for the whole pulse; the energy is the integral of V * I over it. States are the same bits on every host and
// device (products that are added are explicit fma); conductances and energies may differ in their last bits where they use exp or log.

/// What one pulse of constant voltage does to a cell.
struct CellPulse {
  double state;
  double energy_j;
};

/// Two parameters that contradict each other: index of the one to blame and what to do; message is null when all is well.
struct CellInconsistency {
  std::size_t parameter = 0;
  const char* message = nullptr;
};

/// No cell model has more parameters than this: room for one cell's parameters on the stack.
inline constexpr std::size_t max_cell_parameters = 16;

}  // namespace memcosim
