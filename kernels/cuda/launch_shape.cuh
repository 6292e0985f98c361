// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstddef>

#include "memcosim/kernels/cuda/cuda_error.cuh"

namespace memcosim::cuda {

// One thread per element, for kernels that say nothing else.

inline constexpr unsigned threads_per_block = 256;

inline unsigned blocks_of(std::size_t threads) {
  return static_cast<unsigned>((threads + threads_per_block - 1) / threads_per_block);
}

__device__ inline std::size_t this_thread() {
  return std::size_t{blockIdx.x} * threads_per_block + threadIdx.x;
}

/// Blocks of a kernel that the current GPU can hold at once.
template <typename... Parameters>
unsigned resident_blocks(void (*kernel)(Parameters...)) {
  int gpu = 0;
  int multiprocessors = 0;
  int blocks = 0;
  succeed(cudaGetDevice(&gpu), "ask for the current GPU");
  succeed(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, gpu), "ask for the multiprocessors");
  succeed(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, threads_per_block, 0), "ask for the occupancy");
  return static_cast<unsigned>(blocks * multiprocessors);
}

}  // namespace memcosim::cuda
