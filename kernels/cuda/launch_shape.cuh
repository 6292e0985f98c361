// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace memcosim::cuda {

// One thread per element, for kernels that say nothing else.

inline constexpr unsigned threads_per_block = 256;

inline unsigned blocks_of(std::size_t threads) {
  return static_cast<unsigned>((threads + threads_per_block - 1) / threads_per_block);
}

__device__ inline std::size_t this_thread() {
  return std::size_t{blockIdx.x} * threads_per_block + threadIdx.x;
}

}  // namespace memcosim::cuda
