// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/nodal_matrix.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "memcosim/common/error.hpp"

namespace memcosim {

NodalMatrix::NodalMatrix(const CircuitEquations& equations) {
  const std::size_t rows = equations.circuit().rows;
  const std::size_t columns = equations.circuit().columns;
  const std::size_t cells = rows * columns;
  if (cells > static_cast<std::size_t>(std::numeric_limits<int>::max()) / 8) {
    throw InputError("the array has too many cells for a sparse matrix with 32-bit indices: use an iterative method");
  }
  word_line_node_.assign(cells, held);
  bit_line_node_.assign(cells, held);
  number_lines(equations.word_lines(), columns, 1, word_line_node_);
  number_lines(equations.bit_lines(), 1, columns, bit_line_node_);
  add_wires(equations.word_lines(), 0, columns, 1, word_line_node_);
  add_wires(equations.bit_lines(), rows, 1, columns, bit_line_node_);
  cells_.reserve(cells);
  for (std::size_t cell = 0; cell < cells; ++cell)
    cells_.push_back({word_line_node_[cell], bit_line_node_[cell], 0.0});
  build_pattern();
  set_values(equations);
}

void NodalMatrix::number_lines(const LineChains& chains, std::size_t line_stride, std::size_t cell_stride, std::vector<int>& node_of) {
  for (std::size_t line = 0; line < chains.lines; ++line) {
    const double* ohms = chains.of(line);
    const auto node = [&](std::size_t cell) -> int& { return node_of[line * line_stride + cell * cell_stride]; };
    // Find the cells that ideal segments connect to an ideal source at the end of the line.
    std::size_t last = chains.cells;
    while (last > 0 && ohms[last] == 0.0)
      --last;
    // ohms[last] is the last resistance that is not zero: cells from it on are held, if the end's terminal is ideal.
    const std::size_t first_held = ohms[chains.cells] == 0.0 ? last : chains.cells;
    bool joined_to_source = true;
    for (std::size_t cell = 0; cell < first_held; ++cell) {
      const bool ideal = ohms[cell] == 0.0;
      joined_to_source = joined_to_source && ideal;
      if (joined_to_source) continue;
      node(cell) = ideal ? node(cell - 1) : node_count_++;
    }
  }
}

void NodalMatrix::add_wires(const LineChains& chains, std::size_t first_line, std::size_t line_stride, std::size_t cell_stride,
                            const std::vector<int>& node_of) {
  for (std::size_t line = 0; line < chains.lines; ++line) {
    const double* ohms = chains.of(line);
    for (std::size_t place = 0; place <= chains.cells; ++place) {
      if (ohms[place] == 0.0 || ohms[place] == no_terminal) continue;
      const int before = place == 0 ? held : node_of[line * line_stride + (place - 1) * cell_stride];
      const int after = place == chains.cells ? held : node_of[line * line_stride + place * cell_stride];
      if (before != held || after != held) wires_.push_back({before, after, 1.0 / ohms[place], first_line + line});
    }
  }
}

void NodalMatrix::build_pattern() {
  std::vector<int> entries(static_cast<std::size_t>(node_count_), 1);  // the diagonal entries
  const auto joins_nodes = [](const Branch& branch) { return branch.a != held && branch.b != held; };
  for (const auto* branches : {&wires_, &cells_}) {
    for (const Branch& branch : *branches) {
      if (!joins_nodes(branch)) continue;
      ++entries[static_cast<std::size_t>(branch.a)];
      ++entries[static_cast<std::size_t>(branch.b)];
    }
  }
  column_start_.assign(static_cast<std::size_t>(node_count_) + 1, 0);
  for (std::size_t node = 0; node < entries.size(); ++node)
    column_start_[node + 1] = column_start_[node] + entries[node];
  row_index_.resize(static_cast<std::size_t>(column_start_.back()));
  std::vector<int> next(column_start_.begin(), column_start_.end() - 1);
  const auto put = [&](int row, int column) {
    const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(column)]++);
    row_index_[place] = row;
    return place;
  };
  for (int node = 0; node < node_count_; ++node)
    put(node, node);
  for (auto* branches : {&wires_, &cells_}) {
    for (Branch& branch : *branches) {
      if (!joins_nodes(branch)) continue;
      branch.upper = put(branch.a, branch.b);
      branch.lower = put(branch.b, branch.a);
    }
  }
}

void NodalMatrix::add(const Branch& branch, double siemens) {
  for (const int node : {branch.a, branch.b}) {
    if (node != held) values_[static_cast<std::size_t>(column_start_[static_cast<std::size_t>(node)])] += siemens;
  }
  if (branch.a == held || branch.b == held) return;
  values_[branch.upper] -= siemens;
  values_[branch.lower] -= siemens;
}

void NodalMatrix::set_values(const CircuitEquations& equations) {
  values_.assign(row_index_.size(), 0.0);
  for (const Branch& wire : wires_)
    add(wire, wire.siemens);
  for (std::size_t cell = 0; cell < cells_.size(); ++cell)
    add(cells_[cell], equations.circuit().conductance[cell]);
  // Lines without a path to a terminal carry no current: grounding each of them changes no current and avoids a singular matrix.
  const std::size_t columns = equations.circuit().columns;
  for (const std::uint32_t row : equations.undefined_word_lines())
    add({word_line_node_[row * columns], held, 1.0}, 1.0);
  for (const std::uint32_t column : equations.undefined_bit_lines())
    add({bit_line_node_[column], held, 1.0}, 1.0);
}

}  // namespace memcosim
