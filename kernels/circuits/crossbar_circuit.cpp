// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr std::uint32_t most_lines = 1u << 14;

/// True for zero, and for positive numbers that are finite and have a finite inverse.
bool usable(double value) {
  return value == 0.0 || (value > 0.0 && std::isfinite(value) && std::isfinite(1.0 / value));
}

void check_terminals(const char* name, const std::vector<double>& ohms, std::size_t lines) {
  if (ohms.size() != 1 && ohms.size() != lines) {
    throw InputError(fmt::format("{}: give one resistance, or one for each of the {} lines, not {}", name, lines, ohms.size()));
  }
  for (std::size_t line = 0; line < ohms.size(); ++line) {
    if (ohms[line] == no_terminal || usable(ohms[line])) continue;
    throw InputError(
        fmt::format("{}[{}] is {} ohm: a resistance is 0, positive, or infinite (no terminal at this end)", name, line, ohms[line]));
  }
}

void check_lines(const char* name, const LineResistances& lines, std::size_t count, std::size_t cells) {
  const std::size_t segments = count * (cells - 1);
  if (lines.segment.size() != 1 && lines.segment.size() != count && lines.segment.size() != segments) {
    throw InputError(
        fmt::format("{}.segment: give one resistance, one for each of the {} lines, or one for each of the {} segments, not {}", name,
                    count, segments, lines.segment.size()));
  }
  for (std::size_t index = 0; index < lines.segment.size(); ++index) {
    if (usable(lines.segment[index])) continue;
    throw InputError(fmt::format("{}.segment[{}] is {} ohm: the resistance of a segment is 0 or positive, and finite", name, index,
                                 lines.segment[index]));
  }
  check_terminals(fmt::format("{}.start", name).c_str(), lines.start, count);
  check_terminals(fmt::format("{}.end", name).c_str(), lines.end, count);
}

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

void check_voltages(const char* name, const std::vector<double>& volts, const std::vector<double>& ohms, std::size_t lines) {
  if (volts.size() > 1 && volts.size() != lines) {
    throw InputError(fmt::format("{}: give one voltage, or one for each of the {} lines, not {}", name, lines, volts.size()));
  }
  for (std::size_t line = 0; line < lines; ++line) {
    const double value = at(volts, line);
    if (!std::isfinite(value)) throw InputError(fmt::format("{}[{}] is {} V: a voltage is finite", name, line, value));
    if (value != 0.0 && at(ohms, line) == no_terminal) {
      throw InputError(fmt::format("{}[{}] is {} V, but the line has no terminal there: give the end a resistance", name, line, value));
    }
  }
}

/// Refuses two ideal sources of different voltages on one ideal wire.
void check_shorts(const char* name, const LineResistances& lines, std::size_t count, std::size_t cells, const std::vector<double>& start,
                  const std::vector<double>& end) {
  for (std::size_t line = 0; line < count; ++line) {
    double sum = at(lines.start, line) + at(lines.end, line);
    for (std::size_t segment = 0; segment + 1 < cells; ++segment)
      sum += lines.segment.size() == count * (cells - 1) ? lines.segment[line * (cells - 1) + segment] : at(lines.segment, line);
    if (sum == 0.0 && at(start, line) != at(end, line)) {
      throw InputError(fmt::format("{} {} has no resistance between its terminals at {} V and {} V: a short circuit of two sources", name,
                                   line, at(start, line), at(end, line)));
    }
  }
}

}  // namespace

void check_conductance(const std::vector<double>& siemens, std::uint32_t rows, std::uint32_t columns) {
  const std::size_t cells = std::size_t{rows} * columns;
  if (siemens.size() != cells) {
    throw InputError(fmt::format("conductance: {} x {} cells need {} values, not {}", rows, columns, cells, siemens.size()));
  }
  for (std::size_t cell = 0; cell < cells; ++cell) {
    if (usable(siemens[cell])) continue;
    throw InputError(fmt::format("conductance of cell ({}, {}) is {} S: it is 0 (open) or positive, and finite", cell / columns,
                                 cell % columns, siemens[cell]));
  }
}

void check(const CrossbarCircuit& circuit) {
  if (circuit.rows < 1 || circuit.rows > most_lines || circuit.columns < 1 || circuit.columns > most_lines) {
    throw InputError(fmt::format("a circuit has 1 to {} rows and columns, not {} x {}", most_lines, circuit.rows, circuit.columns));
  }
  check_conductance(circuit.conductance, circuit.rows, circuit.columns);
  check_lines("word_lines", circuit.word_lines, circuit.rows, circuit.columns);
  check_lines("bit_lines", circuit.bit_lines, circuit.columns, circuit.rows);
}

void check(const TerminalVoltages& voltages, const CrossbarCircuit& circuit) {
  check_voltages("word_line_start", voltages.word_line_start, circuit.word_lines.start, circuit.rows);
  check_voltages("word_line_end", voltages.word_line_end, circuit.word_lines.end, circuit.rows);
  check_voltages("bit_line_start", voltages.bit_line_start, circuit.bit_lines.start, circuit.columns);
  check_voltages("bit_line_end", voltages.bit_line_end, circuit.bit_lines.end, circuit.columns);
  check_shorts("word line", circuit.word_lines, circuit.rows, circuit.columns, voltages.word_line_start, voltages.word_line_end);
  check_shorts("bit line", circuit.bit_lines, circuit.columns, circuit.rows, voltages.bit_line_start, voltages.bit_line_end);
}

double largest_magnitude(const std::vector<double>& values) {
  double largest = 0.0;
  for (const double value : values)
    largest = std::max(largest, std::fabs(value));
  return largest;
}

double largest_magnitude(const TerminalVoltages& voltages) {
  return std::max({largest_magnitude(voltages.word_line_start), largest_magnitude(voltages.word_line_end),
                   largest_magnitude(voltages.bit_line_start), largest_magnitude(voltages.bit_line_end)});
}

bool floats(const LineResistances& lines, std::size_t line) {
  return at(lines.start, line) == no_terminal && at(lines.end, line) == no_terminal;
}

bool has_floating_cells(const CrossbarCircuit& circuit) {
  for (std::size_t cell = 0; cell < circuit.conductance.size(); ++cell) {
    if (circuit.conductance[cell] == 0.0) continue;
    if (floats(circuit.word_lines, cell / circuit.columns) || floats(circuit.bit_lines, cell % circuit.columns)) return true;
  }
  return false;
}

}  // namespace memcosim
