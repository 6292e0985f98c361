// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/networks/onnx/onnx_node.hpp"
#include "memcosim/networks/onnx/onnx_tensor.hpp"

namespace memcosim {

/// A node whose inputs are all constants, while it is evaluated.
class OnnxConstantNode {
 public:
  /// `inputs`: null where an optional input is absent.
  OnnxConstantNode(OnnxNode& node, std::vector<const OnnxTensor*> inputs, std::int64_t opset)
      : node_(node), inputs_(std::move(inputs)), opset_(opset) {}

  OnnxNode& node() const { return node_; }
  std::string place() const { return node_.place(); }
  [[noreturn]] void fail(const std::string& message) const { node_.fail(message); }
  std::int64_t opset() const { return opset_; }
  std::size_t count() const { return inputs_.size(); }
  /// Null when it is absent.
  const OnnxTensor* find(std::size_t index) const { return index < inputs_.size() ? inputs_[index] : nullptr; }
  const OnnxTensor& input(std::size_t index) const {
    if (find(index) == nullptr) fail("an input is missing");
    return *inputs_[index];
  }
  /// Elements of an integer input.
  const std::vector<std::int64_t>& integers(std::size_t index) const {
    if (!input(index).is_integer) fail("an input has floating-point elements, expected integers");
    return input(index).integers;
  }

 private:
  OnnxNode& node_;
  std::vector<const OnnxTensor*> inputs_;
  std::int64_t opset_;
};

/// One row of the table of operators that are evaluated while a model is imported; adding one takes a function and a row. Arithmetic is
/// done in double and rounded to the element type, so sums, products, quotients and roots of float elements are those of float arithmetic.
struct OnnxConstantOperator {
  const char* name;
  OnnxTensor (*evaluate)(const OnnxConstantNode& node);
};

/// Null for an operator that is not evaluated.
const OnnxConstantOperator* find_onnx_constant_operator(const std::string& name);

/// Axis counted from the front; fails outside of a tensor of `rank` axes.
std::int64_t onnx_axis(const OnnxNode& node, std::int64_t axis, std::int64_t rank);
/// The axes of a node: an attribute before opset `since`, then an input. Empty when absent.
std::vector<std::int64_t> onnx_axes(OnnxNode& node, const OnnxTensor* input, std::int64_t opset, std::int64_t since);
/// Shape without or with axes of length 1 (`axes` counted from the front; empty: all of length 1).
std::vector<std::int64_t> squeezed_dims(const OnnxNode& node, const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& axes);
std::vector<std::int64_t> unsqueezed_dims(const OnnxNode& node, const std::vector<std::int64_t>& dims,
                                          const std::vector<std::int64_t>& axes);

// Operators that do not compute with the elements (onnx_constant_shapes.cpp).
OnnxTensor evaluate_cast(const OnnxConstantNode& node);
OnnxTensor evaluate_concat(const OnnxConstantNode& node);
OnnxTensor evaluate_constant_of_shape(const OnnxConstantNode& node);
OnnxTensor evaluate_expand(const OnnxConstantNode& node);
OnnxTensor evaluate_flatten(const OnnxConstantNode& node);
OnnxTensor evaluate_gather(const OnnxConstantNode& node);
OnnxTensor evaluate_identity(const OnnxConstantNode& node);
OnnxTensor evaluate_range(const OnnxConstantNode& node);
OnnxTensor evaluate_reshape(const OnnxConstantNode& node);
OnnxTensor evaluate_shape(const OnnxConstantNode& node);
OnnxTensor evaluate_size(const OnnxConstantNode& node);
OnnxTensor evaluate_slice(const OnnxConstantNode& node);
OnnxTensor evaluate_squeeze(const OnnxConstantNode& node);
OnnxTensor evaluate_transpose(const OnnxConstantNode& node);
OnnxTensor evaluate_unsqueeze(const OnnxConstantNode& node);
// Arithmetic (onnx_constant_arithmetic.cpp): one function for all operators of a kind, distinguished by their name.
OnnxTensor evaluate_unary(const OnnxConstantNode& node);
OnnxTensor evaluate_binary(const OnnxConstantNode& node);
OnnxTensor evaluate_comparison(const OnnxConstantNode& node);
OnnxTensor evaluate_where(const OnnxConstantNode& node);
OnnxTensor evaluate_clip(const OnnxConstantNode& node);
OnnxTensor evaluate_reduction(const OnnxConstantNode& node);
OnnxTensor evaluate_matmul(const OnnxConstantNode& node);

/// The part of a shape that the attributes start and end of Shape (opset 15) select.
OnnxTensor shape_tensor(OnnxNode& node, const std::vector<std::int64_t>& dims);

}  // namespace memcosim
