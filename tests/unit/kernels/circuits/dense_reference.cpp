// SPDX-License-Identifier: Apache-2.0
#include "dense_reference.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <Eigen/LU>

namespace memcosim::test {

namespace {

using Index = Eigen::Index;

#ifdef __SIZEOF_FLOAT128__
__extension__ using Quad = __float128;
#else
using Quad = long double;  // where it has 113 bits anyway
static_assert(std::numeric_limits<long double>::digits >= 113, "the reference needs quadruple precision");
#endif

Quad magnitude(Quad value) {
  return value < 0 ? -value : value;
}

/// Gaussian elimination with row pivots; `right` becomes the solution. Most entries of a circuit's matrix are zero.
void eliminate(std::vector<std::vector<Quad>>& matrix, std::vector<Quad>& right) {
  const std::size_t size = right.size();
  for (std::size_t pivot = 0; pivot < size; ++pivot) {
    std::size_t best = pivot;
    for (std::size_t row = pivot + 1; row < size; ++row) {
      if (magnitude(matrix[row][pivot]) > magnitude(matrix[best][pivot])) best = row;
    }
    std::swap(matrix[pivot], matrix[best]);
    std::swap(right[pivot], right[best]);
    for (std::size_t row = pivot + 1; row < size; ++row) {
      if (matrix[row][pivot] == 0) continue;
      const Quad factor = matrix[row][pivot] / matrix[pivot][pivot];
      for (std::size_t column = pivot + 1; column < size; ++column) {
        if (matrix[pivot][column] != 0) matrix[row][column] -= factor * matrix[pivot][column];
      }
      right[row] -= factor * right[pivot];
    }
  }
  for (std::size_t row = size; row-- > 0;) {
    for (std::size_t column = row + 1; column < size; ++column)
      right[row] -= matrix[row][column] * right[column];
    right[row] /= matrix[row][row];
  }
}

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

double segment(const LineResistances& lines, std::size_t count, std::size_t cells, std::size_t line, std::size_t place) {
  return lines.segment.size() == count * (cells - 1) ? lines.segment[line * (cells - 1) + place] : at(lines.segment, line);
}

constexpr auto outside = static_cast<std::size_t>(-1);

/// A resistance from node a to node b; node `outside` is at `volts`.
struct Branch {
  std::size_t a;
  std::size_t b;
  double ohm;
  double volts;
};

}  // namespace

DenseSolution solve_dense(const CrossbarCircuit& circuit, const TerminalVoltages& voltages,
                          const std::vector<std::uint32_t>& undefined_word_lines, const std::vector<std::uint32_t>& undefined_bit_lines) {
  const std::size_t rows = circuit.rows;
  const std::size_t columns = circuit.columns;
  const std::size_t cells = rows * columns;
  const auto word = [&](std::size_t row, std::size_t column) { return row * columns + column; };
  const auto bit = [&](std::size_t row, std::size_t column) { return cells + row * columns + column; };
  std::vector<Branch> branches;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column + 1 < columns; ++column)
      branches.push_back({word(row, column), word(row, column + 1), segment(circuit.word_lines, rows, columns, row, column), 0.0});
    const double start = at(circuit.word_lines.start, row);
    const double end = at(circuit.word_lines.end, row);
    if (start != no_terminal) branches.push_back({word(row, 0), outside, start, at(voltages.word_line_start, row)});
    if (end != no_terminal) branches.push_back({word(row, columns - 1), outside, end, at(voltages.word_line_end, row)});
  }
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row + 1 < rows; ++row)
      branches.push_back({bit(row, column), bit(row + 1, column), segment(circuit.bit_lines, columns, rows, column, row), 0.0});
    const double start = at(circuit.bit_lines.start, column);
    const double end = at(circuit.bit_lines.end, column);
    if (start != no_terminal) branches.push_back({bit(0, column), outside, start, at(voltages.bit_line_start, column)});
    if (end != no_terminal) branches.push_back({bit(rows - 1, column), outside, end, at(voltages.bit_line_end, column)});
  }
  for (const std::uint32_t row : undefined_word_lines)
    branches.push_back({word(row, 0), outside, 1.0, 0.0});
  for (const std::uint32_t column : undefined_bit_lines)
    branches.push_back({bit(0, column), outside, 1.0, 0.0});

  const std::size_t nodes = 2 * cells;
  const std::size_t size = nodes + branches.size();
  std::vector<std::vector<Quad>> matrix(size, std::vector<Quad>(size));
  std::vector<Quad> values(size);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double siemens = circuit.conductance[row * columns + column];
      const std::size_t a = word(row, column);
      const std::size_t b = bit(row, column);
      matrix[a][a] += siemens;
      matrix[b][b] += siemens;
      matrix[a][b] -= siemens;
      matrix[b][a] -= siemens;
    }
  }
  for (std::size_t index = 0; index < branches.size(); ++index) {
    const Branch& branch = branches[index];
    const std::size_t current = nodes + index;
    matrix[branch.a][current] += 1;
    matrix[current][branch.a] += 1;
    if (branch.b != outside) {
      matrix[branch.b][current] -= 1;
      matrix[current][branch.b] -= 1;
    }
    matrix[current][current] -= branch.ohm;
    values[current] = branch.volts;
  }
  eliminate(matrix, values);
  DenseSolution solution;
  solution.row_currents.resize(rows);
  solution.column_currents.resize(columns);
  std::vector<Quad> row_sums(rows);
  std::vector<Quad> column_sums(columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const Quad volts = values[word(row, column)] - values[bit(row, column)];
      solution.word_line_volts.push_back(static_cast<double>(values[word(row, column)]));
      solution.bit_line_volts.push_back(static_cast<double>(values[bit(row, column)]));
      solution.cell_volts.push_back(static_cast<double>(volts));
      row_sums[row] += circuit.conductance[row * columns + column] * volts;
      column_sums[column] += circuit.conductance[row * columns + column] * volts;
    }
  }
  for (std::size_t row = 0; row < rows; ++row)
    solution.row_currents[row] = static_cast<double>(row_sums[row]);
  for (std::size_t column = 0; column < columns; ++column)
    solution.column_currents[column] = static_cast<double>(column_sums[column]);
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
  DenseSolution solution{std::vector<double>(rows), std::vector<double>(columns), {volts.data(), volts.data() + cells}, {}, {}};
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
