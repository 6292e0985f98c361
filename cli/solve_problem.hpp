// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/cli/matrix_file.hpp"
#include "memcosim/cli/solve_options.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

/// What `memcosim solve` is asked: one array, many inputs.
struct SolveProblem {
  CrossbarCircuit circuit;       ///< with terminals at every line
  double sinh_volts = 0.0;       ///< V: above 0 a cell carries G sinh_volts sinh(V / sinh_volts), else G V
  double node_farads = 0.0;      ///< capacitance to ground of each line at each cell; 0: not asked for
  Matrix word_line_volts;        ///< inputs x rows; NaN: the line is left open
  Matrix bit_line_volts;         ///< inputs x columns, likewise
  std::vector<NamedFile> files;  ///< that were read, with their options

  std::size_t inputs() const { return word_line_volts.rows; }
  /// Voltages of one input; an open line has none.
  TerminalVoltages voltages(std::size_t input) const;
  /// The circuit with the lines open that an input leaves open.
  CrossbarCircuit circuit_of(std::size_t input) const;
  bool has_open_lines(std::size_t input) const;
};

/// Reads files and quantities. Throws InputError naming option or file and line.
SolveProblem read_solve_problem(const SolveOptions& options);

/// Inputs that leave the same lines open, in order of first appearance: they share a circuit.
std::vector<std::vector<std::size_t>> inputs_by_circuit(const SolveProblem& problem);

}  // namespace memcosim
