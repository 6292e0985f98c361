// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/cell_kernels.cuh"

namespace memcosim::cuda {

std::vector<CellKernels> cell_kernels_0() {
  return kernels_of_part<0>(CellModels{});
}

}  // namespace memcosim::cuda
