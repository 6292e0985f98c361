// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "memcosim/kernels/cuda/products/batch_buffers.cuh"

namespace memcosim::cuda {

namespace {

constexpr std::size_t bytes_per_task = std::size_t{512} << 10;  ///< fewer bytes are copied before another thread would have started

std::size_t task_count(std::size_t bytes, const cpu::ThreadPool& pool) {
  return std::clamp<std::size_t>(bytes / bytes_per_task, 1, pool.threads());
}

/// Runs tasks 0 .. tasks - 1; a single one in this thread, since it ends before another thread would have started.
template <typename Task>
void run(cpu::ThreadPool& pool, std::size_t tasks, const Task& task) {
  if (tasks == 1) return task(0);
  pool.wait(pool.start(tasks, [&task](std::size_t index, unsigned) { task(index); }));
}

}  // namespace

void BatchBuffers::reserve(const BatchShape& shape, std::size_t count, std::size_t room) {
  const auto reserve = [&](auto& numbers, std::size_t each) { numbers.reserve(count * each, room * each); };
  reserve(inputs_, shape.rows);
  reserve(sums_, shape.outputs);
  reserve(drive_siemens_, shape.slices);
  reserve(clipped_, 1);
  reserve(codes_, shape.kept_codes);
  reserve(values_, shape.kept_values);
  if (shape.iterative) reserve(unsolved_, 1);
  scratch_.reserve(shape.scratch.bytes(count));
}

unsigned BatchBuffers::gather(const ProductWork& batch, const BatchShape& shape, std::size_t first, std::size_t count,
                              cpu::ThreadPool& pool) {
  shape_ = shape;
  first_ = first;
  count_ = count;
  const std::size_t stride = batch.input_stride;
  std::vector<unsigned> used_bits(task_count(count * shape.rows * sizeof(InputCode), pool), 0u);
  const std::size_t each = (count + used_bits.size() - 1) / used_bits.size();
  run(pool, used_bits.size(), [&](std::size_t task) {
    unsigned bits = 0;
    for (std::size_t vector = task * each; vector < std::min((task + 1) * each, count); ++vector) {
      const InputCode* from = batch.inputs + (first + vector) * stride;
      InputCode* to = inputs_.host.data() + vector * shape.rows;
      for (std::size_t row = 0; row < shape.rows; ++row) {
        bits |= from[row];
        to[row] = from[row];
      }
    }
    used_bits[task] = bits;
  });
  return std::accumulate(used_bits.begin(), used_bits.end(), 0u, std::bit_or<unsigned>());
}

void BatchBuffers::start(const ProductWork& batch, const ArrayMvm& array) {
  const BatchShape& shape = shape_;
  const std::size_t count = count_;
  inputs_.device.upload(inputs_.host.data(), count * shape.rows, stream_.get());
  MvmWork work;
  work.inputs = inputs_.device.data();
  work.input_stride = shape.rows;
  work.count = count;
  work.first_event = batch.event(first_);
  work.event_stride = batch.event_stride;
  work.sums = sums_.device.data();
  work.drive_siemens = drive_siemens_.device.data();
  work.clipped = clipped_.device.data();
  work.codes = shape.kept_codes > 0 ? codes_.device.data() : nullptr;
  work.values = shape.kept_values > 0 ? values_.device.data() : nullptr;
  work.scratch = scratch_.data();
  work.unsolved = unsolved_.device.data();
  array.run(work, stream_.get());
  sums_.fetch(count * shape.outputs, stream_.get());
  drive_siemens_.fetch(count * shape.slices, stream_.get());
  clipped_.fetch(count, stream_.get());
  codes_.fetch(count * shape.kept_codes, stream_.get());
  values_.fetch(count * shape.kept_values, stream_.get());
  if (shape.iterative) unsolved_.fetch(count, stream_.get());
  done_.record(stream_.get());
}

std::vector<std::size_t> BatchBuffers::finish(ProductResult& result, cpu::ThreadPool& pool) {
  done_.wait();
  const auto copy = [&](const auto& from, std::size_t each, auto& to) {
    const std::size_t size = count_ * each;
    const std::size_t tasks = task_count(size * sizeof(*from.host.data()), pool);
    const std::size_t part = (size + tasks - 1) / tasks;
    run(pool, tasks, [&](std::size_t task) {
      const std::size_t begin = std::min(task * part, size);
      std::copy_n(from.host.data() + begin, std::min(part, size - begin), to.data() + first_ * each + begin);
    });
  };
  copy(sums_, shape_.outputs, result.sums);
  copy(drive_siemens_, shape_.slices, result.drive_siemens);
  copy(clipped_, 1, result.clipped);
  copy(codes_, shape_.kept_codes, result.codes);
  copy(values_, shape_.kept_values, result.values);
  std::vector<std::size_t> unsolved;
  for (std::size_t vector = 0; shape_.iterative && vector < count_; ++vector) {
    if (unsolved_.host.data()[vector] != 0) unsolved.push_back(first_ + vector);
  }
  return unsolved;
}

}  // namespace memcosim::cuda
