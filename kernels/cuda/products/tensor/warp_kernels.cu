// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/kernel_table.cuh"
#include "memcosim/kernels/cuda/products/tensor/warp_kernel.cuh"

namespace memcosim::cuda {

namespace {

template <typename Shape>
struct WarpKernel {
  static TensorKernel kernel() {
    return {warp_kernel<Shape>, Shape::threads, Shape::strips, Shape::stages, WarpStage<Shape>::bytes, Shape::planes ? Planes::bytes : 0};
  }
};

}  // namespace

TensorKernel find_warp_kernel(const ProductShape& shape) {
  return find_kernel<WarpKernel>(shape);
}

}  // namespace memcosim::cuda
