// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/packed_levels.hpp"

#include <algorithm>
#include <utility>

namespace memcosim::cpu {

PackedLevels::PackedLevels(std::shared_ptr<const LevelMatrix> matrix, ColumnPairing line_pairing, std::uint32_t panel_width)
    : source(std::move(matrix)),
      pairing(line_pairing),
      columns(converted_columns(line_pairing, source->columns)),
      panel_count((columns + panel_width - 1) / panel_width),
      offset(line_pairing == ColumnPairing::differential_analog ? 0.0f : static_cast<float>(source->offset)) {
  const std::size_t size = std::size_t{panel_count} * source->rows * panel_width;
  panels.reserve(size);
  std::fill_n(panels.data(), size, 0.0f);
  for (std::uint32_t row = 0; row < source->rows; ++row) {
    const float* levels = source->levels.data() + std::size_t{row} * source->columns;
    for (std::uint32_t column = 0; column < columns; ++column) {
      const std::size_t panel = column / panel_width;
      float& target = panels.data()[(panel * source->rows + row) * panel_width + column % panel_width];
      if (pairing == ColumnPairing::differential_analog) {
        target = levels[std::size_t{2} * column] - levels[std::size_t{2} * column + 1];
      } else {
        target = levels[column];
      }
    }
  }
}

}  // namespace memcosim::cpu
