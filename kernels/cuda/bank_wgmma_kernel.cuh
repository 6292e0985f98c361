// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_item.cuh"
#include "memcosim/kernels/cuda/bank_wgmma.cuh"

// The kernel for Hopper: wgmma, and copies by the tensor memory accelerator. No thread block barrier: each warp waits for the bytes of a
// stage, and the last warp of the cluster that has done with a stage begins to fill it again.

namespace memcosim::cuda {

/// Codes in a stage: four tiles of 32 rows, 64 bytes for each vector in them. Neighbouring vectors lie in different banks.
struct TiledInputs {
  static constexpr std::uint32_t tile_bytes = block_vectors * 64;
  static constexpr std::uint32_t bytes = 4 * tile_bytes;
  static constexpr bool zero_beyond_rows = false;
  __device__ static std::uint32_t place(std::uint32_t vector, std::uint32_t piece) {
    return piece / 4 * tile_bytes + vector * 64 + piece % 4 * 16;
  }
};

template <typename Shape>
using WgmmaStage = BankStage<Shape, TiledInputs>;

/// Barriers of the two stages, in shared memory.
struct StageBarriers {
  std::uint64_t filled[2];
  std::uint32_t done[2];  ///< in block 0 of a cluster: how often a warp of the cluster had done with the stage
};

/// Address of the same variable in another block of the cluster.
__device__ inline std::uint32_t address_in(std::uint32_t block, const void* variable) {
  std::uint32_t address = 0;
  asm("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(address) : "r"(shared_address(variable)), "r"(block));
  return address;
}

__device__ inline void arrive_at_cluster() {
  asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
}
__device__ inline void wait_for_cluster() {
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
}

__device__ inline void begin_barriers(StageBarriers& barriers) {
  if (threadIdx.x < 2) {
    barriers.done[threadIdx.x] = 0;
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(shared_address(&barriers.filled[threadIdx.x])) : "memory");
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  arrive_at_cluster();
  wait_for_cluster();
}

__device__ inline void expect_bytes(std::uint32_t block, const std::uint64_t& barrier, std::uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.release.cluster.shared::cluster.b64 _, [%0], %1;" ::"r"(address_in(block, &barrier)), "r"(bytes)
               : "memory");
}

__device__ inline void wait_until_filled(const std::uint64_t& barrier, std::uint32_t parity) {
  asm volatile(
      "{.reg .pred p;\n"
      "again: mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 p, [%0], %1;\n"
      "@!p bra again;}" ::"r"(shared_address(&barrier)),
      "r"(parity)
      : "memory");
}

/// Copies to the same place in some blocks of the cluster, bit b for block b, and tells their barriers.
__device__ inline void copy_bulk(const void* target, const void* source, std::uint32_t bytes, const std::uint64_t& barrier,
                                 std::uint16_t blocks) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1], %2, [%3], %4;" ::"r"(
                   shared_address(target)),
               "l"(source), "r"(bytes), "r"(shared_address(&barrier)), "h"(blocks)
               : "memory");
}

/// The same for a tile of codes, 32 rows of 128 vectors.
__device__ inline void copy_inputs(const void* target, const BankWork& work, std::uint32_t row, std::size_t vector,
                                   const std::uint64_t& barrier, std::uint16_t blocks) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3}], [%4], "
      "%5;" ::"r"(shared_address(target)),
      "l"(&work.input_map), "r"(row), "r"(static_cast<std::uint32_t>(vector)), "r"(shared_address(&barrier)), "h"(blocks)
      : "memory");
}

/// One warp begins to fill a stage in all blocks of the cluster: each has its own vectors, and all have the same image. Rows of codes are
/// copied in whole tiles; what lies beyond an item's rows is whatever it is.
template <typename Shape>
__device__ __forceinline__ void fill_stage(const BankWork& work, const std::uint8_t* stage, const ThreadPlace& thread, const BankItem& item,
                                           std::uint32_t index, const std::uint64_t& barrier) {
  using Stage = WgmmaStage<Shape>;
  if (threadIdx.x % 32 != 0) return;
  const std::uint32_t tiles = (item.rows + 31) / 32;
  const std::size_t first_vector = thread.first_vector - thread.cluster_rank * block_vectors;
  for (std::uint32_t block = 0; block < work.cluster_blocks; ++block) {
    const std::size_t vector = first_vector + block * block_vectors;
    const std::uint32_t input_bytes = vector < work.count ? tiles * TiledInputs::tile_bytes : 0;
    expect_bytes(block, barrier, input_bytes + Shape::chunk_bytes + static_cast<std::uint32_t>(sizeof(BankHeader)));
    for (std::uint32_t tile = 0; tile < tiles && vector < work.count; ++tile) {
      copy_inputs(stage + tile * TiledInputs::tile_bytes, work, item.first_row + tile * 32, vector, barrier,
                  static_cast<std::uint16_t>(1u << block));
    }
  }
  const auto all_blocks = static_cast<std::uint16_t>((1u << work.cluster_blocks) - 1u);
  copy_bulk(stage + Stage::image, work.image + std::size_t{item.chunk} * Shape::chunk_bytes, Shape::chunk_bytes, barrier, all_blocks);
  copy_bulk(stage + Stage::header, work.items + index, sizeof(BankHeader), barrier, all_blocks);
}

/// True in the warp of the cluster that is the last to have done with a stage.
__device__ inline bool last_of_stage(const BankWork& work, const std::uint32_t& done) {
  std::uint32_t before = 0;
  __syncwarp();
  if (threadIdx.x % 32 == 0)
    asm volatile("atom.acq_rel.cluster.shared::cluster.add.u32 %0, [%1], 1;" : "=r"(before) : "r"(address_in(0, &done)) : "memory");
  before = __shfl_sync(0xffffffffu, before, 0);
  return (before + 1) % (work.cluster_blocks * block_threads / 32) == 0;
}

/// In clusters of work.cluster_blocks blocks.
template <typename Shape>
__global__ void __launch_bounds__(block_threads, 1) bank_wgmma_kernel(const __grid_constant__ BankWork work, unsigned) {
  using Stage = WgmmaStage<Shape>;
  extern __shared__ __align__(1024) std::uint8_t memory[];
  auto& barriers = *reinterpret_cast<StageBarriers*>(memory + 2 * Stage::bytes);
  const ThreadPlace thread(work);
  WarpTotals<Shape> totals;
  GroupSums<Shape> sums;
  UncertainTiles<Shape> uncertain;
  totals.clear();
  const std::uint32_t begin = work.first_item[thread.block_column];
  const std::uint32_t end = work.first_item[thread.block_column + 1];
  begin_barriers(barriers);
  if (thread.cluster_rank == 0 && threadIdx.x < 32) {
    fill_stage<Shape>(work, memory, thread, work.items[begin].item, begin, barriers.filled[0]);
    if (begin + 1 < end) fill_stage<Shape>(work, memory + Stage::bytes, thread, work.items[begin].next, begin + 1, barriers.filled[1]);
  }
#pragma unroll 1
  for (std::uint32_t index = begin; index < end; ++index) {
    const std::uint32_t number = (index - begin) % 2;
    std::uint8_t* stage = memory + number * Stage::bytes;
    wait_until_filled(barriers.filled[number], (index - begin) / 2 % 2);
    run_item<WarpgroupProducts, Shape, typename Stage::Inputs>(work, stage, index, thread, sums, totals, uncertain);
    const BankItem after_next = reinterpret_cast<const BankHeader*>(stage + Stage::header)->after_next;
    if constexpr (Shape::noise == BankNoise::read) {
      asm volatile("fence.proxy.async.shared::cta;" ::: "memory");  // squares were written where bulk copies write next
    }
    if (last_of_stage(work, barriers.done[number]) && index + 2 < end)
      fill_stage<Shape>(work, stage, thread, after_next, index + 2, barriers.filled[number]);
  }
  arrive_at_cluster();
  totals.settle(work, thread, uncertain, 0);
  totals.store(work, thread);
  wait_for_cluster();  // others may still count in this block's memory
}

}  // namespace memcosim::cuda
