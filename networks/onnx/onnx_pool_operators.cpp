// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/networks/onnx/onnx_constants.hpp"
#include "memcosim/networks/onnx/onnx_graph.hpp"
#include "memcosim/networks/onnx/onnx_operators.hpp"
#include "memcosim/networks/onnx/onnx_windows.hpp"

namespace memcosim {
namespace {

const Shape& image_shape(const OnnxGraph& graph, const OnnxNode& node, const OnnxGraph::Value& value) {
  const Shape& shape = graph.shape_of(value);
  if (shape.size() != 3) node.fail(fmt::format("its input is {} for each image; expected [channels, height, width]", to_text(shape)));
  return shape;
}

void append_pool(OnnxGraph& graph, const OnnxNode& node, LayerKind kind, const OnnxGraph::Value& value, const WindowGrid& grid,
                 bool count_padding) {
  check_pool_windows(node, grid);
  Layer layer;
  layer.kind = kind;
  layer.inputs = {value.layer};
  layer.grid = grid;
  layer.count_padding = count_padding;
  layer.shape = {grid.channels, grid.output[0], grid.output[1]};
  graph.append(node, std::move(layer));
}

void read_pool(OnnxGraph& graph, OnnxNode& node, LayerKind kind) {
  node.expect_inputs(1, 1);
  const auto value = graph.activation(node, 0, "input");
  const Shape& shape = image_shape(graph, node, value);
  const auto kernel = node.integers("kernel_shape");
  if (kernel.size() != 2) node.fail(fmt::format("attribute 'kernel_shape' has {} entries, expected 2", kernel.size()));
  const bool count_padding = kind == LayerKind::average_pool && node.integer("count_include_pad", 0) != 0;
  if (kind == LayerKind::max_pool) node.ignore("storage_order");  // only affects the output of indices, which is not supported
  append_pool(graph, node, kind, value, read_windows(node, shape, {kernel[0], kernel[1]}), count_padding);
}

}  // namespace

void read_max_pool(OnnxGraph& graph, OnnxNode& node) {
  read_pool(graph, node, LayerKind::max_pool);
}

void read_average_pool(OnnxGraph& graph, OnnxNode& node) {
  read_pool(graph, node, LayerKind::average_pool);
}

/// ReduceMean over the pixels as average pooling: over both axes of an image (global), or over one.
void read_reduce_mean(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 2);
  const auto value = graph.activation(node, 0, "input");
  const bool keep = node.integer("keepdims", 1) != 0;
  const bool none_is_all = node.integer("noop_with_empty_axes", 0) == 0;
  const auto axes = graph.axes(node, 18);
  if (axes.empty() && !none_is_all) return graph.alias(node, value);
  const Shape shape = graph.shape_of(value);
  const auto rank = static_cast<std::int64_t>(shape.size()) + 1;
  std::array<std::int64_t, 2> kernel{1, 1};
  for (const std::int64_t given : axes) {
    const std::int64_t axis = onnx_axis(node, given, rank);
    if (shape.size() != 3 || axis < 2) kernel = {0, 0};
    if (kernel[0] != 0) kernel[static_cast<std::size_t>(axis) - 2] = shape[static_cast<std::size_t>(axis) - 1];
  }
  if (axes.empty() || kernel[0] == 0) {
    node.fail(
        fmt::format("it takes the mean of {} over axes [{}]; only the pixels (axes 2 and 3) of [batch, channels, height, width] are "
                    "supported",
                    to_text(shape), fmt::join(axes, ", ")));
  }
  Layer layer;
  layer.kind = LayerKind::average_pool;
  layer.inputs = {value.layer};
  layer.grid.channels = shape[0];
  layer.shape = {shape[0]};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    layer.grid.input[axis] = shape[axis + 1];
    layer.grid.kernel[axis] = static_cast<std::uint32_t>(kernel[axis]);
    layer.grid.output[axis] = shape[axis + 1] + 1 - layer.grid.kernel[axis];
    const bool reduced = std::any_of(
        axes.begin(), axes.end(), [&](std::int64_t given) { return onnx_axis(node, given, rank) == static_cast<std::int64_t>(axis) + 2; });
    if (keep || !reduced) layer.shape.push_back(layer.grid.output[axis]);
  }
  graph.append(node, std::move(layer));
}

void read_global_average_pool(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  const auto value = graph.activation(node, 0, "input");
  const Shape& shape = image_shape(graph, node, value);
  append_pool(graph, node, LayerKind::average_pool, value, read_windows(node, shape, {shape[1], shape[2]}), false);
}

}  // namespace memcosim
