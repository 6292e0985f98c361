// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

#include "gpu_memory_hog.hpp"

namespace memcosim::testing {

namespace {

constexpr std::size_t least_piece = std::size_t{1} << 20;

}  // namespace

GpuMemoryHog::GpuMemoryHog(std::size_t left) {
  // Other allocations may have cut it in parts.
  for (std::size_t piece = free_gpu_memory(); piece >= least_piece; piece /= 2) {
    for (std::size_t free = free_gpu_memory(); free >= left + piece; free = free_gpu_memory()) {
      void* memory = nullptr;
      if (cudaMalloc(&memory, piece) != cudaSuccess) {
        cudaGetLastError();
        break;
      }
      taken_.push_back(memory);
    }
  }
}

GpuMemoryHog::~GpuMemoryHog() {
  for (void* memory : taken_)
    cudaFree(memory);
}

std::size_t free_gpu_memory() {
  std::size_t free = 0;
  std::size_t total = 0;
  cuda::succeed(cudaSetDevice(0), "choose the GPU");
  cuda::succeed(cudaMemGetInfo(&free, &total), "ask for free memory");
  return free;
}

}  // namespace memcosim::testing
