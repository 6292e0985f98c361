// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/dissection.hpp"

#include <algorithm>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/line_chains.hpp"

namespace memcosim {

namespace {

constexpr std::size_t small = 4;    ///< tiles up to this many rows and columns are not halved
constexpr std::size_t depths = 64;  ///< more than the number of halvings of the largest array

}  // namespace

Dissection::Dissection(const CircuitEquations& equations) : rows_(equations.circuit().rows), columns_(equations.circuit().columns) {
  number_ports(equations.word_lines(), word_lines_);
  number_ports(equations.bit_lines(), bit_lines_);
  word_node_.assign(rows_ * columns_, none);
  bit_node_.assign(rows_ * columns_, none);
  first_port_ = static_cast<int>(ports_);
  number_nodes(equations.word_lines(), equations.undefined_word_lines(), word_lines_, columns_, 1, word_node_);
  number_nodes(equations.bit_lines(), equations.undefined_bit_lines(), bit_lines_, 1, columns_, bit_node_);
  find_lane_tiles(equations);
  order_nodes();
}

void Dissection::number_ports(const LineChains& chains, std::vector<LinePorts>& lines) {
  lines.resize(chains.lines);
  int next = static_cast<int>(ports_);
  for (std::size_t line = 0; line < chains.lines; ++line) {
    const double* ohms = chains.of(line);
    const bool joined = std::all_of(ohms, ohms + chains.cells + 1, [](double ohm) { return ohm == 0.0; });
    if (chains.has_start(line)) lines[line].start = next++;
    if (chains.has_end(line)) lines[line].end = joined ? lines[line].start : next++;
  }
  ports_ = static_cast<std::size_t>(next);
}

/// Assigns node numbers: cells joined by ideal segments share a node, cells behind ideal terminals have the node of the port, and lines
/// without a path to a terminal, which carry no current, have none. Until order_nodes() the ports come first, then the nodes line by line.
void Dissection::number_nodes(const LineChains& chains, const std::vector<std::uint32_t>& undefined, const std::vector<LinePorts>& lines,
                              std::size_t line_stride, std::size_t cell_stride, std::vector<int>& node_of) {
  for (std::size_t line = 0; line < chains.lines; ++line) {
    if (std::binary_search(undefined.begin(), undefined.end(), static_cast<std::uint32_t>(line))) continue;
    const double* ohms = chains.of(line);
    const auto node = [&](std::size_t cell) -> int& { return node_of[line * line_stride + cell * cell_stride]; };
    int current = ohms[0] == 0.0 ? lines[line].start : none;
    for (std::size_t cell = 0; cell < chains.cells; ++cell) {
      if (cell > 0 && ohms[cell] != 0.0) current = none;
      if (current == none) current = first_port_++;
      node(cell) = current;
    }
    if (ohms[chains.cells] != 0.0) continue;
    const int joined = node(chains.cells - 1);
    for (std::size_t cell = chains.cells; cell-- > 0 && node(cell) == joined;)
      node(cell) = lines[line].end;
  }
}

/// Finds the tiles that can be reduced in lanes, which perform the same operations on every tile: all nodes of the tile must be distinct,
/// and only nodes before the first cell of a line may be missing.
void Dissection::find_lane_tiles(const CircuitEquations& equations) {
  const auto plain = [](const LineChains& chains, std::size_t line, std::size_t cell) {
    const double* ohms = chains.of(line) + cell;
    return std::none_of(ohms, ohms + lane_edge, [](double ohm) { return ohm == 0.0; });
  };
  lane_tile_.assign((rows_ / lane_edge) * (columns_ / lane_edge), 1);
  for (std::size_t tile = 0; tile < lane_tile_.size(); ++tile) {
    const std::size_t row = tile / (columns_ / lane_edge) * lane_edge;
    const std::size_t column = tile % (columns_ / lane_edge) * lane_edge;
    for (std::size_t index = 0; index < lane_edge; ++index) {
      if (word_node(row + index, column) == none || bit_node(row, column + index) == none ||
          !plain(equations.word_lines(), row + index, column) || !plain(equations.bit_lines(), column + index, row)) {
        lane_tile_[tile] = 0;
      }
    }
  }
}

void Dissection::find_depths(const Tile& tile, std::size_t depth, std::vector<unsigned char>& depth_of) const {
  if (is_leaf(tile)) return;
  const Halves halves = halve(tile);
  const std::size_t last_row = halves.first.row_end - 1;
  const std::size_t last_column = halves.first.column_end - 1;
  const auto mark = [&](int node) {
    if (node != none && depth_of[static_cast<std::size_t>(node)] == depths - 1)
      depth_of[static_cast<std::size_t>(node)] = static_cast<unsigned char>(depth);
  };
  // The segment between the halves belongs to the second one.
  if (halves.side_by_side) {
    for (std::size_t row = tile.row; row < tile.row_end; ++row)
      mark(word_node_[row * columns_ + last_column]);
  } else {
    for (std::size_t column = tile.column; column < tile.column_end; ++column)
      mark(bit_node_[last_row * columns_ + column]);
  }
  find_depths(halves.first, depth + 1, depth_of);
  find_depths(halves.second, depth + 1, depth_of);
}

void Dissection::order_nodes() {
  const auto count = static_cast<std::size_t>(first_port_);
  std::vector<unsigned char> depth_of(count, depths - 1);
  std::fill_n(depth_of.begin(), ports_, static_cast<unsigned char>(0));
  find_depths(whole(), 1, depth_of);
  std::vector<int> in_depth(depths, 0);
  for (const unsigned char depth : depth_of)
    ++in_depth[depth];
  end_of_depth_.assign(depths, 0);
  int next = 0;
  for (std::size_t depth = depths; depth-- > 0;)
    end_of_depth_[depth] = next += in_depth[depth];
  std::vector<int> following(depths, 0);
  for (std::size_t depth = 0; depth < depths; ++depth)
    following[depth] = end_of_depth_[depth] - in_depth[depth];
  std::vector<int> number(count);
  for (std::size_t node = 0; node < count; ++node)
    number[node] = following[depth_of[node]]++;
  for (std::vector<int>* nodes : {&word_node_, &bit_node_}) {
    for (int& node : *nodes)
      if (node != none) node = number[static_cast<std::size_t>(node)];
  }
  first_port_ = end_of_depth_[1];
}

/// Halves a tile along its longer side; large ones at multiples of lane_edge, so that lane tiles are not cut.
Dissection::Halves Dissection::halve(const Tile& tile) {
  constexpr std::size_t edge = lane_edge;
  const bool side_by_side = tile.width() > tile.height();
  const std::size_t length = std::max(tile.width(), tile.height());
  const std::size_t first = length > edge ? (length / 2 + edge / 2) / edge * edge : length / 2;
  Halves halves{tile, tile, side_by_side};
  if (side_by_side) {
    halves.first.column_end = halves.second.column = tile.column + first;
  } else {
    halves.first.row_end = halves.second.row = tile.row + first;
  }
  return halves;
}

bool Dissection::is_lane_tile(const Tile& tile) const {
  return tile.height() == lane_edge && tile.width() == lane_edge && tile.row % lane_edge == 0 && tile.column % lane_edge == 0 &&
         lane_tile_[tile.row / lane_edge * (columns_ / lane_edge) + tile.column / lane_edge] != 0;
}

bool Dissection::is_leaf(const Tile& tile) const {
  return (tile.height() <= small && tile.width() <= small) || is_lane_tile(tile);
}

std::size_t Dissection::edge_nodes(const Tile& tile) const {
  const auto has = [](const std::vector<LinePorts>& lines, int LinePorts::*end) {
    return std::any_of(lines.begin(), lines.end(), [end](const LinePorts& line) { return line.*end != none; });
  };
  std::size_t nodes = 0;
  if (tile.column > 0 || has(word_lines_, &LinePorts::start)) nodes += tile.height();
  if (tile.column_end < columns_ || has(word_lines_, &LinePorts::end)) nodes += tile.height();
  if (tile.row > 0 || has(bit_lines_, &LinePorts::start)) nodes += tile.width();
  if (tile.row_end < rows_ || has(bit_lines_, &LinePorts::end)) nodes += tile.width();
  return nodes;
}

}  // namespace memcosim
