// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/cell_kernels.cuh"

namespace memcosim::cuda {

std::vector<CellKernels> cell_kernels_3() {
  return kernels_of_part<3>(CellModels{});
}

}  // namespace memcosim::cuda
