// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace memcosim::testing {

/// Takes all memory of the first GPU but about `left` bytes, as another program would, until it goes.
class GpuMemoryHog {
 public:
  explicit GpuMemoryHog(std::size_t left);
  ~GpuMemoryHog();
  GpuMemoryHog(const GpuMemoryHog&) = delete;
  GpuMemoryHog& operator=(const GpuMemoryHog&) = delete;

 private:
  std::vector<void*> taken_;
};

/// Free bytes of the first GPU.
std::size_t free_gpu_memory();

}  // namespace memcosim::testing
