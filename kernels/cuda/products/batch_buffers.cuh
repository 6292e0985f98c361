// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/common/thread_pool.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/products/product_work.hpp"

namespace memcosim::cuda {

/// Numbers per vector of a batch.
struct BatchShape {
  std::size_t rows;
  std::size_t outputs;
  std::size_t slices;
  std::size_t kept_codes;   ///< 0: not kept
  std::size_t kept_values;  ///< 0: not kept
  ScratchNeed scratch = {};
  bool iterative = false;  ///< ArrayMvm::is_iterative()

  /// Bytes on the GPU; the same, without scratch memory, in pinned host memory.
  std::size_t bytes() const {
    return rows * sizeof(InputCode) + outputs * sizeof(std::int32_t) + slices * sizeof(double) + 2 * sizeof(std::uint32_t) +
           kept_codes * sizeof(std::int32_t) + kept_values * sizeof(double) + scratch.per_vector;
  }
};

/// Memory and a stream for one piece of a batch at a time, so that the copies and kernels of several pieces overlap.
class BatchBuffers {
 public:
  /// Makes room for at least `count` vectors on host and GPU; when it must grow, for `room` vectors, since allocating pinned memory is
  /// slow. Throws OutOfMemory.
  void reserve(const BatchShape& shape, std::size_t count, std::size_t room);

  /// Copies vectors first .. first + count of the batch to pinned memory, in the threads of `pool`. Returns the bitwise or of their codes.
  unsigned gather(const ProductWork& batch, const BatchShape& shape, std::size_t first, std::size_t count, cpu::ThreadPool& pool);
  /// Queues their copies and kernels; the buffers are busy until finish().
  void start(const ProductWork& batch, const ArrayMvm& array);
  /// Waits, and writes the results to their places in `result`. Returns the vectors of the batch without a valid result.
  std::vector<std::size_t> finish(ProductResult& result, cpu::ThreadPool& pool);

 private:
  template <typename Value>
  struct Both {
    DeviceArray<Value> device;
    PinnedArray<Value> host;
    void reserve(std::size_t count, std::size_t room) {
      device.reserve(count, room);
      host.reserve(count, room);
    }
    void fetch(std::size_t count, cudaStream_t stream) {
      if (count > 0) device.download(host.data(), count, stream);
    }
  };

  Stream stream_;
  Event done_;
  Both<InputCode> inputs_;
  Both<std::int32_t> sums_;
  Both<double> drive_siemens_;
  Both<ClipCounts> clipped_;
  Both<std::int32_t> codes_;
  Both<double> values_;
  Both<std::uint32_t> unsolved_;
  DeviceArray<unsigned char> scratch_;
  BatchShape shape_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace memcosim::cuda
