// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/cell_kernels.cuh"

namespace memcosim::cuda {

std::vector<CellKernels> cell_kernels_2() {
  return kernels_of_part<2>(CellModels{});
}

}  // namespace memcosim::cuda
