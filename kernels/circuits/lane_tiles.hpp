// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/dissection.hpp"
#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

/// Eight square tiles of an array, one per lane of a vector, each reduced to the conductances between the nodes at its edges. The segment
/// before a cell belongs to that cell's tile.
class LaneTiles {
 public:
  static constexpr std::size_t edge = Dissection::lane_edge;
  static constexpr std::size_t lanes = FrontKernel::lanes;
  static constexpr std::size_t cells = edge * edge;
  /// Nodes of a reduced tile: on its word lines before the first cell and at the last one, on its bit lines likewise.
  static constexpr std::size_t nodes = 4 * edge;

  explicit LaneTiles(const FrontKernel& kernel);

  /// What to reduce, S, [cell][lane], cells row-major. Segments join the cell's node to the one before on the line; 0 only where the line
  /// has no terminal at its start, before its first cell.
  std::vector<double> word_segments;
  std::vector<double> bit_segments;
  std::vector<double> conductance;

  void reduce();

  /// Places of the terms of one entry of a front. After the last entry of a tile there is a zero, for missing terms.
  struct Sources {
    std::size_t first, second;
  };
  /// After reduce(): between nodes a and b < a of tile `lane`.
  double between(std::size_t a, std::size_t b, std::size_t lane) const {
    return reduced_[FrontKernel::lane_index(nodes, a, b) * lanes + lane];
  }

 private:
  /// Joins two neighbouring tiles of equal shape. Order of the nodes of a tile: first and last of the word lines, first and last of the bit
  /// lines; of the front: shared nodes, then those of the new tile.
  struct Join {
    std::size_t rows = 1;  ///< of the new tile
    std::size_t columns = 1;
    std::size_t removed = 0;
    std::size_t size = 0;                     ///< nodes of the front
    std::vector<Sources> sources;             ///< of each entry of the front
    std::array<std::vector<double>, 2> work;  ///< the front; a tile is the first or second part of the next
  };
  static Join make_join(std::size_t rows, std::size_t columns, bool side_by_side);
  const double* reduce(std::size_t level, std::size_t row, std::size_t column, std::size_t part);

  const FrontKernel& kernel_;
  std::array<std::vector<double>, 2> single_;
  std::vector<Join> joins_;
  const double* reduced_ = nullptr;
};

}  // namespace memcosim
