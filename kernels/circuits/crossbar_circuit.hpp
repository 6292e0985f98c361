// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace memcosim {

/// Resistance that stands for "no terminal at this end of the line".
inline constexpr double no_terminal = std::numeric_limits<double>::infinity();

/// Resistances along the lines of one kind, in ohm. Zero is legal everywhere: an ideal wire, an ideal source.
struct LineResistances {
  /// Between neighbouring cells: one value for all, one per line, or one per segment (lines x (cells per line - 1), row-major by line).
  std::vector<double> segment{0.0};
  /// Between the terminal and the line's first cell: one value for all lines, or one per line; `no_terminal` leaves the end open.
  std::vector<double> start{no_terminal};
  std::vector<double> end{no_terminal};  ///< the same behind the line's last cell
};

/// A crossbar of linear cells with resistive lines: cell (i, j) joins word line i at its node j and bit line j at its node i. A word line
/// starts at column 0, a bit line at row 0. A line without any terminal floats.
struct CrossbarCircuit {
  std::uint32_t rows = 0;           ///< word lines
  std::uint32_t columns = 0;        ///< bit lines
  std::vector<double> conductance;  ///< S, rows x columns, row-major; 0 is an open cell
  LineResistances word_lines;
  LineResistances bit_lines;
};

/// Voltages behind the terminals, V: one for all lines or one per line; empty is 0 V. A sensed or grounded end is a terminal at 0 V. Where
/// there is no terminal the value must be 0 or left out.
struct TerminalVoltages {
  std::vector<double> word_line_start;
  std::vector<double> word_line_end;
  std::vector<double> bit_line_start;
  std::vector<double> bit_line_end;
};

double largest_magnitude(const std::vector<double>& values);
double largest_magnitude(const TerminalVoltages& voltages);  ///< V

bool floats(const LineResistances& lines, std::size_t line);  ///< without any terminal
/// True if some line with conducting cells floats: the currents in the cells do not determine its voltage.
bool has_floating_cells(const CrossbarCircuit& circuit);

/// All currents (A), voltages (V) and powers (W) of a circuit.
struct CrossbarSolution {
  std::vector<double> row_currents;     ///< from the terminals into each word line
  std::vector<double> column_currents;  ///< from each bit line into its terminals
  /// Into the line at each terminal; 0 where there is none. Between two terminals at equal voltage on a line without resistance the circuit
  /// does not determine how the current divides: halves are reported.
  std::vector<double> word_line_start_currents, word_line_end_currents, bit_line_start_currents, bit_line_end_currents;
  std::vector<double> word_line_volts;  ///< rows x columns: node of the word line at each cell
  std::vector<double> bit_line_volts;   ///< rows x columns: node of the bit line at each cell
  std::vector<double> cell_volts;       ///< rows x columns: word line minus bit line
  /// Lines that no path of conducting cells joins to a terminal. They carry no current and their voltage is undefined; it is reported as 0
  /// V, also in the voltages across the cells on them, none of which joins them to a line with a defined voltage.
  std::vector<std::uint32_t> undefined_word_lines, undefined_bit_lines;
  double cell_power = 0.0;
  double wire_power = 0.0;    ///< in segments and terminals' resistances
  double source_power = 0.0;  ///< delivered by the terminals
  /// Largest violation of Kirchhoff's laws, relative to the magnitudes of the terms in them: of the voltage law around a cell, and
  /// of the current law on a floating line. At every other node the current law holds by construction, or is included (nodal method).
  double residual = 0.0;
  /// V: largest violation of the voltage law around a conducting cell; also the accuracy of node voltages and of voltages across open
  /// cells.
  double missing_volts = 0.0;
  /// Bound of the error of any row or column current, A: the square root of a line's conductance times the norm of the violation of the
  /// voltage law, weighted by sqrt(G); a bound in exact arithmetic, because the circuit is passive. Infinite if a line with conducting
  /// cells floats.
  double current_error_bound = std::numeric_limits<double>::infinity();
  const char* method = "";
  unsigned iterations = 0;  ///< refinements of a direct method, steps of an iterative one
};

/// Throw InputError that names the wrong field and what is possible.
void check(const CrossbarCircuit& circuit);
void check_conductance(const std::vector<double>& siemens, std::uint32_t rows, std::uint32_t columns);
void check(const TerminalVoltages& voltages, const CrossbarCircuit& circuit);

}  // namespace memcosim
