// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/common/aligned_buffer.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/conversion_lines.hpp"

namespace memcosim::cpu {

/// Levels of the conversions in the order in which a kernel reads them: [panel][row][width]. Where lines are subtracted before the
/// conversion, their difference is rounded to single precision (exact below level 256).
struct PackedLevels {
  PackedLevels(std::shared_ptr<const LevelMatrix> matrix, const WeightEncoding& weight_encoding, std::uint32_t panel_width);

  std::shared_ptr<const LevelMatrix> source;
  const WeightEncoding* encoding;
  std::uint32_t columns;  ///< conversions
  std::uint32_t panel_count;
  float offset;
  AlignedBuffer<float> panels;
  std::vector<double> variances;  ///< conversion_variances()
};

}  // namespace memcosim::cpu
