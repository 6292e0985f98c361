// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/bank_layout.hpp"
#include "memcosim/kernels/cuda/bank_work.cuh"

namespace memcosim::cuda {

/// void (*)(BankWork, unsigned stages)
using BankKernel = void (*)(BankWork, unsigned);

/// The kernel of a shape, or null. mma.sync: for every shape that lay_out_bank() makes.
BankKernel find_warp_kernel(const BankShape& shape);
/// wgmma: for GPUs of compute capability 9.0, where it was compiled.
BankKernel find_wgmma_kernel(const BankShape& shape);

}  // namespace memcosim::cuda
