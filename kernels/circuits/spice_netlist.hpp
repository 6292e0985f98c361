// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

/// A circuit in the language of SPICE 3 and ngspice.
struct SpiceNetlist {
  /// Title line, comments and elements; nodes are w<row>_<column> on the word lines and b<row>_<column> on the bit lines. An analysis and
  /// `.end` must be appended.
  std::string elements;
  std::vector<std::string> row_currents;     ///< expression of the current from the terminals into each word line
  std::vector<std::string> column_currents;  ///< of the current from each bit line into its terminals
};

/// Writes all numbers with all digits. Where `sinh_volts` is above 0 a cell carries G sinh_volts sinh(V / sinh_volts) at a voltage of
/// V across it, else G V. Lines that no path of conducting cells joins to a terminal have no solution in SPICE and are left out. Throws
/// InputError (`check` of the circuit and of the voltages).
SpiceNetlist spice_netlist(const CrossbarCircuit& circuit, const TerminalVoltages& voltages, double sinh_volts = 0.0);

/// A complete file for `ngspice -b`: solves the operating point and prints row_<i> and column_<j> = current in A, with 16 digits.
std::string spice_operating_point(const SpiceNetlist& netlist);

}  // namespace memcosim
