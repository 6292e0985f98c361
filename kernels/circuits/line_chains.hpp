// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

/// The lines of one kind, every resistance written out. Resistance k of a line lies before its cell k; 0 is that of the start's terminal,
/// `cells` that of the end's.
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

/// What is connected to a line: the voltages of its terminals, or of its first node where it floats.
struct LineVolts {
  double start;
  double end;
  double first_node;
};

/// What a line does besides its node voltages.
struct LineFlow {
  double start = 0.0;         ///< A into the line at its start
  double end = 0.0;           ///< A into the line at its end
  double power = 0.0;         ///< W in its resistances
  double magnitude = 0.0;     ///< V: sum of the magnitudes of all terms of a node's voltage, the largest of the line: its rounding scale
  std::size_t open_node = 0;  ///< of a floating line: where what is left of the sum of `drawn` comes out of nowhere
};

/// Solves one line whose cells draw the currents `drawn` (A, `cells` values): writes its node voltages to `volts`.
/// Kirchhoff's current law holds at every node of a line with a terminal. On a floating line the sum of `drawn` must be zero.
///
/// Where a current is known from either side it is summed over the side with less current, so that behind a large resistance it is not the
/// small difference of large sums.
LineFlow solve_line(const LineChains& chains, std::size_t line, const LineVolts& ends, const double* drawn, double* volts);

}  // namespace memcosim
