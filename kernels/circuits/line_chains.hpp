// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

/// The lines of one kind with all their resistances. Resistance k of a line is before its cell k; resistance 0 is that of the terminal at
/// the start, resistance `cells` that of the terminal at the end.
struct LineChains {
  LineChains(std::size_t line_count, std::size_t cell_count, const LineResistances& resistances);

  const double* of(std::size_t line) const { return &ohms[line * (cells + 1)]; }
  bool has_start(std::size_t line) const { return of(line)[0] != no_terminal; }
  bool has_end(std::size_t line) const { return of(line)[cells] != no_terminal; }
  bool floats(std::size_t line) const { return !has_start(line) && !has_end(line); }

  std::size_t lines;
  std::size_t cells;         ///< per line
  std::vector<double> ohms;  ///< lines x (cells + 1)
  bool alike;                ///< all lines have the same segments; their terminals may differ
};

/// Boundary values of a line: the voltages of its terminals, or of its first node where it floats.
struct LineVolts {
  double start;
  double end;
  double first_node;
};

/// Currents and power of a solved line.
struct LineFlow {
  double start = 0.0;         ///< A into the line at its start
  double end = 0.0;           ///< A into the line at its end
  double power = 0.0;         ///< W in its resistances
  double magnitude = 0.0;     ///< V: scale of rounding errors: largest sum of the magnitudes of all terms of a node's voltage
  std::size_t open_node = 0;  ///< of a floating line: node at which the remainder of the sum of `drawn` violates the current law
};

/// Solves one line whose cells draw the currents `drawn` (A, `cells` values): writes its node voltages to `volts`.
/// Kirchhoff's current law holds at every node of a line with a terminal. On a floating line the sum of `drawn` must be zero.
///
/// A current that can be summed from either side is summed over the side with less current, so that behind a large resistance it is not a
/// small difference of large sums.
LineFlow solve_line(const LineChains& chains, std::size_t line, const LineVolts& ends, const double* drawn, double* volts);

}  // namespace memcosim
