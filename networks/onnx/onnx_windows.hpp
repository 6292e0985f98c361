// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "memcosim/networks/layers/network.hpp"
#include "memcosim/networks/onnx/onnx_node.hpp"

namespace memcosim {

/// Reads strides, dilations, pads, auto_pad and ceil_mode of a convolution or pooling node with the given kernel over `input`
/// ({channels, height, width}) and works out the output size. Fails for windows that do not fit, and where ceil_mode would matter.
WindowGrid read_windows(OnnxNode& node, const Shape& input, std::array<std::int64_t, 2> kernel);

/// Fails unless each window of a pooling layer covers at least one real pixel.
void check_pool_windows(const OnnxNode& node, const WindowGrid& grid);

}  // namespace memcosim
