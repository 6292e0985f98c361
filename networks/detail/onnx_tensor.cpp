// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/detail/onnx_tensor.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/detail/onnx_limits.hpp"

namespace memcosim {
namespace {

[[noreturn]] void fail(const std::string& place, const std::string& message) {
  throw InputError(place + ": " + message);
}

/// Product of the dimensions, each between 1 and the limit, without overflow.
std::int64_t checked_size(const onnx::TensorProto& tensor, const std::string& place) {
  std::int64_t size = 1;
  for (const std::int64_t dim : tensor.dims()) {
    if (dim < 1 || dim > OnnxLimits::weights) {
      fail(place, fmt::format("its shape [{}] has a dimension outside of 1 to {}", fmt::join(tensor.dims(), ", "), OnnxLimits::weights));
    }
    size *= dim;  // both factors are at most 2^27
    if (size > OnnxLimits::weights) {
      fail(place, fmt::format("its shape [{}] has more than {} elements", fmt::join(tensor.dims(), ", "), OnnxLimits::weights));
    }
  }
  return size;
}

void check_count(std::int64_t expected, std::int64_t found, const onnx::TensorProto& tensor, const std::string& place) {
  if (expected == found) return;
  fail(place, fmt::format("its shape [{}] needs {} elements, but the file holds {}; the file is damaged, export the model again",
                          fmt::join(tensor.dims(), ", "), expected, found));
}

/// ONNX raw data is little-endian, as is every machine that memcosim builds for.
template <typename Stored, typename Convert, typename Out>
void convert_raw(const onnx::TensorProto& tensor, std::int64_t size, const std::string& place, Convert convert, std::vector<Out>& out) {
  const std::string& raw = tensor.raw_data();
  if (raw.size() % sizeof(Stored) != 0) fail(place, fmt::format("its raw data of {} bytes is no multiple of the element size", raw.size()));
  check_count(size, static_cast<std::int64_t>(raw.size() / sizeof(Stored)), tensor, place);
  out.resize(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < out.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, raw.data() + i * sizeof(Stored), sizeof(Stored));
    out[i] = convert(stored);
  }
}

template <typename Field, typename Convert, typename Out>
void convert_field(const Field& field, const onnx::TensorProto& tensor, std::int64_t size, const std::string& place, Convert convert,
                   std::vector<Out>& out) {
  check_count(size, field.size(), tensor, place);
  out.reserve(static_cast<std::size_t>(size));
  for (const auto& stored : field)
    out.push_back(convert(stored));
}

void check_finite(const OnnxTensor& tensor, const std::string& place) {
  for (std::size_t i = 0; i < tensor.numbers.size(); ++i) {
    if (!std::isfinite(tensor.numbers[i])) {
      fail(place, fmt::format("element {} is {}; weights must be finite, train or export the model again", i, tensor.numbers[i]));
    }
  }
}

std::string type_name(int type) {
  return onnx::TensorProto_DataType_IsValid(type) ? onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(type))
                                                  : fmt::format("number {}", type);
}

}  // namespace

double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int mantissa = bits & 0x3ff;
  double magnitude;
  if (exponent == 0x1f) {
    magnitude = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  } else {
    magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 0x400, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

OnnxTensor read_onnx_tensor(const onnx::TensorProto& tensor, const std::string& place) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    fail(place,
         "its data is in an external file, which is not supported; save the model as one file (onnx.save_model(..., "
         "save_as_external_data=False))");
  }
  if (tensor.has_segment()) fail(place, "it is stored in segments, which is not supported; save the model as one file");
  OnnxTensor result;
  result.dims.assign(tensor.dims().begin(), tensor.dims().end());
  const std::int64_t size = checked_size(tensor, place);
  const bool raw = tensor.has_raw_data();
  const auto same = [](auto stored) { return static_cast<double>(stored); };
  const auto half = [](auto stored) { return half_to_double(static_cast<std::uint16_t>(stored)); };
  const auto whole = [](auto stored) { return static_cast<std::int64_t>(stored); };
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      raw ? convert_raw<float>(tensor, size, place, same, result.numbers)
          : convert_field(tensor.float_data(), tensor, size, place, same, result.numbers);
      break;
    case onnx::TensorProto::DOUBLE:
      raw ? convert_raw<double>(tensor, size, place, same, result.numbers)
          : convert_field(tensor.double_data(), tensor, size, place, same, result.numbers);
      break;
    case onnx::TensorProto::FLOAT16:
      raw ? convert_raw<std::uint16_t>(tensor, size, place, half, result.numbers)
          : convert_field(tensor.int32_data(), tensor, size, place, half, result.numbers);
      break;
    case onnx::TensorProto::INT64:
      result.is_integer = true;
      raw ? convert_raw<std::int64_t>(tensor, size, place, whole, result.integers)
          : convert_field(tensor.int64_data(), tensor, size, place, whole, result.integers);
      break;
    case onnx::TensorProto::BOOL:
      result.is_integer = true;
      raw ? convert_raw<std::uint8_t>(tensor, size, place, whole, result.integers)
          : convert_field(tensor.int32_data(), tensor, size, place, whole, result.integers);
      break;
    default:
      fail(place, fmt::format("its element type {} is not supported; export the model with float weights", type_name(tensor.data_type())));
  }
  check_finite(result, place);
  return result;
}

}  // namespace memcosim
