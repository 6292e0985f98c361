// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <cuda_runtime.h>

#include "memcosim/common/error.hpp"

namespace memcosim::cuda {

/// The GPU has not enough free memory: callers may retry with less work at once.
class OutOfMemory : public RunError {
 public:
  using RunError::RunError;
};

/// Checks the status of every call of the CUDA runtime: throws OutOfMemory or RunError that names the operation.
inline void succeed(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  cudaGetLastError();
  const std::string message = std::string("GPU: ") + doing + ": " + cudaGetErrorString(status);
  if (status == cudaErrorMemoryAllocation) throw OutOfMemory(message);
  throw RunError(message);
}

/// After each kernel launch.
inline void succeed_launch(const char* kernel) {
  succeed(cudaGetLastError(), kernel);
}

}  // namespace memcosim::cuda
