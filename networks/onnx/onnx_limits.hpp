// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim {

/// Upper limits for an imported network, so that a damaged or hostile file cannot request unbounded memory. Each is far above the networks
/// that a co-simulation can run.
struct OnnxLimits {
  static constexpr std::int64_t dimension = std::int64_t{1} << 20;       ///< size of one axis; also kernel, stride, dilation, padding
  static constexpr std::int64_t value_elements = std::int64_t{1} << 26;  ///< activations of one image, all layers together
  static constexpr std::int64_t unrolled = std::int64_t{1} << 28;        ///< windows x rows of one convolution
  static constexpr std::int64_t weights = std::int64_t{1} << 27;         ///< constants, all nodes together
  static constexpr std::int64_t products = std::int64_t{1} << 32;        ///< multiplications of one product of constants
  static constexpr std::int64_t nodes = 100000;
};

}  // namespace memcosim
