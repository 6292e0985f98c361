// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"

namespace memcosim::cuda {

/// A sequence of kernels that is launched as one.
class WorkGraph {
 public:
  WorkGraph() = default;
  /// Captures what `enqueue(stream)` puts into a stream, and runs nothing.
  template <class Enqueue>
  explicit WorkGraph(Enqueue enqueue) {
    Stream stream;
    succeed(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal), "capture kernels");
    cudaGraph_t graph = nullptr;
    try {
      enqueue(stream.get());
    } catch (...) {
      cudaStreamEndCapture(stream.get(), &graph);
      cudaGraphDestroy(graph);
      throw;
    }
    succeed(cudaStreamEndCapture(stream.get(), &graph), "capture kernels");
    const cudaError_t status = cudaGraphInstantiate(&work_, graph, 0);
    cudaGraphDestroy(graph);
    succeed(status, "make a sequence of kernels");
  }
  ~WorkGraph() {
    if (work_ != nullptr) cudaGraphExecDestroy(work_);
  }
  WorkGraph(WorkGraph&& other) noexcept : work_(std::exchange(other.work_, nullptr)) {}
  WorkGraph& operator=(WorkGraph&& other) noexcept {
    std::swap(work_, other.work_);
    return *this;
  }
  WorkGraph(const WorkGraph&) = delete;
  WorkGraph& operator=(const WorkGraph&) = delete;

  void launch(cudaStream_t stream) const { succeed(cudaGraphLaunch(work_, stream), "launch a sequence of kernels"); }

 private:
  cudaGraphExec_t work_ = nullptr;
};

}  // namespace memcosim::cuda
