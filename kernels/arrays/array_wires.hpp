// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace memcosim {

class ConfigNode;
struct CrossbarCircuit;

/// What keeps the cells that are not addressed from conducting while a row is written or verified.
enum class CellSelector {
  transistor,  ///< 1T1R: the gates of all other rows are off; in a product all gates are on
  none,        ///< passive array: every cell conducts, and the lines that are not selected are biased (WriteBias)
};

/// Lines of a passive array that are not selected during a pulse of the voltage V from word line to bit line of one cell.
enum class WriteBias {
  half,      ///< V/2: half of V across the other cells of the two lines, none across all others
  third,     ///< V/3: a third of V across every other cell, with the opposite sign off the two lines
  floating,  ///< not connected
};

/// The lines of an array and how they are driven. Word line i is driven before column 0, with `both_ends` also behind the last column; bit
/// line j is sensed, and written, behind the last row. All zero: ideal lines, every cell has the voltages of its terminals.
struct ArrayWires {
  double word_line_ohms = 0.0;  ///< of a segment between neighbouring cells
  double bit_line_ohms = 0.0;
  double source_ohms = 0.0;  ///< driver of a word line
  double sense_ohms = 0.0;   ///< input of the converter of a bit line, or its write driver
  bool both_ends = false;    ///< word lines are driven at both ends
  double node_farads = 0.0;  ///< capacitance to ground of every line at every cell; only the time to settle depends on it
  CellSelector selector = CellSelector::transistor;
  WriteBias write_bias = WriteBias::half;

  bool resistive() const { return word_line_ohms > 0.0 || bit_line_ohms > 0.0 || source_ohms > 0.0 || sense_ohms > 0.0; }
  /// True if reads and pulses of one row need the circuit of the array.
  bool modelled() const { return resistive() || selector == CellSelector::none; }
};

bool operator==(const ArrayWires& a, const ArrayWires& b);

/// Reads the keys wire_resistance, word_line_resistance, bit_line_resistance, source_resistance, sense_resistance, wire_capacitance, drive
/// (one_end | both_ends), selector (transistor | none) and, of a passive array, write_bias (half | third | floating) of an `array:`
/// section.
ArrayWires read_array_wires(const ConfigNode& array);
/// Throws InputError for resistances that are negative or not finite.
void check(const ArrayWires& wires);

/// The circuit of a whole array in which every cell conducts: siemens rows x columns, S.
CrossbarCircuit array_circuit(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, std::vector<double> siemens);

/// Upper bound of the settling time, s (settling_time.hpp): after all word lines were driven from 0 V at once, every column current then
/// stays within e of its end value, e being `relative_error` times the largest end value of all columns. Throws RunError where it cannot be
/// found.
double settling_bound(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, double siemens, double relative_error);

}  // namespace memcosim
