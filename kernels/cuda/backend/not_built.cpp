// SPDX-License-Identifier: Apache-2.0
// Replaces the backend in builds without a CUDA compiler: it cannot be made.
#include <stdexcept>

#include "memcosim/kernels/cuda/backend/cuda_backend.hpp"

namespace memcosim {

std::unique_ptr<Backend> cuda_backend(const BackendOptions&, const std::vector<cuda::Gpu>&) {
  throw std::logic_error("memcosim was built without CUDA");
}

}  // namespace memcosim
