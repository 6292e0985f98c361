// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/packed_levels.hpp"

#include <algorithm>
#include <utility>

namespace memcosim::cpu {

PackedLevels::PackedLevels(std::shared_ptr<const LevelMatrix> matrix, const WeightEncoding& weight_encoding, std::uint32_t panel_width)
    : source(std::move(matrix)),
      encoding(&weight_encoding),
      columns(weight_encoding.conversions_in(source->columns)),
      panel_count((columns + panel_width - 1) / panel_width),
      offset(static_cast<float>(weight_encoding.net_lines() * source->offset)) {
  const ConversionLines lines(weight_encoding, source->columns);
  variances = conversion_variances(*source, lines);
  const std::size_t size = std::size_t{panel_count} * source->rows * panel_width;
  panels.reserve(size);
  std::fill_n(panels.data(), size, 0.0f);
  for (std::uint32_t row = 0; row < source->rows; ++row) {
    const float* levels = source->levels.data() + std::size_t{row} * source->columns;
    for (std::uint32_t column = 0; column < columns; ++column) {
      const std::size_t panel = column / panel_width;
      panels.data()[(panel * source->rows + row) * panel_width + column % panel_width] = static_cast<float>(lines.sum(column, levels));
    }
  }
}

}  // namespace memcosim::cpu
