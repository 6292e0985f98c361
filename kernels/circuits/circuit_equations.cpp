// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/circuit_equations.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

namespace memcosim {

namespace {

CrossbarCircuit checked(CrossbarCircuit circuit) {
  check(circuit);
  return circuit;
}

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

/// Joins lines into groups; a group is named by its smallest member.
class Groups {
 public:
  explicit Groups(std::size_t members) : parent_(members) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t member) {
    while (parent_[member] != member)
      member = parent_[member] = parent_[parent_[member]];
    return member;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

CircuitEquations::CircuitEquations(CrossbarCircuit circuit)
    : circuit_(checked(std::move(circuit))),
      word_lines_(circuit_.rows, circuit_.columns, circuit_.word_lines),
      bit_lines_(circuit_.columns, circuit_.rows, circuit_.bit_lines) {
  find_undefined_lines();
}

void CircuitEquations::set_conductance(std::vector<double> siemens) {
  check_conductance(siemens, circuit_.rows, circuit_.columns);
  circuit_.conductance = std::move(siemens);
  find_undefined_lines();
}

void CircuitEquations::find_undefined_lines() {
  undefined_word_lines_.clear();
  undefined_bit_lines_.clear();
  if (!has_floating_lines()) return;
  const std::size_t rows = circuit_.rows;
  const std::size_t columns = circuit_.columns;
  Groups groups(rows + columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      if (circuit_.conductance[row * columns + column] > 0.0) groups.join(row, rows + column);
    }
  }
  std::vector<char> defined(rows + columns, 0);
  for (std::size_t line = 0; line < rows + columns; ++line) {
    if (line < rows ? !word_lines_.floats(line) : !bit_lines_.floats(line - rows)) defined[groups.find(line)] = 1;
  }
  for (std::size_t line = 0; line < rows + columns; ++line) {
    if (defined[groups.find(line)]) continue;
    if (line < rows) {
      undefined_word_lines_.push_back(static_cast<std::uint32_t>(line));
    } else {
      undefined_bit_lines_.push_back(static_cast<std::uint32_t>(line - rows));
    }
  }
}

bool CircuitEquations::has_floating_lines() const {
  for (const LineChains* chains : {&word_lines_, &bit_lines_}) {
    for (std::size_t line = 0; line < chains->lines; ++line) {
      if (chains->floats(line)) return true;
    }
  }
  return false;
}

CircuitState CircuitEquations::zero_state() const {
  return {std::vector<double>(circuit_.conductance.size()), std::vector<double>(circuit_.rows), std::vector<double>(circuit_.columns)};
}

CrossbarSolution CircuitEquations::evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CellCurrents& cells,
                                            CircuitMismatch& mismatch) const {
  const std::size_t rows = circuit_.rows;
  const std::size_t columns = circuit_.columns;
  const std::size_t cell_count = rows * columns;
  const std::vector<double>& siemens = cells.siemens;
  CrossbarSolution solution;
  solution.row_currents.resize(rows);
  solution.column_currents.resize(columns);
  solution.word_line_start_currents.resize(rows);
  solution.word_line_end_currents.resize(rows);
  solution.bit_line_start_currents.resize(columns);
  solution.bit_line_end_currents.resize(columns);
  solution.word_line_volts.resize(cell_count);
  solution.bit_line_volts.resize(cell_count);
  solution.undefined_word_lines = undefined_word_lines_;
  solution.undefined_bit_lines = undefined_bit_lines_;
  solution.cell_volts = state.cell_volts;
  mismatch.cell_volts.assign(cell_count, 0.0);
  mismatch.word_line_current.assign(rows, 0.0);
  mismatch.bit_line_current.assign(columns, 0.0);
  mismatch.word_line_open_node.assign(rows, 0);
  mismatch.bit_line_open_node.assign(columns, 0);

  const double scale = std::max(largest_magnitude(voltages), std::numeric_limits<double>::min());
  std::vector<double> drawn(std::max(rows, columns));
  std::vector<double> nodes(std::max(rows, columns));
  std::vector<double> word_line_magnitude(rows);
  std::vector<double> bit_line_magnitude(columns);
  double line_siemens = 0.0;
  bool floating = false;
  for (std::size_t row = 0; row < rows; ++row) {
    double sum_siemens = 0.0;
    double sum_amperes = 0.0;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t cell = row * columns + column;
      drawn[column] = cells.amperes[cell];
      sum_siemens += siemens[cell];
      sum_amperes += std::fabs(drawn[column]);
      solution.row_currents[row] += drawn[column];
      solution.cell_power += drawn[column] * state.cell_volts[cell];
    }
    const LineVolts ends{at(voltages.word_line_start, row), at(voltages.word_line_end, row), state.word_line_first[row]};
    const LineFlow flow = solve_line(word_lines_, row, ends, drawn.data(), &solution.word_line_volts[row * columns]);
    word_line_magnitude[row] = flow.magnitude;
    line_siemens = std::max(line_siemens, sum_siemens);
    solution.word_line_start_currents[row] = flow.start;
    solution.word_line_end_currents[row] = flow.end;
    solution.wire_power += flow.power;
    solution.source_power += ends.start * flow.start + ends.end * flow.end;
    if (word_lines_.floats(row) && (sum_siemens > 0.0 || sum_amperes > 0.0)) {
      floating = true;
      mismatch.word_line_open_node[row] = flow.open_node;
      mismatch.word_line_current[row] = solution.row_currents[row];
      const double amperes = std::max(sum_siemens * scale, sum_amperes);
      solution.residual = std::max(solution.residual, std::fabs(solution.row_currents[row]) / amperes);
    }
  }
  for (std::size_t column = 0; column < columns; ++column) {
    double sum_siemens = 0.0;
    double sum_amperes = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t cell = row * columns + column;
      const double current = cells.amperes[cell];
      drawn[row] = -current;
      sum_siemens += siemens[cell];
      sum_amperes += std::fabs(current);
      solution.column_currents[column] += current;
    }
    const LineVolts ends{at(voltages.bit_line_start, column), at(voltages.bit_line_end, column), state.bit_line_first[column]};
    const LineFlow flow = solve_line(bit_lines_, column, ends, drawn.data(), nodes.data());
    for (std::size_t row = 0; row < rows; ++row)
      solution.bit_line_volts[row * columns + column] = nodes[row];
    bit_line_magnitude[column] = flow.magnitude;
    line_siemens = std::max(line_siemens, sum_siemens);
    solution.bit_line_start_currents[column] = flow.start;
    solution.bit_line_end_currents[column] = flow.end;
    solution.wire_power += flow.power;
    solution.source_power += ends.start * flow.start + ends.end * flow.end;
    if (bit_lines_.floats(column) && (sum_siemens > 0.0 || sum_amperes > 0.0)) {
      floating = true;
      mismatch.bit_line_open_node[column] = flow.open_node;
      mismatch.bit_line_current[column] = -solution.column_currents[column];
      const double amperes = std::max(sum_siemens * scale, sum_amperes);
      solution.residual = std::max(solution.residual, std::fabs(solution.column_currents[column]) / amperes);
    }
  }
  double squares = 0.0;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t cell = row * columns + column;
      const double between = solution.word_line_volts[cell] - solution.bit_line_volts[cell];
      if (circuit_.conductance[cell] > 0.0) {
        const double missing = between - state.cell_volts[cell];
        mismatch.cell_volts[cell] = missing;
        solution.missing_volts = std::max(solution.missing_volts, std::fabs(missing));
        squares += siemens[cell] * missing * missing;
        solution.residual =
            std::max(solution.residual, std::fabs(missing) / std::max(scale, word_line_magnitude[row] + bit_line_magnitude[column]));
      } else {
        solution.cell_volts[cell] = between;
      }
    }
  }
  if (!std::isfinite(squares)) solution.residual = std::numeric_limits<double>::infinity();  // maxima pass over what is not a number
  if (!floating) solution.current_error_bound = std::sqrt(line_siemens * squares);
  for (const std::uint32_t row : undefined_word_lines_) {
    for (std::size_t column = 0; column < columns; ++column)
      solution.cell_volts[row * columns + column] = solution.word_line_volts[row * columns + column] = 0.0;
  }
  for (const std::uint32_t column : undefined_bit_lines_) {
    for (std::size_t row = 0; row < rows; ++row)
      solution.cell_volts[row * columns + column] = solution.bit_line_volts[row * columns + column] = 0.0;
  }
  return solution;
}

}  // namespace memcosim
