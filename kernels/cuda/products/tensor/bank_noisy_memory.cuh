// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_copies.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_planes.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_shape.cuh"

namespace memcosim::cuda {

/// The warpgroup that feeds the others: a thread of the first warp fetches, the other warps write planes.
constexpr unsigned feeding_threads = 128;
constexpr unsigned writing_threads = feeding_threads - 32;

/// Position in a ring of `places` buffers.
template <unsigned places>
struct Turn {
  std::uint32_t place = 0;
  std::uint32_t parity = 0;  ///< of how often the place was used before

  __device__ __forceinline__ void advance() {
    const bool last = place + 1 == places;
    place = last ? 0 : place + 1;
    parity ^= last ? 1u : 0u;
  }
};

/// Shared memory of a block of the kernel for read noise, and the barriers that signal filled and free buffers. Units (see BankUnit)
/// are numbered from the block's first one on; a step is a slice of a unit.
template <typename Shape>
struct NoisyMemory {
  using Inputs = TiledInputs<Shape::vectors>;
  static constexpr std::uint32_t image_bytes = Shape::column_parts * Shape::group_bytes;  ///< of a group of each part of the warps

  /// Number of buffers for planes of steps and images of groups: the more, the less the warps wait for the slowest one.
  static constexpr unsigned plane_places = Shape::blocks == 1 ? 3 : 2;
  static constexpr unsigned image_places = 2;
  static constexpr unsigned input_places = Shape::blocks == 1 ? 2 : 1;
  using StepTurn = Turn<plane_places>;

  std::uint8_t planes[plane_places][Planes::bytes];         ///< of steps in turns
  std::uint8_t images[image_places][image_bytes];           ///< of groups in turns
  std::uint8_t inputs[input_places][Inputs::bytes];         ///< of units in turns
  BankHeader headers[4];                                    ///< of units in turns: two more are in use at once than inputs
  std::int32_t code_sums[2][plane_places][Shape::vectors];  ///< of steps in turns: used longer than planes; zero where they do not count
  std::uint64_t inputs_filled[input_places];                ///< the unit's header too
  std::uint64_t inputs_read[input_places];
  std::uint64_t image_filled[image_places];
  std::uint64_t image_read[image_places];
  std::uint64_t planes_written[plane_places];
  std::uint64_t planes_read[plane_places];

  __device__ const BankHeader& header(std::uint32_t unit) const { return headers[unit % 4]; }
  __device__ std::int32_t* code_sums_of(const StepTurn& turn) { return code_sums[turn.parity][turn.place]; }
  __device__ void begin_barriers() {
    for (unsigned k = 0; k < input_places; ++k) {
      begin_barrier(inputs_filled[k], 1);
      begin_barrier(inputs_read[k], writing_threads);
    }
    for (unsigned k = 0; k < image_places; ++k) {
      begin_barrier(image_filled[k], 1);
      begin_barrier(image_read[k], Shape::threads);
    }
    for (unsigned k = 0; k < plane_places; ++k) {
      begin_barrier(planes_written[k], writing_threads);
      begin_barrier(planes_read[k], Shape::threads);
    }
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
};

template <typename Shape>
constexpr bool fits_as_often_as_wanted = Shape::blocks*(sizeof(NoisyMemory<Shape>) + 1024) <= 228 * 1024;  ///< in a multiprocessor
static_assert(fits_as_often_as_wanted<KernelShape<3, false, BankNoise::read, 2>>, "two blocks hide each other's waiting");

/// Sums of the codes of the vectors g and g + 8 in a step.
struct SharedCodeSums {
  const std::int32_t* of_vector;

  template <typename Shape>
  __device__ __forceinline__ SharedCodeSums(NoisyMemory<Shape>& memory, const typename NoisyMemory<Shape>::StepTurn& turn,
                                            std::uint32_t row)
      : of_vector(memory.code_sums_of(turn) + row) {}
  __device__ __forceinline__ std::int32_t code_sum(unsigned half) const { return of_vector[8 * half]; }
};

/// Steps of a unit; those of tall arrays have one each.
template <typename Shape>
__device__ __forceinline__ std::uint32_t steps_of_unit(const BankWork& work) {
  return Shape::tall ? 1 : work.slices;
}

}  // namespace memcosim::cuda
