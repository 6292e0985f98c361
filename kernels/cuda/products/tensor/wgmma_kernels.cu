// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/noisy_kernel.cuh"
#include "memcosim/kernels/cuda/products/tensor/pass.cuh"
#include "memcosim/kernels/cuda/products/tensor/tma.cuh"
#include "memcosim/kernels/cuda/products/tensor/wgmma.cuh"

// The kernel for Hopper without read noise: wgmma, and copies by the tensor memory accelerator to two stages. Warps do not wait for each
// other: each waits only for the bytes of a stage, and the last one that finishes with a stage starts to refill it.

namespace memcosim::cuda {

namespace {

template <typename Shape>
using WgmmaStage = PassStage<Shape, BoxedInputs<Shape::vectors>>;

/// Barriers of the stages, in shared memory.
struct StageBarriers {
  std::uint64_t filled[2];
  std::uint64_t read[2];  ///< all threads arrive here when they have finished with the stage
  std::uint32_t done[2];  ///< number of times that a warp has finished with the stage
};

__device__ inline void begin_barriers(StageBarriers& barriers) {
  if (threadIdx.x < 2) {
    barriers.done[threadIdx.x] = 0;
    begin_barrier(barriers.filled[threadIdx.x], 1);
    begin_barrier(barriers.read[threadIdx.x], blockDim.x);
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  __syncthreads();
}

/// Starts to fill a stage, by one thread. Rows of codes are copied in whole boxes; content beyond a pass's rows is arbitrary.
template <typename Shape>
__device__ __forceinline__ void fill_stage(const TensorWork& work, const std::uint8_t* stage, const ThreadCoords& thread, const Pass& pass,
                                           std::uint32_t index, const std::uint64_t& barrier) {
  using Stage = WgmmaStage<Shape>;
  const std::uint32_t boxes = (pass.rows + 31) / 32;
  expect_bytes(barrier, boxes * Stage::Inputs::box_bytes + Shape::slab_bytes + static_cast<std::uint32_t>(sizeof(PassHeader)));
  for (std::uint32_t box = 0; box < boxes; ++box)
    copy_inputs(stage + box * Stage::Inputs::box_bytes, work, pass.first_row + box * 32, thread.first_vector, barrier);
  copy_bulk(stage + Stage::image, work.image + std::size_t{pass.slab} * Shape::slab_bytes, Shape::slab_bytes, barrier);
  copy_bulk(stage + Stage::header, work.passes + index, sizeof(PassHeader), barrier);
}

/// True in the first thread of the last warp to finish with a stage. The count identifies that warp; the barrier, which is then complete,
/// orders its copies after the reads of all threads.
template <typename Shape>
__device__ __forceinline__ bool last_of_stage(StageBarriers& barriers, std::uint32_t number, std::uint32_t parity) {
  arrive(barriers.read[number]);
  __syncwarp();
  if (threadIdx.x % 32 != 0) return false;
  if ((atomicAdd(&barriers.done[number], 1) + 1) % (Shape::threads / 32) != 0) return false;
  wait(barriers.read[number], parity);
  return true;
}

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks) wgmma_kernel(const __grid_constant__ typename Shape::Work work, unsigned) {
  using Stage = WgmmaStage<Shape>;
  static_assert(Shape::stages == 2 && !Shape::planes);
  extern __shared__ __align__(1024) std::uint8_t memory[];
  auto& barriers = *reinterpret_cast<StageBarriers*>(memory + 2 * Stage::bytes);
  const ThreadCoords thread(work, Shape{});
  WarpTotals<Shape> totals;
  StripSums<Shape> sums;
  UncertainFragments<Shape> uncertain;
  totals.clear();
  const std::uint32_t begin = work.first_pass[thread.block_column];
  const std::uint32_t end = work.first_pass[thread.block_column + 1];
  begin_barriers(barriers);
  if (threadIdx.x == 0) {
    fill_stage<Shape>(work, memory, thread, work.passes[begin].pass, begin, barriers.filled[0]);
    if (begin + 1 < end) fill_stage<Shape>(work, memory + Stage::bytes, thread, work.passes[begin].next, begin + 1, barriers.filled[1]);
  }
  const std::uint32_t tables = load_tables<Shape>(work, memory + 2 * Stage::bytes + sizeof(StageBarriers));
  if constexpr (Shape::curves) __syncthreads();
#pragma unroll 1
  for (std::uint32_t index = begin; index < end; ++index) {
    const std::uint32_t number = (index - begin) % 2;
    std::uint8_t* stage = memory + number * Stage::bytes;
    const std::uint32_t parity = (index - begin) / 2 % 2;
    wait(barriers.filled[number], parity);
    run_pass<WarpgroupProducts, Shape, typename Stage::Inputs>(work, stage, Planes{}, tables, index, thread, sums, totals, uncertain);
    if (last_of_stage<Shape>(barriers, number, parity) && index + 2 < end) {
      const Pass pass = reinterpret_cast<const PassHeader*>(stage + Stage::header)->after_next;
      fill_stage<Shape>(work, stage, thread, pass, index + 2, barriers.filled[number]);
    }
    __syncwarp();
  }
  totals.template recheck<false>(work, thread, uncertain);
  wait_for_cleared_results();
  totals.store(work, thread);
}

template <typename Shape>
struct WgmmaKernel {
  static TensorKernel kernel() {
    return {reinterpret_cast<const void*>(&wgmma_kernel<Shape>),
            Shape::threads,
            Shape::strips,
            Shape::stages,
            WgmmaStage<Shape>::bytes,
            sizeof(StageBarriers)};
  }
};

template <unsigned digits, bool tall, unsigned warp_columns>
struct WgmmaKernel<KernelShape<digits, tall, NoiseKind::read, warp_columns>> {
  using Shape = KernelShape<digits, tall, NoiseKind::read, warp_columns>;
  static TensorKernel kernel() {
    return {reinterpret_cast<const void*>(&noisy_wgmma_kernel<Shape>),
            Shape::threads + feeding_threads,
            Shape::strips,
            Shape::stages,
            sizeof(NoisyMemory<Shape>),
            0,
            true};
  }
};

/// Kernel whose thread blocks process all strips of a wide block column (ProductShape::wide).
template <typename Shape>
using WideWgmmaKernel =
    WgmmaKernel<KernelShape<Shape::digits, Shape::tall, Shape::noise, Shape::noise == NoiseKind::read ? 4 : 2, Shape::curves>>;

}  // namespace

TensorKernel find_wgmma_kernel(const ProductShape& shape) {
  return shape.wide ? find_kernel<WideWgmmaKernel>(shape) : find_kernel<WgmmaKernel>(shape);
}

}  // namespace memcosim::cuda
