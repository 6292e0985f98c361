// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_constants.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace memcosim {
namespace {

constexpr std::array constant_operators{
    OnnxConstantOperator{"Abs", evaluate_unary},
    OnnxConstantOperator{"Add", evaluate_binary},
    OnnxConstantOperator{"And", evaluate_comparison},
    OnnxConstantOperator{"Cast", evaluate_cast},
    OnnxConstantOperator{"Ceil", evaluate_unary},
    OnnxConstantOperator{"Clip", evaluate_clip},
    OnnxConstantOperator{"Concat", evaluate_concat},
    OnnxConstantOperator{"ConstantOfShape", evaluate_constant_of_shape},
    OnnxConstantOperator{"Div", evaluate_binary},
    OnnxConstantOperator{"Dropout", evaluate_identity},
    OnnxConstantOperator{"Equal", evaluate_comparison},
    OnnxConstantOperator{"Exp", evaluate_unary},
    OnnxConstantOperator{"Expand", evaluate_expand},
    OnnxConstantOperator{"Flatten", evaluate_flatten},
    OnnxConstantOperator{"Floor", evaluate_unary},
    OnnxConstantOperator{"Gather", evaluate_gather},
    OnnxConstantOperator{"Greater", evaluate_comparison},
    OnnxConstantOperator{"GreaterOrEqual", evaluate_comparison},
    OnnxConstantOperator{"Identity", evaluate_identity},
    OnnxConstantOperator{"Less", evaluate_comparison},
    OnnxConstantOperator{"LessOrEqual", evaluate_comparison},
    OnnxConstantOperator{"Log", evaluate_unary},
    OnnxConstantOperator{"MatMul", evaluate_matmul},
    OnnxConstantOperator{"Max", evaluate_binary},
    OnnxConstantOperator{"Min", evaluate_binary},
    OnnxConstantOperator{"Mul", evaluate_binary},
    OnnxConstantOperator{"Neg", evaluate_unary},
    OnnxConstantOperator{"Not", evaluate_unary},
    OnnxConstantOperator{"Or", evaluate_comparison},
    OnnxConstantOperator{"Pow", evaluate_binary},
    OnnxConstantOperator{"Range", evaluate_range},
    OnnxConstantOperator{"Reciprocal", evaluate_unary},
    OnnxConstantOperator{"ReduceL1", evaluate_reduction},
    OnnxConstantOperator{"ReduceL2", evaluate_reduction},
    OnnxConstantOperator{"ReduceMax", evaluate_reduction},
    OnnxConstantOperator{"ReduceMean", evaluate_reduction},
    OnnxConstantOperator{"ReduceMin", evaluate_reduction},
    OnnxConstantOperator{"ReduceProd", evaluate_reduction},
    OnnxConstantOperator{"ReduceSum", evaluate_reduction},
    OnnxConstantOperator{"ReduceSumSquare", evaluate_reduction},
    OnnxConstantOperator{"Relu", evaluate_unary},
    OnnxConstantOperator{"Reshape", evaluate_reshape},
    OnnxConstantOperator{"Round", evaluate_unary},
    OnnxConstantOperator{"Shape", evaluate_shape},
    OnnxConstantOperator{"Sigmoid", evaluate_unary},
    OnnxConstantOperator{"Sign", evaluate_unary},
    OnnxConstantOperator{"Size", evaluate_size},
    OnnxConstantOperator{"Slice", evaluate_slice},
    OnnxConstantOperator{"Sqrt", evaluate_unary},
    OnnxConstantOperator{"Squeeze", evaluate_squeeze},
    OnnxConstantOperator{"Sub", evaluate_binary},
    OnnxConstantOperator{"Tanh", evaluate_unary},
    OnnxConstantOperator{"Transpose", evaluate_transpose},
    OnnxConstantOperator{"Unsqueeze", evaluate_unsqueeze},
    OnnxConstantOperator{"Where", evaluate_where},
};

}  // namespace

const OnnxConstantOperator* find_onnx_constant_operator(const std::string& name) {
  const auto* found =
      std::find_if(constant_operators.begin(), constant_operators.end(), [&](const OnnxConstantOperator& row) { return name == row.name; });
  return found == constant_operators.end() ? nullptr : found;
}

std::int64_t onnx_axis(const OnnxNode& node, std::int64_t axis, std::int64_t rank) {
  if (axis < -rank || axis >= rank) node.fail(fmt::format("axis {} is outside of a value with {} dimensions", axis, rank));
  return axis < 0 ? axis + rank : axis;
}

std::vector<std::int64_t> onnx_axes(OnnxNode& node, const OnnxTensor* input, std::int64_t opset, std::int64_t since) {
  if (opset < since) return node.integers("axes");
  if (input == nullptr) return {};
  if (!input->is_integer) node.fail("its axes have floating-point elements, expected integers");
  return input->integers;
}

std::vector<std::int64_t> squeezed_dims(const OnnxNode& node, const std::vector<std::int64_t>& dims,
                                        const std::vector<std::int64_t>& axes) {
  const auto rank = static_cast<std::int64_t>(dims.size());
  std::vector<char> gone(dims.size(), 0);
  for (const std::int64_t axis : axes) {
    const auto at = static_cast<std::size_t>(onnx_axis(node, axis, rank));
    if (dims[at] != 1) node.fail(fmt::format("axis {} of [{}] cannot be squeezed: its length is not 1", axis, fmt::join(dims, ", ")));
    gone[at] = 1;
  }
  std::vector<std::int64_t> result;
  for (std::size_t at = 0; at < dims.size(); ++at) {
    if (axes.empty() ? dims[at] != 1 : gone[at] == 0) result.push_back(dims[at]);
  }
  return result;
}

std::vector<std::int64_t> unsqueezed_dims(const OnnxNode& node, const std::vector<std::int64_t>& dims,
                                          const std::vector<std::int64_t>& axes) {
  const std::size_t rank = dims.size() + axes.size();
  std::vector<char> added(rank, 0);
  for (const std::int64_t axis : axes)
    added[static_cast<std::size_t>(onnx_axis(node, axis, static_cast<std::int64_t>(rank)))] = 1;
  if (static_cast<std::size_t>(std::count(added.begin(), added.end(), 1)) != axes.size()) node.fail("it adds an axis twice");
  std::vector<std::int64_t> result;
  auto next = dims.begin();
  for (const char is_new : added)
    result.push_back(is_new != 0 ? 1 : *next++);
  return result;
}

OnnxTensor shape_tensor(OnnxNode& node, const std::vector<std::int64_t>& dims) {
  const auto rank = static_cast<std::int64_t>(dims.size());
  const auto bound = [&](const char* name, std::int64_t fallback) {
    const std::int64_t at = node.integer(name, fallback);
    return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  const std::int64_t begin = bound("start", 0);
  const std::int64_t end = std::max(begin, bound("end", rank));
  std::vector<std::int64_t> part(dims.begin() + begin, dims.begin() + end);
  const auto length = static_cast<std::int64_t>(part.size());
  return integer_tensor({length}, std::move(part));
}

}  // namespace memcosim
