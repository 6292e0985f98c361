// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_kernels.cuh"

namespace memcosim::cuda {

/// Only the shapes that lay_out_product() produces are compiled, to limit compile time.
template <template <typename Shape> class Kernel, bool tall, NoiseKind noise>
TensorKernel find_kernel_of_digits(unsigned digits) {
  constexpr bool every = !tall && noise == NoiseKind::none;
  switch (digits) {
    case 1:
      if constexpr (noise != NoiseKind::read) return Kernel<KernelShape<1, tall, noise>>::kernel();
      return {};
    case 2:
      if constexpr (every) return Kernel<KernelShape<2, tall, noise>>::kernel();
      return {};
    case 3:
      if constexpr (!(tall && noise == NoiseKind::read)) return Kernel<KernelShape<3, tall, noise>>::kernel();
      return {};
    case 4:
      return Kernel<KernelShape<4, tall, noise>>::kernel();
    default:
      return {};
  }
}

/// `Kernel<Shape>::kernel()` gives the kernel of a shape.
template <template <typename Shape> class Kernel>
TensorKernel find_kernel(const ProductShape& shape) {
  switch (shape.noise) {
    case NoiseKind::none:
      return shape.tall ? find_kernel_of_digits<Kernel, true, NoiseKind::none>(shape.digits)
                        : find_kernel_of_digits<Kernel, false, NoiseKind::none>(shape.digits);
    case NoiseKind::converter:
      return shape.tall ? find_kernel_of_digits<Kernel, true, NoiseKind::converter>(shape.digits)
                        : find_kernel_of_digits<Kernel, false, NoiseKind::converter>(shape.digits);
    case NoiseKind::read:
      return shape.tall ? find_kernel_of_digits<Kernel, true, NoiseKind::read>(shape.digits)
                        : find_kernel_of_digits<Kernel, false, NoiseKind::read>(shape.digits);
  }
  return {};
}

}  // namespace memcosim::cuda
