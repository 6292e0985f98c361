// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/bank_kernel_table.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_warp_kernel.cuh"

namespace memcosim::cuda {

namespace {

template <typename Shape>
struct WarpKernel {
  static BankKernel kernel() {
    return {bank_warp_kernel<Shape>, Shape::threads,          Shape::groups,
            Shape::stages,           WarpStage<Shape>::bytes, Shape::planes ? Planes::bytes : 0};
  }
};

}  // namespace

BankKernel find_warp_kernel(const BankShape& shape) {
  return find_kernel<WarpKernel>(shape);
}

}  // namespace memcosim::cuda
