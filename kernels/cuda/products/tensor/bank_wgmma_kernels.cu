// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/tensor/bank_kernel_table.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_noisy_wgmma_kernel.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_wgmma_kernel.cuh"

namespace memcosim::cuda {

namespace {

template <typename Shape>
struct WgmmaKernel {
  static BankKernel kernel() {
    return {bank_wgmma_kernel<Shape>, Shape::threads, Shape::groups, Shape::stages, WgmmaStage<Shape>::bytes, sizeof(StageBarriers)};
  }
};

template <unsigned digits, bool tall, unsigned column_parts>
struct WgmmaKernel<KernelShape<digits, tall, BankNoise::read, column_parts>> {
  using Shape = KernelShape<digits, tall, BankNoise::read, column_parts>;
  static BankKernel kernel() {
    return {bank_noisy_wgmma_kernel<Shape>,
            Shape::threads + feeding_threads,
            Shape::groups,
            Shape::stages,
            sizeof(NoisyMemory<Shape>),
            0,
            true};
  }
};

/// Kernel whose thread blocks process all groups of a wide block column (BankShape::wide).
template <typename Shape>
using WideWgmmaKernel = WgmmaKernel<KernelShape<Shape::digits, Shape::tall, Shape::noise, Shape::noise == BankNoise::read ? 4 : 2>>;

}  // namespace

BankKernel find_wgmma_kernel(const BankShape& shape) {
  return shape.wide ? find_kernel<WideWgmmaKernel>(shape) : find_kernel<WgmmaKernel>(shape);
}

}  // namespace memcosim::cuda
