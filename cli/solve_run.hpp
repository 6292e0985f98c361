// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/cli/solve_options.hpp"
#include "memcosim/cli/solve_problem.hpp"
#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/circuits/settling_time.hpp"

namespace memcosim {

/// Solution of `memcosim solve`, SI. It depends only on the problem and the options.
struct SolveResult {
  std::vector<double> row_currents;     ///< inputs x rows, from the terminals into each word line
  std::vector<double> column_currents;  ///< inputs x columns, from each bit line into its terminals
  std::vector<double> cell_volts;       ///< inputs x rows x columns; empty unless asked for
  CrossbarSolution shown;               ///< all voltages and currents of the shown input
  std::optional<Settling> settling;     ///< of the shown input; absent without capacitances
  std::string method;                   ///< method that computed the currents
  std::string choice;                   ///< why this method
  std::size_t solved_wholly = 0;        ///< inputs solved for all node voltages; the next three values refer to these
  std::uint64_t iterations = 0;         ///< sum over inputs
  double residual = 0.0;                ///< largest of all inputs, relative
  double current_error_bound = 0.0;     ///< largest of all inputs, A
};

/// Throws InputError if the method does not apply to the circuit, RunError if it fails.
SolveResult run_solve(const SolveProblem& problem, const SolveOptions& options);

}  // namespace memcosim
