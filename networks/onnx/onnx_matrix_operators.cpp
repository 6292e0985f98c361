// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/networks/onnx/onnx_graph.hpp"
#include "memcosim/networks/onnx/onnx_limits.hpp"
#include "memcosim/networks/onnx/onnx_operators.hpp"
#include "memcosim/networks/onnx/onnx_tensor_view.hpp"
#include "memcosim/networks/onnx/onnx_windows.hpp"

namespace memcosim {
namespace {

/// Expands a constant that ONNX broadcasts over the outputs of a matrix layer to one number for each output.
/// `trailing` is the number of axes behind the outputs: 0 for [batch, outputs], 2 for [batch, outputs, height, width].
std::vector<double> per_output(const OnnxNode& node, const OnnxTensor& tensor, std::uint32_t outputs, std::size_t trailing) {
  const auto bad = [&] {
    node.fail(fmt::format("the constant of shape [{}] does not fit {} outputs", fmt::join(tensor.dims, ", "), outputs));
  };
  if (tensor.dims.size() > trailing + 2) bad();
  for (std::size_t back = 0; back < tensor.dims.size(); ++back) {
    const std::int64_t dim = tensor.dims[tensor.dims.size() - 1 - back];
    if (dim != 1 && !(back == trailing && dim == std::int64_t{outputs})) bad();
  }
  if (tensor.numbers.size() == 1) return std::vector<double>(outputs, tensor.numbers[0]);
  return tensor.numbers;
}

/// Fails if scaling or folding made a weight or bias infinite or NaN.
void check_finite(const OnnxNode& node, const Layer& layer) {
  for (const double weight : layer.weights) {
    if (!std::isfinite(weight)) node.fail("a weight overflows; its values are impossible, train the model again");
  }
  for (const double bias : layer.bias) {
    if (!std::isfinite(bias)) node.fail("a bias overflows; its values are impossible, train the model again");
  }
}

/// A dense layer from a weight matrix stored [outputs, rows] or [rows, outputs].
Layer dense_layer(OnnxGraph& graph, const OnnxNode& node, const OnnxTensor& matrix, bool transposed, double factor) {
  const auto value = graph.activation(node, 0, "input");
  const Shape& shape = graph.shape_of(value);
  if (shape.size() != 1) node.fail(fmt::format("its input is {} for each image; insert Flatten before it", to_text(shape)));
  if (matrix.dims.size() != 2) node.fail(fmt::format("its weight has shape [{}]; expected a matrix", fmt::join(matrix.dims, ", ")));
  const auto rows = static_cast<std::size_t>(matrix.dims[transposed ? 1 : 0]);
  const auto outputs = static_cast<std::size_t>(matrix.dims[transposed ? 0 : 1]);
  if (rows != shape[0]) {
    node.fail(fmt::format("its weight of shape [{}] takes {} inputs, but its input has {} features", fmt::join(matrix.dims, ", "), rows,
                          shape[0]));
  }
  if (static_cast<std::int64_t>(outputs) > OnnxLimits::dimension)
    node.fail(fmt::format("it has {} outputs, above {}", outputs, OnnxLimits::dimension));
  Layer layer;
  layer.kind = LayerKind::dense;
  layer.inputs = {value.layer};
  layer.outputs = static_cast<std::uint32_t>(outputs);
  layer.shape = {layer.outputs};
  layer.grid.channels = shape[0];
  layer.weights.resize(rows * outputs);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t output = 0; output < outputs; ++output) {
      layer.weights[row * outputs + output] = factor * matrix.numbers[transposed ? output * rows + row : row * outputs + output];
    }
  }
  layer.bias.assign(outputs, 0.0);
  return layer;
}

void add_to_bias(Layer& layer, const std::vector<double>& addend, double factor) {
  for (std::size_t i = 0; i < layer.bias.size(); ++i)
    layer.bias[i] += factor * addend[i];
}

/// An affine operation on each element of an activation: gain * element + offset, both with the shape `dims`.
struct Affine {
  std::vector<std::int64_t> dims;
  std::vector<double> gain;
  std::vector<double> offset;
};

/// Broadcasts an affine operation to one gain and offset for each element of a value.
Affine per_element(const OnnxGraph& graph, const OnnxNode& node, const OnnxGraph::Value& value, const Affine& affine) {
  std::vector<std::int64_t> dims = graph.dims_of(value);
  dims[0] = 1;
  OnnxTensorView view;
  if (affine.dims.size() > dims.size() || !broadcast_view(affine.dims, dims, view)) {
    node.fail(fmt::format("the constant of shape [{}] does not fit a value of {} for each image", fmt::join(affine.dims, ", "),
                          to_text(graph.shape_of(value))));
  }
  Affine result{dims, {}, {}};
  for (const std::size_t element : view_elements(view, node.place())) {
    result.gain.push_back(affine.gain[element]);
    result.offset.push_back(affine.offset[element]);
  }
  return result;
}

/// Folds an affine operation into the matrix layer before it, or into the normalisation of the network input.
void fold_affine(OnnxGraph& graph, const OnnxNode& node, const OnnxGraph::Value& value, const Affine& affine) {
  if (Layer* layer = graph.foldable(value); layer != nullptr) {
    const std::size_t trailing = layer->shape.size() - 1;
    const std::vector<double> gain = per_output(node, float_tensor(affine.dims, affine.gain), layer->outputs, trailing);
    const std::vector<double> offset = per_output(node, float_tensor(affine.dims, affine.offset), layer->outputs, trailing);
    for (std::size_t i = 0; i < layer->weights.size(); ++i)
      layer->weights[i] *= gain[i % layer->outputs];
    for (std::size_t output = 0; output < layer->outputs; ++output)
      layer->bias[output] = layer->bias[output] * gain[output] + offset[output];
    check_finite(node, *layer);
  } else if (value.input_alone) {
    const Affine whole = per_element(graph, node, value, affine);
    graph.normalise_input(node, whole.gain, whole.offset);
  } else {
    node.fail(
        "with a constant, it can be folded only directly behind Gemm, MatMul or Conv whose result nothing else reads, or at the input of "
        "the network before any other layer; move it there or remove it");
  }
  graph.alias(node, value);
}

/// Reads an operation of an activation and a constant c, as gain(c, left) * activation + offset(c, left); `left`: the activation is the
/// left operand.
void read_constant_operation(OnnxGraph& graph, OnnxNode& node, double (*gain)(double c, bool left), double (*offset)(double c, bool left)) {
  node.expect_inputs(2, 2);
  const bool left = graph.is_activation(node.input(0));
  if (left && graph.is_activation(node.input(1))) {
    node.fail(fmt::format("{} of two values that depend on the image is not supported; one of them must be a constant", node.op()));
  }
  const auto value = graph.activation(node, left ? 0 : 1, "input");
  const OnnxTensor constant = graph.constant(node, left ? 1 : 0, "constant");
  Affine affine{constant.dims, {}, {}};
  for (const double c : constant.numbers) {
    affine.gain.push_back(gain(c, left));
    affine.offset.push_back(offset(c, left));
    if (!std::isfinite(affine.gain.back())) node.fail("it divides by zero");
  }
  fold_affine(graph, node, value, affine);
}

}  // namespace

void read_gemm(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(2, 3);
  if (node.integer("transA", 0) != 0) node.fail("transA=1 would mix the images of a batch; export with transA=0");
  const bool transposed = node.integer("transB", 0) != 0;
  const double alpha = node.number("alpha", 1.0);
  const double beta = node.number("beta", 1.0);
  Layer layer = dense_layer(graph, node, graph.constant(node, 1, "weight"), transposed, alpha);
  if (!node.input(2).empty()) add_to_bias(layer, per_output(node, graph.constant(node, 2, "bias"), layer.outputs, 0), beta);
  check_finite(node, layer);
  graph.append(node, std::move(layer));
}

void read_matmul(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(2, 2);
  graph.append(node, dense_layer(graph, node, graph.constant(node, 1, "weight"), false, 1.0));
}

void read_conv(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(2, 3);
  const auto value = graph.activation(node, 0, "input");
  const Shape shape = graph.shape_of(value);
  if (shape.size() != 3) node.fail(fmt::format("its input is {} for each image; expected [channels, height, width]", to_text(shape)));
  const OnnxTensor kernels = graph.constant(node, 1, "weight");
  if (kernels.dims.size() != 4) {
    node.fail(fmt::format("its weight has shape [{}]; expected [outputs, channels, height, width]", fmt::join(kernels.dims, ", ")));
  }
  if (const std::int64_t group = node.integer("group", 1); group != 1) {
    node.fail(fmt::format("group={} is not supported; grouped and depthwise convolutions must be exported as dense ones (group=1)", group));
  }
  if (kernels.dims[1] != std::int64_t{shape[0]}) {
    node.fail(fmt::format("its weight of shape [{}] takes {} channels, but its input has {}", fmt::join(kernels.dims, ", "),
                          kernels.dims[1], shape[0]));
  }
  const auto kernel = node.integers("kernel_shape");
  if (!kernel.empty() && kernel != std::vector<std::int64_t>(kernels.dims.begin() + 2, kernels.dims.end())) {
    node.fail(fmt::format("kernel_shape [{}] does not agree with the weight of shape [{}]", fmt::join(kernel, ", "),
                          fmt::join(kernels.dims, ", ")));
  }
  if (kernels.dims[0] > OnnxLimits::dimension)
    node.fail(fmt::format("it has {} outputs, above {}", kernels.dims[0], OnnxLimits::dimension));
  Layer layer;
  layer.kind = LayerKind::convolution;
  layer.inputs = {value.layer};
  layer.grid = read_windows(node, shape, {kernels.dims[2], kernels.dims[3]});
  layer.outputs = static_cast<std::uint32_t>(kernels.dims[0]);
  layer.shape = {layer.outputs, layer.grid.output[0], layer.grid.output[1]};
  const std::size_t rows = layer.grid.rows();
  layer.weights.resize(kernels.numbers.size());
  for (std::size_t output = 0; output < layer.outputs; ++output) {
    for (std::size_t row = 0; row < rows; ++row)
      layer.weights[row * layer.outputs + output] = kernels.numbers[output * rows + row];
  }
  layer.bias.assign(layer.outputs, 0.0);
  if (!node.input(2).empty()) {
    const OnnxTensor bias = graph.constant(node, 2, "bias");
    if (bias.dims != std::vector<std::int64_t>{std::int64_t{layer.outputs}}) {
      node.fail(fmt::format("its bias has shape [{}], expected [{}]", fmt::join(bias.dims, ", "), layer.outputs));
    }
    layer.bias = bias.numbers;
  }
  graph.append(node, std::move(layer));
}

void read_batch_normalization(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(5, 5);
  const auto value = graph.activation(node, 0, "input");
  node.ignore("momentum");
  if (node.integer("training_mode", 0) != 0) node.fail("it is in training mode; export the model for inference");
  if (node.integer("spatial", 1) != 1) node.fail("spatial=0 is not supported; export the model again");
  const double epsilon = node.number("epsilon", 1e-5);
  Layer* layer = graph.foldable(value);
  const std::int64_t channels = layer == nullptr ? graph.shape_of(value)[0] : std::int64_t{layer->outputs};
  std::vector<double> parameters[4];
  static constexpr const char* names[4] = {"scale", "bias", "mean", "variance"};
  for (int i = 0; i < 4; ++i) {
    const OnnxTensor tensor = graph.constant(node, i + 1, names[i]);
    if (tensor.dims != std::vector<std::int64_t>{channels}) {
      node.fail(fmt::format("its {} has shape [{}], expected [{}]", names[i], fmt::join(tensor.dims, ", "), channels));
    }
    parameters[i] = tensor.numbers;
  }
  const auto& [scale, bias, mean, variance] = parameters;
  Affine affine{{channels}, {}, {}};
  for (std::size_t axis = 1; axis < graph.shape_of(value).size(); ++axis)
    affine.dims.push_back(1);
  for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels); ++channel) {
    if (!(variance[channel] + epsilon > 0.0))
      node.fail(fmt::format("variance {} of output {} is not positive", variance[channel], channel));
    affine.gain.push_back(scale[channel] / std::sqrt(variance[channel] + epsilon));
    affine.offset.push_back(bias[channel] - mean[channel] * affine.gain.back());
  }
  if (layer == nullptr) return fold_affine(graph, node, value, affine);
  for (std::size_t output = 0; output < layer->outputs; ++output) {
    for (std::size_t row = 0; row < layer->weights.size() / layer->outputs; ++row)
      layer->weights[row * layer->outputs + output] *= affine.gain[output];
    layer->bias[output] = (layer->bias[output] - mean[output]) * affine.gain[output] + bias[output];
  }
  check_finite(node, *layer);
  graph.alias(node, value);
}

void read_add(OnnxGraph& graph, OnnxNode& node) {
  node.expect_inputs(2, 2);
  const bool first = graph.is_activation(node.input(0));
  const bool second = graph.is_activation(node.input(1));
  if (first != second) {
    return read_constant_operation(
        graph, node, [](double, bool) { return 1.0; }, [](double c, bool) { return c; });
  }
  const auto left = graph.activation(node, 0, "input");
  const auto right = graph.activation(node, 1, "input");
  if (graph.shape_of(left) != graph.shape_of(right)) {
    node.fail(fmt::format("its inputs have different shapes {} and {}; broadcasting between activations is not supported",
                          to_text(graph.shape_of(left)), to_text(graph.shape_of(right))));
  }
  Layer layer;
  layer.kind = LayerKind::add;
  layer.inputs = {left.layer, right.layer};
  layer.shape = graph.shape_of(left);
  graph.append(node, std::move(layer));
}

void read_sub(OnnxGraph& graph, OnnxNode& node) {
  read_constant_operation(
      graph, node, [](double, bool left) { return left ? 1.0 : -1.0; }, [](double c, bool left) { return left ? -c : c; });
}

void read_mul(OnnxGraph& graph, OnnxNode& node) {
  read_constant_operation(
      graph, node, [](double c, bool) { return c; }, [](double, bool) { return 0.0; });
}

void read_div(OnnxGraph& graph, OnnxNode& node) {
  if (!graph.is_activation(node.input(0)) && graph.is_activation(node.input(1)))
    node.fail("a division by a value that depends on the image is not supported");
  read_constant_operation(
      graph, node, [](double c, bool) { return 1.0 / c; }, [](double, bool) { return 0.0; });
}

}  // namespace memcosim
