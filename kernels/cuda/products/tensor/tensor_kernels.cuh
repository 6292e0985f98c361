// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"
#include "memcosim/kernels/cuda/products/tensor/tensor_work.cuh"

namespace memcosim::cuda {

/// A compiled kernel; null: there is none of this shape.
struct TensorKernel {
  void (*run)(TensorWork, unsigned stages) = nullptr;
  unsigned threads = 0;
  unsigned strips = 0;  ///< of a thread block
  unsigned stages = 0;  ///< most that it can use
  std::size_t stage_bytes = 0;
  std::size_t other_bytes = 0;  ///< of shared memory
  bool persistent = false;      ///< blocks that share the work (WorkShares)
};

/// mma.sync: for every shape that lay_out_product() makes. One stage will do.
TensorKernel find_warp_kernel(const ProductShape& shape);
/// wgmma: for GPUs of compute capability 9.0, where it was compiled. Needs all its stages; takes TensorWork::input_map.
TensorKernel find_wgmma_kernel(const ProductShape& shape);

}  // namespace memcosim::cuda
