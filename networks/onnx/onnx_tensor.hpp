// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace memcosim {

/// A constant of an ONNX graph.
struct OnnxTensor {
  int type = 1;                        ///< of the elements, as TensorProto.DataType numbers it (1: float)
  std::vector<std::int64_t> dims;      ///< empty for a scalar
  std::vector<double> numbers;         ///< float16, bfloat16, float and double tensors; all finite
  std::vector<std::int64_t> integers;  ///< integer and bool tensors
  bool is_integer = false;

  std::int64_t size() const { return static_cast<std::int64_t>(is_integer ? integers.size() : numbers.size()); }
};

/// Converts a tensor. External data (weights beside the model, as PyTorch writes them) are read from `folder`, the folder of the model;
/// with an empty one they are refused. `place` starts the message of the InputError for a shape that overflows or does not agree with the
/// data, external data that are missing or lie outside of the folder, an unsupported type, NaN or infinity. Allocates no more memory than
/// the files have data.
OnnxTensor read_onnx_tensor(const onnx::TensorProto& tensor, const std::filesystem::path& folder, const std::string& place);

/// A tensor of int64 or float elements.
OnnxTensor integer_tensor(std::vector<std::int64_t> dims, std::vector<std::int64_t> values);
OnnxTensor float_tensor(std::vector<std::int64_t> dims, std::vector<double> values);

/// Elements of a shape; throws InputError starting with `place` for a negative dimension or more elements than OnnxLimits::weights.
std::int64_t checked_size(const std::vector<std::int64_t>& dims, const std::string& place);

/// True if a type number of TensorProto.DataType is an integer type; throws InputError starting with `place` for an unsupported one.
bool is_integer_type(int type, const std::string& place);
/// The nearest number that a floating-point type can represent (halves to even).
double round_to_type(double value, int type);

/// Value of an IEEE 754 half-precision number.
double half_to_double(std::uint16_t bits);

}  // namespace memcosim
