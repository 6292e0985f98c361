// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Plain data: kernels that are compiled for several instruction sets include this header, so it must not hold an inline function.

namespace memcosim {

/// Conversions whose value left the code range, by the end at which it did.
struct ClipCounts {
  std::uint32_t low;   ///< below the lowest code: an offset, noise, or of a signed converter the negative full scale
  std::uint32_t high;  ///< above the highest code: full scale
};

}  // namespace memcosim
