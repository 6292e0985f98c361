// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/bank_kernel_table.cuh"
#include "memcosim/kernels/cuda/bank_mma.cuh"

namespace memcosim::cuda {

BankKernel find_warp_kernel(const BankShape& shape) { return find_kernel<WarpProducts>(shape); }

}  // namespace memcosim::cuda
