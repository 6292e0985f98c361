// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include "memcosim/networks/onnx/onnx_constants.hpp"
#include "memcosim/networks/onnx/onnx_limits.hpp"
#include "memcosim/networks/onnx/onnx_tensor_view.hpp"

namespace memcosim {
namespace {

OnnxTensor with_dims(const OnnxTensor& from, std::vector<std::int64_t> dims) {
  OnnxTensor result = from;
  result.dims = std::move(dims);
  return result;
}

std::int64_t rank_of(const OnnxTensor& tensor) {
  return static_cast<std::int64_t>(tensor.dims.size());
}

/// The value modulo 2^bits (two's complement), as a cast to a narrower integer type gives it.
std::int64_t wrapped(std::int64_t value, unsigned bits, bool is_signed) {
  const auto mask = (std::uint64_t{1} << bits) - 1;
  const auto low = static_cast<std::uint64_t>(value) & mask;
  const bool negative = is_signed && (low >> (bits - 1)) != 0;
  return static_cast<std::int64_t>(negative ? low | ~mask : low);
}

std::int64_t cast_integer(std::int64_t value, int type) {
  switch (type) {
    case onnx::TensorProto::BOOL:
      return value != 0 ? 1 : 0;
    case onnx::TensorProto::INT8:
      return wrapped(value, 8, true);
    case onnx::TensorProto::UINT8:
      return wrapped(value, 8, false);
    case onnx::TensorProto::INT16:
      return wrapped(value, 16, true);
    case onnx::TensorProto::UINT16:
      return wrapped(value, 16, false);
    case onnx::TensorProto::INT32:
      return wrapped(value, 32, true);
    case onnx::TensorProto::UINT32:
      return wrapped(value, 32, false);
    default:
      return value;
  }
}

std::vector<std::int64_t> reshaped_dims(const OnnxConstantNode& node, const OnnxTensor& from, std::vector<std::int64_t> target,
                                        bool zero_is_zero) {
  const std::string text = fmt::format("[{}]", fmt::join(target, ", "));
  std::int64_t known = 1;
  std::int64_t* open = nullptr;
  for (std::size_t axis = 0; axis < target.size(); ++axis) {
    if (target[axis] == 0 && !zero_is_zero) {
      if (axis >= from.dims.size()) node.fail(fmt::format("shape {} copies dimension {}, which the input does not have", text, axis));
      target[axis] = from.dims[axis];
    }
    if (target[axis] == -1 && open == nullptr) {
      open = &target[axis];
      continue;
    }
    if (target[axis] < 0 || target[axis] > OnnxLimits::weights) node.fail(fmt::format("shape {} has an impossible dimension", text));
    known = std::min(known * target[axis], OnnxLimits::weights + 1);  // both factors are at most 2^27
  }
  if (open != nullptr && known > 0) *open = from.size() / known;
  if (open != nullptr && known == 0) *open = 0;
  if (checked_size(target, node.place()) != from.size()) {
    node.fail(fmt::format("shape {} does not have the {} elements of its input [{}]", text, from.size(), fmt::join(from.dims, ", ")));
  }
  return target;
}

}  // namespace

OnnxTensor evaluate_identity(const OnnxConstantNode& node) {
  if (node.node().op() == "Dropout") {
    node.node().ignore("ratio");
    node.node().ignore("seed");
    const OnnxTensor* training = node.find(2);
    if (training != nullptr && (training->integers.size() != 1 || training->integers[0] != 0)) {
      node.fail("it is in training mode; export the model for inference");
    }
  }
  return node.input(0);
}

OnnxTensor evaluate_cast(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  node.node().ignore("saturate");  // concerns 8-bit floating-point types, which are not supported
  OnnxTensor result;
  result.type = static_cast<int>(node.node().integer("to", 0));
  result.is_integer = is_integer_type(result.type, node.place());
  result.dims = from.dims;
  const std::size_t size = static_cast<std::size_t>(from.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (!result.is_integer) {
      const double value = round_to_type(from.is_integer ? static_cast<double>(from.integers[i]) : from.numbers[i], result.type);
      if (!std::isfinite(value)) node.fail(fmt::format("element {} does not fit the type that it is cast to", i));
      result.numbers.push_back(value);
    } else if (from.is_integer) {
      result.integers.push_back(cast_integer(from.integers[i], result.type));
    } else if (result.type == onnx::TensorProto::BOOL) {
      result.integers.push_back(from.numbers[i] != 0.0 ? 1 : 0);
    } else {
      const double whole = std::trunc(from.numbers[i]);
      if (std::abs(whole) > 0x1p53) node.fail(fmt::format("element {} does not fit the type that it is cast to", i));
      result.integers.push_back(cast_integer(static_cast<std::int64_t>(whole), result.type));
    }
  }
  return result;
}

OnnxTensor evaluate_reshape(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  // Before opset 5 the shape is an attribute; no model of that age is read.
  return with_dims(from, reshaped_dims(node, from, node.integers(1), node.node().integer("allowzero", 0) != 0));
}

OnnxTensor evaluate_flatten(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  const std::int64_t wanted = node.node().integer("axis", 1);
  const std::int64_t axis = wanted == rank_of(from) ? wanted : onnx_axis(node.node(), wanted, rank_of(from));
  std::vector<std::int64_t> dims{1, 1};
  for (std::int64_t i = 0; i < rank_of(from); ++i)
    dims[i < axis ? 0 : 1] *= from.dims[static_cast<std::size_t>(i)];
  return with_dims(from, std::move(dims));
}

OnnxTensor evaluate_squeeze(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  return with_dims(from, squeezed_dims(node.node(), from.dims, onnx_axes(node.node(), node.find(1), node.opset(), 13)));
}

OnnxTensor evaluate_unsqueeze(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  return with_dims(from, unsqueezed_dims(node.node(), from.dims, onnx_axes(node.node(), node.find(1), node.opset(), 13)));
}

OnnxTensor evaluate_transpose(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  std::vector<std::int64_t> order = node.node().integers("perm");
  if (order.empty()) {
    order.resize(from.dims.size());
    std::iota(order.rbegin(), order.rend(), 0);
  }
  std::vector<std::int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t axis = 0; axis < std::max(sorted.size(), from.dims.size()); ++axis) {
    if (sorted.size() != from.dims.size() || sorted[axis] != static_cast<std::int64_t>(axis)) {
      node.fail(fmt::format("perm [{}] is no order of the {} axes of its input", fmt::join(order, ", "), from.dims.size()));
    }
  }
  const OnnxTensorView whole = whole_view(from.dims);
  OnnxTensorView view;
  for (const std::int64_t axis : order) {
    view.dims.push_back(from.dims[static_cast<std::size_t>(axis)]);
    view.steps.push_back(whole.steps[static_cast<std::size_t>(axis)]);
  }
  return copy_view(from, view, node.place());
}

OnnxTensor evaluate_expand(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  std::vector<std::int64_t> dims;
  OnnxTensorView view;
  if (!broadcast_dims(from.dims, node.integers(1), dims) || !broadcast_view(from.dims, dims, view)) {
    node.fail(fmt::format("its input [{}] cannot be expanded to [{}]", fmt::join(from.dims, ", "), fmt::join(node.integers(1), ", ")));
  }
  return copy_view(from, view, node.place());
}

OnnxTensor evaluate_concat(const OnnxConstantNode& node) {
  const OnnxTensor& first = node.input(0);
  const auto axis = static_cast<std::size_t>(onnx_axis(node.node(), node.node().integer("axis", 0), rank_of(first)));
  OnnxTensor result;
  result.type = first.type;
  result.is_integer = first.is_integer;
  result.dims = first.dims;
  result.dims[axis] = 0;
  for (std::size_t i = 0; i < node.count(); ++i) {
    const OnnxTensor& part = node.input(i);
    std::vector<std::int64_t> others = part.dims;
    if (part.is_integer != first.is_integer || others.size() != first.dims.size()) node.fail("its inputs do not fit each other");
    others[axis] = first.dims[axis];
    if (others != first.dims) node.fail("its inputs have different shapes");
    result.dims[axis] += part.dims[axis];
  }
  checked_size(result.dims, node.place());
  const auto product = [&](std::size_t begin, std::size_t end) {
    return std::accumulate(first.dims.begin() + static_cast<std::ptrdiff_t>(begin), first.dims.begin() + static_cast<std::ptrdiff_t>(end),
                           std::int64_t{1}, std::multiplies<>());
  };
  const std::int64_t outer = product(0, axis);
  const std::int64_t inner = product(axis + 1, first.dims.size());
  const auto join = [&](auto member) {
    auto& target = result.*member;
    for (std::int64_t block = 0; block < outer; ++block) {
      for (std::size_t i = 0; i < node.count(); ++i) {
        const auto& source = node.input(i).*member;
        const std::int64_t length = node.input(i).dims[axis] * inner;
        target.insert(target.end(), source.begin() + block * length, source.begin() + (block + 1) * length);
      }
    }
  };
  if (result.is_integer) {
    join(&OnnxTensor::integers);
  } else {
    join(&OnnxTensor::numbers);
  }
  return result;
}

OnnxTensor evaluate_gather(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  const auto axis = static_cast<std::size_t>(onnx_axis(node.node(), node.node().integer("axis", 0), rank_of(from)));
  const std::vector<std::int64_t>& wanted = node.integers(1);
  OnnxTensorView one = whole_view(from.dims);  // view of all elements at one index of the axis
  const std::int64_t length = from.dims[axis];
  const std::int64_t step = one.steps[axis];
  one.dims[axis] = 1;
  // In the result, the axes of the indices replace the axis that they index.
  std::vector<std::int64_t> dims(from.dims.begin(), from.dims.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(dims.end(), node.input(1).dims.begin(), node.input(1).dims.end());
  dims.insert(dims.end(), from.dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.dims.end());
  checked_size(dims, node.place());
  const std::vector<std::size_t> base = view_elements(one, node.place());
  const std::size_t inner = static_cast<std::size_t>(step);
  std::vector<std::size_t> elements;
  for (std::size_t outer = 0; outer < base.size(); outer += inner) {
    for (const std::int64_t index : wanted) {
      const auto at = static_cast<std::size_t>(onnx_axis(node.node(), index, length));
      for (std::size_t i = 0; i < inner; ++i)
        elements.push_back(base[outer + i] + at * inner);
    }
  }
  return take_elements(from, std::move(dims), elements);
}

OnnxTensor evaluate_slice(const OnnxConstantNode& node) {
  const OnnxTensor& from = node.input(0);
  const bool attributes = node.opset() < 10;
  const std::vector<std::int64_t> starts = attributes ? node.node().integers("starts") : node.integers(1);
  const std::vector<std::int64_t> ends = attributes ? node.node().integers("ends") : node.integers(2);
  std::vector<std::int64_t> axes = attributes ? node.node().integers("axes") : node.find(3) == nullptr ? starts : node.integers(3);
  const std::vector<std::int64_t> steps =
      attributes || node.find(4) == nullptr ? std::vector<std::int64_t>(starts.size(), 1) : node.integers(4);
  if (attributes ? axes.empty() : node.find(3) == nullptr) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    node.fail("its starts, ends, axes and steps differ in number");
  OnnxTensorView view = whole_view(from.dims);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto axis = static_cast<std::size_t>(onnx_axis(node.node(), axes[i], rank_of(from)));
    const std::int64_t length = view.dims[axis];
    const std::int64_t step = steps[i];
    if (step == 0 || step == std::numeric_limits<std::int64_t>::min()) node.fail(fmt::format("its step {} is impossible", step));
    const auto bound = [&](std::int64_t at) {
      if (at < 0 && at >= -length) at += length;
      return step > 0 ? std::clamp<std::int64_t>(at, 0, length) : std::clamp<std::int64_t>(at, -1, length - 1);
    };
    const std::int64_t begin = bound(starts[i]);
    const std::int64_t end = bound(ends[i]);
    const std::int64_t distance = step > 0 ? end - begin : begin - end;
    const std::int64_t stride = std::abs(step);
    view.dims[axis] = distance <= 0 ? 0 : (distance - 1) / stride + 1;
    if (view.dims[axis] == 0) continue;
    view.first += begin * view.steps[axis];
    view.steps[axis] *= view.dims[axis] == 1 ? 1 : step;  // a step beyond the axis is never taken
  }
  return copy_view(from, view, node.place());
}

OnnxTensor evaluate_constant_of_shape(const OnnxConstantNode& node) {
  OnnxTensor value = float_tensor({1}, {0.0});
  if (const auto* given = node.node().tensor("value"); given != nullptr) value = read_onnx_tensor(*given, {}, node.place());
  if (value.size() != 1) node.fail("its value must be one number");
  const std::vector<std::int64_t>& dims = node.integers(0);
  return take_elements(value, dims, std::vector<std::size_t>(static_cast<std::size_t>(checked_size(dims, node.place())), 0));
}

OnnxTensor evaluate_range(const OnnxConstantNode& node) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (!node.input(i).is_integer || node.input(i).size() != 1) node.fail("only a range of integers is supported");
  }
  const std::int64_t start = node.integers(0)[0];
  const std::int64_t limit = node.integers(1)[0];
  const std::int64_t step = node.integers(2)[0];
  const double count = step == 0 ? -1.0 : std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(step));
  if (step == 0 || count > static_cast<double>(OnnxLimits::dimension)) node.fail("its step or its number of elements is impossible");
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; static_cast<double>(i) < count; ++i)
    values.push_back(start + i * step);
  OnnxTensor result = integer_tensor({static_cast<std::int64_t>(values.size())}, values);
  result.type = node.input(0).type;
  return result;
}

OnnxTensor evaluate_shape(const OnnxConstantNode& node) {
  return shape_tensor(node.node(), node.input(0).dims);
}

OnnxTensor evaluate_size(const OnnxConstantNode& node) {
  return integer_tensor({}, {node.input(0).size()});
}

}  // namespace memcosim
