// SPDX-License-Identifier: Apache-2.0
// Takes the place of the CUDA sources where no CUDA compiler was found: the same functions, which say so.
#include "memcosim/kernels/cuda/gpus.hpp"

namespace memcosim::cuda {

Installation installation() {
  Installation none;
  none.why_none = "memcosim was built without CUDA: install the CUDA toolkit and build again";
  return none;
}

}  // namespace memcosim::cuda
