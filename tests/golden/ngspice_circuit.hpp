// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace memcosim::test {

/// Currents that ngspice computed, A.
struct NgspiceCurrents {
  std::vector<double> row_currents;     ///< from the terminals into each word line
  std::vector<double> column_currents;  ///< from each bit line into its terminals
};

/// Solves a netlist that prints row_<i> and column_<j> (`spice_operating_point`) with ngspice (`program`). Throws std::runtime_error with
/// ngspice's output when a current is missing.
NgspiceCurrents run_ngspice(const std::string& program, const std::string& netlist, std::size_t rows, std::size_t columns);

}  // namespace memcosim::test
