// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include "memcosim/networks/onnx/onnx_constants.hpp"
#include "memcosim/networks/onnx/onnx_limits.hpp"
#include "memcosim/networks/onnx/onnx_tensor_view.hpp"

namespace memcosim {
namespace {

template <typename Function>
struct Named {
  const char* name;
  Function function;
};

template <typename Function, std::size_t count>
Function find(const Named<Function> (&rows)[count], const std::string& name) {
  for (const auto& row : rows) {
    if (name == row.name) return row.function;
  }
  return nullptr;
}

using Unary = double (*)(double);
constexpr Named<Unary> unary[] = {
    {"Abs", [](double x) { return std::abs(x); }},
    {"Ceil", [](double x) { return std::ceil(x); }},
    {"Exp", [](double x) { return std::exp(x); }},
    {"Floor", [](double x) { return std::floor(x); }},
    {"Log", [](double x) { return std::log(x); }},
    {"Neg", [](double x) { return -x; }},
    {"Not", [](double x) { return x == 0.0 ? 1.0 : 0.0; }},
    {"Reciprocal", [](double x) { return 1.0 / x; }},
    {"Relu", [](double x) { return std::max(x, 0.0); }},
    {"Round", [](double x) { return std::nearbyint(x); }},  // halves to even, as ONNX specifies
    {"Sigmoid", [](double x) { return 1.0 / (1.0 + std::exp(-x)); }},
    {"Sign", [](double x) { return x > 0.0   ? 1.0
                                   : x < 0.0 ? -1.0
                                             : 0.0; }},
    {"Sqrt", [](double x) { return std::sqrt(x); }},
    {"Tanh", [](double x) { return std::tanh(x); }},
};

using Binary = double (*)(double, double);
constexpr Named<Binary> binary[] = {
    {"Add", [](double a, double b) { return a + b; }},          {"Div", [](double a, double b) { return a / b; }},
    {"Max", [](double a, double b) { return std::max(a, b); }}, {"Min", [](double a, double b) { return std::min(a, b); }},
    {"Mul", [](double a, double b) { return a * b; }},          {"Pow", [](double a, double b) { return std::pow(a, b); }},
    {"Sub", [](double a, double b) { return a - b; }},
};

/// Operations on integers without conversion to double; false if the result does not fit 64 bits or is undefined.
using IntegerBinary = bool (*)(std::int64_t, std::int64_t, std::int64_t&);
constexpr Named<IntegerBinary> integer_binary[] = {
    {"Add", [](std::int64_t a, std::int64_t b, std::int64_t& out) { return !__builtin_add_overflow(a, b, &out); }},
    {"Div",
     [](std::int64_t a, std::int64_t b, std::int64_t& out) {
       if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) return false;
       out = a / b;
       return true;
     }},
    {"Max",
     [](std::int64_t a, std::int64_t b, std::int64_t& out) {
       out = std::max(a, b);
       return true;
     }},
    {"Min",
     [](std::int64_t a, std::int64_t b, std::int64_t& out) {
       out = std::min(a, b);
       return true;
     }},
    {"Mul", [](std::int64_t a, std::int64_t b, std::int64_t& out) { return !__builtin_mul_overflow(a, b, &out); }},
    {"Pow",
     [](std::int64_t a, std::int64_t b, std::int64_t& out) {
       const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
       if (!(std::abs(power) <= 0x1p53)) return false;
       out = static_cast<std::int64_t>(power);
       return true;
     }},
    {"Sub", [](std::int64_t a, std::int64_t b, std::int64_t& out) { return !__builtin_sub_overflow(a, b, &out); }},
};

using Comparison = bool (*)(double, double);
constexpr Named<Comparison> comparisons[] = {
    {"And", [](double a, double b) { return a != 0.0 && b != 0.0; }},
    {"Equal", [](double a, double b) { return a == b; }},
    {"Greater", [](double a, double b) { return a > b; }},
    {"GreaterOrEqual", [](double a, double b) { return a >= b; }},
    {"Less", [](double a, double b) { return a < b; }},
    {"LessOrEqual", [](double a, double b) { return a <= b; }},
    {"Or", [](double a, double b) { return a != 0.0 || b != 0.0; }},
};

double number_at(const OnnxTensor& tensor, std::size_t element) {
  return tensor.is_integer ? static_cast<double>(tensor.integers[element]) : tensor.numbers[element];
}

/// An empty result of the type and shape of `like`.
OnnxTensor empty_like(const OnnxTensor& like) {
  OnnxTensor result;
  result.type = like.type;
  result.is_integer = like.is_integer;
  result.dims = like.dims;
  return result;
}

void append(const OnnxConstantNode& node, OnnxTensor& result, double value) {
  const double rounded = result.is_integer ? value : round_to_type(value, result.type);
  if (!std::isfinite(rounded)) node.fail("a constant that it computes is not finite; weights must be finite");
  if (result.is_integer) {
    // -2^63 is an integer of 64 bits, 2^63 is none; both are doubles.
    if (!(rounded >= -0x1p63 && rounded < 0x1p63)) node.fail("a constant that it computes does not fit an integer of 64 bits");
    result.integers.push_back(static_cast<std::int64_t>(rounded));
  } else {
    result.numbers.push_back(rounded);
  }
}

/// Two operands, broadcast to the same shape.
struct Operands {
  OnnxTensor left, right;
};

Operands broadcast(const OnnxConstantNode& node, const OnnxTensor& left, const OnnxTensor& right) {
  if (left.dims == right.dims) return {left, right};
  std::vector<std::int64_t> dims;
  OnnxTensorView left_view;
  OnnxTensorView right_view;
  if (!broadcast_dims(left.dims, right.dims, dims) || !broadcast_view(left.dims, dims, left_view) ||
      !broadcast_view(right.dims, dims, right_view)) {
    node.fail(fmt::format("its constants of shapes [{}] and [{}] do not fit each other", fmt::join(left.dims, ", "),
                          fmt::join(right.dims, ", ")));
  }
  return {copy_view(left, left_view, node.place()), copy_view(right, right_view, node.place())};
}

OnnxTensor combine(const OnnxConstantNode& node, const OnnxTensor& first, const OnnxTensor& second) {
  const std::string& op = node.node().op();
  const Operands operands = broadcast(node, first, second);
  OnnxTensor result = empty_like(operands.left);
  const bool integers = operands.left.is_integer && operands.right.is_integer;
  if (operands.left.is_integer != operands.right.is_integer && op != "Pow") node.fail("one of its constants is of integers, the other not");
  const auto size = static_cast<std::size_t>(operands.left.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (integers) {
      std::int64_t value = 0;
      if (!find(integer_binary, op)(operands.left.integers[i], operands.right.integers[i], value))
        node.fail(fmt::format("element {} of its result does not exist or does not fit an integer", i));
      result.integers.push_back(value);
    } else {
      append(node, result, find(binary, op)(number_at(operands.left, i), number_at(operands.right, i)));
    }
  }
  return result;
}

/// A reduction: how it adds an element, and what it finally does to the result.
struct Reduction {
  const char* name;
  double start;
  double (*step)(double, double);
  double (*finish)(double, std::size_t);
};

double as_it_is(double value, std::size_t) {
  return value;
}
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr Reduction reductions[] = {
    {"ReduceL1", 0.0, [](double sum, double x) { return sum + std::abs(x); }, as_it_is},
    {"ReduceL2", 0.0, [](double sum, double x) { return sum + x * x; }, [](double sum, std::size_t) { return std::sqrt(sum); }},
    {"ReduceMax", -infinite, [](double best, double x) { return std::max(best, x); }, as_it_is},
    {"ReduceMean", 0.0, [](double sum, double x) { return sum + x; },
     [](double sum, std::size_t count) { return sum / static_cast<double>(count); }},
    {"ReduceMin", infinite, [](double best, double x) { return std::min(best, x); }, as_it_is},
    {"ReduceProd", 1.0, [](double product, double x) { return product * x; }, as_it_is},
    {"ReduceSum", 0.0, [](double sum, double x) { return sum + x; }, as_it_is},
    {"ReduceSumSquare", 0.0, [](double sum, double x) { return sum + x * x; }, as_it_is},
};

/// First opset in which a reduction takes its axes as an input.
std::int64_t axes_are_input_since(const std::string& op) {
  return op == "ReduceSum" ? 13 : 18;
}

}  // namespace

OnnxTensor evaluate_unary(const OnnxConstantNode& node) {
  const Unary function = find(unary, node.node().op());
  OnnxTensor result = empty_like(node.input(0));
  for (std::size_t i = 0; i < static_cast<std::size_t>(node.input(0).size()); ++i)
    append(node, result, function(number_at(node.input(0), i)));
  return result;
}

OnnxTensor evaluate_binary(const OnnxConstantNode& node) {
  if (node.count() < 2) return node.input(0);  // Max or Min of one tensor
  OnnxTensor result = combine(node, node.input(0), node.input(1));
  for (std::size_t i = 2; i < node.count(); ++i)
    result = combine(node, result, node.input(i));
  return result;
}

OnnxTensor evaluate_comparison(const OnnxConstantNode& node) {
  const Comparison holds = find(comparisons, node.node().op());
  const Operands operands = broadcast(node, node.input(0), node.input(1));
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(operands.left.size()); ++i)
    values.push_back(holds(number_at(operands.left, i), number_at(operands.right, i)) ? 1 : 0);
  OnnxTensor result = integer_tensor(operands.left.dims, std::move(values));
  result.type = onnx::TensorProto::BOOL;
  return result;
}

OnnxTensor evaluate_where(const OnnxConstantNode& node) {
  const Operands sides = broadcast(node, node.input(1), node.input(2));
  const Operands chosen = broadcast(node, node.input(0), sides.left);
  const Operands other = broadcast(node, node.input(0), sides.right);
  if (chosen.right.is_integer != other.right.is_integer) node.fail("one of its constants is of integers, the other not");
  OnnxTensor result = empty_like(chosen.right);
  for (std::size_t i = 0; i < static_cast<std::size_t>(result.is_integer ? chosen.right.integers.size() : chosen.right.numbers.size());
       ++i) {
    const OnnxTensor& side = number_at(chosen.left, i) != 0.0 ? chosen.right : other.right;
    if (result.is_integer) {
      result.integers.push_back(side.integers[i]);
    } else {
      result.numbers.push_back(side.numbers[i]);
    }
  }
  return result;
}

OnnxTensor evaluate_clip(const OnnxConstantNode& node) {
  const bool attributes = node.opset() < 11;
  const auto bound = [&](std::size_t index, const char* name, double fallback) {
    if (attributes) return node.node().number(name, fallback);
    return node.find(index) == nullptr || node.find(index)->size() != 1 ? fallback : number_at(*node.find(index), 0);
  };
  const double low = bound(1, "min", -infinite);
  const double high = bound(2, "max", infinite);
  OnnxTensor result = empty_like(node.input(0));
  for (std::size_t i = 0; i < static_cast<std::size_t>(node.input(0).size()); ++i)
    append(node, result, std::min(std::max(number_at(node.input(0), i), low), high));
  return result;
}

OnnxTensor evaluate_reduction(const OnnxConstantNode& node) {
  const std::string& op = node.node().op();
  const Reduction& reduction =
      *std::find_if(std::begin(reductions), std::end(reductions), [&](const Reduction& r) { return op == r.name; });
  const OnnxTensor& from = node.input(0);
  const bool keep = node.node().integer("keepdims", 1) != 0;
  const bool none_is_all = node.node().integer("noop_with_empty_axes", 0) == 0;
  const std::vector<std::int64_t> axes = onnx_axes(node.node(), node.find(1), node.opset(), axes_are_input_since(op));
  if (axes.empty() && !none_is_all) return from;
  std::vector<char> reduced(from.dims.size(), axes.empty() ? 1 : 0);
  for (const std::int64_t axis : axes)
    reduced[static_cast<std::size_t>(onnx_axis(node.node(), axis, static_cast<std::int64_t>(from.dims.size())))] = 1;
  const OnnxTensorView whole = whole_view(from.dims);
  OnnxTensorView kept;   // view of the first element that goes into each result
  OnnxTensorView along;  // view of the elements that go into one result, relative to the first
  OnnxTensor result = empty_like(from);
  result.dims.clear();
  for (std::size_t axis = 0; axis < reduced.size(); ++axis) {
    OnnxTensorView& view = reduced[axis] != 0 ? along : kept;
    view.dims.push_back(whole.dims[axis]);
    view.steps.push_back(whole.steps[axis]);
    if (reduced[axis] == 0 || keep) result.dims.push_back(reduced[axis] != 0 ? 1 : whole.dims[axis]);
  }
  const std::vector<std::size_t> distances = view_elements(along, node.place());
  for (const std::size_t first : view_elements(kept, node.place())) {
    double value = reduction.start;
    for (const std::size_t distance : distances)
      value = reduction.step(value, number_at(from, first + distance));
    append(node, result, reduction.finish(value, distances.size()));
  }
  return result;
}

OnnxTensor evaluate_matmul(const OnnxConstantNode& node) {
  const OnnxTensor& left = node.input(0);
  const OnnxTensor& right = node.input(1);
  if (left.dims.size() != 2 || right.dims.size() != 2 || left.dims[1] != right.dims[0] || left.is_integer || right.is_integer) {
    node.fail(fmt::format("its constants of shapes [{}] and [{}] are not two matrices of numbers that fit each other",
                          fmt::join(left.dims, ", "), fmt::join(right.dims, ", ")));
  }
  const auto inner = static_cast<std::size_t>(left.dims[1]);
  const auto columns = static_cast<std::size_t>(right.dims[1]);
  OnnxTensor result = empty_like(left);
  result.dims = {left.dims[0], right.dims[1]};
  if (checked_size(result.dims, node.place()) > OnnxLimits::products / std::max<std::int64_t>(1, left.dims[1]))
    node.fail(fmt::format("its product of constants needs more than {} multiplications", OnnxLimits::products));
  for (std::size_t row = 0; row < static_cast<std::size_t>(left.dims[0]); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      double sum = 0.0;
      for (std::size_t i = 0; i < inner; ++i)
        sum += left.numbers[row * inner + i] * right.numbers[i * columns + column];
      append(node, result, sum);
    }
  }
  return result;
}

}  // namespace memcosim
