// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_tensor_view.hpp"

#include <algorithm>
#include <utility>

namespace memcosim {

OnnxTensorView whole_view(const std::vector<std::int64_t>& dims) {
  OnnxTensorView view;
  view.dims = dims;
  view.steps.assign(dims.size(), 1);
  for (std::size_t axis = dims.size(); axis-- > 1;)
    view.steps[axis - 1] = view.steps[axis] * dims[axis];
  return view;
}

bool broadcast_view(const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& dims, OnnxTensorView& view) {
  if (from.size() > dims.size()) return false;
  const std::size_t lead = dims.size() - from.size();
  const OnnxTensorView whole = whole_view(from);
  view = {dims, std::vector<std::int64_t>(dims.size(), 0), 0};
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] != 1 && from[axis] != dims[lead + axis]) return false;
    if (from[axis] != 1) view.steps[lead + axis] = whole.steps[axis];
  }
  return true;
}

bool broadcast_dims(const std::vector<std::int64_t>& left, const std::vector<std::int64_t>& right, std::vector<std::int64_t>& dims) {
  dims.assign(std::max(left.size(), right.size()), 1);
  for (std::size_t back = 1; back <= dims.size(); ++back) {
    const std::int64_t a = back <= left.size() ? left[left.size() - back] : 1;
    const std::int64_t b = back <= right.size() ? right[right.size() - back] : 1;
    if (a != b && a != 1 && b != 1) return false;
    dims[dims.size() - back] = a == 1 ? b : a;
  }
  return true;
}

std::vector<std::size_t> view_elements(const OnnxTensorView& view, const std::string& place) {
  std::vector<std::size_t> elements(static_cast<std::size_t>(checked_size(view.dims, place)));
  std::vector<std::int64_t> index(view.dims.size(), 0);
  std::int64_t at = view.first;
  for (std::size_t& element : elements) {
    element = static_cast<std::size_t>(at);
    for (std::size_t axis = index.size(); axis-- > 0;) {
      at += view.steps[axis];
      if (++index[axis] < view.dims[axis]) break;
      at -= view.steps[axis] * view.dims[axis];
      index[axis] = 0;
    }
  }
  return elements;
}

OnnxTensor take_elements(const OnnxTensor& from, std::vector<std::int64_t> dims, const std::vector<std::size_t>& elements) {
  OnnxTensor result;
  result.type = from.type;
  result.is_integer = from.is_integer;
  result.dims = std::move(dims);
  const auto take = [&](const auto& source, auto& target) {
    target.reserve(elements.size());
    for (const std::size_t element : elements)
      target.push_back(source[element]);
  };
  if (from.is_integer) {
    take(from.integers, result.integers);
  } else {
    take(from.numbers, result.numbers);
  }
  return result;
}

OnnxTensor copy_view(const OnnxTensor& from, const OnnxTensorView& view, const std::string& place) {
  return take_elements(from, view.dims, view_elements(view, place));
}

}  // namespace memcosim
