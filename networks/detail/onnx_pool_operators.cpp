// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "memcosim/networks/detail/onnx_graph.hpp"
#include "memcosim/networks/detail/onnx_operators.hpp"
#include "memcosim/networks/detail/onnx_windows.hpp"

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
  if (kind == LayerKind::max_pool) node.ignore("storage_order");  // concerns the indices, which nobody may read
  append_pool(graph, node, kind, value, read_windows(node, shape, {kernel[0], kernel[1]}), count_padding);
}

}  // namespace

void read_max_pool(OnnxGraph& graph, OnnxNode& node) {
  read_pool(graph, node, LayerKind::max_pool);
}

void read_average_pool(OnnxGraph& graph, OnnxNode& node) {
  read_pool(graph, node, LayerKind::average_pool);
}

void read_global_average_pool(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  const auto value = graph.activation(node, 0, "input");
  const Shape& shape = image_shape(graph, node, value);
  append_pool(graph, node, LayerKind::average_pool, value, read_windows(node, shape, {shape[1], shape[2]}), false);
}

}  // namespace memcosim
