// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

/// Memory of the GPU that is current when it is made. Values are not initialised. Throws OutOfMemory.
template <typename Value>
class DeviceArray {
 public:
  DeviceArray() = default;
  explicit DeviceArray(std::size_t count) : count_(count) {
    if (count > 0) succeed(cudaMalloc(&values_, count * sizeof(Value)), "allocate memory");
  }
  explicit DeviceArray(const std::vector<Value>& values) : DeviceArray(values.size()) { upload(values.data(), values.size()); }
  ~DeviceArray() { cudaFree(values_); }
  DeviceArray(DeviceArray&& other) noexcept : count_(std::exchange(other.count_, 0)), values_(std::exchange(other.values_, nullptr)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(values_, other.values_);
    return *this;
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  Value* data() { return values_; }
  const Value* data() const { return values_; }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// Makes room for at least `count` values; where it grows, for `room` of them, and what was there is lost.
  void reserve(std::size_t count, std::size_t room) {
    if (count <= count_) return;
    *this = DeviceArray();  // frees the old memory first, so that both never exist at once
    *this = DeviceArray(room);
  }
  void reserve(std::size_t count) { reserve(count, count); }
  /// Complete for every stream when it returns: cudaMemcpy alone may return before the last part of the copy reaches the GPU.
  void upload(const Value* values, std::size_t count) {
    succeed(cudaMemcpy(values_, values, count * sizeof(Value), cudaMemcpyHostToDevice), "copy to the GPU");
    succeed(cudaStreamSynchronize(nullptr), "copy to the GPU");
  }
  /// Asynchronous where `values` is pinned.
  void upload(const Value* values, std::size_t count, cudaStream_t stream) {
    succeed(cudaMemcpyAsync(values_, values, count * sizeof(Value), cudaMemcpyHostToDevice, stream), "copy to the GPU");
  }
  /// Does not wait for work in other streams (stream.cuh): the caller must have waited for them.
  void download(Value* values, std::size_t count) const {
    succeed(cudaMemcpy(values, values_, count * sizeof(Value), cudaMemcpyDeviceToHost), "copy from the GPU");
  }
  void download(Value* values, std::size_t count, cudaStream_t stream) const {
    succeed(cudaMemcpyAsync(values, values_, count * sizeof(Value), cudaMemcpyDeviceToHost, stream), "copy from the GPU");
  }
  std::vector<Value> host() const {
    std::vector<Value> values(count_);
    if (count_ > 0) download(values.data(), count_);
    return values;
  }

 private:
  std::size_t count_ = 0;
  Value* values_ = nullptr;
};

/// Pinned host memory, for asynchronous copies.
template <typename Value>
class PinnedArray {
 public:
  PinnedArray() = default;
  explicit PinnedArray(std::size_t count) : count_(count) {
    if (count > 0) succeed(cudaMallocHost(&values_, count * sizeof(Value)), "allocate pinned host memory");
  }
  ~PinnedArray() { cudaFreeHost(values_); }
  PinnedArray(PinnedArray&& other) noexcept : count_(std::exchange(other.count_, 0)), values_(std::exchange(other.values_, nullptr)) {}
  PinnedArray& operator=(PinnedArray&& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(values_, other.values_);
    return *this;
  }
  PinnedArray(const PinnedArray&) = delete;
  PinnedArray& operator=(const PinnedArray&) = delete;

  Value* data() { return values_; }
  const Value* data() const { return values_; }
  std::size_t size() const { return count_; }
  void reserve(std::size_t count, std::size_t room) {
    if (count <= count_) return;
    *this = PinnedArray();
    *this = PinnedArray(room);
  }
  void reserve(std::size_t count) { reserve(count, count); }

 private:
  std::size_t count_ = 0;
  Value* values_ = nullptr;
};

}  // namespace memcosim::cuda
