// SPDX-License-Identifier: Apache-2.0
#include "dense_reference.hpp"

#include <algorithm>
#include <cstddef>

#include <Eigen/LU>

namespace memcosim::test {

namespace {

using Index = Eigen::Index;
using LongMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
using LongVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

double segment(const LineResistances& lines, std::size_t count, std::size_t cells, std::size_t line, std::size_t place) {
  return lines.segment.size() == count * (cells - 1) ? lines.segment[line * (cells - 1) + place] : at(lines.segment, line);
}

/// A resistance from node a to node b; node -1 is outside at `volts`.
struct Branch {
  Index a;
  Index b;
  double ohm;
  double volts;
};

}  // namespace

DenseSolution solve_dense(const CrossbarCircuit& circuit, const TerminalVoltages& voltages,
                          const std::vector<std::uint32_t>& undefined_word_lines, const std::vector<std::uint32_t>& undefined_bit_lines) {
  const std::size_t rows = circuit.rows;
  const std::size_t columns = circuit.columns;
  const std::size_t cells = rows * columns;
  const auto word = [&](std::size_t row, std::size_t column) { return static_cast<Index>(row * columns + column); };
  const auto bit = [&](std::size_t row, std::size_t column) { return static_cast<Index>(cells + row * columns + column); };
  std::vector<Branch> branches;
  std::vector<std::size_t> first_of_word(rows + 1);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column + 1 < columns; ++column)
      branches.push_back({word(row, column), word(row, column + 1), segment(circuit.word_lines, rows, columns, row, column), 0.0});
    const double start = at(circuit.word_lines.start, row);
    const double end = at(circuit.word_lines.end, row);
    if (start != no_terminal) branches.push_back({word(row, 0), -1, start, at(voltages.word_line_start, row)});
    if (end != no_terminal) branches.push_back({word(row, columns - 1), -1, end, at(voltages.word_line_end, row)});
  }
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row + 1 < rows; ++row)
      branches.push_back({bit(row, column), bit(row + 1, column), segment(circuit.bit_lines, columns, rows, column, row), 0.0});
    const double start = at(circuit.bit_lines.start, column);
    const double end = at(circuit.bit_lines.end, column);
    if (start != no_terminal) branches.push_back({bit(0, column), -1, start, at(voltages.bit_line_start, column)});
    if (end != no_terminal) branches.push_back({bit(rows - 1, column), -1, end, at(voltages.bit_line_end, column)});
  }
  for (const std::uint32_t row : undefined_word_lines)
    branches.push_back({word(row, 0), -1, 1.0, 0.0});
  for (const std::uint32_t column : undefined_bit_lines)
    branches.push_back({bit(0, column), -1, 1.0, 0.0});

  const auto nodes = static_cast<Index>(2 * cells);
  const Index size = nodes + static_cast<Index>(branches.size());
  LongMatrix matrix = LongMatrix::Zero(size, size);
  LongVector right = LongVector::Zero(size);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const long double siemens = circuit.conductance[row * columns + column];
      const Index a = word(row, column);
      const Index b = bit(row, column);
      matrix(a, a) += siemens;
      matrix(b, b) += siemens;
      matrix(a, b) -= siemens;
      matrix(b, a) -= siemens;
    }
  }
  for (std::size_t index = 0; index < branches.size(); ++index) {
    const Branch& branch = branches[index];
    const Index current = nodes + static_cast<Index>(index);
    matrix(branch.a, current) += 1.0L;
    matrix(current, branch.a) += 1.0L;
    if (branch.b >= 0) {
      matrix(branch.b, current) -= 1.0L;
      matrix(current, branch.b) -= 1.0L;
    }
    matrix(current, current) -= static_cast<long double>(branch.ohm);
    right(current) = branch.volts;
  }
  const LongVector values = matrix.partialPivLu().solve(right);
  DenseSolution solution;
  solution.row_currents.resize(rows);
  solution.column_currents.resize(columns);
  std::vector<long double> row_sums(rows);
  std::vector<long double> column_sums(columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const long double volts = values(word(row, column)) - values(bit(row, column));
      solution.cell_volts.push_back(static_cast<double>(volts));
      row_sums[row] += circuit.conductance[row * columns + column] * volts;
      column_sums[column] += circuit.conductance[row * columns + column] * volts;
    }
  }
  std::copy(row_sums.begin(), row_sums.end(), solution.row_currents.begin());
  std::copy(column_sums.begin(), column_sums.end(), solution.column_currents.begin());
  return solution;
}

DenseSolution solve_dense_by_paths(const CrossbarCircuit& circuit, const TerminalVoltages& voltages) {
  const std::size_t rows = circuit.rows;
  const std::size_t columns = circuit.columns;
  const auto cells = static_cast<Index>(rows * columns);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(cells, cells);
  Eigen::VectorXd right(cells);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const auto cell = static_cast<Index>(row * columns + column);
      right(cell) = at(voltages.word_line_start, row) - at(voltages.bit_line_end, column);
      for (std::size_t other = 0; other < columns; ++other) {
        double shared = at(circuit.word_lines.start, row);
        for (std::size_t place = 0; place < std::min(column, other); ++place)
          shared += segment(circuit.word_lines, rows, columns, row, place);
        matrix(cell, static_cast<Index>(row * columns + other)) += shared * circuit.conductance[row * columns + other];
      }
      for (std::size_t other = 0; other < rows; ++other) {
        double shared = at(circuit.bit_lines.end, column);
        for (std::size_t place = std::max(row, other); place + 1 < rows; ++place)
          shared += segment(circuit.bit_lines, columns, rows, column, place);
        matrix(cell, static_cast<Index>(other * columns + column)) += shared * circuit.conductance[other * columns + column];
      }
    }
  }
  const Eigen::VectorXd volts = matrix.partialPivLu().solve(right);
  DenseSolution solution{std::vector<double>(rows), std::vector<double>(columns), {volts.data(), volts.data() + cells}};
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double current = circuit.conductance[row * columns + column] * volts(static_cast<Index>(row * columns + column));
      solution.row_currents[row] += current;
      solution.column_currents[column] += current;
    }
  }
  return solution;
}

}  // namespace memcosim::test
