// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_operators.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/networks/onnx/onnx_constants.hpp"
#include "memcosim/networks/onnx/onnx_graph.hpp"
#include "memcosim/networks/onnx/onnx_limits.hpp"

namespace memcosim {
namespace {

constexpr std::array<OnnxOperator, 27> operators{{
    {"Add", read_add},
    {"ArgMax", read_argmax},
    {"AveragePool", read_average_pool},
    {"BatchNormalization", read_batch_normalization},
    {"Cast", read_cast},
    {"Clip", read_clip},
    {"Constant", read_constant},
    {"Conv", read_conv},
    {"Div", read_div},
    {"Dropout", read_dropout},
    {"Flatten", read_flatten},
    {"Gemm", read_gemm},
    {"GlobalAveragePool", read_global_average_pool},
    {"Identity", read_identity},
    {"LogSoftmax", read_softmax},
    {"MatMul", read_matmul},
    {"MaxPool", read_max_pool},
    {"Mul", read_mul},
    {"ReduceMean", read_reduce_mean},
    {"Relu", read_relu},
    {"Reshape", read_reshape},
    {"Shape", read_shape},
    {"Size", read_size},
    {"Softmax", read_softmax},
    {"Squeeze", read_squeeze},
    {"Sub", read_sub},
    {"Unsqueeze", read_unsqueeze},
}};

/// Axis of a value with batch dimension, counted from the front.
std::int64_t normal_axis(const OnnxNode& node, std::int64_t axis, std::int64_t rank) {
  if (axis < -rank || axis > rank) node.fail(fmt::format("axis {} is outside of a value with {} dimensions", axis, rank));
  return axis < 0 ? axis + rank : axis;
}

/// Scores are one number for each class: [batch, classes], or an image of 1 x 1 pixels.
void check_class_axis(const OnnxGraph& graph, const OnnxNode& node, const OnnxGraph::Value& value, std::int64_t axis) {
  const Shape& shape = graph.shape_of(value);
  if (normal_axis(node, axis, static_cast<std::int64_t>(shape.size()) + 1) != 1 || element_count(shape) != shape[0]) {
    node.fail(fmt::format("it works along axis {} of [batch, {}]; only the classes of [batch, classes] are supported", axis,
                          fmt::join(shape, ", ")));
  }
}

/// Removes the batch dimension from a shape; fails if the first dimension is not the batch.
Shape without_batch(const OnnxGraph& graph, const OnnxNode& node, const std::vector<std::int64_t>& dims) {
  if (dims.size() < 2 || dims.size() > 4 || dims[0] != graph.batch()) {
    node.fail(fmt::format("its result has shape [{}]; expected [batch, ...] with 2 to 4 dimensions", fmt::join(dims, ", ")));
  }
  Shape shape;
  for (std::size_t i = 1; i < dims.size(); ++i)
    shape.push_back(static_cast<std::uint32_t>(dims[i]));
  return shape;
}

}  // namespace

const OnnxOperator* find_onnx_operator(const std::string& name) {
  const auto* found = std::find_if(operators.begin(), operators.end(), [&](const OnnxOperator& row) { return name == row.name; });
  return found == operators.end() ? nullptr : found;
}

std::vector<std::string> onnx_operator_names() {
  std::vector<std::string> names;
  for (const auto& row : operators)
    names.emplace_back(row.name);
  return names;
}

void append_relu(OnnxGraph& graph, OnnxNode& node, const OnnxGraph::Value& value) {
  Layer layer;
  layer.kind = LayerKind::relu;
  layer.inputs = {value.layer};
  layer.shape = graph.shape_of(value);
  graph.append(node, std::move(layer));
}

void read_relu(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  const auto value = graph.activation(node, 0, "input");
  append_relu(graph, node, value);
}

void read_flatten(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  const auto value = graph.activation(node, 0, "input");
  const Shape& shape = graph.shape_of(value);
  const std::int64_t axis = node.integer("axis", 1);
  if (normal_axis(node, axis, static_cast<std::int64_t>(shape.size()) + 1) != 1) {
    node.fail(fmt::format("axis {} is not supported; Flatten must keep the batch (axis 1)", axis));
  }
  graph.append_reshape(node, value, {static_cast<std::uint32_t>(element_count(shape))});
}

void read_reshape(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(2, 2);
  const auto value = graph.activation(node, 0, "input");
  const auto target = graph.constant(node, 1, "shape", true).integers;
  const Shape& from = graph.shape_of(value);
  const auto text = fmt::format("[{}]", fmt::join(target, ", "));
  if (node.integer("allowzero", 0) != 0 && std::find(target.begin(), target.end(), 0) != target.end())
    node.fail("allowzero is not supported");
  if (target.size() < 2 || target.size() > 4)
    node.fail(fmt::format("shape {} is not supported; expected [batch, ...] with 2 to 4 dimensions", text));
  if (std::count(target.begin(), target.end(), -1) > 1) node.fail(fmt::format("shape {} leaves several dimensions open", text));

  const auto elements = static_cast<std::int64_t>(element_count(from));
  Shape shape;
  std::int64_t known = 1;
  for (std::size_t i = 1; i < target.size(); ++i) {
    std::int64_t size = target[i];
    if (size == 0) {
      if (i > from.size()) node.fail(fmt::format("shape {} copies dimension {}, which the input does not have", text, i));
      size = from[i - 1];
    }
    if (size < -1 || size > OnnxLimits::value_elements) node.fail(fmt::format("shape {} has an impossible dimension", text));
    shape.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(size, 0)));  // 0: inferred below
    if (size > 0) known *= size;                                                   // at most (2^26)^2 before the check
    if (known > elements) break;
  }
  const bool open = std::find(target.begin() + 1, target.end(), -1) != target.end();
  if (known > elements || (open ? elements % known != 0 : elements != known)) {
    node.fail(fmt::format("shape {} does not have the {} elements of one image {}", text, elements, to_text(from)));
  }
  for (auto& size : shape) {
    if (size == 0) size = static_cast<std::uint32_t>(elements / known);
  }
  // The image's elements agree, so an open or copied first dimension is the batch; a fixed one must be the batch of the graph's input, or 1
  // where that is free: images go through the network one by one.
  if (target[0] != 0 && target[0] != -1 && target[0] != graph.batch()) {
    node.fail(fmt::format("shape {} does not preserve the batch; use 0 or -1 for the first dimension, or Flatten", text));
  }
  graph.append_reshape(node, value, std::move(shape));
}

void read_softmax(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  auto value = graph.activation(node, 0, "input");
  check_class_axis(graph, node, value, node.integer("axis", graph.opset() < 13 ? 1 : -1));
  value.scores_done = true;
  graph.alias(node, value);
}

void read_argmax(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  auto value = graph.any_activation(node, 0, "input");
  check_class_axis(graph, node, value, node.integer("axis", 0));
  node.ignore("keepdims");
  if (node.integer("select_last_index", 0) != 0) node.fail("select_last_index is not supported; of equal scores the first wins");
  value.scores_done = true;
  graph.alias(node, value);
}

void read_identity(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  graph.alias(node, graph.any_activation(node, 0, "input"));
}

void read_cast(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  node.ignore("saturate");
  if (is_integer_type(static_cast<int>(node.integer("to", 0)), node.place()))
    node.fail("it makes integers of activations, which is not supported; export the model in float");
  graph.alias(node, graph.any_activation(node, 0, "input"));
}

/// Clip from 0 upwards is Relu.
void read_clip(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 3);
  const auto value = graph.activation(node, 0, "input");
  const bool attributes = graph.opset() < 11;
  const bool bounded = attributes ? node.number("max", std::numeric_limits<float>::max()) < std::numeric_limits<float>::max()
                                  : !node.input(2).empty() && graph.constant(node, 2, "max").numbers[0] < std::numeric_limits<float>::max();
  const bool from_zero = attributes ? node.has("min") && node.number("min", 0.0) == 0.0
                                    : !node.input(1).empty() && graph.constant(node, 1, "min").numbers[0] == 0.0;
  if (bounded || !from_zero) node.fail("only a Clip from 0 without upper bound is supported (Relu)");
  append_relu(graph, node, value);
}

void read_shape(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  graph.define_constant(node, shape_tensor(node, graph.dims_of(graph.any_activation(node, 0, "input"))));
}

void read_size(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 1);
  const auto elements = static_cast<std::int64_t>(element_count(graph.shape_of(graph.any_activation(node, 0, "input"))));
  graph.define_constant(node, integer_tensor({}, {graph.batch() * elements}));
}

void read_squeeze(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 2);
  const auto value = graph.activation(node, 0, "input");
  const auto axes = graph.axes(node, 13);
  if (axes.empty()) node.fail("it names no axes, so it would remove the batch of one image; export it with axes");
  graph.append_reshape(node, value, without_batch(graph, node, squeezed_dims(node, graph.dims_of(value), axes)));
}

void read_unsqueeze(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 2);
  const auto value = graph.activation(node, 0, "input");
  graph.append_reshape(node, value, without_batch(graph, node, unsqueezed_dims(node, graph.dims_of(value), graph.axes(node, 13))));
}

void read_dropout(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(1, 3);
  const auto value = graph.activation(node, 0, "input");
  node.ignore("ratio");
  node.ignore("seed");
  if (!node.input(2).empty()) {
    const auto training = graph.constant(node, 2, "training_mode", true).integers;
    if (training.size() != 1 || training[0] != 0) node.fail("it is in training mode; export the model for inference");
  }
  graph.alias(node, value);
}

void read_constant(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(0, 0);
  OnnxTensor tensor;
  if (node.has("value")) {
    tensor = graph.attribute_tensor(node, "value");
  } else if (node.has("value_float")) {
    tensor = float_tensor({}, {node.number("value_float", 0.0)});
  } else if (node.has("value_floats")) {
    std::vector<double> numbers = node.numbers("value_floats");
    tensor = float_tensor({static_cast<std::int64_t>(numbers.size())}, numbers);
  } else if (node.has("value_int")) {
    tensor = integer_tensor({}, {node.integer("value_int", 0)});
  } else if (node.has("value_ints")) {
    std::vector<std::int64_t> integers = node.integers("value_ints");
    tensor = integer_tensor({static_cast<std::int64_t>(integers.size())}, integers);
  } else {
    node.fail("it has none of the attributes value, value_float, value_floats, value_int, value_ints; other kinds are not supported");
  }
  graph.define_constant(node, std::move(tensor));
}

}  // namespace memcosim
