// SPDX-License-Identifier: Apache-2.0
#include "gpu_memory_hog.hpp"

#include "memcosim/kernels/cuda/cuda_error.cuh"

namespace memcosim::testing {

GpuMemoryHog::GpuMemoryHog(std::size_t left) {
  const std::size_t free = free_gpu_memory();
  if (free > left) cuda::succeed(cudaMalloc(&taken_, free - left), "take memory away");
}

GpuMemoryHog::~GpuMemoryHog() { cudaFree(taken_); }

std::size_t free_gpu_memory() {
  std::size_t free = 0;
  std::size_t total = 0;
  cuda::succeed(cudaSetDevice(0), "choose the GPU");
  cuda::succeed(cudaMemGetInfo(&free, &total), "ask for free memory");
  return free;
}

}  // namespace memcosim::testing
