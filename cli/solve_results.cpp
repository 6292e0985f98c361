// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/solve_results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "memcosim/common/files.hpp"
#include "memcosim/common/moments.hpp"

namespace memcosim {
namespace {

std::string ends(const std::vector<double>& far_end) {
  return far_end.front() == no_terminal ? "one_end" : "both_ends";
}

void add_range(const std::vector<double>& values, const char* what, Dimension dimension, const std::string& meaning,
               StatisticGroup& group) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  group.add(fmt::format("lowest_{}", what), *low, dimension, "lowest " + meaning);
  group.add(fmt::format("highest_{}", what), *high, dimension, "highest " + meaning);
}

std::string list_of(const std::vector<std::uint32_t>& lines) {
  constexpr std::size_t most = 10;
  const std::size_t shown = std::min(lines.size(), most);
  return fmt::format("{}{}", fmt::join(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     lines.size() > most ? ", ..." : "");
}

void summarise_circuit(const SolveProblem& problem, const SolveOptions& options, StatisticGroup& group) {
  const CrossbarCircuit& circuit = problem.circuit;
  group.add_count("rows", circuit.rows, "word lines");
  group.add_count("columns", circuit.columns, "bit lines");
  const auto open = std::count(circuit.conductance.begin(), circuit.conductance.end(), 0.0);
  group.add_count("open_cells", static_cast<std::uint64_t>(open), "cells of 0 S");
  group.add("mean_conductance", mean_of(circuit.conductance), Dimension::conductance, "mean over all cells");
  add_range(circuit.conductance, "conductance", Dimension::conductance, "conductance of a cell", group);
  group.add("word_line_resistance", mean_of(circuit.word_lines.segment), Dimension::resistance,
            "of a word line between neighbouring cells, mean");
  group.add("bit_line_resistance", mean_of(circuit.bit_lines.segment), Dimension::resistance,
            "of a bit line between neighbouring cells, mean");
  group.add("source_resistance", circuit.word_lines.start.front(), Dimension::resistance, "at each driven end of a word line");
  group.add("sense_resistance", circuit.bit_lines.end.front(), Dimension::resistance, "at each sensed end of a bit line");
  group.add_text("cell", options.cell, "current over voltage of a cell");
  group.add_text("drive", ends(circuit.word_lines.end), "ends of the word lines with a terminal");
  group.add_text("sense", ends(circuit.bit_lines.start), "ends of the bit lines with a terminal");
}

void summarise_shown(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result, StatisticGroup& group) {
  const CrossbarSolution& shown = result.shown;
  group.add_count("index", options.show, "this input, from 0");
  add_range(shown.column_currents, "column_current", Dimension::current, "current from a bit line into its terminals", group);
  add_range(shown.row_currents, "row_current", Dimension::current, "current from the terminals into a word line", group);
  const std::vector<double> ideal = ideal_column_currents(problem, options.show);
  double largest = 0.0;
  double deviation = 0.0;
  for (std::size_t column = 0; column < ideal.size(); ++column) {
    largest = std::max(largest, std::fabs(ideal[column]));
    deviation = std::max(deviation, std::fabs(shown.column_currents[column] - ideal[column]));
  }
  if (largest > 0.0) {
    group.add("deviation_from_ideal", deviation / largest, Dimension::dimensionless,
              "largest difference of a column current from lines without resistance, over the largest such current");
  }
  add_range(shown.cell_volts, "cell_voltage", Dimension::voltage, "voltage across a cell, word line minus bit line", group);
  group.add("source_power", shown.source_power, Dimension::power, "delivered by the terminals");
  group.add("cell_power", shown.cell_power, Dimension::power, "turned into heat in the cells");
  group.add("wire_power", shown.wire_power, Dimension::power, "turned into heat in segments and terminals' resistances");
  group.add_count("undefined_word_lines", shown.undefined_word_lines.size(), "without any conducting path to a terminal");
  group.add_count("undefined_bit_lines", shown.undefined_bit_lines.size(), "without any conducting path to a terminal");
}

void summarise_settling(const SolveProblem& problem, const Settling& settling, StatisticGroup& group) {
  group.add("node_capacitance", problem.node_farads, Dimension::capacitance, "to ground, of each line at each cell");
  group.add("slowest", settling.slowest_s, Dimension::time, "largest time constant of the circuit");
  group.add("longest_delay", *std::max_element(settling.column_elmore_s.begin(), settling.column_elmore_s.end()), Dimension::time,
            "largest first moment of a column current's step response");
  group.add("to_1e-2", settling.settle_s(1e-2), Dimension::time,
            "upper bound: from then on all column currents are within this share of the largest one of their end values");
  group.add("to_1e-3", settling.settle_s(1e-3), Dimension::time, "likewise");
  group.add("to_1e-6", settling.settle_s(1e-6), Dimension::time, "likewise");
}

}  // namespace

std::vector<double> ideal_column_currents(const SolveProblem& problem, std::size_t input) {
  if (problem.has_open_lines(input)) return {};
  const TerminalVoltages volts = problem.voltages(input);
  const std::size_t columns = problem.circuit.columns;
  std::vector<double> currents(columns, 0.0);
  for (std::size_t row = 0; row < problem.circuit.rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double across = volts.word_line_start[row] - volts.bit_line_end[column];
      const double scale = problem.sinh_volts;
      currents[column] += problem.circuit.conductance[row * columns + column] * (scale > 0.0 ? scale * std::sinh(across / scale) : across);
    }
  }
  const bool finite = std::all_of(currents.begin(), currents.end(), [](double current) { return std::isfinite(current); });
  return finite ? currents : std::vector<double>();
}

StatisticGroup summarise_solve(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result) {
  StatisticGroup summary;
  summarise_circuit(problem, options, summary.group("circuit"));
  StatisticGroup& solution = summary.group("solution");
  solution.add_text("method", result.method, "what gave the currents");
  solution.add_text("choice", result.choice, "why this method");
  solution.add_text("method_of_voltages", result.shown.method, "what gave all voltages of the shown input");
  solution.add_count("inputs", problem.inputs(), "solved for their currents");
  solution.add_count("solved_wholly", result.solved_wholly, "inputs solved for all voltages; what follows is of these");
  solution.add_count("iterations", result.iterations, "steps of an iterative method, refinements of a direct one, in all");
  solution.add("residual", result.residual, Dimension::dimensionless,
               "largest violation of Kirchhoff's laws, relative to what is added up in them");
  if (std::isfinite(result.current_error_bound)) {
    solution.add("current_error_bound", result.current_error_bound, Dimension::current,
                 problem.sinh_volts > 0.0 ? "no row's or column's current is further from the truth, to first order in what is missing"
                                          : "no row's or column's current is further from the truth");
  }
  summarise_shown(problem, options, result, summary.group("shown_input"));
  if (result.settling) summarise_settling(problem, *result.settling, summary.group("settling"));
  return summary;
}

std::string column_currents_csv(const SolveResult& result, std::size_t columns) {
  CsvTable table({"input", "column", "current_a"});
  for (std::size_t index = 0; index < result.column_currents.size(); ++index)
    table.row().cell(std::uint64_t{index / columns}).cell(std::uint64_t{index % columns}).cell(result.column_currents[index]);
  return table.str();
}

std::string row_currents_csv(const SolveResult& result, std::size_t rows) {
  CsvTable table({"input", "row", "current_a"});
  for (std::size_t index = 0; index < result.row_currents.size(); ++index)
    table.row().cell(std::uint64_t{index / rows}).cell(std::uint64_t{index % rows}).cell(result.row_currents[index]);
  return table.str();
}

std::string delays_csv(const Settling& settling) {
  CsvTable table({"column", "elmore_s"});
  for (std::size_t column = 0; column < settling.column_elmore_s.size(); ++column)
    table.row().cell(std::uint64_t{column}).cell(settling.column_elmore_s[column]);
  return table.str();
}

std::string voltages_csv(const CrossbarSolution& solution, std::size_t columns) {
  CsvTable table({"row", "column", "word_line_v", "bit_line_v", "cell_v"});
  for (std::size_t cell = 0; cell < solution.cell_volts.size(); ++cell) {
    table.row().cell(std::uint64_t{cell / columns}).cell(std::uint64_t{cell % columns});
    table.cell(solution.word_line_volts[cell]).cell(solution.bit_line_volts[cell]).cell(solution.cell_volts[cell]);
  }
  return table.str();
}

std::vector<std::string> solve_remarks(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result) {
  std::vector<std::string> remarks;
  const CrossbarSolution& shown = result.shown;
  if (!shown.undefined_word_lines.empty()) {
    remarks.push_back(
        fmt::format("Word lines {} have no conducting path to a terminal: no current flows, and 0 V stands for their undefined voltage.",
                    list_of(shown.undefined_word_lines)));
  }
  if (!shown.undefined_bit_lines.empty()) {
    remarks.push_back(
        fmt::format("Bit lines {} have no conducting path to a terminal: no current flows, and 0 V stands for their undefined voltage.",
                    list_of(shown.undefined_bit_lines)));
  }
  if (!std::isfinite(result.current_error_bound)) {
    remarks.emplace_back(
        "A line with conducting cells floats: there is no proven bound of the currents' error; the residual tells how well "
        "Kirchhoff's laws hold.");
  }
  if (result.solved_wholly < problem.inputs()) {
    remarks.push_back(
        fmt::format("The currents of all {} inputs come from {}; voltages, powers and residual are those of input {}, solved by {}.",
                    problem.inputs(), result.method, options.show, shown.method));
  }
  remarks.push_back(problem.sinh_volts > 0.0
                        ? fmt::format("A cell of conductance G carries G V0 sinh(V / V0) with V0 = {} at a voltage of V.",
                                      format_quantity(problem.sinh_volts, Dimension::voltage))
                        : std::string("Cells are linear: their current is conductance times voltage."));
  if (result.settling) {
    remarks.emplace_back("Currents and voltages are those of the settled state; settling is that of a step of all voltages from 0 V.");
  } else {
    remarks.emplace_back("Lines have resistance alone, no capacitance: this is the settled state.");
  }
  return remarks;
}

}  // namespace memcosim
