// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/bank_kernel.cuh"
#include "memcosim/kernels/cuda/bank_kernels.cuh"

namespace memcosim::cuda {

/// Few shapes are compiled (lay_out_bank() knows which): each takes its time.
template <typename Products, bool tall, BankNoise noise>
BankKernel find_kernel_of_digits(unsigned digits) {
  constexpr bool every = !tall && noise == BankNoise::none;
  switch (digits) {
    case 1:
      if constexpr (noise != BankNoise::read) return bank_kernel<Products, KernelShape<1, tall, noise>>;
      return nullptr;
    case 2:
      if constexpr (every) return bank_kernel<Products, KernelShape<2, tall, noise>>;
      return nullptr;
    case 3:
      if constexpr (!(tall && noise == BankNoise::read)) return bank_kernel<Products, KernelShape<3, tall, noise>>;
      return nullptr;
    case 4:
      return bank_kernel<Products, KernelShape<4, tall, noise>>;
    default:
      return nullptr;
  }
}

template <typename Products>
BankKernel find_kernel(const BankShape& shape) {
  switch (shape.noise) {
    case BankNoise::none:
      return shape.tall ? find_kernel_of_digits<Products, true, BankNoise::none>(shape.digits)
                        : find_kernel_of_digits<Products, false, BankNoise::none>(shape.digits);
    case BankNoise::converter:
      return shape.tall ? find_kernel_of_digits<Products, true, BankNoise::converter>(shape.digits)
                        : find_kernel_of_digits<Products, false, BankNoise::converter>(shape.digits);
    case BankNoise::read:
      return shape.tall ? find_kernel_of_digits<Products, true, BankNoise::read>(shape.digits)
                        : find_kernel_of_digits<Products, false, BankNoise::read>(shape.digits);
  }
  return nullptr;
}

}  // namespace memcosim::cuda
