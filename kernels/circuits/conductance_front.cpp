// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/conductance_front.hpp"

#include <algorithm>

#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

constexpr std::size_t panel_rows = FrontKernel::panel_rows;
constexpr std::size_t tile_rows = FrontKernel::tile_rows;
constexpr std::size_t block_columns = 192;  ///< nodes removed in one pass over the remaining ones; a multiple of panel_rows and tile_rows

/// Factors for removing the nodes of a panel one after the other (star-mesh transform): after removal of a node with conductances g, nodes
/// a and b have the additional conductance g_a g_b / (sum of g) between them. `sums`: sum of each column over the rows below the panel.
struct PanelFactors {
  PanelFactors(const double* c, std::size_t stride, std::size_t count, double* sums) {
    double g[panel_rows][panel_rows];  // g[k]: column k
    for (std::size_t k = 0; k < panel_rows; ++k)
      std::copy_n(c + k * stride, panel_rows, g[k]);
    for (std::size_t k = 0; k < panel_rows; ++k) {
      double pivot = sums[k];
      for (std::size_t row = k + 1; row < panel_rows; ++row)
        pivot += g[k][row];
      inverse[k] = k < count ? 1.0 / pivot : 0.0;
      for (std::size_t column = k + 1; column < panel_rows; ++column) {
        const double factor = g[k][column] * inverse[k];
        factors[k * panel_rows + column] = factor;
        sums[column] += sums[k] * factor;
        for (std::size_t row = column + 1; row < panel_rows; ++row)
          g[column][row] += g[k][row] * factor;
      }
    }
  }

  double factors[panel_rows * panel_rows] = {};  ///< row k: share of node k's conductances that each later node takes over
  double inverse[panel_rows];
};

/// currents += sum over `count` nodes of shares[node][row] times the current that arrived at the node.
MEMCOSIM_CLONES void add_shares(double* currents, const double* shares, const double* arrived, std::size_t count) {
  constexpr std::size_t ways = 4;  // fixed order of summation for every instruction set
  double sums[ways][panel_rows] = {};
  std::size_t node = 0;
  for (; node + ways <= count; node += ways) {
    for (std::size_t way = 0; way < ways; ++way) {
      for (std::size_t row = 0; row < panel_rows; ++row)
        sums[way][row] += shares[(node + way) * panel_rows + row] * arrived[node + way];
    }
  }
  for (; node < count; ++node) {
    for (std::size_t row = 0; row < panel_rows; ++row)
      sums[0][row] += shares[node * panel_rows + row] * arrived[node];
  }
  for (std::size_t row = 0; row < panel_rows; ++row)
    currents[row] += (sums[0][row] + sums[1][row]) + (sums[2][row] + sums[3][row]);
}

}  // namespace

void FrontFactors::pass_on(double* currents) const {
  const double* shares = shares_.data();
  for (std::size_t block = 0; block < inverse_.size(); block += block_columns) {
    const std::size_t width = std::min(block_columns, inverse_.size() - block);
    for (std::size_t row = block; row < size_; row += panel_rows, shares += width * panel_rows) {
      const bool removed = row < block + width;
      add_shares(currents + row, shares, currents + block, removed ? row - block : width);
      if (!removed) continue;
      for (std::size_t node = 0; node + 1 < panel_rows; ++node)
        add_shares(currents + row, shares + (row - block + node) * panel_rows, currents + row + node, 1);
    }
  }
}

void FrontReducer::reserve(std::size_t size) {
  if (size <= capacity_) return;
  capacity_ = (size + tile_rows - 1) / tile_rows * tile_rows;
  tiles_ = WorkMemory(capacity_ * block_columns);
  panels_ = WorkMemory(capacity_ * block_columns);
}

void FrontReducer::remove(ConductanceFront& front, FrontFactors* factors) {
  const std::size_t size = front.size();
  const std::size_t count = front.first_kept();
  reserve(size);
  if (factors != nullptr) {
    factors->size_ = size;
    factors->inverse_.clear();
    factors->shares_.clear();
  }
  for (std::size_t block = 0; block < count; block += block_columns) {
    const std::size_t block_end = std::min(block + block_columns, count);
    for (std::size_t panel = block; panel < block_end; panel += panel_rows) {
      add_products(front, panel, panel - block);
      remove_panel(front, panel, block, factors);
    }
    if (factors != nullptr) {
      for (std::size_t row = block; row < size; row += panel_rows) {
        const double* shares = panels_.get() + row * block_columns;
        factors->shares_.insert(factors->shares_.end(), shares, shares + (block_end - block) * panel_rows);
      }
    }
    for (std::size_t row = block_end / tile_rows * tile_rows; row < size; row += tile_rows) {
      const std::size_t rows = std::min(tile_rows, size - row);
      for (std::size_t column = block_end; column < row + rows; column += panel_rows) {
        const std::size_t first = std::max(row, column);
        kernel_.add_products(front.siemens + column * front.stride + first, front.stride, row + rows - first,
                             tiles_.get() + row * block_columns + (first - row), panels_.get() + column * block_columns, block_end - block);
      }
    }
  }
}

/// Adds the contributions of the `depth` previous columns of the block to a panel.
void FrontReducer::add_products(ConductanceFront& front, std::size_t panel, std::size_t depth) {
  if (depth == 0) return;
  const std::size_t size = front.size();
  for (std::size_t row = panel / tile_rows * tile_rows; row < size; row += tile_rows) {
    const std::size_t first = std::max(row, panel);
    kernel_.add_products(front.siemens + panel * front.stride + first, front.stride, std::min(row + tile_rows, size) - first,
                         tiles_.get() + row * block_columns + (first - row), panels_.get() + panel * block_columns, depth);
  }
}

void FrontReducer::remove_panel(ConductanceFront& front, std::size_t panel, std::size_t block, FrontFactors* kept) {
  const std::size_t size = front.size();
  const std::size_t below = panel + panel_rows;
  double* c = front.siemens + panel * front.stride;
  double sums[panel_rows];
  kernel_.sum_columns(c + below, front.stride, size - below, sums);
  const PanelFactors factors(c + panel, front.stride, std::min(panel_rows, front.removed - panel), sums);
  if (kept != nullptr) {
    kept->inverse_.insert(kept->inverse_.end(), std::begin(factors.inverse), std::end(factors.inverse));
    std::copy(std::begin(factors.factors), std::end(factors.factors), panels_.get() + panel * block_columns + (panel - block) * panel_rows);
  }
  targets_.clear();
  for (std::size_t row = below; row < size; row += panel_rows)
    targets_.push_back(tiles_.get() + row / tile_rows * tile_rows * block_columns + (panel - block) * tile_rows + row % tile_rows);
  kernel_.remove_panel(c + below, front.stride, targets_.size(), factors.factors, factors.inverse, targets_.data(),
                       panels_.get() + below * block_columns + (panel - block) * panel_rows, panel_rows * block_columns);
}

}  // namespace memcosim
