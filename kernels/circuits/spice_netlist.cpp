// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/spice_netlist.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "memcosim/common/units.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"

namespace memcosim {

namespace {

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

bool contains(const std::vector<std::uint32_t>& lines, std::size_t line) {
  return std::binary_search(lines.begin(), lines.end(), line);
}

class NetlistWriter {
 public:
  explicit NetlistWriter(const CircuitEquations& equations) : equations_(equations) {}

  void head(double sinh_volts) {
    const CrossbarCircuit& circuit = equations_.circuit();
    fmt::format_to(
        std::back_inserter(text_),
        "memristive crossbar of {} word lines and {} bit lines\n"
        "* Nodes: w<row>_<column> on the word lines, b<row>_<column> on the bit lines. A word line starts at column 0, a bit line\n"
        "* at row 0; s and e name the terminals at start and end. Cells are rc<row>_<column>{}.\n",
        circuit.rows, circuit.columns, sinh_volts > 0.0 ? "; bc where they are not linear" : "");
  }

  /// Writes terminals and segments of a line. Its current is an expression of source currents: i(v) flows from the node through the source
  /// to ground.
  std::string word_line(std::size_t row, const TerminalVoltages& voltages) {
    if (contains(equations_.undefined_word_lines(), row)) return left_out("word", row);
    const std::size_t columns = equations_.circuit().columns;
    const double* ohms = equations_.word_lines().of(row);
    std::string current;
    if (ohms[0] != no_terminal) {
      current += terminal(fmt::format("w{}s", row), word_node(row, 0), ohms[0], at(voltages.word_line_start, row), "-");
    }
    for (std::size_t column = 1; column < columns; ++column)
      resistance(word_node(row, column), word_node(row, column - 1), word_node(row, column), ohms[column]);
    if (ohms[columns] != no_terminal) {
      current += terminal(fmt::format("w{}e", row), word_node(row, columns - 1), ohms[columns], at(voltages.word_line_end, row), "-");
    }
    return current.empty() ? "0" : current;
  }

  std::string bit_line(std::size_t column, const TerminalVoltages& voltages) {
    if (contains(equations_.undefined_bit_lines(), column)) return left_out("bit", column);
    const std::size_t rows = equations_.circuit().rows;
    const double* ohms = equations_.bit_lines().of(column);
    std::string current;
    if (ohms[0] != no_terminal) {
      current += terminal(fmt::format("b{}s", column), bit_node(0, column), ohms[0], at(voltages.bit_line_start, column),
                          current.empty() ? "" : "+");
    }
    for (std::size_t row = 1; row < rows; ++row)
      resistance(bit_node(row, column), bit_node(row - 1, column), bit_node(row, column), ohms[row]);
    if (ohms[rows] != no_terminal) {
      current += terminal(fmt::format("b{}e", column), bit_node(rows - 1, column), ohms[rows], at(voltages.bit_line_end, column),
                          current.empty() ? "" : "+");
    }
    return current.empty() ? "0" : current;
  }

  void cell(std::size_t row, std::size_t column, double sinh_volts) {
    const double siemens = equations_.circuit().conductance[row * equations_.circuit().columns + column];
    if (siemens == 0.0 || contains(equations_.undefined_word_lines(), row)) return;
    const std::string name = fmt::format("c{}_{}", row, column);
    const std::string word = word_node(row, column);
    const std::string bit = bit_node(row, column);
    if (sinh_volts > 0.0) {
      fmt::format_to(std::back_inserter(text_), "b{0} {1} {2} i={3}*sinh(v({1},{2})/{4})\n", name, word, bit,
                     exact_number(siemens * sinh_volts), exact_number(sinh_volts));
    } else {
      resistance(name, word, bit, 1.0 / siemens);
    }
  }

  std::string take() { return std::move(text_); }

 private:
  static std::string word_node(std::size_t row, std::size_t column) { return fmt::format("w{}_{}", row, column); }
  static std::string bit_node(std::size_t row, std::size_t column) { return fmt::format("b{}_{}", row, column); }

  void resistance(const std::string& name, const std::string& a, const std::string& b, double ohms) {
    // SPICE has no resistor of 0 ohm; a voltage source of 0 V is exactly equivalent.
    if (ohms == 0.0) {
      fmt::format_to(std::back_inserter(text_), "vz{} {} {} 0\n", name, a, b);
    } else {
      fmt::format_to(std::back_inserter(text_), "r{} {} {} {}\n", name, a, b, exact_number(ohms));
    }
  }

  std::string terminal(const std::string& name, const std::string& node, double ohms, double volts, const char* sign) {
    fmt::format_to(std::back_inserter(text_), "v{0} {0} 0 {1}\n", name, exact_number(volts));
    resistance(name, name, node, ohms);
    return fmt::format("{}i(v{})", sign, name);
  }

  std::string left_out(const char* kind, std::size_t line) {
    fmt::format_to(std::back_inserter(text_), "* {} line {} has no path to a terminal and is left out\n", kind, line);
    return "0";
  }

  const CircuitEquations& equations_;
  std::string text_;
};

}  // namespace

SpiceNetlist spice_netlist(const CrossbarCircuit& circuit, const TerminalVoltages& voltages, double sinh_volts) {
  const CircuitEquations equations(circuit);
  check(voltages, circuit);
  SpiceNetlist netlist;
  NetlistWriter writer(equations);
  writer.head(sinh_volts);
  for (std::size_t row = 0; row < circuit.rows; ++row)
    netlist.row_currents.push_back(writer.word_line(row, voltages));
  for (std::size_t column = 0; column < circuit.columns; ++column)
    netlist.column_currents.push_back(writer.bit_line(column, voltages));
  for (std::size_t row = 0; row < circuit.rows; ++row) {
    for (std::size_t column = 0; column < circuit.columns; ++column)
      writer.cell(row, column, sinh_volts);
  }
  netlist.elements = writer.take();
  return netlist;
}

std::string spice_operating_point(const SpiceNetlist& netlist) {
  // No conductances from nodes to ground, and the tightest tolerances of Newton iterations.
  std::string text = netlist.elements +
                     ".options gmin=0 reltol=1e-12 abstol=1e-24 vntol=1e-15\n"
                     ".control\nset numdgt=16\nop\n";
  const auto print = [&](const char* kind, const std::vector<std::string>& currents) {
    for (std::size_t line = 0; line < currents.size(); ++line)
      fmt::format_to(std::back_inserter(text), "let {0}_{1} = {2}\nprint {0}_{1}\n", kind, line, currents[line]);
  };
  print("row", netlist.row_currents);
  print("column", netlist.column_currents);
  return text + "quit\n.endc\n.end\n";
}

}  // namespace memcosim
