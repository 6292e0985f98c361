// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim::cuda {

/// The lines of one kind, each counted from the terminal that feeds it: from its start, or from its end where it has no start.
struct LineTable {
  std::vector<double> ohms;             ///< before each cell
  std::vector<double> path;             ///< sum of `ohms` up to the cell
  std::vector<double> closure;          ///< per line: 1 / (resistance from terminal to terminal); 0 where the far end is open
  std::vector<unsigned char> reversed;  ///< per line: counted from its end
};

/// Of word lines: [line][place]. Of bit lines: [place][line].
LineTable make_line_table(const LineResistances& lines, std::size_t line_count, std::size_t cells, bool places_first);

/// Voltages behind the near and the far terminals of each line, V; both the same where there is one.
struct LineVoltages {
  std::vector<double> near_volts, far_volts;
};
LineVoltages order_voltages(const LineTable& table, const std::vector<double>& start, const std::vector<double>& end);

}  // namespace memcosim::cuda
