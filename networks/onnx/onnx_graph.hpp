// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "memcosim/networks/layers/network.hpp"
#include "memcosim/networks/onnx/onnx_node.hpp"
#include "memcosim/networks/onnx/onnx_tensor.hpp"

namespace onnx {
class GraphProto;
class ModelProto;
}  // namespace onnx

namespace memcosim {

/// Builds a Network from an ONNX graph, node by node in file order (which ONNX demands to be topological).
class OnnxGraph {
 public:
  /// `folder`: folder of external data; empty: external data is refused.
  OnnxGraph(const onnx::ModelProto& model, const std::string& file, std::filesystem::path folder);

  /// The value behind the name of an activation.
  struct Value {
    std::int32_t layer = network_input;
    bool sole_use = false;     ///< nothing else reads the layer's result, so a following node may be folded into it
    bool input_alone = false;  ///< the network input with its elements in order, read by no other node so far
    bool scores_done = false;  ///< result of Softmax or ArgMax: must reach the output unchanged
  };

  Network build();

  // For the operators:
  bool is_activation(const std::string& name) const { return values_.count(name) != 0; }
  /// The activation that a node reads; fails when there is none, or it is the result of Softmax or ArgMax.
  Value activation(const OnnxNode& node, int input, const char* meaning) const;
  /// The same, but also accepts results of Softmax: for Identity, and for ArgMax after Softmax.
  Value any_activation(const OnnxNode& node, int input, const char* meaning) const;
  /// The constant that a node reads, of the wanted kind.
  OnnxTensor constant(const OnnxNode& node, int input, const char* meaning, bool integers = false);
  void define_constant(const OnnxNode& node, OnnxTensor tensor);
  /// Axes of a node on activations: an attribute before opset `since`, then constant input 1. Empty when absent.
  std::vector<std::int64_t> axes(OnnxNode& node, std::int64_t since);
  /// Tensor of an attribute.
  OnnxTensor attribute_tensor(OnnxNode& node, const char* attribute) const;
  /// Appends a layer and names its result as the node's output.
  void append(const OnnxNode& node, Layer layer);
  /// Names `value` as the node's output: the node itself leaves no layer.
  void alias(const OnnxNode& node, Value value);
  /// Appends a layer that keeps the elements and their order.
  void append_reshape(const OnnxNode& node, const Value& value, Shape shape);
  /// The matrix layer into which a node may be folded, or null.
  Layer* foldable(const Value& value);
  /// Composes a normalisation of the network input, before the first layer: gain * element + offset, one of each for each element.
  void normalise_input(const OnnxNode& node, const std::vector<double>& gain, const std::vector<double>& offset);
  const Shape& shape_of(const Value& value) const { return network_.shape_of(value.layer); }
  /// Batch size for which the graph is read: the fixed one of its input, else 1.
  std::int64_t batch() const { return batch_ == 0 ? 1 : batch_; }
  /// Shape of a value with the batch in front.
  std::vector<std::int64_t> dims_of(const Value& value) const;
  std::int64_t opset() const { return opset_; }

 private:
  [[noreturn]] void fail(const std::string& message) const;
  [[noreturn]] void fail_missing(const OnnxNode& node, const std::string& name, const char* meaning) const;
  void read_opset();
  void read_constants();
  void read_input();
  void count_uses();
  void read_node(int index);
  bool is_constant(const std::string& name) const { return initializers_.count(name) != 0 || constants_.count(name) != 0; }
  bool evaluate(OnnxNode& node);
  void read_output();
  void check_connected() const;
  void define(const OnnxNode& node, const std::string& name, Value value);
  bool used_once(const std::string& name) const;

  const onnx::ModelProto& model_;
  const onnx::GraphProto& graph_;
  std::string file_;
  std::filesystem::path folder_;
  Network network_;
  std::map<std::string, const onnx::TensorProto*> initializers_;
  std::map<std::string, OnnxTensor> constants_;
  std::map<std::string, Value> values_;
  std::map<std::string, int> uses_;
  std::set<std::string> layer_names_;
  std::int64_t opset_ = 0;
  std::int64_t batch_ = 0;
  std::int64_t weight_elements_ = 0;
  std::int64_t value_elements_ = 0;
};

}  // namespace memcosim
