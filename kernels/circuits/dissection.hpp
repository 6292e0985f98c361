// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memcosim {

class CircuitEquations;
struct LineChains;

/// Numbers of the terminals of a line; two terminals without resistance between them have the same number.
struct LinePorts {
  int start = -1;  ///< -1: none
  int end = -1;
};

/// Nested dissection of a circuit that keeps the terminals: the nodes and the order of their elimination. Tiles of the array are halved
/// down to leaves. A tile's nodes are those that its cells and the segments before them touch; a node is eliminated in the smallest tile
/// that contains everything that touches it. Nodes are numbered in the order of elimination: those of small tiles first, terminals last.
class Dissection {
 public:
  static constexpr int none = -1;
  static constexpr std::size_t lane_edge = 8;  ///< rows and columns of the tiles that are reduced in vector lanes (LaneTiles)

  struct Tile {
    std::size_t row, row_end, column, column_end;
    std::size_t height() const { return row_end - row; }
    std::size_t width() const { return column_end - column; }
    std::size_t cells() const { return height() * width(); }
    bool operator==(const Tile& other) const {
      return row == other.row && row_end == other.row_end && column == other.column && column_end == other.column_end;
    }
    bool holds(std::size_t r, std::size_t c) const { return r >= row && r < row_end && c >= column && c < column_end; }
  };
  struct Halves {
    Tile first, second;
    bool side_by_side;
  };

  explicit Dissection(const CircuitEquations& equations);

  const std::vector<LinePorts>& word_lines() const { return word_lines_; }
  const std::vector<LinePorts>& bit_lines() const { return bit_lines_; }
  std::size_t ports() const { return ports_; }
  std::size_t nodes() const { return static_cast<std::size_t>(first_port_) + ports_; }
  int first_port() const { return first_port_; }  ///< node of terminal 0
  int node_of_port(int port) const { return port == none ? none : first_port_ + port; }
  /// `none` on a line without a path to a terminal.
  int word_node(std::size_t row, std::size_t column) const { return word_node_[row * columns_ + column]; }
  int bit_node(std::size_t row, std::size_t column) const { return bit_node_[row * columns_ + column]; }
  /// Nodes before this one are eliminated in tiles of that depth or deeper; the whole array has depth 1.
  int end_of_depth(std::size_t depth) const { return end_of_depth_[depth]; }

  Tile whole() const { return {0, rows_, 0, columns_}; }
  static Halves halve(const Tile& tile);
  /// A tile that is not halved: a small one, or one that lanes can reduce.
  bool is_leaf(const Tile& tile) const;
  bool is_lane_tile(const Tile& tile) const;
  /// Largest number of nodes that a tile can keep.
  std::size_t edge_nodes(const Tile& tile) const;

 private:
  void number_ports(const LineChains& chains, std::vector<LinePorts>& lines);
  void number_nodes(const LineChains& chains, const std::vector<std::uint32_t>& undefined, const std::vector<LinePorts>& lines,
                    std::size_t line_stride, std::size_t cell_stride, std::vector<int>& node_of);
  void find_lane_tiles(const CircuitEquations& equations);
  void find_depths(const Tile& tile, std::size_t depth, std::vector<unsigned char>& depth_of) const;
  void order_nodes();

  std::size_t rows_;
  std::size_t columns_;
  std::vector<LinePorts> word_lines_;
  std::vector<LinePorts> bit_lines_;
  std::size_t ports_ = 0;
  int first_port_ = 0;
  std::vector<int> word_node_;  ///< per cell
  std::vector<int> bit_node_;
  std::vector<unsigned char> lane_tile_;  ///< per tile of lane_edge
  std::vector<int> end_of_depth_;
};

}  // namespace memcosim
