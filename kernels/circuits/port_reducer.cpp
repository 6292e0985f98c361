// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/port_reducer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/clones.hpp"

namespace memcosim {

namespace {

constexpr int none = -1;
constexpr std::size_t small = 4;    ///< rows and columns of a tile that is not divided further
constexpr std::size_t depths = 64;  ///< more than halvings of 2^32 by 2^32 cells that the memory holds
constexpr std::size_t lane_cells = LaneTiles::cells * LaneTiles::lanes;

/// Strides that are multiples of a page let columns compete for the same lines of a cache.
std::size_t stride_for(std::size_t size) {
  return size % 256 == 0 ? size + FrontKernel::panel_rows : size;
}

std::size_t entries_for(std::size_t kept, std::size_t removed = 0) {
  const std::size_t size = ConductanceFront::filled(removed) + ConductanceFront::filled(kept);
  return size * stride_for(size);
}

/// Nodes `from` to `from + count` of a part are nodes `to` and following of the whole.
struct Run {
  std::size_t from, to, count;
};

std::vector<Run> find_runs(const std::vector<int>& part, const std::vector<int>& whole, const ConductanceFront& front) {
  std::vector<Run> runs;
  std::size_t index = 0;
  for (std::size_t from = 0; from < part.size(); ++from, ++index) {
    while (whole[index] != part[from])
      ++index;
    const std::size_t to = front.place(index);
    if (!runs.empty() && runs.back().to + runs.back().count == to) {
      ++runs.back().count;
    } else {
      runs.push_back({from, to, 1});
    }
  }
  return runs;
}

/// Adds a part to the lower triangle of a front; nodes have the same order in both.
MEMCOSIM_CLONES void add_part(double* whole, std::size_t stride, const double* part, std::size_t part_stride, const Run* runs,
                              std::size_t run_count) {
  for (std::size_t own = 0; own < run_count; ++own) {
    for (std::size_t index = 0; index < runs[own].count; ++index) {
      const std::size_t column = runs[own].from + index;
      double* to = whole + (runs[own].to + index) * stride;
      const double* from = part + column * part_stride;
      for (std::size_t other = own; other < run_count; ++other) {
        const std::size_t skipped = other == own ? index + 1 : 0;
        double* __restrict target = to + runs[other].to;
        const double* __restrict source = from + runs[other].from;
        for (std::size_t row = skipped; row < runs[other].count; ++row)
          target[row] += source[row];
      }
    }
  }
}

/// Zeros below the diagonal, and in the few entries above it that the arithmetic touches.
void clear(ConductanceFront& front) {
  const std::size_t size = front.size();
  for (std::size_t column = 0; column < size; ++column) {
    const std::size_t first = column / FrontKernel::panel_rows * FrontKernel::panel_rows;
    std::memset(front.siemens + column * front.stride + first, 0, (size - first) * sizeof(double));
  }
}

}  // namespace

PortReducer::PortReducer(const CircuitEquations& equations, const FrontKernel& kernel)
    : equations_(equations), rows_(equations.circuit().rows), columns_(equations.circuit().columns), fronts_(kernel), lanes_(kernel) {
  number_ports(equations.word_lines(), word_lines_);
  number_ports(equations.bit_lines(), bit_lines_);
  word_node_.assign(rows_ * columns_, none);
  bit_node_.assign(rows_ * columns_, none);
  node_count_ = static_cast<int>(ports_);
  number_nodes(equations.word_lines(), equations.undefined_word_lines(), word_lines_, columns_, 1, word_node_);
  number_nodes(equations.bit_lines(), equations.undefined_bit_lines(), bit_lines_, 1, columns_, bit_node_);
  order_nodes();
  const Tile whole{0, rows_, 0, columns_};
  constexpr std::size_t line = FrontKernel::panel_rows;
  values_.reset(new double[values_needed(whole) + line]);
  top_ = values_.get() + (line - reinterpret_cast<std::uintptr_t>(values_.get()) / sizeof(double) % line) % line;
}

void PortReducer::number_ports(const LineChains& chains, std::vector<LinePorts>& lines) {
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

/// Ideal segments join cells, ideal terminals join cells to ports; lines without a path to a terminal carry nothing and are left out.
/// Until order_nodes() the numbers are those of terminals, then nodes line by line.
void PortReducer::number_nodes(const LineChains& chains, const std::vector<std::uint32_t>& undefined, const std::vector<LinePorts>& lines,
                               std::size_t line_stride, std::size_t cell_stride, std::vector<int>& node_of) {
  for (std::size_t line = 0; line < chains.lines; ++line) {
    if (std::binary_search(undefined.begin(), undefined.end(), static_cast<std::uint32_t>(line))) continue;
    const double* ohms = chains.of(line);
    const auto node = [&](std::size_t cell) -> int& { return node_of[line * line_stride + cell * cell_stride]; };
    int current = ohms[0] == 0.0 ? lines[line].start : none;
    for (std::size_t cell = 0; cell < chains.cells; ++cell) {
      if (cell > 0 && ohms[cell] != 0.0) current = none;
      if (current == none) current = node_count_++;
      node(cell) = current;
    }
    if (ohms[chains.cells] != 0.0) continue;
    const int joined = node(chains.cells - 1);
    for (std::size_t cell = chains.cells; cell-- > 0 && node(cell) == joined;)
      node(cell) = lines[line].end;
  }
}

void PortReducer::find_depths(const Tile& tile, std::size_t depth, std::vector<unsigned char>& depth_of) const {
  if (is_leaf(tile)) return;
  const Halves halves = halve(tile);
  const std::size_t last_row = halves.first.row_end - 1;
  const std::size_t last_column = halves.first.column_end - 1;
  const auto mark = [&](int node) {
    if (node != none && depth_of[static_cast<std::size_t>(node)] == depths - 1)
      depth_of[static_cast<std::size_t>(node)] = static_cast<unsigned char>(depth);
  };
  // The segment after the first half's last cell belongs to the second half.
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

void PortReducer::order_nodes() {
  const auto count = static_cast<std::size_t>(node_count_);
  std::vector<unsigned char> depth_of(count, depths - 1);
  std::fill_n(depth_of.begin(), ports_, static_cast<unsigned char>(0));
  find_depths({0, rows_, 0, columns_}, 1, depth_of);
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
  place_.resize(count);
}

std::vector<double> PortReducer::reduce() {
  double* const bottom = top_;
  const ReducedTile whole = reduce(Tile{0, rows_, 0, columns_}, 1);
  top_ = bottom;
  std::vector<double> siemens(ports_ * ports_, 0.0);
  for (std::size_t b = 0; b < whole.nodes.size(); ++b) {
    const auto second = static_cast<std::size_t>(whole.nodes[b] - first_port_);
    for (std::size_t a = b + 1; a < whole.nodes.size(); ++a) {
      const auto first = static_cast<std::size_t>(whole.nodes[a] - first_port_);
      const double value = whole.front.siemens[b * whole.front.stride + a];
      if (!std::isfinite(value)) throw RunError("the circuit's resistances are too far apart for double precision");
      siemens[first * ports_ + second] = siemens[second * ports_ + first] = value;
    }
  }
  return siemens;
}

/// Along multiples of the lanes' tiles where there is one in each half.
PortReducer::Halves PortReducer::halve(const Tile& tile) {
  constexpr std::size_t edge = LaneTiles::edge;
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

bool PortReducer::is_lane_tile(const Tile& tile) {
  return tile.height() == LaneTiles::edge && tile.width() == LaneTiles::edge;
}

bool PortReducer::is_leaf(const Tile& tile) const {
  return (tile.height() <= small && tile.width() <= small) || is_regular(tile);
}

/// Eight such tiles are reduced at once: no two of its nodes are one, and only a node before the first cell may be missing.
bool PortReducer::is_regular(const Tile& tile) const {
  if (!is_lane_tile(tile)) return false;
  const auto plain = [](const LineChains& chains, std::size_t first, std::size_t cell) {
    for (std::size_t line = first; line < first + LaneTiles::edge; ++line) {
      for (std::size_t index = cell; index < cell + LaneTiles::edge; ++index)
        if (chains.of(line)[index] == 0.0) return false;
    }
    return true;
  };
  if (!plain(equations_.word_lines(), tile.row, tile.column) || !plain(equations_.bit_lines(), tile.column, tile.row)) return false;
  for (std::size_t index = 0; index < LaneTiles::edge; ++index) {
    if (word_node_[(tile.row + index) * columns_ + tile.column] == none || bit_node_[tile.row * columns_ + tile.column + index] == none)
      return false;
  }
  return true;
}

/// The most nodes that a tile can keep.
std::size_t PortReducer::edge_nodes(const Tile& tile) const {
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

std::size_t PortReducer::values_needed(const Tile& tile) const {
  const std::size_t kept = edge_nodes(tile);
  if (is_leaf(tile)) return entries_for(kept, tile.height() * (tile.width() + 1) + tile.width() * (tile.height() + 1));
  const Halves halves = halve(tile);
  const std::size_t first = entries_for(edge_nodes(halves.first));
  const std::size_t second = entries_for(edge_nodes(halves.second));
  const std::size_t front = entries_for(kept, halves.side_by_side ? tile.height() : tile.width());
  return std::max({values_needed(halves.first), first + values_needed(halves.second), first + second + front});
}

PortReducer::ReducedTile PortReducer::reduce(const Tile& tile, std::size_t depth) {
  const bool fills_lanes = !lanes_filled_ && tile.height() * tile.width() <= lane_cells;
  if (fills_lanes) fill_lanes(tile);
  ReducedTile result;
  if (!is_leaf(tile)) {
    double* const place = top_;
    const Halves halves = halve(tile);
    const ReducedTile first = reduce(halves.first, depth + 1);
    result = join(first, reduce(halves.second, depth + 1), depth, place);
  } else if (is_lane_tile(tile)) {
    result = take_from_lanes(tile, depth);
  } else {
    result = reduce_cells(tile, depth);
  }
  if (fills_lanes) lanes_filled_ = false;
  return result;
}

PortReducer::ReducedTile PortReducer::join(const ReducedTile& a, const ReducedTile& b, std::size_t depth, double* place) {
  ReducedTile result;
  result.nodes.reserve(a.nodes.size() + b.nodes.size());
  std::set_union(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), std::back_inserter(result.nodes));
  ConductanceFront front = make_front(result.nodes, depth);
  for (const ReducedTile* part : {&a, &b}) {
    const std::vector<Run> runs = find_runs(part->nodes, result.nodes, front);
    add_part(front.siemens, front.stride, part->front.siemens, part->front.stride, runs.data(), runs.size());
  }
  finish(front, result, place);
  return result;
}

/// An empty front for ascending nodes on top of all entries.
ConductanceFront PortReducer::make_front(const std::vector<int>& nodes, std::size_t depth) const {
  ConductanceFront front;
  front.removed = static_cast<std::size_t>(std::lower_bound(nodes.begin(), nodes.end(), end_of_depth_[depth]) - nodes.begin());
  front.kept = nodes.size() - front.removed;
  front.stride = stride_for(front.size());
  front.siemens = top_;
  clear(front);
  return front;
}

/// Removes what goes; the rest is moved to `place`.
void PortReducer::finish(ConductanceFront& front, ReducedTile& result, double* place) {
  if (front.removed > 0) fronts_.remove(front);
  result.nodes.erase(result.nodes.begin(), result.nodes.begin() + static_cast<std::ptrdiff_t>(front.removed));
  result.front = {place, 0, front.kept, stride_for(ConductanceFront::filled(front.kept))};
  const ConductanceFront rest = front.rest();
  for (std::size_t column = 0; column < rest.kept; ++column) {
    std::memmove(place + column * result.front.stride + column + 1, rest.siemens + column * rest.stride + column + 1,
                 (rest.kept - column - 1) * sizeof(double));
  }
  top_ = place + result.front.stride * result.front.size();
}

/// The front of a tile straight from its cells.
PortReducer::ReducedTile PortReducer::reduce_cells(const Tile& tile, std::size_t depth) {
  ReducedTile result;
  const auto for_each = [&](auto use) {
    for (std::size_t row = tile.row; row < tile.row_end; ++row) {
      for (std::size_t column = tile.column; column < tile.column_end; ++column)
        for_each_branch(row, column, use);
    }
  };
  for_each([&](int a, int b, double) {
    if (a != none) result.nodes.push_back(a);
    if (b != none) result.nodes.push_back(b);
  });
  ConductanceFront front = sort_into_front(result, depth);
  for_each([&](int a, int b, double siemens) { add_branch(front, a, b, siemens); });
  finish(front, result, front.siemens);
  return result;
}

/// The inner nodes of a regular tile went in the lanes; those at the array's edge go here, with the wires to the ends' terminals.
PortReducer::ReducedTile PortReducer::take_from_lanes(const Tile& tile, std::size_t depth) {
  constexpr std::size_t edge = LaneTiles::edge;
  int nodes[LaneTiles::nodes];
  for (std::size_t index = 0; index < edge; ++index) {
    const std::size_t row = tile.row + index;
    const std::size_t column = tile.column + index;
    nodes[index] = tile.column > 0 ? word_node_[row * columns_ + tile.column - 1] : node_of(word_lines_[row].start);
    nodes[edge + index] = word_node_[row * columns_ + tile.column_end - 1];
    nodes[2 * edge + index] = tile.row > 0 ? bit_node_[(tile.row - 1) * columns_ + column] : node_of(bit_lines_[column].start);
    nodes[3 * edge + index] = bit_node_[(tile.row_end - 1) * columns_ + column];
  }
  const auto for_each_end_wire = [&](auto use) {
    for (std::size_t index = 0; index < edge; ++index) {
      if (tile.column_end == columns_) use(equations_.word_lines(), word_lines_, tile.row + index, nodes[edge + index]);
      if (tile.row_end == rows_) use(equations_.bit_lines(), bit_lines_, tile.column + index, nodes[3 * edge + index]);
    }
  };
  ReducedTile result;
  std::copy_if(std::begin(nodes), std::end(nodes), std::back_inserter(result.nodes), [](int node) { return node != none; });
  for_each_end_wire([&](const LineChains&, const std::vector<LinePorts>& lines, std::size_t line, int) {
    if (lines[line].end != none) result.nodes.push_back(node_of(lines[line].end));
  });
  ConductanceFront front = sort_into_front(result, depth);
  const auto lane =
      static_cast<std::size_t>(std::find_if(tiles_in_lanes_.begin(), tiles_in_lanes_.end(),
                                            [&](const Tile& other) { return other.row == tile.row && other.column == tile.column; }) -
                               tiles_in_lanes_.begin());
  for (std::size_t b = 0; b < LaneTiles::nodes; ++b) {
    for (std::size_t a = b + 1; a < LaneTiles::nodes; ++a)
      add_branch(front, nodes[a], nodes[b], lanes_.between(a, b, lane));
  }
  for_each_end_wire([&](const LineChains& chains, const std::vector<LinePorts>& lines, std::size_t line, int node) {
    const double ohm = chains.of(line)[chains.cells];
    if (lines[line].end != none && ohm != 0.0) add_branch(front, node, node_of(lines[line].end), 1.0 / ohm);
  });
  finish(front, result, front.siemens);
  return result;
}

ConductanceFront PortReducer::sort_into_front(ReducedTile& result, std::size_t depth) {
  std::sort(result.nodes.begin(), result.nodes.end());
  result.nodes.erase(std::unique(result.nodes.begin(), result.nodes.end()), result.nodes.end());
  ConductanceFront front = make_front(result.nodes, depth);
  for (std::size_t index = 0; index < result.nodes.size(); ++index)
    place_[static_cast<std::size_t>(result.nodes[index])] = front.place(index);
  return front;
}

void PortReducer::add_branch(ConductanceFront& front, int a, int b, double siemens) const {
  if (a == none || b == none || a == b) return;
  front.between(place_[static_cast<std::size_t>(a)], place_[static_cast<std::size_t>(b)]) += siemens;
}

void PortReducer::collect_regular(const Tile& tile, std::vector<Tile>& tiles) const {
  if (!is_leaf(tile)) {
    const Halves halves = halve(tile);
    collect_regular(halves.first, tiles);
    collect_regular(halves.second, tiles);
  } else if (is_lane_tile(tile)) {
    tiles.push_back(tile);
  }
}

/// Reduces all regular tiles of a tile that has no more of them than there are lanes.
void PortReducer::fill_lanes(const Tile& tile) {
  lanes_filled_ = true;
  tiles_in_lanes_.clear();
  collect_regular(tile, tiles_in_lanes_);
  if (tiles_in_lanes_.empty()) return;
  for (std::size_t lane = 0; lane < LaneTiles::lanes; ++lane) {
    const Tile& part = tiles_in_lanes_[std::min(lane, tiles_in_lanes_.size() - 1)];
    for (std::size_t row = 0; row < LaneTiles::edge; ++row) {
      for (std::size_t column = 0; column < LaneTiles::edge; ++column) {
        const std::size_t entry = (row * LaneTiles::edge + column) * LaneTiles::lanes + lane;
        lanes_.word_segments[entry] = 1.0 / equations_.word_lines().of(part.row + row)[part.column + column];
        lanes_.bit_segments[entry] = 1.0 / equations_.bit_lines().of(part.column + column)[part.row + row];
        lanes_.conductance[entry] = equations_.circuit().conductance[(part.row + row) * columns_ + part.column + column];
      }
    }
  }
  lanes_.reduce();
}

/// What cell `cell` of a line adds: the resistance before it, and behind the last one the terminal's.
template <class Use>
void PortReducer::for_each_wire(const LineChains& chains, const LinePorts& ports, std::size_t line, std::size_t cell, int before, int here,
                                Use use) const {
  const double* ohms = chains.of(line);
  const int source = cell == 0 ? node_of(ports.start) : before;
  if (source != none && ohms[cell] != 0.0) use(source, here, 1.0 / ohms[cell]);
  if (cell + 1 == chains.cells && ports.end != none && ohms[cell + 1] != 0.0) use(here, node_of(ports.end), 1.0 / ohms[cell + 1]);
}

template <class Use>
void PortReducer::for_each_branch(std::size_t row, std::size_t column, Use use) const {
  const std::size_t cell = row * columns_ + column;
  const int word = word_node_[cell];
  const int bit = bit_node_[cell];
  if (word != none)
    for_each_wire(equations_.word_lines(), word_lines_[row], row, column, column > 0 ? word_node_[cell - 1] : none, word, use);
  if (bit != none)
    for_each_wire(equations_.bit_lines(), bit_lines_[column], column, row, row > 0 ? bit_node_[cell - columns_] : none, bit, use);
  use(word, bit, equations_.circuit().conductance[cell]);
}

}  // namespace memcosim
