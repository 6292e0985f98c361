// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace memcosim {

/// A constant of an ONNX graph.
struct OnnxTensor {
  std::vector<std::int64_t> dims;      ///< each at least 1; empty for a scalar
  std::vector<double> numbers;         ///< float16, float and double tensors; all finite
  std::vector<std::int64_t> integers;  ///< int64 and bool tensors
  bool is_integer = false;

  std::int64_t size() const { return static_cast<std::int64_t>(is_integer ? integers.size() : numbers.size()); }
};

/// Converts a tensor; `place` starts the message of the InputError for a shape that overflows or does not agree with the data, external
/// data, an unsupported type, NaN or infinity. Allocates no more than the data that the file really holds.
OnnxTensor read_onnx_tensor(const onnx::TensorProto& tensor, const std::string& place);

/// Value of an IEEE 754 half-precision number.
double half_to_double(std::uint16_t bits);

}  // namespace memcosim
