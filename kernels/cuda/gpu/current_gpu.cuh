// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

/// Makes a GPU the current one of this thread for as long as it lives.
class CurrentGpu {
 public:
  explicit CurrentGpu(int gpu) {
    succeed(cudaGetDevice(&before_), "ask for the current GPU");
    if (gpu != before_) succeed(cudaSetDevice(gpu), "choose a GPU");
  }
  ~CurrentGpu() { cudaSetDevice(before_); }
  CurrentGpu(const CurrentGpu&) = delete;
  CurrentGpu& operator=(const CurrentGpu&) = delete;

 private:
  int before_ = 0;
};

}  // namespace memcosim::cuda
