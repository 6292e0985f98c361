// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_item.cuh"
#include "memcosim/kernels/cuda/bank_wgmma.cuh"

// The kernel for Hopper: wgmma, and copies by the tensor memory accelerator. No warp waits for another with what a stage brings: each waits
// for the bytes alone, and the last one that has done with a stage begins to fill it again.

namespace memcosim::cuda {

/// Codes in a stage: four tiles of 32 rows, 64 bytes for each vector in them. Neighbouring vectors lie in different banks.
template <std::uint32_t vectors>
struct TiledInputs {
  static constexpr std::uint32_t tile_bytes = vectors * 64;
  static constexpr std::uint32_t bytes = 4 * tile_bytes;
  static constexpr bool zero_beyond_rows = false;
  __device__ static std::uint32_t place(std::uint32_t vector, std::uint32_t piece) {
    return piece / 4 * tile_bytes + vector * 64 + piece % 4 * 16;
  }
};

template <typename Shape>
using WgmmaStage = BankStage<Shape, TiledInputs<Shape::vectors>>;

/// Barriers of the stages, in shared memory.
struct StageBarriers {
  std::uint64_t filled[2];
  std::uint64_t read[2];  ///< where all threads arrive that have done with the stage
  std::uint32_t done[2];  ///< how often a warp had done with the stage
};

__device__ inline void begin_barrier(const std::uint64_t& barrier, std::uint32_t arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(&barrier)), "r"(arrivals) : "memory");
}

__device__ inline void begin_barriers(StageBarriers& barriers) {
  if (threadIdx.x < 2) {
    barriers.done[threadIdx.x] = 0;
    begin_barrier(barriers.filled[threadIdx.x], 1);
    begin_barrier(barriers.read[threadIdx.x], blockDim.x);
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  __syncthreads();
}

__device__ inline void expect_bytes(const std::uint64_t& barrier, std::uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(&barrier)), "r"(bytes) : "memory");
}

__device__ inline void arrive(const std::uint64_t& barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(&barrier)) : "memory");
}

__device__ inline void wait(const std::uint64_t& barrier, std::uint32_t parity) {
  asm volatile(
      "{.reg .pred p;\n"
      "again: mbarrier.try_wait.parity.shared::cta.b64 p, [%0], %1;\n"
      "@!p bra again;}" ::"r"(shared_address(&barrier)),
      "r"(parity)
      : "memory");
}

__device__ inline void copy_bulk(const void* target, const void* source, std::uint32_t bytes, const std::uint64_t& barrier) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(shared_address(target)),
               "l"(source), "r"(bytes), "r"(shared_address(&barrier))
               : "memory");
}

/// The same for a tile of codes, 32 rows of the block's vectors; what lies beyond the inputs becomes zero.
__device__ inline void copy_inputs(const void* target, const BankWork& work, std::uint32_t row, std::size_t vector,
                                   const std::uint64_t& barrier) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];" ::"r"(
                   shared_address(target)),
               "l"(&work.input_map), "r"(row), "r"(static_cast<std::uint32_t>(vector)), "r"(shared_address(&barrier))
               : "memory");
}

/// One thread begins to fill a stage. Rows of codes are copied in whole tiles; what lies beyond an item's rows is whatever it is.
template <typename Shape>
__device__ __forceinline__ void fill_stage(const BankWork& work, const std::uint8_t* stage, const ThreadPlace& thread, const BankItem& item,
                                           std::uint32_t index, const std::uint64_t& barrier) {
  using Stage = WgmmaStage<Shape>;
  const std::uint32_t tiles = (item.rows + 31) / 32;
  expect_bytes(barrier, tiles * Stage::Inputs::tile_bytes + Shape::chunk_bytes + static_cast<std::uint32_t>(sizeof(BankHeader)));
  for (std::uint32_t tile = 0; tile < tiles; ++tile)
    copy_inputs(stage + tile * Stage::Inputs::tile_bytes, work, item.first_row + tile * 32, thread.first_vector, barrier);
  copy_bulk(stage + Stage::image, work.image + std::size_t{item.chunk} * Shape::chunk_bytes, Shape::chunk_bytes, barrier);
  copy_bulk(stage + Stage::header, work.items + index, sizeof(BankHeader), barrier);
}

/// True in the first thread of the warp that is the last to have done with a stage. The count tells which warp that is; what orders its
/// copies after the reads of all is the barrier, where nothing is left to wait for.
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
__global__ void __launch_bounds__(Shape::threads, Shape::blocks) bank_wgmma_kernel(const __grid_constant__ BankWork work, unsigned) {
  using Stage = WgmmaStage<Shape>;
  extern __shared__ __align__(1024) std::uint8_t memory[];
  constexpr unsigned stages = Shape::stages;
  const Planes planes{memory + stages * Stage::bytes};
  auto& barriers = *reinterpret_cast<StageBarriers*>(planes.memory + (Shape::planes ? Planes::bytes : 0));
  const ThreadPlace thread(work, Shape::vectors);
  WarpTotals<Shape> totals;
  GroupSums<Shape> sums;
  UncertainTiles<Shape> uncertain;
  totals.clear();
  const std::uint32_t begin = work.first_item[thread.block_column];
  const std::uint32_t end = work.first_item[thread.block_column + 1];
  begin_barriers(barriers);
  if (threadIdx.x == 0) {
    fill_stage<Shape>(work, memory, thread, work.items[begin].item, begin, barriers.filled[0]);
    if (stages > 1 && begin + 1 < end)
      fill_stage<Shape>(work, memory + Stage::bytes, thread, work.items[begin].next, begin + 1, barriers.filled[1]);
  }
#pragma unroll 1
  for (std::uint32_t index = begin; index < end; ++index) {
    const std::uint32_t number = (index - begin) % stages;
    std::uint8_t* stage = memory + number * Stage::bytes;
    const std::uint32_t parity = (index - begin) / stages % 2;
    wait(barriers.filled[number], parity);
    run_item<WarpgroupProducts, Shape, typename Stage::Inputs>(work, stage, planes, index, thread, sums, totals, uncertain);
    if (last_of_stage<Shape>(barriers, number, parity) && index + stages < end) {
      const auto& header = *reinterpret_cast<const BankHeader*>(stage + Stage::header);
      const BankItem item = stages > 1 ? header.after_next : header.next;
      fill_stage<Shape>(work, stage, thread, item, index + stages, barriers.filled[number]);
    }
    __syncwarp();
  }
  totals.settle(work, thread, uncertain);
  totals.store(work, thread);
}

}  // namespace memcosim::cuda
