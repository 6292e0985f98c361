// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

// Default launch shape: one thread per element.

inline constexpr unsigned threads_per_block = 256;

inline unsigned blocks_of(std::size_t threads) {
  return static_cast<unsigned>((threads + threads_per_block - 1) / threads_per_block);
}

__device__ inline std::size_t this_thread() {
  return std::size_t{blockIdx.x} * threads_per_block + threadIdx.x;
}

/// Blocks of a kernel that the current GPU can hold at once.
inline unsigned resident_blocks(const void* kernel, unsigned threads, std::size_t shared_bytes) {
  int gpu = 0;
  int multiprocessors = 0;
  int blocks = 0;
  succeed(cudaGetDevice(&gpu), "ask for the current GPU");
  succeed(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, gpu), "ask for the multiprocessors");
  succeed(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, static_cast<int>(threads), shared_bytes), "ask for the occupancy");
  return static_cast<unsigned>(blocks * multiprocessors);
}
template <typename... Parameters>
unsigned resident_blocks(void (*kernel)(Parameters...), unsigned threads = threads_per_block, std::size_t shared_bytes = 0) {
  return resident_blocks(reinterpret_cast<const void*>(kernel), threads, shared_bytes);
}

}  // namespace memcosim::cuda
