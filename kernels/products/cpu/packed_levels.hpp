// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "memcosim/common/aligned_buffer.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cpu {

/// Levels of the converted columns in the order in which a kernel reads them: [panel][row][width]. For differential_analog one column is
/// the difference of two lines, rounded to single precision (exact below level 256), which halves the work and cancels the offset.
struct PackedLevels {
  PackedLevels(std::shared_ptr<const LevelMatrix> matrix, ColumnPairing line_pairing, std::uint32_t panel_width);

  std::shared_ptr<const LevelMatrix> source;
  ColumnPairing pairing;
  std::uint32_t columns;  ///< converted columns
  std::uint32_t panel_count;
  float offset;
  AlignedBuffer<float> panels;
};

}  // namespace memcosim::cpu
