// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/port_reduction.hpp"

#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/simd/clones.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/port_reducer.hpp"

namespace memcosim {

namespace {

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

MEMCOSIM_CLONES void add_multiple(double* to, double factor, const double* from, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index)
    to[index] += factor * from[index];
}

}  // namespace

PortReduction::PortReduction(const CrossbarCircuit& circuit) : circuit_(circuit) {
  const CircuitEquations equations(circuit);
  PortReducer reducer(equations);
  *this = PortReduction(circuit, reducer.nodes(), reducer.reduce());
}

PortReduction::PortReduction(const CrossbarCircuit& circuit, const Dissection& nodes, std::vector<double> siemens)
    : circuit_(circuit),
      word_lines_(nodes.word_lines()),
      bit_lines_(nodes.bit_lines()),
      ports_(nodes.ports()),
      siemens_(std::move(siemens)) {
  clear_own_lines();
  effective_ = EffectiveMatrix(circuit_.rows, circuit_.columns, effective_conductance());
}

/// Clears the conductance between both ends of a line: its current cancels in the sum over the ends, but its rounding errors would remain.
void PortReduction::clear_own_lines() {
  for (const auto* lines : {&word_lines_, &bit_lines_}) {
    for (const LinePorts& line : *lines) {
      if (line.start < 0 || line.end < 0) continue;
      const auto start = static_cast<std::size_t>(line.start);
      const auto end = static_cast<std::size_t>(line.end);
      siemens_[start * ports_ + end] = siemens_[end * ports_ + start] = 0.0;
    }
  }
}

void PortReduction::update_cell(std::size_t cell, double conductance, const std::vector<double>& port_currents, double siemens) {
  circuit_.conductance[cell] = conductance;
  for (std::size_t port = 0; port < ports_; ++port) {
    add_multiple(&siemens_[port * ports_], -siemens * port_currents[port], port_currents.data(), ports_);
    siemens_[port * ports_ + port] = 0.0;
  }
  clear_own_lines();
  std::vector<double> in(circuit_.rows);
  std::vector<double> out(circuit_.columns);
  for (std::size_t row = 0; row < circuit_.rows; ++row)
    for_each_port(word_lines_[row], [&](std::size_t port) { in[row] += port_currents[port]; });
  for (std::size_t column = 0; column < circuit_.columns; ++column)
    for_each_port(bit_lines_[column], [&](std::size_t port) { out[column] -= siemens * port_currents[port]; });
  effective_.add_product(in, out);
}

std::vector<double> PortReduction::column_currents(const std::vector<double>& word_line_volts, std::size_t inputs) const {
  if (word_line_volts.size() != inputs * circuit_.rows) {
    throw InputError(fmt::format("{} inputs of a circuit with {} word lines are {} voltages, but {} were given", inputs, circuit_.rows,
                                 inputs * circuit_.rows, word_line_volts.size()));
  }
  std::vector<double> currents(inputs * circuit_.columns);
  effective_.multiply(word_line_volts.data(), inputs, currents.data());
  return currents;
}

TerminalCurrents PortReduction::solve(const TerminalVoltages& voltages) const {
  check(voltages, circuit_);
  std::vector<double> volts(ports_);
  const auto set = [&](const std::vector<LinePorts>& lines, const std::vector<double>& start, const std::vector<double>& end) {
    for (std::size_t line = 0; line < lines.size(); ++line) {
      if (lines[line].start >= 0) volts[static_cast<std::size_t>(lines[line].start)] = at(start, line);
      if (lines[line].end >= 0) volts[static_cast<std::size_t>(lines[line].end)] = at(end, line);
    }
  };
  set(word_lines_, voltages.word_line_start, voltages.word_line_end);
  set(bit_lines_, voltages.bit_line_start, voltages.bit_line_end);
  std::vector<double> into(ports_);
  for (std::size_t port = 0; port < ports_; ++port) {
    const double* siemens = &siemens_[port * ports_];
    constexpr std::size_t lanes = 16;  // one order of summation
    double sums[lanes] = {};
    for (std::size_t other = 0; other < ports_; ++other)
      sums[other % lanes] += siemens[other] * (volts[port] - volts[other]);
    for (const double sum : sums)
      into[port] += sum;
  }
  TerminalCurrents currents{std::vector<double>(circuit_.rows), std::vector<double>(circuit_.columns)};
  for (std::size_t row = 0; row < circuit_.rows; ++row)
    for_each_port(word_lines_[row], [&](std::size_t port) { currents.row_currents[row] += into[port]; });
  for (std::size_t column = 0; column < circuit_.columns; ++column)
    for_each_port(bit_lines_[column], [&](std::size_t port) { currents.column_currents[column] -= into[port]; });
  return currents;
}

double PortReduction::between(const LinePorts& a, const LinePorts& b) const {
  double siemens = 0.0;
  for_each_port(a, [&](std::size_t in) { for_each_port(b, [&](std::size_t out) { siemens += siemens_[in * ports_ + out]; }); });
  return siemens;
}

std::vector<double> PortReduction::effective_conductance() const {
  std::vector<double> siemens(circuit_.conductance.size());
  for (std::size_t row = 0; row < circuit_.rows; ++row) {
    for (std::size_t column = 0; column < circuit_.columns; ++column)
      siemens[row * circuit_.columns + column] = between(word_lines_[row], bit_lines_[column]);
  }
  return siemens;
}

std::vector<double> PortReduction::word_line_coupling() const {
  const std::size_t rows = circuit_.rows;
  std::vector<double> siemens(rows * rows);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t other = 0; other < row; ++other)
      siemens[row * rows + other] = siemens[other * rows + row] = between(word_lines_[row], word_lines_[other]);
  }
  return siemens;
}

}  // namespace memcosim
