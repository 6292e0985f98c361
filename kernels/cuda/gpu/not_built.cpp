// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources of this folder in builds without a CUDA compiler: there is no GPU.
#include "memcosim/kernels/cuda/gpu/gpus.hpp"

namespace memcosim::cuda {

Installation installation(std::size_t) {
  Installation none;
  none.why_none = "memcosim was built without CUDA: install the CUDA toolkit (docs/gpu.md) and build again";
  return none;
}

}  // namespace memcosim::cuda
