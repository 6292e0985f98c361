// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/networks/onnx/onnx_tensor.hpp"

namespace memcosim {

/// A tensor as steps over the elements of another: element (i, j, ...) of the view is element first + i * steps[0] + j * steps[1] + ...
struct OnnxTensorView {
  std::vector<std::int64_t> dims;
  std::vector<std::int64_t> steps;
  std::int64_t first = 0;
};

/// All of a tensor, row-major.
OnnxTensorView whole_view(const std::vector<std::int64_t>& dims);
/// A tensor repeated as ONNX broadcasts it to `dims`; false when it does not fit.
bool broadcast_view(const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& dims, OnnxTensorView& view);
/// The shape to which two shapes are broadcast; false when they do not fit.
bool broadcast_dims(const std::vector<std::int64_t>& left, const std::vector<std::int64_t>& right, std::vector<std::int64_t>& dims);

/// Numbers of the elements of a view, row-major. Throws InputError starting with `place` for a view that is too large.
std::vector<std::size_t> view_elements(const OnnxTensorView& view, const std::string& place);
/// A tensor of the given elements of another.
OnnxTensor take_elements(const OnnxTensor& from, std::vector<std::int64_t> dims, const std::vector<std::size_t>& elements);
OnnxTensor copy_view(const OnnxTensor& from, const OnnxTensorView& view, const std::string& place);

}  // namespace memcosim
