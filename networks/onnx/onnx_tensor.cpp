// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_tensor.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/onnx/onnx_external_data.hpp"
#include "memcosim/networks/onnx/onnx_limits.hpp"

namespace memcosim {
namespace {

[[noreturn]] void fail(const std::string& place, const std::string& message) {
  throw InputError(place + ": " + message);
}

void check_count(std::int64_t expected, std::int64_t found, const onnx::TensorProto& tensor, const std::string& place) {
  if (expected == found) return;
  fail(place, fmt::format("its shape [{}] needs {} elements, but the file holds {}; the file is damaged, export the model again",
                          fmt::join(tensor.dims(), ", "), expected, found));
}

/// ONNX raw data is little-endian, as is every machine that memcosim builds for.
template <typename Stored, typename Convert, typename Out>
void convert_raw(const std::string& raw, const onnx::TensorProto& tensor, std::int64_t size, const std::string& place, Convert convert,
                 std::vector<Out>& out) {
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

double bfloat_to_double(std::uint16_t bits) {
  const std::uint32_t wide = std::uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
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

bool is_integer_type(int type, const std::string& place) {
  switch (type) {
    case onnx::TensorProto::FLOAT:
    case onnx::TensorProto::DOUBLE:
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::BFLOAT16:
      return false;
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::INT64:
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::UINT16:
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::BOOL:
      return true;
    default:
      fail(place, fmt::format("its element type {} is not supported; export the model with float weights", type_name(type)));
  }
}

double round_to_type(double value, int type) {
  // `bits`: significant bits; `lowest`: exponent of the smallest normal number; `largest`: largest finite number.
  const auto rounded = [&](int bits, int lowest, double largest) {
    const int exponent = std::max(value == 0.0 ? lowest : std::ilogb(value), lowest);
    const double quantum = std::ldexp(1.0, exponent - bits + 1);
    const double nearest = std::nearbyint(value / quantum) * quantum;
    return std::abs(nearest) > largest ? std::copysign(std::numeric_limits<double>::infinity(), value) : nearest;
  };
  if (!std::isfinite(value)) return value;
  switch (type) {
    case onnx::TensorProto::FLOAT:
      return static_cast<float>(value);
    case onnx::TensorProto::FLOAT16:
      return rounded(11, -14, 65504.0);
    case onnx::TensorProto::BFLOAT16:
      return rounded(8, -126, std::ldexp(255.0, 120));
    default:
      return value;
  }
}

std::int64_t checked_size(const std::vector<std::int64_t>& dims, const std::string& place) {
  std::int64_t size = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || dim > OnnxLimits::weights) {
      fail(place, fmt::format("its shape [{}] has a dimension outside of 0 to {}", fmt::join(dims, ", "), OnnxLimits::weights));
    }
    size *= dim;  // both factors are at most 2^27
    if (size > OnnxLimits::weights)
      fail(place, fmt::format("its shape [{}] has more than {} elements", fmt::join(dims, ", "), OnnxLimits::weights));
  }
  return size;
}

OnnxTensor integer_tensor(std::vector<std::int64_t> dims, std::vector<std::int64_t> values) {
  OnnxTensor tensor;
  tensor.type = onnx::TensorProto::INT64;
  tensor.is_integer = true;
  tensor.dims = std::move(dims);
  tensor.integers = std::move(values);
  return tensor;
}

OnnxTensor float_tensor(std::vector<std::int64_t> dims, std::vector<double> values) {
  OnnxTensor tensor;
  tensor.dims = std::move(dims);
  tensor.numbers = std::move(values);
  return tensor;
}

OnnxTensor read_onnx_tensor(const onnx::TensorProto& tensor, const std::filesystem::path& folder, const std::string& place) {
  if (tensor.has_segment()) fail(place, "it is stored in segments, which is not supported; save the model as one file");
  OnnxTensor result;
  result.type = tensor.data_type();
  result.is_integer = is_integer_type(result.type, place);
  result.dims.assign(tensor.dims().begin(), tensor.dims().end());
  const std::int64_t size = checked_size(result.dims, place);
  const bool external = tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0;
  const auto same = [](auto stored) { return static_cast<double>(stored); };
  const auto half = [](auto stored) { return half_to_double(static_cast<std::uint16_t>(stored)); };
  const auto brain = [](auto stored) { return bfloat_to_double(static_cast<std::uint16_t>(stored)); };
  const auto whole = [](auto stored) { return static_cast<std::int64_t>(stored); };
  // Elements are raw bytes, in the file of the model or beside it, or a list of the protobuf message.
  const auto read = [&](auto element, const auto& field, auto convert, auto& out) {
    using Stored = decltype(element);
    if (external) {
      convert_raw<Stored>(read_external_data(tensor, size * std::int64_t{sizeof(Stored)}, folder, place), tensor, size, place, convert,
                          out);
    } else if (tensor.has_raw_data()) {
      convert_raw<Stored>(tensor.raw_data(), tensor, size, place, convert, out);
    } else {
      convert_field(field, tensor, size, place, convert, out);
    }
  };
  switch (result.type) {
    case onnx::TensorProto::FLOAT:
      read(float(), tensor.float_data(), same, result.numbers);
      break;
    case onnx::TensorProto::DOUBLE:
      read(double(), tensor.double_data(), same, result.numbers);
      break;
    case onnx::TensorProto::FLOAT16:
      read(std::uint16_t(), tensor.int32_data(), half, result.numbers);
      break;
    case onnx::TensorProto::BFLOAT16:
      read(std::uint16_t(), tensor.int32_data(), brain, result.numbers);
      break;
    case onnx::TensorProto::INT64:
      read(std::int64_t(), tensor.int64_data(), whole, result.integers);
      break;
    case onnx::TensorProto::UINT32:
      read(std::uint32_t(), tensor.uint64_data(), whole, result.integers);
      break;
    case onnx::TensorProto::INT32:
      read(std::int32_t(), tensor.int32_data(), whole, result.integers);
      break;
    case onnx::TensorProto::INT16:
      read(std::int16_t(), tensor.int32_data(), whole, result.integers);
      break;
    case onnx::TensorProto::UINT16:
      read(std::uint16_t(), tensor.int32_data(), whole, result.integers);
      break;
    case onnx::TensorProto::INT8:
      read(std::int8_t(), tensor.int32_data(), whole, result.integers);
      break;
    default:  // UINT8 and BOOL
      read(std::uint8_t(), tensor.int32_data(), whole, result.integers);
  }
  check_finite(result, place);
  return result;
}

}  // namespace memcosim
