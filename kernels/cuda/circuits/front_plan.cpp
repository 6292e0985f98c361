// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/front_plan.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <tuple>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"

namespace memcosim::cuda {

namespace {

using Tile = Dissection::Tile;
constexpr std::uint32_t none = FrontPlan::none;
constexpr std::uint32_t edge = FrontPlan::edge;
constexpr std::size_t leaf_entries = FrontPlan::leaf_nodes * FrontPlan::leaf_nodes;

template <class Number>
Number filled(Number count, Number unit) {
  return (count + unit - 1) / unit * unit;
}

CrossbarCircuit with_conducting_cells(CrossbarCircuit circuit) {
  circuit.conductance.assign(std::size_t{circuit.rows} * circuit.columns, 1.0);
  return circuit;
}

bool is_small(const FrontPlan::Front& front) {
  return front.removed <= FrontPlan::most_small_removed && front.kept <= FrontPlan::most_small_kept;
}

class Planner {
 public:
  explicit Planner(const CrossbarCircuit& circuit)
      : equations_(with_conducting_cells(circuit)), nodes_(equations_), number_(nodes_.nodes(), {none, none}) {}

  FrontPlan make() {
    plan_.rows = equations_.circuit().rows;
    plan_.columns = equations_.circuit().columns;
    write_segments();
    const Part whole = build(nodes_.whole(), 1);
    place_workspace();
    order_fronts();
    make_steps();
    write_ports(whole);
    return std::move(plan_);
  }

 private:
  /// The reduced conductances of a tile; row k is that of nodes[k].
  struct Part {
    std::vector<int> nodes;
    std::uint64_t at = 0;  ///< a leaf: place in the workspace; a front: its index
    bool leaf = false;
  };
  struct Draft {
    FrontPlan::Front front;
    std::size_t depth;
    bool plain;
  };
  struct Wire {
    int a, b;
    std::uint32_t cell;
    double siemens;
  };

  void write_segments() {
    const std::size_t cells = std::size_t{plan_.rows} * plan_.columns;
    plan_.word_siemens.resize(cells);
    plan_.bit_siemens.resize(cells);
    for (std::size_t row = 0; row < plan_.rows; ++row) {
      for (std::size_t column = 0; column < plan_.columns; ++column) {
        plan_.word_siemens[row * plan_.columns + column] = 1.0 / equations_.word_lines().of(row)[column];
        plan_.bit_siemens[row * plan_.columns + column] = 1.0 / equations_.bit_lines().of(column)[row];
      }
    }
  }

  Part build(const Tile& tile, std::size_t depth) {
    if (nodes_.is_lane_tile(tile)) return build_leaf(tile, depth);
    if (nodes_.is_leaf(tile)) return add_front(depth, {}, {}, wires_of(tile));
    const Dissection::Halves halves = Dissection::halve(tile);
    const Part first = build(halves.first, depth + 1);
    const Part second = build(halves.second, depth + 1);
    return add_front(depth, first, second, {});
  }

  /// A leaf at the edge of the array also gets a front, which adds the wires to the terminals at the ends of lines and removes nodes at the
  /// edge.
  Part build_leaf(const Tile& tile, std::size_t depth) {
    constexpr std::size_t size = FrontPlan::leaf_edge;
    int sides[4][size];
    for (std::size_t index = 0; index < size; ++index) {
      const std::size_t row = tile.row + index;
      const std::size_t column = tile.column + index;
      sides[0][index] = tile.column > 0 ? nodes_.word_node(row, tile.column - 1) : nodes_.node_of_port(nodes_.word_lines()[row].start);
      sides[1][index] = nodes_.word_node(row, tile.column_end - 1);
      sides[2][index] = tile.row > 0 ? nodes_.bit_node(tile.row - 1, column) : nodes_.node_of_port(nodes_.bit_lines()[column].start);
      sides[3][index] = nodes_.bit_node(tile.row_end - 1, column);
    }
    FrontPlan::Leaf leaf{
        static_cast<std::uint32_t>(tile.row), static_cast<std::uint32_t>(tile.column), plan_.leaves.size() * leaf_entries, {0, 1, 2, 3}};
    std::sort(std::begin(leaf.sides), std::end(leaf.sides), [&](unsigned char a, unsigned char b) { return sides[a][0] < sides[b][0]; });
    Part part;
    part.leaf = true;
    part.at = leaf.at;
    for (const unsigned char side : leaf.sides)
      part.nodes.insert(part.nodes.end(), std::begin(sides[side]), std::end(sides[side]));
    plan_.leaves.push_back(leaf);
    // Nodes on sides inside the array are removed later, in the tile that joins the two sides.
    if (tile.row > 0 && tile.column > 0 && tile.row_end < plan_.rows && tile.column_end < plan_.columns) return part;
    std::vector<Wire> wires;
    for (std::size_t index = 0; index < size; ++index) {
      add_end_wire(equations_.word_lines(), nodes_.word_lines(), tile.row + index, tile.column_end, sides[1][index], wires);
      add_end_wire(equations_.bit_lines(), nodes_.bit_lines(), tile.column + index, tile.row_end, sides[3][index], wires);
    }
    return add_front(depth, part, {}, wires);
  }

  void add_end_wire(const LineChains& chains, const std::vector<LinePorts>& lines, std::size_t line, std::size_t cell_end, int node,
                    std::vector<Wire>& wires) const {
    if (cell_end < chains.cells || lines[line].end == Dissection::none) return;
    add_wire(node, nodes_.node_of_port(lines[line].end), chains.of(line)[chains.cells], wires);
  }

  static void add_wire(int a, int b, double ohm, std::vector<Wire>& wires) {
    if (a != Dissection::none && a != b && ohm != 0.0) wires.push_back({a, b, none, 1.0 / ohm});
  }

  std::vector<Wire> wires_of(const Tile& tile) const {
    std::vector<Wire> wires;
    const auto add_line = [&](const LineChains& chains, const std::vector<LinePorts>& lines, std::size_t line, std::size_t cell, int before,
                              int here) {
      add_wire(cell == 0 ? nodes_.node_of_port(lines[line].start) : before, here, chains.of(line)[cell], wires);
      add_end_wire(chains, lines, line, cell + 1, here, wires);
    };
    for (std::size_t row = tile.row; row < tile.row_end; ++row) {
      for (std::size_t column = tile.column; column < tile.column_end; ++column) {
        const int word = nodes_.word_node(row, column);
        const int bit = nodes_.bit_node(row, column);
        add_line(equations_.word_lines(), nodes_.word_lines(), row, column, column > 0 ? nodes_.word_node(row, column - 1) : 0, word);
        add_line(equations_.bit_lines(), nodes_.bit_lines(), column, row, row > 0 ? nodes_.bit_node(row - 1, column) : 0, bit);
        wires.push_back({word, bit, static_cast<std::uint32_t>(row * plan_.columns + column), 0.0});
      }
    }
    return wires;
  }

  Part add_front(std::size_t depth, const Part& first, const Part& second, const std::vector<Wire>& wires) {
    const Part* halves[2] = {&first, &second};
    std::vector<int> all;
    for (const Part* half : halves)
      std::copy_if(half->nodes.begin(), half->nodes.end(), std::back_inserter(all), [](int node) { return node != Dissection::none; });
    for (const Wire& wire : wires)
      all.insert(all.end(), {wire.a, wire.b});
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    const auto sorted = [](const Part& part) { return std::is_sorted(part.nodes.begin(), part.nodes.end()); };
    Draft draft{{}, depth, wires.empty() && sorted(first) && sorted(second)};
    FrontPlan::Front& front = draft.front;
    front.removed = static_cast<std::uint32_t>(std::lower_bound(all.begin(), all.end(), nodes_.end_of_depth(depth)) - all.begin());
    front.kept = static_cast<std::uint32_t>(all.size()) - front.removed;
    front.first_node = static_cast<std::uint32_t>(plan_.nodes.size());
    for (std::size_t half = 0; half < 2; ++half) {
      front.half_at[half] = halves[half]->at;
      front.half_stride[half] = halves[half]->nodes.empty() ? 0 : halves[half]->leaf ? FrontPlan::leaf_nodes : none;
      for (std::size_t index = 0; index < halves[half]->nodes.size(); ++index)
        if (halves[half]->nodes[index] != Dissection::none) number_of(halves[half]->nodes[index])[half] = static_cast<std::uint32_t>(index);
    }
    for (const int node : all) {
      std::array<std::uint32_t, 2>& number = number_of(node);
      plan_.nodes.push_back({{number[0], number[1]}});
      number = {none, none};
    }
    for (std::size_t index = 0; index < all.size(); ++index)
      number_of(all[index])[0] = static_cast<std::uint32_t>(index);
    front.first_branch = static_cast<std::uint32_t>(plan_.branches.size());
    for (const Wire& wire : wires) {
      const auto [b, a] = std::minmax(number_of(wire.a)[0], number_of(wire.b)[0]);
      plan_.branches.push_back({a, b, wire.cell, wire.siemens});
    }
    front.branches = static_cast<std::uint32_t>(wires.size());
    for (const int node : all)
      number_of(node)[0] = none;
    const double size = static_cast<double>(all.size());
    plan_.operations += (size * size * size - static_cast<double>(front.kept) * front.kept * front.kept) / 3.0;
    drafts_.push_back(draft);
    return {std::vector<int>(all.begin() + front.removed, all.end()), drafts_.size() - 1, false};
  }

  std::array<std::uint32_t, 2>& number_of(int node) { return number_[static_cast<std::size_t>(node)]; }

  /// Layout of the workspace: all leaves; the kept conductances of fronts, needed until the next depth is done, in two alternating regions;
  /// the working memory of one depth.
  void place_workspace() {
    std::vector<std::uint64_t> kept;
    std::vector<std::uint64_t> work;
    for (Draft& draft : drafts_) {
      kept.resize(std::max(kept.size(), draft.depth + 1), 0);
      work.resize(kept.size(), 0);
      FrontPlan::Front& front = draft.front;
      front.kept_stride = filled(front.kept, 8u);
      front.kept_at = kept[draft.depth];
      kept[draft.depth] += std::uint64_t{front.kept_stride} * front.kept;
      if (is_small(front)) continue;
      front.padded = filled(front.removed, edge);
      front.blocks = (front.padded + filled(front.kept, edge)) / edge;
      const auto take = [&](std::uint64_t count) {
        const std::uint64_t at = work[draft.depth];
        work[draft.depth] += count;
        return at;
      };
      front.panel_at = take(std::uint64_t{front.padded} * front.blocks * edge);
      front.sums_at = take(std::uint64_t{front.padded} * front.blocks * 2);
      front.transform_at = take(front.padded > 0 ? edge * edge : 0);
      front.inverse_at = take(front.padded);
    }
    std::uint64_t region[2] = {0, 0};
    for (std::size_t depth = 0; depth < kept.size(); ++depth)
      region[depth % 2] = std::max(region[depth % 2], kept[depth]);
    const std::uint64_t leaves = plan_.leaves.size() * leaf_entries;
    const std::uint64_t kept_base[2] = {leaves, leaves + region[0]};
    const std::uint64_t work_base = leaves + region[0] + region[1];
    for (Draft& draft : drafts_) {
      FrontPlan::Front& front = draft.front;
      front.kept_at += kept_base[draft.depth % 2];
      for (std::uint64_t* at : {&front.panel_at, &front.sums_at, &front.transform_at, &front.inverse_at})
        *at += work_base;
      for (std::size_t half = 0; half < 2; ++half) {
        if (front.half_stride[half] != none) continue;
        const FrontPlan::Front& part = drafts_[front.half_at[half]].front;  // halves come before the fronts that join them
        front.half_at[half] = part.kept_at;
        front.half_stride[half] = part.kept_stride;
      }
    }
    plan_.workspace = filled<std::size_t>(work_base + *std::max_element(work.begin(), work.end()), 32);
  }

  static std::uint32_t width_of(const FrontPlan::Front& front) {
    if (!is_small(front)) return none;
    return front.removed <= 8 ? 8 : front.removed <= 16 ? 16 : 32;
  }

  /// Orders fronts by depth, deepest first; within a depth small ones by width, then large ones.
  void order_fronts() {
    std::stable_sort(drafts_.begin(), drafts_.end(), [](const Draft& a, const Draft& b) {
      return std::make_tuple(b.depth, width_of(a.front), a.plain) < std::make_tuple(a.depth, width_of(b.front), b.plain);
    });
    for (const Draft& draft : drafts_)
      plan_.fronts.push_back(draft.front);
  }

  void make_steps() {
    if (!plan_.leaves.empty())
      plan_.steps.push_back({FrontPlan::Work::leaves, 0, 0, static_cast<std::uint32_t>(plan_.leaves.size()), 0, true});
    for (std::size_t first = 0; first < drafts_.size();) {
      std::size_t end = first;
      std::uint32_t most_kept = 0;
      for (; end < drafts_.size() && drafts_[end].depth == drafts_[first].depth &&
             width_of(drafts_[end].front) == width_of(drafts_[first].front) && drafts_[end].plain == drafts_[first].plain;
           ++end)
        most_kept = std::max(most_kept, drafts_[end].front.kept);
      if (is_small(drafts_[first].front)) {
        plan_.steps.push_back({FrontPlan::Work::small, width_of(drafts_[first].front), static_cast<std::uint32_t>(first),
                               static_cast<std::uint32_t>(end - first), most_kept, drafts_[first].plain});
      } else if (!drafts_[first].plain) {
        throw std::logic_error("a large front of a circuit is not the sum of two others");
      } else {
        add_large_steps(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end));
      }
      first = end;
    }
  }

  void add_large_steps(std::uint32_t first, std::uint32_t end) {
    std::uint32_t panels = 0;
    for (std::uint32_t index = first; index < end; ++index)
      panels = std::max(panels, plan_.fronts[index].padded / edge);
    const auto add = [&](FrontPlan::Work work, std::uint32_t width, auto each) {
      const auto begin = static_cast<std::uint32_t>(plan_.blocks.size());
      for (std::uint32_t index = first; index < end; ++index) {
        const FrontPlan::Front& front = plan_.fronts[index];
        each(front, front.padded / edge, [&](std::uint32_t row, std::uint32_t column) {
          plan_.blocks.push_back({index, static_cast<std::uint16_t>(row), static_cast<std::uint16_t>(column)});
        });
      }
      const auto count = static_cast<std::uint32_t>(plan_.blocks.size()) - begin;
      if (count > 0) plan_.steps.push_back({work, width, begin, count, 0, true});
    };
    add(FrontPlan::Work::gather, 0, [](const auto& front, std::uint32_t own, auto use) {
      for (std::uint32_t row = 0; own > 0 && row < front.blocks; ++row)
        use(row, 0u);
    });
    for (std::uint32_t panel = 0; panel < panels; ++panel) {
      if (panel > 0) {
        add(FrontPlan::Work::update, panel, [panel](const auto& front, std::uint32_t own, auto use) {
          for (std::uint32_t row = panel; panel < own && row < front.blocks; ++row)
            use(row, panel);
        });
      }
      add(FrontPlan::Work::factor, panel, [panel](const auto&, std::uint32_t own, auto use) {
        if (panel < own) use(panel, panel);
      });
      add(FrontPlan::Work::transform, panel, [panel](const auto& front, std::uint32_t own, auto use) {
        for (std::uint32_t row = panel + 1; panel < own && row < front.blocks; ++row)
          use(row, panel);
      });
    }
    add(FrontPlan::Work::keep, 0, [](const auto& front, std::uint32_t own, auto use) {
      for (std::uint32_t column = 0; own + column < front.blocks; ++column)
        for (std::uint32_t row = column; own + row < front.blocks; ++row)
          use(row, column);
    });
  }

  void write_ports(const Part& whole) {
    plan_.ports = static_cast<std::uint32_t>(nodes_.ports());
    plan_.port_place.assign(plan_.ports, none);
    for (std::size_t index = 0; index < whole.nodes.size(); ++index)
      plan_.port_place[static_cast<std::size_t>(whole.nodes[index] - nodes_.first_port())] = static_cast<std::uint32_t>(index);
    plan_.word_lines = nodes_.word_lines();
    plan_.bit_lines = nodes_.bit_lines();
  }

  CircuitEquations equations_;
  Dissection nodes_;
  std::vector<std::array<std::uint32_t, 2>> number_;  ///< scratch, per node
  std::vector<Draft> drafts_;
  FrontPlan plan_;
};

}  // namespace

std::string why_no_front_plan(const CrossbarCircuit& circuit) {
  const LineChains word_lines(circuit.rows, circuit.columns, circuit.word_lines);
  const LineChains bit_lines(circuit.columns, circuit.rows, circuit.bit_lines);
  for (const LineChains* chains : {&word_lines, &bit_lines}) {
    for (std::size_t line = 0; line < chains->lines; ++line)
      if (chains->floats(line)) return "a line floats: whether it has a path to a terminal depends on the cells";
  }
  return {};
}

FrontPlan make_front_plan(const CrossbarCircuit& circuit) {
  check(with_conducting_cells(circuit));
  const std::string reason = why_no_front_plan(circuit);
  if (!reason.empty()) throw InputError("the GPU does not reduce this circuit: " + reason);
  return Planner(circuit).make();
}

}  // namespace memcosim::cuda
