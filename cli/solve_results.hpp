// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/cli/solve_options.hpp"
#include "memcosim/cli/solve_problem.hpp"
#include "memcosim/cli/solve_run.hpp"
#include "memcosim/common/statistics.hpp"

namespace memcosim {

/// Column currents of an input in an array with lines of 0 ohm, A; empty if a line is open (its voltage is then unknown) or a current
/// leaves the range of double precision.
std::vector<double> ideal_column_currents(const SolveProblem& problem, std::size_t input);

/// Every number of the solution, the same for the same problem and options.
StatisticGroup summarise_solve(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result);

std::string column_currents_csv(const SolveResult& result, std::size_t columns);  ///< input, column, current_a
std::string row_currents_csv(const SolveResult& result, std::size_t rows);        ///< input, row, current_a
std::string delays_csv(const Settling& settling);                                 ///< column, elmore_s
/// Of the shown input: row, column, word_line_v, bit_line_v, cell_v.
std::string voltages_csv(const CrossbarSolution& solution, std::size_t columns);

/// Remarks for the page and the terminal, one sentence each.
std::vector<std::string> solve_remarks(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result);

/// A self-contained HTML page: maps of the voltages, currents, every number. The same bytes for the same data.
std::string render_solve_page(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result,
                              const StatisticGroup& summary);

}  // namespace memcosim
