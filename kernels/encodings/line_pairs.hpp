// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "memcosim/kernels/encodings/weight_encoding.hpp"

namespace memcosim {

// What the encodings have in common that hold a weight w on two lines of its own: level max(w, 0) on line 0 and max(-w, 0) on line 1.

inline std::uint32_t pair_levels(unsigned weight_bits) {
  return 1u << (weight_bits - 1);
}
inline std::uint16_t pair_level(std::int32_t weight, unsigned /*weight_bits*/, EncodedLine line) {
  return static_cast<std::uint16_t>(std::max(line.index == 0 ? weight : -weight, 0));
}
inline std::int32_t no_input_factor(unsigned /*weight_bits*/) {
  return 0;
}

}  // namespace memcosim
