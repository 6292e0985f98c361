// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/bank_kernel_table.cuh"
#include "memcosim/kernels/cuda/bank_wgmma_kernel.cuh"

namespace memcosim::cuda {

namespace {

template <typename Shape>
struct WgmmaKernel {
  static BankKernel kernel() {
    return {bank_wgmma_kernel<Shape>, Shape::threads, Shape::stages, WgmmaStage<Shape>::bytes,
            (Shape::planes ? Planes::bytes : 0) + sizeof(StageBarriers)};
  }
};

}  // namespace

BankKernel find_wgmma_kernel(const BankShape& shape) {
  return find_kernel<WgmmaKernel>(shape);
}

}  // namespace memcosim::cuda
