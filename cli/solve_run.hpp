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

/// What `memcosim solve` found. SI; all that depends on the problem and the options alone.
struct SolveResult {
  std::vector<double> row_currents;     ///< inputs x rows, from the terminals into each word line
  std::vector<double> column_currents;  ///< inputs x columns, from each bit line into its terminals
  std::vector<double> cell_volts;       ///< inputs x rows x columns, where they were asked for
  CrossbarSolution shown;               ///< everything at the shown input
  std::optional<Settling> settling;     ///< of the shown input, where capacitances were given
  std::string method;                   ///< what gave the currents
  std::string choice;                   ///< and why
  std::size_t solved_wholly = 0;        ///< inputs with all node voltages; the next three are of these
  std::uint64_t iterations = 0;         ///< sum
  double residual = 0.0;                ///< largest
  double current_error_bound = 0.0;     ///< largest
};

/// Throws InputError where the method cannot solve the circuit, RunError where it fails.
SolveResult run_solve(const SolveProblem& problem, const SolveOptions& options);

}  // namespace memcosim
