// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "memcosim/common/units.hpp"

namespace memcosim::test {

/// A matrix as CSV without header, all digits.
inline std::string matrix_csv(const std::vector<double>& values, std::size_t columns) {
  std::string text;
  for (std::size_t index = 0; index < values.size(); ++index)
    text += exact_number(values[index]) + ((index + 1) % columns == 0 ? "\n" : ",");
  return text;
}

}  // namespace memcosim::test
