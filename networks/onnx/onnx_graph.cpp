// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_graph.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/onnx/onnx_constants.hpp"
#include "memcosim/networks/onnx/onnx_limits.hpp"
#include "memcosim/networks/onnx/onnx_operators.hpp"

namespace memcosim {

OnnxGraph::OnnxGraph(const onnx::ModelProto& model, const std::string& file, std::filesystem::path folder)
    : model_(model), graph_(model.graph()), file_(file), folder_(std::move(folder)) {}

void OnnxGraph::fail(const std::string& message) const {
  throw InputError(file_ + ": " + message);
}

Network OnnxGraph::build() {
  network_.file = file_;
  if (!model_.has_graph()) fail("it has no graph: it is no ONNX model, or it is truncated; export the model again");
  read_opset();
  if (graph_.node_size() == 0) fail("its graph has no nodes");
  if (graph_.node_size() > OnnxLimits::nodes) fail(fmt::format("its graph has more than {} nodes", OnnxLimits::nodes));
  read_constants();
  count_uses();
  read_input();
  for (int i = 0; i < graph_.node_size(); ++i)
    read_node(i);
  read_output();
  check_connected();
  return std::move(network_);
}

void OnnxGraph::read_opset() {
  for (const auto& entry : model_.opset_import()) {
    if (entry.domain().empty() || entry.domain() == "ai.onnx") opset_ = std::max<std::int64_t>(opset_, entry.version());
  }
  if (opset_ == 0) fail("it names no version of the standard operators (opset_import): it is truncated or no ONNX model; export it again");
  if (opset_ < 7)
    fail(fmt::format("it uses opset {}; opset 7 or later is needed, export the model again (opset_version=13 or later)", opset_));
}

void OnnxGraph::read_constants() {
  if (graph_.sparse_initializer_size() > 0) fail("it has sparse initializers, which are not supported; export dense weights");
  for (const auto& tensor : graph_.initializer()) {
    if (!initializers_.emplace(tensor.name(), &tensor).second) fail(fmt::format("initializer '{}' is given twice", tensor.name()));
  }
}

void OnnxGraph::read_input() {
  const onnx::ValueInfoProto* input = nullptr;
  for (const auto& candidate : graph_.input()) {
    if (initializers_.count(candidate.name()) != 0) continue;  // before IR version 4, weights are listed as inputs too
    if (input != nullptr)
      fail(fmt::format("it has several inputs ('{}', '{}'); one image input is supported", input->name(), candidate.name()));
    input = &candidate;
  }
  if (input == nullptr) fail("its graph has no input; one image input is needed");
  const std::string place = fmt::format("input '{}'", input->name());
  if (!input->type().has_tensor_type() || !input->type().tensor_type().has_shape())
    fail(place + " has no tensor shape; export the model with a fixed image size");
  const auto& tensor = input->type().tensor_type();
  if (tensor.elem_type() != onnx::TensorProto::FLOAT && tensor.elem_type() != onnx::TensorProto::DOUBLE &&
      tensor.elem_type() != onnx::TensorProto::FLOAT16) {
    fail(place + " is not of a floating-point type; export the model with float input (pixels divided by 255)");
  }
  if (tensor.shape().dim_size() < 2 || tensor.shape().dim_size() > 4) {
    fail(fmt::format("{} has {} dimensions; expected [batch, features], [batch, height, width] or [batch, channels, height, width]", place,
                     tensor.shape().dim_size()));
  }
  for (int i = 0; i < tensor.shape().dim_size(); ++i) {
    const auto& dim = tensor.shape().dim(i);
    if (i == 0) {
      if (dim.has_dim_value()) batch_ = dim.dim_value();
      if (batch_ < 0 || batch_ > OnnxLimits::dimension) fail(fmt::format("{} has batch size {}", place, batch_));
      continue;
    }
    if (!dim.has_dim_value())
      fail(fmt::format("dimension {} of {} is dynamic; only the batch may be, export the model with a fixed image size", i, place));
    if (dim.dim_value() < 1 || dim.dim_value() > OnnxLimits::dimension) {
      fail(fmt::format("dimension {} of {} is {}; expected 1 to {}", i, place, dim.dim_value(), OnnxLimits::dimension));
    }
    network_.input.push_back(static_cast<std::uint32_t>(dim.dim_value()));
    value_elements_ = std::max<std::int64_t>(value_elements_, 1) * dim.dim_value();  // below 2^26 * 2^20 before the check
    if (value_elements_ > OnnxLimits::value_elements) fail(fmt::format("{} has more than {} elements", place, OnnxLimits::value_elements));
  }
  Value value;
  value.input_alone = used_once(input->name());
  values_[input->name()] = value;
}

void OnnxGraph::count_uses() {
  for (const auto& node : graph_.node()) {
    if (node.op_type() == "Shape" || node.op_type() == "Size") continue;  // they only read the shape
    for (const auto& name : node.input())
      ++uses_[name];
  }
  for (const auto& output : graph_.output())
    ++uses_[output.name()];
}

bool OnnxGraph::used_once(const std::string& name) const {
  const auto found = uses_.find(name);
  return found != uses_.end() && found->second == 1;
}

void OnnxGraph::read_node(int index) {
  const auto& proto = graph_.node(index);
  OnnxNode node(proto, index, file_);
  const bool standard = proto.domain().empty() || proto.domain() == "ai.onnx";
  if (standard && evaluate(node)) return node.finish();
  const OnnxOperator* handler = standard ? find_onnx_operator(proto.op_type()) : nullptr;
  if (handler == nullptr) {
    std::string names;
    for (const auto& name : onnx_operator_names())
      names += (names.empty() ? "" : ", ") + name;
    node.fail(fmt::format("the operator is not supported{}; rewrite the model with {} (a simplifier such as onnxsim removes many others)",
                          proto.domain().empty() ? "" : " (domain '" + proto.domain() + "')", names));
  }
  handler->read(*this, node);
  node.finish();
}

/// Computes a node whose inputs are all constants; returns false for other nodes.
bool OnnxGraph::evaluate(OnnxNode& node) {
  const OnnxConstantOperator* row = find_onnx_constant_operator(node.op());
  if (row == nullptr || node.input_count() == 0) return false;
  for (int i = 0; i < node.input_count(); ++i) {
    if (!node.input(i).empty() && !is_constant(node.input(i))) return false;
  }
  std::map<std::string, OnnxTensor> read;  // initializers by name: a node that names one many times holds it once
  std::vector<const OnnxTensor*> inputs;
  for (int i = 0; i < node.input_count(); ++i) {
    const std::string name = node.input(i);
    if (name.empty()) {
      inputs.push_back(nullptr);
    } else if (const auto defined = constants_.find(name); defined != constants_.end()) {
      inputs.push_back(&defined->second);
    } else {
      auto found = read.find(name);
      if (found == read.end()) {
        const std::string place = fmt::format("{}, input '{}'", node.place(), name);
        found = read.emplace(name, read_onnx_tensor(*initializers_.at(name), folder_, place)).first;
      }
      inputs.push_back(&found->second);
    }
  }
  define_constant(node, row->evaluate(OnnxConstantNode(node, std::move(inputs), opset_)));
  return true;
}

OnnxTensor OnnxGraph::attribute_tensor(OnnxNode& node, const char* attribute) const {
  const onnx::TensorProto* tensor = node.tensor(attribute);
  if (tensor == nullptr) node.fail(fmt::format("it has no attribute '{}'", attribute));
  return read_onnx_tensor(*tensor, folder_, node.place());
}

std::vector<std::int64_t> OnnxGraph::axes(OnnxNode& node, std::int64_t since) {
  if (opset_ < since || node.input(1).empty()) return onnx_axes(node, nullptr, opset_, since);
  const OnnxTensor input = constant(node, 1, "axes", true);
  return onnx_axes(node, &input, opset_, since);
}

std::vector<std::int64_t> OnnxGraph::dims_of(const Value& value) const {
  std::vector<std::int64_t> dims{batch()};
  for (const std::uint32_t size : shape_of(value))
    dims.push_back(size);
  return dims;
}

void OnnxGraph::read_output() {
  if (graph_.output_size() != 1) fail(fmt::format("its graph has {} outputs; one is needed, the logits", graph_.output_size()));
  const std::string& name = graph_.output(0).name();
  const auto found = values_.find(name);
  if (found == values_.end()) fail(fmt::format("no node computes its output '{}'", name));
  network_.output = found->second.layer;
  if (network_.output == network_input) fail("its output does not pass through any layer");
}

void OnnxGraph::check_connected() const {
  std::vector<char> needed(network_.layers.size(), 0);
  bool from_input = false;
  bool has_matrix = false;
  needed[static_cast<std::size_t>(network_.output)] = 1;
  for (std::size_t i = network_.layers.size(); i-- > 0;) {
    const Layer& layer = network_.layers[i];
    if (needed[i] == 0)
      fail(fmt::format("node '{}' ({}) is disconnected: the output does not depend on it; remove it", layer.name, to_text(layer.kind)));
    has_matrix = has_matrix || is_matrix(layer.kind);
    for (const std::int32_t input : layer.inputs) {
      if (input == network_input) {
        from_input = true;
      } else {
        needed[static_cast<std::size_t>(input)] = 1;
      }
    }
  }
  if (!from_input) fail("its output does not depend on its input");
  if (!has_matrix) fail("it has no Gemm, MatMul or Conv: there is nothing to put on arrays");
}

void OnnxGraph::fail_missing(const OnnxNode& node, const std::string& name, const char* meaning) const {
  for (const auto& other : graph_.node()) {
    for (const auto& output : other.output()) {
      if (output != name) continue;
      node.fail(fmt::format("its {} '{}' is {}", meaning, name,
                            is_activation(other.output(0)) ? "a secondary output of another node, which is not supported"
                                                           : "computed by a later node: the graph is cyclic or not in topological order"));
    }
  }
  node.fail(
      fmt::format("its {} '{}' does not exist: no initializer and no node of that name; the file is incomplete, export the model again",
                  meaning, name));
}

OnnxGraph::Value OnnxGraph::any_activation(const OnnxNode& node, int input, const char* meaning) const {
  const std::string name = node.required_input(input, meaning);
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second;
  if (is_constant(name)) {
    node.fail(fmt::format("its {} '{}' is a constant; expected a value that depends on the image", meaning, name));
  }
  fail_missing(node, name, meaning);
}

OnnxGraph::Value OnnxGraph::activation(const OnnxNode& node, int input, const char* meaning) const {
  const Value value = any_activation(node, input, meaning);
  if (value.scores_done) node.fail("it comes after Softmax or ArgMax, which are supported only at the end of the network");
  return value;
}

OnnxTensor OnnxGraph::constant(const OnnxNode& node, int input, const char* meaning, bool integers) {
  const std::string name = node.required_input(input, meaning);
  OnnxTensor tensor;
  if (const auto initializer = initializers_.find(name); initializer != initializers_.end()) {
    tensor = read_onnx_tensor(*initializer->second, folder_, fmt::format("{}, {} '{}'", node.place(), meaning, name));
  } else if (const auto defined = constants_.find(name); defined != constants_.end()) {
    tensor = defined->second;
  } else if (is_activation(name)) {
    node.fail(fmt::format("its {} '{}' depends on the image; it must be a constant (an initializer)", meaning, name));
  } else {
    fail_missing(node, name, meaning);
  }
  weight_elements_ += tensor.size();
  if (weight_elements_ > OnnxLimits::weights) node.fail(fmt::format("the model has more than {} weights", OnnxLimits::weights));
  if (tensor.size() == 0) node.fail(fmt::format("its {} '{}' is empty", meaning, name));
  if (tensor.is_integer != integers) {
    node.fail(fmt::format("its {} '{}' has {} elements, expected {}", meaning, name, tensor.is_integer ? "integer" : "floating-point",
                          integers ? "int64" : "float"));
  }
  return tensor;
}

void OnnxGraph::define(const OnnxNode& node, const std::string& name, Value value) {
  if (is_constant(name) || !values_.emplace(name, value).second) {
    node.fail(fmt::format("its output '{}' has the name of another value", name));
  }
}

void OnnxGraph::define_constant(const OnnxNode& node, OnnxTensor tensor) {
  weight_elements_ += tensor.size();
  if (weight_elements_ > OnnxLimits::weights) node.fail(fmt::format("the model has more than {} weights", OnnxLimits::weights));
  const std::string& name = node.output();
  if (initializers_.count(name) != 0 || values_.count(name) != 0 || !constants_.emplace(name, std::move(tensor)).second) {
    node.fail(fmt::format("its output '{}' has the name of another value", name));
  }
}

void OnnxGraph::append(const OnnxNode& node, Layer layer) {
  value_elements_ += static_cast<std::int64_t>(element_count(layer.shape));
  if (value_elements_ > OnnxLimits::value_elements)
    node.fail(fmt::format("the activations of one image have more than {} elements", OnnxLimits::value_elements));
  layer.name = node.name();
  for (int copy = 2; !layer_names_.insert(layer.name).second; ++copy)
    layer.name = fmt::format("{}_{}", node.name(), copy);
  network_.layers.push_back(std::move(layer));
  Value value;
  value.layer = static_cast<std::int32_t>(network_.layers.size()) - 1;
  value.sole_use = used_once(node.output());
  define(node, node.output(), value);
}

void OnnxGraph::alias(const OnnxNode& node, Value value) {
  value.sole_use = value.sole_use && used_once(node.output());
  value.input_alone = value.input_alone && used_once(node.output());
  define(node, node.output(), value);
}

void OnnxGraph::append_reshape(const OnnxNode& node, const Value& value, Shape shape) {
  Layer layer;
  layer.kind = LayerKind::reshape;
  layer.inputs = {value.layer};
  layer.shape = std::move(shape);
  append(node, std::move(layer));
  values_[node.output()].input_alone = value.input_alone && used_once(node.output());
}

void OnnxGraph::normalise_input(const OnnxNode& node, const std::vector<double>& gain, const std::vector<double>& offset) {
  network_.normalisation.then(gain, offset);
  for (std::size_t i = 0; i < gain.size(); ++i) {
    if (!std::isfinite(network_.normalisation.gain[i]) || !std::isfinite(network_.normalisation.offset[i])) {
      node.fail(fmt::format("element {} of the input is normalised to a value that is not finite", i));
    }
  }
}

Layer* OnnxGraph::foldable(const Value& value) {
  if (value.layer == network_input || !value.sole_use) return nullptr;
  Layer& layer = network_.layers[static_cast<std::size_t>(value.layer)];
  return is_matrix(layer.kind) ? &layer : nullptr;
}

}  // namespace memcosim
