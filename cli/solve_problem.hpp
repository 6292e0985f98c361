// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/cli/matrix_file.hpp"
#include "memcosim/cli/solve_options.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

/// The problem of `memcosim solve`: one array, many inputs.
struct SolveProblem {
  CrossbarCircuit circuit;       ///< every line has its terminals
  double sinh_volts = 0.0;       ///< above 0: the cell current is G sinh_volts sinh(V / sinh_volts); 0: G V
  double node_farads = 0.0;      ///< capacitance to ground of each line at each cell; 0: not given
  Matrix word_line_volts;        ///< inputs x rows; NaN: the line is left open
  Matrix bit_line_volts;         ///< inputs x columns; NaN: the line is left open
  std::vector<NamedFile> files;  ///< the files that were read, with the options that name them

  std::size_t inputs() const { return word_line_volts.rows; }
  /// Voltages of one input; 0 for open lines, which have no terminal.
  TerminalVoltages voltages(std::size_t input) const;
  /// The circuit for one input, without terminals at the lines that it leaves open.
  CrossbarCircuit circuit_of(std::size_t input) const;
  bool has_open_lines(std::size_t input) const;
};

/// Reads files and quantities. Throws InputError naming option or file and line.
SolveProblem read_solve_problem(const SolveOptions& options);

/// Groups of inputs that leave the same lines open and so share a circuit, in order of first appearance.
std::vector<std::vector<std::size_t>> inputs_by_circuit(const SolveProblem& problem);

}  // namespace memcosim
