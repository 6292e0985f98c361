// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/lane_tiles.hpp"

#include <algorithm>

#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

/// Each entry becomes the sum of an entry of either tile.
MEMCOSIM_CLONES void sum_entries(double* to, const double* first, const double* second, const LaneTiles::Sources* sources,
                                 std::size_t count) {
  for (std::size_t entry = 0; entry < count; ++entry) {
    const double* a = first + sources[entry].first * FrontKernel::lanes;
    const double* b = second + sources[entry].second * FrontKernel::lanes;
    for (std::size_t lane = 0; lane < FrontKernel::lanes; ++lane)
      to[entry * FrontKernel::lanes + lane] = a[lane] + b[lane];
  }
}

}  // namespace

LaneTiles::LaneTiles(const FrontKernel& kernel)
    : word_segments(cells * lanes), bit_segments(cells * lanes), conductance(cells * lanes), kernel_(kernel) {
  for (std::vector<double>& values : single_)
    values.assign((6 + 1) * lanes, 0.0);
  for (std::size_t size = 1; size < edge; size *= 2) {
    joins_.push_back(make_join(size, size, true));
    joins_.push_back(make_join(size, 2 * size, false));
  }
}

LaneTiles::Join LaneTiles::make_join(std::size_t rows, std::size_t columns, bool side_by_side) {
  Join join;
  join.rows = side_by_side ? rows : 2 * rows;
  join.columns = side_by_side ? 2 * columns : columns;
  join.removed = side_by_side ? rows : columns;
  join.size = join.removed + 2 * (join.rows + join.columns);
  const std::size_t shared = 0;
  const std::size_t word_first = join.removed;
  const std::size_t word_last = word_first + join.rows;
  const std::size_t bit_first = word_last + join.rows;
  const std::size_t bit_last = bit_first + join.columns;
  const std::size_t entries = join.size * (join.size - 1) / 2;
  const std::size_t nodes = 2 * (rows + columns);
  const std::size_t zero = nodes * (nodes - 1) / 2;  // index of a zero behind the entries of a tile
  join.sources.assign(entries, {zero, zero});
  for (std::size_t part = 0; part < 2; ++part) {
    std::vector<std::size_t> place;
    const auto add = [&](std::size_t first, std::size_t count) {
      for (std::size_t index = 0; index < count; ++index)
        place.push_back(first + index);
    };
    const bool second = part == 1;
    const std::size_t row = side_by_side ? 0 : part * rows;
    const std::size_t column = side_by_side ? part * columns : 0;
    add(side_by_side && second ? shared : word_first + row, rows);
    add(side_by_side && !second ? shared : word_last + row, rows);
    add(!side_by_side && second ? shared : bit_first + column, columns);
    add(!side_by_side && !second ? shared : bit_last + column, columns);
    for (std::size_t b = 0; b < nodes; ++b) {
      for (std::size_t a = b + 1; a < nodes; ++a) {
        Sources& sources = join.sources[FrontKernel::lane_index(join.size, std::max(place[a], place[b]), std::min(place[a], place[b]))];
        (second ? sources.second : sources.first) = FrontKernel::lane_index(nodes, a, b);
      }
    }
    join.work[part].assign((entries + 1) * lanes, 0.0);
  }
  return join;
}

/// Reduces the tile of this level (0: one cell) that begins at a cell; its entries are valid until the next tile of the same level and
/// part.
const double* LaneTiles::reduce(std::size_t level, std::size_t row, std::size_t column, std::size_t part) {
  if (level == 0) {
    // Nodes 0 and 1: word line before and at the cell; 2 and 3: bit line before and at the cell.
    double* entries = single_[part].data();
    const std::size_t cell = (row * edge + column) * lanes;
    std::copy_n(&word_segments[cell], lanes, entries + FrontKernel::lane_index(4, 1, 0) * lanes);
    std::copy_n(&conductance[cell], lanes, entries + FrontKernel::lane_index(4, 3, 1) * lanes);
    std::copy_n(&bit_segments[cell], lanes, entries + FrontKernel::lane_index(4, 3, 2) * lanes);
    return entries;
  }
  Join& join = joins_[level - 1];
  const bool side_by_side = level % 2 != 0;
  const double* first = reduce(level - 1, row, column, 0);
  const double* second =
      side_by_side ? reduce(level - 1, row, column + join.columns / 2, 1) : reduce(level - 1, row + join.rows / 2, column, 1);
  std::vector<double>& work = join.work[part];
  sum_entries(work.data(), first, second, join.sources.data(), join.sources.size());
  kernel_.remove_in_lanes(work.data(), join.size, join.removed);
  return work.data() + FrontKernel::lane_index(join.size, join.removed + 1, join.removed) * lanes;
}

void LaneTiles::reduce() {
  reduced_ = reduce(joins_.size(), 0, 0, 0);
}

}  // namespace memcosim
