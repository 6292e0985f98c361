// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/port_reducer.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "memcosim/common/error.hpp"
#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

constexpr int none = Dissection::none;
constexpr std::size_t lane_cells = LaneTiles::cells * LaneTiles::lanes;

/// Avoids strides that are multiples of a page, with which columns compete for the same cache lines.
std::size_t stride_for(std::size_t size) {
  return size % 256 == 0 ? size + FrontKernel::panel_rows : size;
}

std::size_t entries_for(std::size_t kept, std::size_t removed = 0) {
  const std::size_t size = ConductanceFront::filled(removed) + ConductanceFront::filled(kept);
  return size * stride_for(size);
}

/// A run of `count` nodes: from `to` on in a front, from `a` on in its first part and from `b` on in its second; none: not in that part.
struct Segment {
  std::size_t to, count;
  int a, b;
};

std::vector<Segment> find_segments(const std::vector<int>& first, const std::vector<int>& second, const std::vector<int>& whole,
                                   const ConductanceFront& front) {
  std::vector<Segment> segments;
  const auto append = [&](std::size_t to, std::size_t count, int a, int b) {
    if (count == 0) return;
    if (!segments.empty() && (segments.back().a == none) == (a == none) && (segments.back().b == none) == (b == none)) {
      segments.back().count += count;
    } else {
      segments.push_back({to, count, a, b});
    }
  };
  std::size_t a = 0;
  std::size_t b = 0;
  for (std::size_t index = 0; index < whole.size(); ++index) {
    if (index == front.removed) append(front.removed, front.first_kept() - front.removed, none, none);
    const bool in_first = a < first.size() && first[a] == whole[index];
    const bool in_second = b < second.size() && second[b] == whole[index];
    append(front.place(index), 1, in_first ? static_cast<int>(a) : none, in_second ? static_cast<int>(b) : none);
    if (in_first) ++a;
    if (in_second) ++b;
  }
  const std::size_t end = front.first_kept() + front.kept;
  append(end, front.size() - end, none, none);
  return segments;
}

void clear(ConductanceFront& front) {
  for (std::size_t column = 0; column < front.size(); ++column)
    std::fill_n(front.siemens + column * front.stride, front.size(), 0.0);
}

/// Writes a front as the sum of two parts, with nodes in the same order in all three. `zeros`: zeros for as many rows as a front has.
MEMCOSIM_CLONES void write_sum(ConductanceFront& front, const ConductanceFront& first, const ConductanceFront& second,
                               const Segment* segments, std::size_t count, const double* zeros) {
  for (std::size_t own = 0; own < count; ++own) {
    for (std::size_t index = 0; index < segments[own].count; ++index) {
      const std::size_t place = segments[own].to + index;
      double* column = front.siemens + place * front.stride;
      // The kernels also touch a few entries above the diagonal.
      for (std::size_t row = place / FrontKernel::panel_rows * FrontKernel::panel_rows; row <= place; ++row)
        column[row] = 0.0;
      const double* in_first =
          segments[own].a == none ? nullptr : first.siemens + (static_cast<std::size_t>(segments[own].a) + index) * first.stride;
      const double* in_second =
          segments[own].b == none ? nullptr : second.siemens + (static_cast<std::size_t>(segments[own].b) + index) * second.stride;
      for (std::size_t other = own; other < count; ++other) {
        const Segment& rows = segments[other];
        const std::size_t skipped = other == own ? index + 1 : 0;
        const double* __restrict a = in_first == nullptr || rows.a == none ? zeros : in_first + rows.a;
        const double* __restrict b = in_second == nullptr || rows.b == none ? zeros : in_second + rows.b;
        double* __restrict to = column + rows.to;
        for (std::size_t row = skipped; row < rows.count; ++row)
          to[row] = a[row] + b[row];
      }
    }
  }
}

}  // namespace

double transfer_ohms(const CellResponse& cell, const CellResponse& other) {
  std::size_t shared = 0;
  const std::size_t tiles = std::min(cell.tiles.size(), other.tiles.size());
  while (shared < tiles && cell.tiles[cell.tiles.size() - 1 - shared] == other.tiles[other.tiles.size() - 1 - shared])
    ++shared;
  if (shared == 0) return 0.0;
  const double* arrived = &cell.arrived[cell.first[cell.tiles.size() - shared]];
  const double* passed = &other.passed[other.first[other.tiles.size() - shared]];
  const std::size_t count = static_cast<std::size_t>(cell.arrived.data() + cell.arrived.size() - arrived);
  constexpr std::size_t lanes = 8;  // one order of summation
  double sums[lanes] = {};
  for (std::size_t node = 0; node < count; ++node)
    sums[node % lanes] += arrived[node] * passed[node];
  double ohms = 0.0;
  for (const double sum : sums)
    ohms += sum;
  return ohms;
}

PortReducer::PortReducer(const CircuitEquations& equations, const FrontKernel& kernel)
    : equations_(equations), nodes_(equations), fronts_(kernel), lanes_(kernel), place_(nodes_.nodes()) {
  values_ = WorkMemory(entries_needed(nodes_.whole()));
  top_ = values_.get();
}

std::vector<double> PortReducer::reduce() {
  double* const bottom = top_;
  const ReducedTile whole = reduce(nodes_.whole(), 1);
  top_ = bottom;
  const std::size_t ports = nodes_.ports();
  std::vector<double> siemens(ports * ports, 0.0);
  for (std::size_t b = 0; b < whole.nodes.size(); ++b) {
    const auto second = static_cast<std::size_t>(whole.nodes[b] - nodes_.first_port());
    for (std::size_t a = b + 1; a < whole.nodes.size(); ++a) {
      const auto first = static_cast<std::size_t>(whole.nodes[a] - nodes_.first_port());
      const double value = whole.front.siemens[b * whole.front.stride + a];
      if (!std::isfinite(value)) throw RunError("the circuit's resistances are too far apart for double precision");
      siemens[first * ports + second] = siemens[second * ports + first] = value;
    }
  }
  return siemens;
}

std::vector<double> PortReducer::reduce_and_keep() {
  eliminations_.clear();
  keeps_ = true;
  std::vector<double> siemens = reduce();
  keeps_ = false;
  currents_.assign(nodes_.nodes(), 0.0);
  return siemens;
}

std::size_t PortReducer::entries_needed(const Tile& tile) const {
  const std::size_t kept = nodes_.edge_nodes(tile);
  if (nodes_.is_leaf(tile)) return entries_for(kept, 2 * tile.cells() + tile.height() + tile.width());
  const Dissection::Halves halves = Dissection::halve(tile);
  const std::size_t first = entries_for(nodes_.edge_nodes(halves.first));
  const std::size_t second = entries_for(nodes_.edge_nodes(halves.second));
  const std::size_t front = entries_for(kept, halves.side_by_side ? tile.height() : tile.width());
  return std::max({entries_needed(halves.first), first + entries_needed(halves.second), first + second + front});
}

PortReducer::ReducedTile PortReducer::reduce(const Tile& tile, std::size_t depth) {
  const bool fills_lanes = !lanes_filled_ && tile.cells() <= lane_cells;
  if (fills_lanes) fill_lanes(tile);
  double* const place = top_;
  ReducedTile result;
  if (!nodes_.is_leaf(tile)) {
    const Dissection::Halves halves = Dissection::halve(tile);
    const ReducedTile first = reduce(halves.first, depth + 1);
    const ReducedTile second = reduce(halves.second, depth + 1);
    result = join(first, second, depth, place);
  } else if (nodes_.is_lane_tile(tile)) {
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
  const std::vector<Segment> segments = find_segments(a.nodes, b.nodes, result.nodes, front);
  if (zeros_.size() < front.size()) zeros_.assign(front.size(), 0.0);
  write_sum(front, a.front, b.front, segments.data(), segments.size(), zeros_.data());
  if (!keeps_) {
    finish(front, result, place);
    return result;
  }
  result.elimination = eliminations_.size();
  Elimination& kept = eliminations_.emplace_back();
  kept.halves[0] = a.elimination;
  kept.halves[1] = b.elimination;
  finish(front, result, place, &kept);
  return result;
}

/// A front for nodes in ascending order, on top of the stack of fronts; its entries are not written yet.
ConductanceFront PortReducer::make_front(const std::vector<int>& nodes, std::size_t depth) const {
  ConductanceFront front;
  front.removed = static_cast<std::size_t>(std::lower_bound(nodes.begin(), nodes.end(), nodes_.end_of_depth(depth)) - nodes.begin());
  front.kept = nodes.size() - front.removed;
  front.stride = stride_for(front.size());
  front.siemens = top_;
  return front;
}

/// Removes the nodes of this depth from the front; the rest is moved to `place`, which may be the memory of the front itself.
void PortReducer::finish(ConductanceFront& front, ReducedTile& result, double* place, Elimination* kept) {
  if (kept != nullptr) {
    kept->nodes = result.nodes;
    kept->removed = front.removed;
  }
  if (front.removed > 0) fronts_.remove(front, kept == nullptr ? nullptr : &kept->factors);
  result.nodes.erase(result.nodes.begin(), result.nodes.begin() + static_cast<std::ptrdiff_t>(front.removed));
  result.front = {place, 0, front.kept, stride_for(ConductanceFront::filled(front.kept))};
  const ConductanceFront rest = front.rest();
  if (rest.siemens != place) {
    for (std::size_t column = 0; column < rest.kept; ++column)
      std::copy(rest.siemens + column * rest.stride + column + 1, rest.siemens + column * rest.stride + rest.kept,
                place + column * result.front.stride + column + 1);
  }
  top_ = place + result.front.stride * result.front.size();
}

/// Reduces a small tile directly from its cells.
PortReducer::ReducedTile PortReducer::reduce_cells(const Tile& tile, std::size_t depth, Elimination* kept) {
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
  finish(front, result, front.siemens, kept);
  return result;
}

/// Completes a regular tile, whose inner nodes were removed in lanes: removes its nodes at the edge of the array, with the wires to the
/// terminals there.
PortReducer::ReducedTile PortReducer::take_from_lanes(const Tile& tile, std::size_t depth) {
  constexpr std::size_t edge = LaneTiles::edge;
  int nodes[LaneTiles::nodes];
  for (std::size_t index = 0; index < edge; ++index) {
    const std::size_t row = tile.row + index;
    const std::size_t column = tile.column + index;
    nodes[index] = tile.column > 0 ? nodes_.word_node(row, tile.column - 1) : nodes_.node_of_port(nodes_.word_lines()[row].start);
    nodes[edge + index] = nodes_.word_node(row, tile.column_end - 1);
    nodes[2 * edge + index] = tile.row > 0 ? nodes_.bit_node(tile.row - 1, column) : nodes_.node_of_port(nodes_.bit_lines()[column].start);
    nodes[3 * edge + index] = nodes_.bit_node(tile.row_end - 1, column);
  }
  const auto for_each_end_wire = [&](auto use) {
    for (std::size_t index = 0; index < edge; ++index) {
      if (tile.column_end == equations_.circuit().columns)
        use(equations_.word_lines(), nodes_.word_lines(), tile.row + index, nodes[edge + index]);
      if (tile.row_end == equations_.circuit().rows)
        use(equations_.bit_lines(), nodes_.bit_lines(), tile.column + index, nodes[3 * edge + index]);
    }
  };
  ReducedTile result;
  std::copy_if(std::begin(nodes), std::end(nodes), std::back_inserter(result.nodes), [](int node) { return node != none; });
  for_each_end_wire([&](const LineChains&, const std::vector<LinePorts>& lines, std::size_t line, int) {
    if (lines[line].end != none) result.nodes.push_back(nodes_.node_of_port(lines[line].end));
  });
  ConductanceFront front = sort_into_front(result, depth);
  const auto lane =
      static_cast<std::size_t>(std::find_if(tiles_in_lanes_.begin(), tiles_in_lanes_.end(),
                                            [&](const Tile& other) { return other.row == tile.row && other.column == tile.column; }) -
                               tiles_in_lanes_.begin());
  std::size_t places[LaneTiles::nodes] = {};
  for (std::size_t index = 0; index < LaneTiles::nodes; ++index)
    if (nodes[index] != none) places[index] = place_[static_cast<std::size_t>(nodes[index])];
  for (std::size_t b = 0; b < LaneTiles::nodes; ++b) {
    if (nodes[b] == none) continue;
    for (std::size_t a = b + 1; a < LaneTiles::nodes; ++a)
      if (nodes[a] != none) front.between(places[a], places[b]) = lanes_.between(a, b, lane);
  }
  for_each_end_wire([&](const LineChains& chains, const std::vector<LinePorts>& lines, std::size_t line, int node) {
    const double ohm = chains.of(line)[chains.cells];
    if (lines[line].end != none && ohm != 0.0) add_branch(front, node, nodes_.node_of_port(lines[line].end), 1.0 / ohm);
  });
  finish(front, result, front.siemens);
  return result;
}

ConductanceFront PortReducer::sort_into_front(ReducedTile& result, std::size_t depth) {
  std::sort(result.nodes.begin(), result.nodes.end());
  result.nodes.erase(std::unique(result.nodes.begin(), result.nodes.end()), result.nodes.end());
  ConductanceFront front = make_front(result.nodes, depth);
  clear(front);
  for (std::size_t index = 0; index < result.nodes.size(); ++index)
    place_[static_cast<std::size_t>(result.nodes[index])] = front.place(index);
  return front;
}

void PortReducer::add_branch(ConductanceFront& front, int a, int b, double siemens) const {
  if (a == none || b == none || a == b) return;
  front.between(place_[static_cast<std::size_t>(a)], place_[static_cast<std::size_t>(b)]) += siemens;
}

void PortReducer::collect_regular(const Tile& tile, std::vector<Tile>& tiles) const {
  if (!nodes_.is_leaf(tile)) {
    const Dissection::Halves halves = Dissection::halve(tile);
    collect_regular(halves.first, tiles);
    collect_regular(halves.second, tiles);
  } else if (nodes_.is_lane_tile(tile)) {
    tiles.push_back(tile);
  }
}

/// Reduces all regular tiles within a tile, at most as many as there are lanes, at the same time.
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
        lanes_.conductance[entry] =
            equations_.circuit().conductance[(part.row + row) * equations_.circuit().columns + part.column + column];
      }
    }
  }
  lanes_.reduce();
}

CellResponse PortReducer::respond_to(std::size_t row, std::size_t column) {
  currents_[static_cast<std::size_t>(nodes_.word_node(row, column))] += 1.0;
  currents_[static_cast<std::size_t>(nodes_.bit_node(row, column))] -= 1.0;
  CellResponse response;
  respond(nodes_.whole(), 1, eliminations_.empty() ? 0 : eliminations_.size() - 1, row, column, response);
  const auto ports = currents_.begin() + nodes_.first_port();
  response.port_currents.assign(ports, currents_.end());
  std::fill(ports, currents_.end(), 0.0);
  response.ohms = transfer_ohms(response, response);
  return response;
}

void PortReducer::respond(const Tile& tile, std::size_t depth, std::size_t elimination, std::size_t row, std::size_t column,
                          CellResponse& response) {
  if (nodes_.is_leaf(tile)) {
    double* const bottom = top_;
    Elimination leaf;
    reduce_cells(tile, depth, &leaf);
    top_ = bottom;
    pass_on(tile, leaf, response);
    return;
  }
  const Dissection::Halves halves = Dissection::halve(tile);
  const bool second = halves.second.holds(row, column);
  respond(second ? halves.second : halves.first, depth + 1, eliminations_[elimination].halves[second ? 1 : 0], row, column, response);
  pass_on(tile, eliminations_[elimination], response);
}

void PortReducer::pass_on(const Tile& tile, const Elimination& elimination, CellResponse& response) {
  if (elimination.removed == 0) return;
  ConductanceFront shape;
  shape.removed = elimination.removed;
  shape.kept = elimination.nodes.size() - elimination.removed;
  std::vector<double> currents(shape.size(), 0.0);
  for (std::size_t index = 0; index < elimination.nodes.size(); ++index)
    currents[shape.place(index)] = currents_[static_cast<std::size_t>(elimination.nodes[index])];
  elimination.factors.pass_on(currents.data());
  response.tiles.push_back(tile);
  response.first.push_back(response.arrived.size());
  for (std::size_t index = 0; index < elimination.nodes.size(); ++index) {
    const auto node = static_cast<std::size_t>(elimination.nodes[index]);
    const double current = currents[shape.place(index)];
    if (index < elimination.removed) {
      response.arrived.push_back(current);
      response.passed.push_back(current * elimination.factors.inverse()[index]);
      currents_[node] = 0.0;
    } else {
      currents_[node] = current;
    }
  }
}

/// Calls use() for the resistance before cell `cell` of a line, and for the last cell also for that of the terminal.
template <class Use>
void PortReducer::for_each_wire(const LineChains& chains, const LinePorts& ports, std::size_t line, std::size_t cell, int before, int here,
                                Use use) const {
  const double* ohms = chains.of(line);
  const int source = cell == 0 ? nodes_.node_of_port(ports.start) : before;
  if (source != none && ohms[cell] != 0.0) use(source, here, 1.0 / ohms[cell]);
  if (cell + 1 == chains.cells && ports.end != none && ohms[cell + 1] != 0.0)
    use(here, nodes_.node_of_port(ports.end), 1.0 / ohms[cell + 1]);
}

template <class Use>
void PortReducer::for_each_branch(std::size_t row, std::size_t column, Use use) const {
  const int word = nodes_.word_node(row, column);
  const int bit = nodes_.bit_node(row, column);
  const int word_before = column > 0 ? nodes_.word_node(row, column - 1) : none;
  const int bit_before = row > 0 ? nodes_.bit_node(row - 1, column) : none;
  if (word != none) for_each_wire(equations_.word_lines(), nodes_.word_lines()[row], row, column, word_before, word, use);
  if (bit != none) for_each_wire(equations_.bit_lines(), nodes_.bit_lines()[column], column, row, bit_before, bit, use);
  use(word, bit, equations_.circuit().conductance[row * equations_.circuit().columns + column]);
}

}  // namespace memcosim
