// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_windows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "memcosim/networks/onnx/onnx_limits.hpp"

namespace memcosim {
namespace {

/// An attribute with one entry for each of the two axes.
std::array<std::int64_t, 2> pair_of(OnnxNode& node, const char* attribute) {
  const auto values = node.integers(attribute);
  if (values.empty()) return {1, 1};
  if (values.size() != 2)
    node.fail(fmt::format("attribute '{}' has {} entries; only two-dimensional images are supported", attribute, values.size()));
  for (const std::int64_t value : values) {
    if (value < 1 || value > OnnxLimits::dimension)
      node.fail(fmt::format("attribute '{}' holds {}; expected 1 to {}", attribute, value, OnnxLimits::dimension));
  }
  return {values[0], values[1]};
}

struct Padding {
  std::array<std::int64_t, 2> begin{0, 0};
  std::array<std::int64_t, 2> end{0, 0};
};

Padding explicit_padding(OnnxNode& node) {
  const auto pads = node.integers("pads");
  if (pads.empty()) return {};
  if (pads.size() != 4) node.fail(fmt::format("attribute 'pads' has {} entries, expected 4", pads.size()));
  for (const std::int64_t pad : pads) {
    if (pad < 0 || pad > OnnxLimits::dimension)
      node.fail(fmt::format("attribute 'pads' holds {}; expected 0 to {}", pad, OnnxLimits::dimension));
  }
  return {{pads[0], pads[1]}, {pads[2], pads[3]}};
}

}  // namespace

WindowGrid read_windows(OnnxNode& node, const Shape& input, std::array<std::int64_t, 2> kernel) {
  const auto stride = pair_of(node, "strides");
  const auto dilation = pair_of(node, "dilations");
  Padding padding = explicit_padding(node);
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
  if (!same && auto_pad != "NOTSET" && auto_pad != "VALID") node.fail(fmt::format("auto_pad '{}' does not exist", auto_pad));
  if (auto_pad != "NOTSET" && (padding.begin != Padding().begin || padding.end != Padding().end))
    node.fail("it has both auto_pad and pads");
  const bool ceil_mode = node.integer("ceil_mode", 0) != 0;

  WindowGrid grid;
  grid.channels = input[0];
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (kernel[axis] < 1 || kernel[axis] > OnnxLimits::dimension)
      node.fail(fmt::format("kernel size {} is outside of 1 to {}", kernel[axis], OnnxLimits::dimension));
    const std::int64_t size = input[axis + 1];
    const std::int64_t extent = dilation[axis] * (kernel[axis] - 1) + 1;  // at most 2^40
    std::int64_t outputs;
    if (same) {
      outputs = (size + stride[axis] - 1) / stride[axis];
      const std::int64_t total = std::max<std::int64_t>(0, (outputs - 1) * stride[axis] + extent - size);
      padding.begin[axis] = auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
      padding.end[axis] = total - padding.begin[axis];
      if (total > OnnxLimits::dimension) node.fail("auto_pad gives an impossible padding");
    } else {
      const std::int64_t room = size + padding.begin[axis] + padding.end[axis] - extent;
      if (room < 0) {
        node.fail(fmt::format("its window of {} pixels is larger than the padded image of {}", extent, room + extent));
      }
      outputs = room / stride[axis] + 1;
      if (ceil_mode && room % stride[axis] != 0) {
        node.fail("ceil_mode=1 with a partial window at the border is not supported; export with ceil_mode=0 or pad the image");
      }
    }
    if (outputs > OnnxLimits::dimension)
      node.fail(fmt::format("its output has {} pixels along an axis, above {}", outputs, OnnxLimits::dimension));
    grid.input[axis] = input[axis + 1];
    grid.output[axis] = static_cast<std::uint32_t>(outputs);
    grid.kernel[axis] = static_cast<std::uint32_t>(kernel[axis]);
    grid.stride[axis] = static_cast<std::uint32_t>(stride[axis]);
    grid.dilation[axis] = static_cast<std::uint32_t>(dilation[axis]);
    grid.padding[axis] = static_cast<std::uint32_t>(padding.begin[axis]);
  }
  const auto taps = kernel[0] * kernel[1];  // each at most 2^20
  if (taps > OnnxLimits::unrolled / std::int64_t{grid.channels} ||
      static_cast<std::int64_t>(grid.windows()) > OnnxLimits::unrolled / (taps * std::int64_t{grid.channels})) {
    node.fail(fmt::format("its windows have more than {} elements altogether", OnnxLimits::unrolled));
  }
  return grid;
}

void check_pool_windows(const OnnxNode& node, const WindowGrid& grid) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    for (std::uint32_t index = 0; index < grid.output[axis]; ++index) {
      bool covered = false;
      for (std::uint32_t tap = 0; tap < grid.kernel[axis] && !covered; ++tap)
        covered = grid.inside(axis, grid.position(axis, index, tap));
      if (!covered) node.fail("a pooling window lies in the padding alone; pads must be smaller than the kernel");
    }
  }
}

}  // namespace memcosim
