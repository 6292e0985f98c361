// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "memcosim/kernels/cuda/products/tensor/tensor_kernels.cuh"

namespace memcosim::cuda {

/// The shape of a kernel (see ProductShape). The warps of a block form a grid: rows of 16 vectors each, `warp_column_count` columns.
template <unsigned digit_count, bool tall_arrays, NoiseKind noise_kind, unsigned warp_column_count = 2, bool differing_converters = false>
struct KernelShape {
  static constexpr unsigned digits = digit_count;
  static constexpr bool tall = tall_arrays;
  static constexpr NoiseKind noise = noise_kind;
  static constexpr unsigned warp_columns = warp_column_count;
  static constexpr bool curves = differing_converters;
  using Work = std::conditional_t<curves, CurvedWork, TensorWork>;  ///< argument of the kernel
  static constexpr std::uint32_t vectors = block_vectors(noise);
  static constexpr unsigned threads = vectors / 16 * warp_columns * 32;  ///< warps for each 16 vectors in each warp column
  static constexpr unsigned blocks = 512 / threads;                      ///< of a multiprocessor, where its memory allows
  static constexpr unsigned stages = noise == NoiseKind::read ? 1 : 2;
  static constexpr bool planes = noise == NoiseKind::read;  ///< codes are multiplied as Planes
  static constexpr unsigned strip_columns = noise == NoiseKind::read ? noisy_strip_columns : 32;
  static constexpr unsigned fragments = strip_columns / 8;  ///< of eight columns, in a strip
  static constexpr unsigned warp_strips = tall ? 1 : 2;
  static constexpr unsigned strips = warp_columns * warp_strips;  ///< of a block: all of a block column, or half of them
  static constexpr unsigned level_rows = strip_columns * (digits + (noise == NoiseKind::read ? 2 : 0));  ///< of the image of a strip
  static constexpr unsigned image_rows = level_rows + (curves ? column_scale_rows : 0);
  static constexpr std::uint32_t strip_bytes = image_rows * slab_rows;
  static constexpr std::uint32_t slab_bytes = strips * strip_bytes;
};

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

/// Of products whose converters differ or are not linear.
template <template <typename Shape> class Kernel, bool tall, NoiseKind noise>
TensorKernel find_curved_kernel_of_digits(unsigned digits) {
  switch (digits) {
    case 1:
      return Kernel<KernelShape<1, tall, noise, 2, true>>::kernel();
    case 3:
      return Kernel<KernelShape<3, tall, noise, 2, true>>::kernel();
    case 4:
      return Kernel<KernelShape<4, tall, noise, 2, true>>::kernel();
    default:
      return {};
  }
}

template <template <typename Shape> class Kernel>
TensorKernel find_curved_kernel(const ProductShape& shape) {
  switch (shape.noise) {
    case NoiseKind::none:
      return shape.tall ? find_curved_kernel_of_digits<Kernel, true, NoiseKind::none>(shape.digits)
                        : find_curved_kernel_of_digits<Kernel, false, NoiseKind::none>(shape.digits);
    case NoiseKind::converter:
      return shape.tall ? find_curved_kernel_of_digits<Kernel, true, NoiseKind::converter>(shape.digits)
                        : find_curved_kernel_of_digits<Kernel, false, NoiseKind::converter>(shape.digits);
    case NoiseKind::read:
      return {};
  }
  return {};
}

/// `Kernel<Shape>::kernel()` gives the kernel of a shape.
template <template <typename Shape> class Kernel>
TensorKernel find_kernel(const ProductShape& shape) {
  if (shape.curves) return find_curved_kernel<Kernel>(shape);
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
