// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "memcosim/common/units.hpp"

namespace memcosim {

/// Values of a matrix, row-major, SI.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
};

/// What the numbers of a file must be.
struct MatrixContent {
  Dimension dimension;
  bool not_negative;
  bool may_be_open;  ///< a CSV file may have fields `open` (an open line), which become NaN
};

/// Reads .npy (one or two axes; one axis is one row) or .csv (rows of numbers with or without units, no header line). Throws InputError
/// with file, line or index, and value.
Matrix read_matrix(const std::filesystem::path& file, const MatrixContent& content);

}  // namespace memcosim
