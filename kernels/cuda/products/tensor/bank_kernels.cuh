// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "memcosim/kernels/cuda/products/tensor/bank_layout.hpp"
#include "memcosim/kernels/cuda/products/tensor/bank_work.cuh"

namespace memcosim::cuda {

/// A compiled kernel; null: there is none of this shape.
struct BankKernel {
  void (*run)(BankWork, unsigned stages) = nullptr;
  unsigned threads = 0;
  unsigned groups = 0;  ///< of a thread block
  unsigned stages = 0;  ///< most that it can use
  std::size_t stage_bytes = 0;
  std::size_t other_bytes = 0;  ///< of shared memory
  bool shares = false;          ///< persistent blocks that share the work (BankShares)
};

/// mma.sync: for every shape that lay_out_bank() makes. One stage will do.
BankKernel find_warp_kernel(const BankShape& shape);
/// wgmma: for GPUs of compute capability 9.0, where it was compiled. Needs all its stages; takes BankWork::input_map.
BankKernel find_wgmma_kernel(const BankShape& shape);

}  // namespace memcosim::cuda
