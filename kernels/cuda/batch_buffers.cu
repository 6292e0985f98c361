// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "memcosim/kernels/cuda/batch_buffers.cuh"

namespace memcosim::cuda {

void BatchBuffers::reserve(const BatchShape& shape, std::size_t count) {
  inputs_.reserve(count * shape.rows);
  sums_.reserve(count * shape.outputs);
  drive_siemens_.reserve(count * shape.slices);
  clipped_.reserve(count);
  codes_.reserve(count * shape.kept_codes);
  values_.reserve(count * shape.kept_values);
}

void BatchBuffers::start(const MvmBatch& batch, const BatchShape& shape, std::size_t first, std::size_t count, const ArrayMvm& array) {
  shape_ = shape;
  first_ = first;
  count_ = count;
  const std::size_t stride = batch.input_stride == 0 ? shape.rows : batch.input_stride;
  for (std::size_t vector = 0; vector < count; ++vector)
    std::copy_n(batch.inputs + (first + vector) * stride, shape.rows, inputs_.host.data() + vector * shape.rows);
  inputs_.device.upload(inputs_.host.data(), count * shape.rows, stream_.get());
  MvmWork work;
  work.inputs = inputs_.device.data();
  work.input_stride = shape.rows;
  work.count = count;
  work.first_event = batch.first_event + first * batch.event_stride;
  work.event_stride = batch.event_stride;
  work.sums = sums_.device.data();
  work.drive_siemens = drive_siemens_.device.data();
  work.clipped = clipped_.device.data();
  work.codes = shape.kept_codes > 0 ? codes_.device.data() : nullptr;
  work.values = shape.kept_values > 0 ? values_.device.data() : nullptr;
  array.run(work, stream_.get());
  sums_.fetch(count * shape.outputs, stream_.get());
  drive_siemens_.fetch(count * shape.slices, stream_.get());
  clipped_.fetch(count, stream_.get());
  codes_.fetch(count * shape.kept_codes, stream_.get());
  values_.fetch(count * shape.kept_values, stream_.get());
  done_.record(stream_.get());
}

void BatchBuffers::finish(MvmResult& result) {
  done_.wait();
  const auto copy = [&](const auto& from, std::size_t each, auto& to) {
    std::copy_n(from.host.data(), count_ * each, to.begin() + static_cast<std::ptrdiff_t>(first_ * each));
  };
  copy(sums_, shape_.outputs, result.sums);
  copy(drive_siemens_, shape_.slices, result.drive_siemens);
  copy(clipped_, 1, result.clipped);
  copy(codes_, shape_.kept_codes, result.codes);
  copy(values_, shape_.kept_values, result.values);
}

}  // namespace memcosim::cuda
