// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_item.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_noisy_feed.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_wgmma.cuh"

// The kernel for Hopper with read noise: persistent thread blocks that share the work. Most data of a unit are needed for a short time
// only: the input codes until their planes are written, the image of a group until it is multiplied. A producer warpgroup fetches them
// ahead and writes the planes; all other warps multiply and convert. So no warp waits long for another, even at the end of a block column:
// barriers in shared memory, at which every thread arrives, signal filled and free buffers.

namespace memcosim::cuda {

/// Work of all warps except the feeding ones.
template <typename Shape>
class NoisyBlock {
 public:
  using Memory = NoisyMemory<Shape>;

  __device__ NoisyBlock(const BankWork& work, Memory& memory, ThreadPlace& thread, std::uint32_t units, GroupSums<Shape>& sums,
                        WarpTotals<Shape>& totals, UncertainTiles<Shape>& uncertain)
      : work_(work), memory_(memory), thread_(thread), units_(units), sums_(sums), totals_(totals), uncertain_(uncertain) {}

  /// `begins_column`: the block's first unit does.
  __device__ void run(bool begins_column) {
    bool has_first = begins_column;
    totals_.clear();
#pragma unroll 1
    for (std::uint32_t unit = 0; unit < units_; ++unit) {
      const std::uint32_t steps = steps_of_unit<Shape>(work_);
#pragma unroll 1
      for (std::uint32_t slice = 0; slice < steps; ++slice)
        run_step(unit, slice, slice + 1 == steps);
      const BankItem& item = memory_.header(unit).item;
      const bool ends_column = item.ends_column != 0;
      if (ends_column || unit + 1 == units_) {
        store_column(item.block_column, !has_first ? SumPart::other : ends_column ? SumPart::all : SumPart::first);
        has_first = true;
      }
      if (item.number + 1 == work_.item_count) thread_.advance(work_, Shape::vectors);
    }
  }

 private:
  __device__ __forceinline__ void store_column(std::uint32_t column, SumPart part) {
    totals_.template settle<false>(work_, thread_, uncertain_);
    wait_for_cleared_results();
    thread_.block_column = column;
    totals_.store(work_, thread_, part);
    __syncwarp();  // the warp must be converged for the products
    totals_.clear();
  }

  /// `slice`: in the unit; `last`: of the unit.
  __device__ __forceinline__ void run_step(std::uint32_t unit, std::uint32_t slice, bool last) {
    wait(memory_.planes_written[plane_.place], plane_.parity);
    const BankHeader& now = memory_.header(unit);
    if constexpr (Shape::tall) {
      if (now.item.begins) sums_.clear();
      const SharedCodeSums code_sums(memory_, plane_, thread_.row);
      sums_.codes[0] += code_sums.code_sum(0);
      sums_.codes[1] += code_sums.code_sum(1);
    }
    Turn<Memory::image_places> image = image_;
#pragma unroll 1
    for (unsigned j = 0; j < Shape::warp_groups; ++j) {
      run_group(image, now, Shape::tall ? now.item.first_slice : slice, last, j);
      image.advance();
    }
    if (last) image_ = image;
    plane_.advance();
  }

  __device__ __forceinline__ void run_group(const Turn<Memory::image_places>& turn, const BankHeader& now, std::uint32_t slice, bool last,
                                            unsigned j) {
    const BankGroup& group = now.groups[thread_.warp_group + j];
    const BankGroupHead head = group;  // loaded before the next wait
    const SharedBytes image = SharedBytes(memory_.images) + (turn.place * Shape::column_parts + thread_.column_part) * Shape::group_bytes;
    const Planes planes{memory_.planes[plane_.place]};
    wait(memory_.image_filled[turn.place], turn.parity);
    const auto multiplied = [&] {
      if (last) arrive(memory_.image_read[turn.place]);
      if (j + 1 == Shape::warp_groups) arrive(memory_.planes_read[plane_.place]);
    };
    if constexpr (Shape::tall) {
      begin_variances<WarpgroupProducts, false>(image, planes, thread_, 4, sums_);
      begin_digits<WarpgroupProducts, false>(image, InputBytes(), planes, thread_, 4, sums_);
      finish_variances<WarpgroupProducts>(sums_);
      WarpgroupProducts::finish(sums_.digit);
      multiplied();
      if (now.item.ends && head.columns > 0)
        convert_alone<Shape>(work_, group, thread_, sums_, totals_, now.item.number, slice, 0, uncertain_);
    } else {
      if (head.columns == 0) {
        multiplied();
        return;
      }
      const SharedCodeSums code_sums(memory_, plane_, thread_.row);
      const EitherTarget<Shape> target(totals_, j, code_weight(work_, head, slice));
      run_products<WarpgroupProducts, Shape>(work_, head, group.sigma_slope, image, NoCodes(), planes, thread_, 4, slice, sums_, code_sums,
                                             [&](const auto& values, const auto& noise) {
                                               multiplied();
                                               convert_group<Shape>(
                                                   work_, head, thread_, sums_, code_sums, values, noise, now.item.number, j, slice,
                                                   [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); }, uncertain_);
                                             });
      totals_.settle_if_nearly_full(work_, thread_, uncertain_);
    }
  }

  const BankWork& work_;
  Memory& memory_;
  ThreadPlace& thread_;
  const std::uint32_t units_;
  typename Memory::StepTurn plane_;
  Turn<Memory::image_places> image_;  ///< of the unit's first group
  // References, so that the compiler places each object in registers or memory independently.
  GroupSums<Shape>& sums_;
  WarpTotals<Shape>& totals_;
  UncertainTiles<Shape>& uncertain_;
};

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads + feeding_threads, Shape::blocks)
    bank_noisy_wgmma_kernel(const __grid_constant__ BankWork work, unsigned) {
  extern __shared__ __align__(1024) std::uint8_t bytes[];
  auto& memory = *reinterpret_cast<NoisyMemory<Shape>*>(bytes);
  const BankShares shares{Shape::vectors, gridDim.x, Shape::tall};
  BankUnit first = shares.first_of(work, blockIdx.x);
  const std::uint32_t units = uniform(shares.units(work, blockIdx.x));
  first = {uniform(first.item), uniform(first.vector_block)};
  const bool fetches = threadIdx.x == 0;
  NoisyFetch<Shape> fetch(work, memory, first, units);
  if (fetches) memory.begin_barriers();
  __syncthreads();
  if (fetches) fetch.begin();
  wait(memory.inputs_filled[0], 0);
  NoisyPlanes<Shape>(work, memory, uniform(threadIdx.x / 32), blockDim.x / 32).write({}, memory.inputs[0], memory.header(0).item, 0);
  __syncthreads();
  // The feeding warps, which come first, give most of their registers to the others. By the launch bounds all warps start with 96
  // registers, or 80 where two blocks share a multiprocessor; a kernel compiled with fewer would wait here for ever.
  constexpr bool one_block = Shape::blocks == 1;
  if (threadIdx.x < feeding_threads) {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 32;");
    if (threadIdx.x >= 32) {
      write_all_planes<Shape>(work, memory, units, threadIdx.x - 32);
    } else if (fetches) {
      fetch.run();
    }
    return;
  }
  if constexpr (one_block) {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 112;");
  } else {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 104;");
  }
  ThreadPlace thread(work, Shape{}, {0, 0, std::size_t{first.vector_block} * Shape::vectors}, threadIdx.x - feeding_threads);
  GroupSums<Shape> sums;
  WarpTotals<Shape> totals;
  UncertainTiles<Shape> uncertain;
  NoisyBlock<Shape>(work, memory, thread, units, sums, totals, uncertain).run(first.begins_column(work));
}

}  // namespace memcosim::cuda
