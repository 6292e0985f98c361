// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/planes.cuh"
#include "memcosim/kernels/cuda/products/tensor/tma.cuh"

namespace memcosim::cuda {

/// The warpgroup that feeds the others: a thread of the first warp fetches, the other warps write planes.
constexpr unsigned feeding_threads = 128;
constexpr unsigned writing_threads = feeding_threads - 32;

/// Position in a ring of buffers.
template <unsigned buffers>
struct RingPosition {
  std::uint32_t index = 0;
  std::uint32_t parity = 0;  ///< of how often the buffer was used before

  __device__ __forceinline__ void advance() {
    const bool last = index + 1 == buffers;
    index = last ? 0 : index + 1;
    parity ^= last ? 1u : 0u;
  }
};

/// Shared memory of a block of the kernel for read noise, and the barriers that signal filled and free buffers. Units (see WorkUnit)
/// are numbered from the block's first one on; a step is a slice of a unit.
template <typename Shape>
struct NoisyMemory {
  using Inputs = BoxedInputs<Shape::vectors>;
  static constexpr std::uint32_t image_bytes = Shape::warp_columns * Shape::strip_bytes;  ///< of a strip of each warp column

  /// Number of buffers for planes of steps and images of strips: the more, the less the warps wait for the slowest one.
  static constexpr unsigned plane_buffers = Shape::blocks == 1 ? 3 : 2;
  static constexpr unsigned image_buffers = 2;
  static constexpr unsigned input_buffers = Shape::blocks == 1 ? 2 : 1;
  using StepPosition = RingPosition<plane_buffers>;

  std::uint8_t planes[plane_buffers][Planes::bytes];         ///< of steps, a ring
  std::uint8_t images[image_buffers][image_bytes];           ///< of strips, a ring
  std::uint8_t inputs[input_buffers][Inputs::bytes];         ///< of units, a ring
  PassHeader headers[4];                                     ///< of units, a ring: two more are in use at once than inputs
  std::int32_t code_sums[2][plane_buffers][Shape::vectors];  ///< of steps, a ring: used longer than planes; zero where they do not count
  std::uint64_t inputs_filled[input_buffers];                ///< the unit's header too
  std::uint64_t inputs_read[input_buffers];
  std::uint64_t image_filled[image_buffers];
  std::uint64_t image_read[image_buffers];
  std::uint64_t planes_written[plane_buffers];
  std::uint64_t planes_read[plane_buffers];

  __device__ const PassHeader& header(std::uint32_t unit) const { return headers[unit % 4]; }
  __device__ std::int32_t* code_sums_of(const StepPosition& step) { return code_sums[step.parity][step.index]; }
  __device__ void begin_barriers() {
    for (unsigned k = 0; k < input_buffers; ++k) {
      begin_barrier(inputs_filled[k], 1);
      begin_barrier(inputs_read[k], writing_threads);
    }
    for (unsigned k = 0; k < image_buffers; ++k) {
      begin_barrier(image_filled[k], 1);
      begin_barrier(image_read[k], Shape::threads);
    }
    for (unsigned k = 0; k < plane_buffers; ++k) {
      begin_barrier(planes_written[k], writing_threads);
      begin_barrier(planes_read[k], Shape::threads);
    }
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
};

template <typename Shape>
constexpr bool fits_as_often_as_wanted = Shape::blocks*(sizeof(NoisyMemory<Shape>) + 1024) <= 228 * 1024;  ///< in a multiprocessor
static_assert(fits_as_often_as_wanted<KernelShape<3, false, NoiseKind::read, 2>>, "two blocks hide each other's waiting");

/// Sums of the codes of the vectors g and g + 8 in a step.
struct SharedCodeSums {
  const std::int32_t* of_vector;

  template <typename Shape>
  __device__ __forceinline__ SharedCodeSums(NoisyMemory<Shape>& memory, const typename NoisyMemory<Shape>::StepPosition& step,
                                            std::uint32_t row)
      : of_vector(memory.code_sums_of(step) + row) {}
  __device__ __forceinline__ std::int32_t code_sum(unsigned half) const { return of_vector[8 * half]; }
};

/// Steps of a unit; those of tall arrays have one each.
template <typename Shape>
__device__ __forceinline__ std::uint32_t steps_of_unit(const TensorWork& work) {
  return Shape::tall ? 1 : work.slices;
}

}  // namespace memcosim::cuda
