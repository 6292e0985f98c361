// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/products/tensor/bank_kernels.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_shape.cuh"

namespace memcosim::cuda {

/// Only the shapes that lay_out_bank() produces are compiled, to limit compile time.
template <template <typename Shape> class Kernel, bool tall, BankNoise noise>
BankKernel find_kernel_of_digits(unsigned digits) {
  constexpr bool every = !tall && noise == BankNoise::none;
  switch (digits) {
    case 1:
      if constexpr (noise != BankNoise::read) return Kernel<KernelShape<1, tall, noise>>::kernel();
      return {};
    case 2:
      if constexpr (every) return Kernel<KernelShape<2, tall, noise>>::kernel();
      return {};
    case 3:
      if constexpr (!(tall && noise == BankNoise::read)) return Kernel<KernelShape<3, tall, noise>>::kernel();
      return {};
    case 4:
      return Kernel<KernelShape<4, tall, noise>>::kernel();
    default:
      return {};
  }
}

/// `Kernel<Shape>::kernel()` gives the kernel of a shape.
template <template <typename Shape> class Kernel>
BankKernel find_kernel(const BankShape& shape) {
  switch (shape.noise) {
    case BankNoise::none:
      return shape.tall ? find_kernel_of_digits<Kernel, true, BankNoise::none>(shape.digits)
                        : find_kernel_of_digits<Kernel, false, BankNoise::none>(shape.digits);
    case BankNoise::converter:
      return shape.tall ? find_kernel_of_digits<Kernel, true, BankNoise::converter>(shape.digits)
                        : find_kernel_of_digits<Kernel, false, BankNoise::converter>(shape.digits);
    case BankNoise::read:
      return shape.tall ? find_kernel_of_digits<Kernel, true, BankNoise::read>(shape.digits)
                        : find_kernel_of_digits<Kernel, false, BankNoise::read>(shape.digits);
  }
  return {};
}

}  // namespace memcosim::cuda
