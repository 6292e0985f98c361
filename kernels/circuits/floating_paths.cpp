// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/floating_paths.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace memcosim {

namespace {

double segments_of(const LineChains& chains, std::size_t line) {
  double ohms = 0.0;
  for (std::size_t segment = 1; segment < chains.cells; ++segment)
    ohms += chains.of(line)[segment];
  return ohms;
}

}  // namespace

std::vector<double> path_ohms(const CircuitEquations& equations) {
  const std::size_t rows = equations.circuit().rows;
  const std::size_t columns = equations.circuit().columns;
  std::vector<double> along(rows + columns);
  std::vector<double> path(rows + columns, std::numeric_limits<double>::infinity());
  for (std::size_t line = 0; line < along.size(); ++line) {
    const LineChains& chains = line < rows ? equations.word_lines() : equations.bit_lines();
    const std::size_t index = line < rows ? line : line - rows;
    along[line] = segments_of(chains, index);
    path[line] = along[line] + std::min(chains.of(index)[0], chains.of(index)[chains.cells]);
  }
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const double cell = 1.0 / equations.circuit().conductance[row * columns + column];
        const double from_bit_line = along[row] + cell + path[rows + column];
        const double from_word_line = along[rows + column] + cell + path[row];
        if (from_bit_line < path[row]) {
          path[row] = from_bit_line;
          shorter = true;
        } else if (from_word_line < path[rows + column]) {
          path[rows + column] = from_word_line;
          shorter = true;
        }
      }
    }
  }
  return path;
}

}  // namespace memcosim
