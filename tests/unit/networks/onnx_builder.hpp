// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <onnx/onnx_pb.h>

#include "memcosim/networks/layers/network.hpp"
#include "memcosim/networks/onnx/onnx_import.hpp"

namespace memcosim::test {

/// Writes small ONNX models for tests. The graph input is "x", the output "y".
class OnnxBuilder {
 public:
  /// `input`: shape of "x" with the batch first; a dimension of -1 is dynamic.
  explicit OnnxBuilder(const std::vector<std::int64_t>& input, std::int64_t opset = 13) {
    model_.set_ir_version(8);
    auto* entry = model_.add_opset_import();
    entry->set_domain("");
    entry->set_version(opset);
    graph().set_name("test");
    add_value(*graph().add_input(), "x", input);
    graph().add_output()->set_name("y");
  }

  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  static void add_value(onnx::ValueInfoProto& info, const std::string& name, const std::vector<std::int64_t>& shape) {
    info.set_name(name);
    auto* tensor = info.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : shape) {
      auto* dim = tensor->mutable_shape()->add_dim();
      if (size >= 0) {
        dim->set_dim_value(size);
      } else {
        dim->set_dim_param("d" + std::to_string(tensor->shape().dim_size()));
      }
    }
  }

  onnx::TensorProto& weight(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<double>& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : shape)
      tensor.add_dims(size);
    for (const double value : values)
      tensor.add_float_data(static_cast<float>(value));
    return tensor;
  }

  onnx::TensorProto& integers(const std::string& name, const std::vector<std::int64_t>& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values)
      tensor.add_int64_data(value);
    return tensor;
  }

  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                        const std::string& name = "") {
    auto& node = *graph().add_node();
    node.set_op_type(op);
    node.set_name(name.empty() ? "the_" + op : name);
    for (const auto& input : inputs)
      node.add_input(input);
    node.add_output(output);
    return node;
  }

  std::string bytes() const { return model_.SerializeAsString(); }
  Network import() const { return parse_onnx(bytes(), "test.onnx"); }

 private:
  onnx::ModelProto model_;
};

inline onnx::AttributeProto& attribute(onnx::NodeProto& node, const std::string& name, onnx::AttributeProto::AttributeType type) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}
inline void set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}
inline void set_number(onnx::NodeProto& node, const std::string& name, double value) {
  attribute(node, name, onnx::AttributeProto::FLOAT).set_f(static_cast<float>(value));
}
inline void set_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}
inline void set_list(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
  auto& list = attribute(node, name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values)
    list.add_ints(value);
}

/// Small numbers without a pattern, the same in every run: multiples of 1/64 between -1 and 1, so that sums in tests are exact.
inline std::vector<double> some_numbers(std::size_t count, std::uint32_t seed = 1) {
  std::vector<double> values;
  std::uint32_t state = seed * 2654435761u + 12345u;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    values.push_back((static_cast<int>(state >> 25) - 64) / 64.0);
  }
  return values;
}

}  // namespace memcosim::test
