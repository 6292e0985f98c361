// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"
#include "memcosim/kernels/products/fast_normal.hpp"

#include "tensor_run.hpp"

namespace memcosim::testing {

namespace {

/// For each thread the largest error, the largest value and the number of uncertain words of 2^16 neighbouring words.
__global__ void measure_normals(double* errors, double* values, std::uint32_t* uncertain) {
  const std::uint32_t thread = blockIdx.x * blockDim.x + threadIdx.x;
  double error = 0.0;
  double value = 0.0;
  std::uint32_t doubtful = 0;
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const std::uint32_t word = thread * 65536u + i;
    const FastNormal normal = fast_normal(word);
    if (!normal.certain()) {
      ++doubtful;
      continue;
    }
    error = ::fmax(error, ::fabs(column_normal(word) - static_cast<double>(normal.value)));
    value = ::fmax(value, ::fabs(static_cast<double>(normal.value)));
  }
  errors[thread] = error;
  values[thread] = value;
  uncertain[thread] = doubtful;
}

}  // namespace

ProductSums run_on_gpu(const cuda::TensorProduct& product, const ProductSpec& spec, const ProductVectors& batch, bool keep,
                       std::size_t first_code) {
  const std::size_t stride = batch.input_stride > 0 ? batch.input_stride : spec.rows;
  const std::size_t conversions =
      batch.count * spec.readout.slices() * spec.readout.encoding->conversions_in(spec.arrays.front().levels->columns);
  ProductSums result;
  result.sums.assign(batch.count * spec.outputs, -777);
  result.clipped.assign(batch.count, {888, 777});
  if (keep) {
    result.codes.assign(conversions, -999);
    result.values.assign(conversions, -1e300);
  }
  std::vector<InputCode> codes(first_code, 0xffff);
  if (batch.count > 0) codes.insert(codes.end(), batch.inputs, batch.inputs + (batch.count - 1) * stride + spec.rows);
  const cuda::DeviceArray<InputCode> inputs(codes);
  cuda::DeviceArray<std::int32_t> sums(result.sums);
  cuda::DeviceArray<ClipCounts> clipped(result.clipped);
  cuda::DeviceArray<std::int32_t> kept_codes(result.codes);
  cuda::DeviceArray<double> values(result.values);
  const cuda::Stream stream;
  cuda::TensorRun run;
  run.inputs = inputs.data() + first_code;
  run.input_stride = stride;
  run.count = batch.count;
  run.first_event = batch.first_event;
  run.event_stride = batch.event_stride;
  run.sums = sums.data();
  run.clipped = clipped.data();
  if (keep) {
    run.codes = kept_codes.data();
    run.values = values.data();
  }
  product.run(run, stream.get());
  stream.wait();
  result.sums = sums.host();
  result.clipped = clipped.host();
  result.codes = kept_codes.host();
  result.values = values.host();
  return result;
}

NormalErrors normal_errors_on_gpu() {
  constexpr std::size_t threads = 65536;
  cuda::DeviceArray<double> errors(threads);
  cuda::DeviceArray<double> values(threads);
  cuda::DeviceArray<std::uint32_t> uncertain(threads);
  measure_normals<<<threads / 128, 128>>>(errors.data(), values.data(), uncertain.data());
  cuda::succeed_launch("measure normals");
  NormalErrors found;
  for (const double error : errors.host())
    found.largest_error = std::max(found.largest_error, error);
  for (const double value : values.host())
    found.largest_value = std::max(found.largest_value, value);
  for (const std::uint32_t count : uncertain.host())
    found.uncertain += count;
  return found;
}

}  // namespace memcosim::testing
