// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim::test {

struct DenseSolution {
  std::vector<double> row_currents;     ///< from the terminals into each word line
  std::vector<double> column_currents;  ///< from each bit line into its terminals
  std::vector<double> cell_volts;       ///< rows x columns
  std::vector<double> word_line_volts;  ///< rows x columns; of `solve_dense` alone
  std::vector<double> bit_line_volts;   ///< rows x columns; of `solve_dense` alone
};

/// Modified nodal analysis, written down branch by branch: unknowns are all node voltages and the currents of all segments and terminals,
/// V_a - V_b - r I = 0 holds for each of these, so that no resistance is ever inverted; Gaussian elimination in quadruple precision. For up
/// to a hundred cells. Lines that the solution under test calls undefined must be given, to be grounded.
DenseSolution solve_dense(const CrossbarCircuit& circuit, const TerminalVoltages& voltages,
                          const std::vector<std::uint32_t>& undefined_word_lines, const std::vector<std::uint32_t>& undefined_bit_lines);

/// For circuits with a terminal at the start of each word line and at the end of each bit line and nowhere else, of up to some thousand
/// cells: (1 + R G) d = V with the dense matrix R of shared path resistances, in double.
DenseSolution solve_dense_by_paths(const CrossbarCircuit& circuit, const TerminalVoltages& voltages);

}  // namespace memcosim::test
