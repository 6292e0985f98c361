// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/kernel_table.cuh"
#include "memcosim/kernels/cuda/products/tensor/noisy_wgmma_kernel.cuh"
#include "memcosim/kernels/cuda/products/tensor/wgmma_kernel.cuh"

namespace memcosim::cuda {

namespace {

template <typename Shape>
struct WgmmaKernel {
  static TensorKernel kernel() {
    return {wgmma_kernel<Shape>, Shape::threads, Shape::strips, Shape::stages, WgmmaStage<Shape>::bytes, sizeof(StageBarriers)};
  }
};

template <unsigned digits, bool tall, unsigned warp_columns>
struct WgmmaKernel<KernelShape<digits, tall, NoiseKind::read, warp_columns>> {
  using Shape = KernelShape<digits, tall, NoiseKind::read, warp_columns>;
  static TensorKernel kernel() {
    return {noisy_wgmma_kernel<Shape>, Shape::threads + feeding_threads, Shape::strips, Shape::stages, sizeof(NoisyMemory<Shape>), 0, true};
  }
};

/// Kernel whose thread blocks process all strips of a wide block column (ProductShape::wide).
template <typename Shape>
using WideWgmmaKernel = WgmmaKernel<KernelShape<Shape::digits, Shape::tall, Shape::noise, Shape::noise == NoiseKind::read ? 4 : 2>>;

}  // namespace

TensorKernel find_wgmma_kernel(const ProductShape& shape) {
  return shape.wide ? find_kernel<WideWgmmaKernel>(shape) : find_kernel<WgmmaKernel>(shape);
}

}  // namespace memcosim::cuda
