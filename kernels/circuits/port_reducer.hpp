// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/conductance_front.hpp"
#include "memcosim/kernels/circuits/front_kernels.hpp"
#include "memcosim/kernels/circuits/lane_tiles.hpp"

namespace memcosim {

/// Terminals of a line, by number; two that no resistance separates are one.
struct LinePorts {
  int start = -1;  ///< -1: none
  int end = -1;
};

/// Nested dissection of a circuit that keeps the terminals. Nodes are numbered in the order in which they go: those of small tiles first,
/// terminals last. A tile's nodes are those that its cells and the segments before them touch; a node goes in the smallest tile that
/// holds everything that touches it.
class PortReducer {
 public:
  explicit PortReducer(const CircuitEquations& equations, const FrontKernel& kernel = *available_front_kernels().front());

  const std::vector<LinePorts>& word_lines() const { return word_lines_; }
  const std::vector<LinePorts>& bit_lines() const { return bit_lines_; }
  std::size_t ports() const { return ports_; }

  /// S, ports x ports, symmetric: conductance between terminals; the diagonal is 0. Throws RunError when one leaves the range of double
  /// precision.
  std::vector<double> reduce();

 private:
  struct Tile {
    std::size_t row, row_end, column, column_end;
    std::size_t height() const { return row_end - row; }
    std::size_t width() const { return column_end - column; }
  };
  struct Halves {
    Tile first, second;
    bool side_by_side;
  };
  /// A tile without its inner nodes. Its entries are the topmost in `values_` when it is made.
  struct ReducedTile {
    std::vector<int> nodes;  ///< ascending
    ConductanceFront front;
  };

  int node_of(int port) const { return port < 0 ? port : first_port_ + port; }

  void number_ports(const LineChains& chains, std::vector<LinePorts>& lines);
  void number_nodes(const LineChains& chains, const std::vector<std::uint32_t>& undefined, const std::vector<LinePorts>& lines,
                    std::size_t line_stride, std::size_t cell_stride, std::vector<int>& node_of);
  void order_nodes();
  void find_depths(const Tile& tile, std::size_t depth, std::vector<unsigned char>& depth_of) const;

  static Halves halve(const Tile& tile);
  static bool is_lane_tile(const Tile& tile);
  bool is_leaf(const Tile& tile) const;
  bool is_regular(const Tile& tile) const;
  std::size_t edge_nodes(const Tile& tile) const;
  std::size_t values_needed(const Tile& tile) const;

  ReducedTile reduce(const Tile& tile, std::size_t depth);
  ReducedTile reduce_cells(const Tile& tile, std::size_t depth);
  ReducedTile take_from_lanes(const Tile& tile, std::size_t depth);
  ConductanceFront make_front(const std::vector<int>& nodes, std::size_t depth) const;
  ConductanceFront sort_into_front(ReducedTile& result, std::size_t depth);
  void add_branch(ConductanceFront& front, int a, int b, double siemens) const;
  void finish(ConductanceFront& front, ReducedTile& result, double* place);
  ReducedTile join(const ReducedTile& a, const ReducedTile& b, std::size_t depth, double* place);
  void fill_lanes(const Tile& tile);
  void collect_regular(const Tile& tile, std::vector<Tile>& tiles) const;

  template <class Use>
  void for_each_wire(const LineChains& chains, const LinePorts& ports, std::size_t line, std::size_t cell, int before, int here,
                     Use use) const;
  template <class Use>
  void for_each_branch(std::size_t row, std::size_t column, Use use) const;

  const CircuitEquations& equations_;
  std::size_t rows_;
  std::size_t columns_;
  std::vector<LinePorts> word_lines_;
  std::vector<LinePorts> bit_lines_;
  std::size_t ports_ = 0;
  int node_count_ = 0;
  int first_port_ = 0;          ///< node of terminal 0
  std::vector<int> word_node_;  ///< per cell; none on a line without a path to a terminal
  std::vector<int> bit_node_;
  std::vector<int> end_of_depth_;  ///< per depth of a tile: nodes below this one go in tiles of that depth or deeper

  FrontReducer fronts_;
  LaneTiles lanes_;
  std::vector<Tile> tiles_in_lanes_;
  bool lanes_filled_ = false;
  std::unique_ptr<double[]> values_;  ///< entries of all tiles that are still needed, one above the other
  double* top_ = nullptr;
  std::vector<std::size_t> place_;  ///< of a node in the front at work
};

}  // namespace memcosim
