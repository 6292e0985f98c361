// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace memcosim {

/// 1 / step if multiplying by it rounds like the division (step is a power of two), else 0.
inline float exact_inverse(float step) {
  int exponent = 0;
  const float inverse = 1.0f / step;
  return std::frexp(step, &exponent) == 0.5f && std::isnormal(step) && std::isnormal(inverse) ? inverse : 0.0f;
}

}  // namespace memcosim
