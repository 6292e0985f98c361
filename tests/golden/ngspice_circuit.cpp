// SPDX-License-Identifier: Apache-2.0
#include "ngspice_circuit.hpp"

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "temporary_folder.hpp"

namespace memcosim::test {

namespace {

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

class Netlist {
 public:
  Netlist() { text_ << std::setprecision(17) << "crossbar\n"; }

  void resistance(const std::string& a, const std::string& b, double ohm) {
    // SPICE has no resistor of 0 ohm; a voltage source of 0 V is the same exactly.
    if (ohm == 0.0) {
      text_ << "vz" << ++parts_ << ' ' << a << ' ' << b << " 0\n";
    } else {
      text_ << 'r' << ++parts_ << ' ' << a << ' ' << b << ' ' << ohm << '\n';
    }
  }
  /// Returns the name of the source: its current flows from its node through it to ground.
  std::string terminal(const std::string& node, double ohm, double volts) {
    const std::string name = "vt" + std::to_string(++parts_);
    text_ << name << " n" << name << " 0 " << volts << '\n';
    resistance("n" + name, node, ohm);
    return name;
  }
  /// A line's segments and terminals; returns its sources.
  std::vector<std::string> line(char kind, std::size_t index, std::size_t count, std::size_t cells, const LineResistances& lines,
                                double start_volts, double end_volts) {
    const auto node = [&](std::size_t cell) {
      return kind == 'w' ? "w" + std::to_string(index) + "_" + std::to_string(cell)
                         : "b" + std::to_string(cell) + "_" + std::to_string(index);
    };
    const bool per_segment = lines.segment.size() == count * (cells - 1);
    for (std::size_t cell = 0; cell + 1 < cells; ++cell)
      resistance(node(cell), node(cell + 1), per_segment ? lines.segment[index * (cells - 1) + cell] : at(lines.segment, index));
    std::vector<std::string> sources;
    if (at(lines.start, index) != no_terminal) sources.push_back(terminal(node(0), at(lines.start, index), start_volts));
    if (at(lines.end, index) != no_terminal) sources.push_back(terminal(node(cells - 1), at(lines.end, index), end_volts));
    return sources;
  }
  void print(const std::vector<std::vector<std::string>>& sources, const std::string& file) {
    // No conductance from nodes to ground, and direct solution to the last digits.
    text_ << ".options gmin=0 reltol=1e-12 abstol=1e-24 vntol=1e-15 rshunt=0\n.control\nset numdgt=16\nop\n";
    for (const auto& line : sources) {
      text_ << "print 0";
      for (const std::string& source : line)
        text_ << " + i(" << source << ')';
      text_ << " >> " << file << '\n';
    }
    text_ << "quit\n.endc\n.end\n";
  }
  std::ostringstream& text() { return text_; }

 private:
  std::ostringstream text_;
  std::size_t parts_ = 0;
};

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<double> solve_with_ngspice(const std::string& program, const CrossbarCircuit& circuit, const TerminalVoltages& voltages) {
  const std::size_t rows = circuit.rows;
  const std::size_t columns = circuit.columns;
  Netlist netlist;
  std::vector<std::vector<std::string>> sources;
  for (std::size_t column = 0; column < columns; ++column) {
    sources.push_back(netlist.line('b', column, columns, rows, circuit.bit_lines, at(voltages.bit_line_start, column),
                                   at(voltages.bit_line_end, column)));
  }
  for (std::size_t row = 0; row < rows; ++row) {
    sources.push_back(
        netlist.line('w', row, rows, columns, circuit.word_lines, at(voltages.word_line_start, row), at(voltages.word_line_end, row)));
    for (std::size_t column = 0; column < columns; ++column) {
      const double siemens = circuit.conductance[row * columns + column];
      const std::string cell = std::to_string(row) + "_" + std::to_string(column);
      if (siemens > 0.0) netlist.resistance("w" + cell, "b" + cell, 1.0 / siemens);
    }
  }
  const TemporaryFolder folder;
  netlist.print(sources, "currents.txt");
  std::ofstream(folder.path() / "crossbar.cir") << netlist.text().str();
  const std::string command = "cd '" + folder.path().string() + "' && '" + program + "' -b crossbar.cir > log.txt 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream file(folder.path() / "currents.txt");
  std::vector<double> currents;
  std::string text;
  while (std::getline(file, text)) {
    const std::size_t equals = text.rfind('=');
    if (equals != std::string::npos) currents.push_back(std::stod(text.substr(equals + 1)));
  }
  if (currents.size() != rows + columns) {
    throw std::runtime_error("ngspice ended with status " + std::to_string(status) + ": " + content(folder.path() / "log.txt"));
  }
  // A source's current counts from its node to ground: into the terminal. Word lines count the other way.
  for (std::size_t row = 0; row < rows; ++row)
    currents[columns + row] = -currents[columns + row];
  return currents;
}

}  // namespace memcosim::test
