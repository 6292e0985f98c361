// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Plain data only: kernels that are compiled for several instruction sets include this header, so it must not hold an inline function.

namespace memcosim {

/// Number of clipped conversions (value beyond the code range), at either end.
struct ClipCounts {
  std::uint32_t low;   ///< below the lowest code: by an offset or noise, or beyond the negative full scale of a signed converter
  std::uint32_t high;  ///< above the highest code: beyond the full scale
};

}  // namespace memcosim
