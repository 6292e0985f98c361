// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/noisy_feed.cuh"
#include "memcosim/kernels/cuda/products/tensor/pass.cuh"
#include "memcosim/kernels/cuda/products/tensor/wgmma.cuh"

// The kernel for Hopper with read noise: persistent thread blocks that share the work. Most data of a unit are needed for a short time
// only: the input codes until their planes are written, the image of a strip until it is multiplied. A producer warpgroup fetches them
// ahead and writes the planes; all other warps multiply and convert. So no warp waits long for another, even at the end of a block column:
// barriers in shared memory, at which every thread arrives, signal filled and free buffers.

namespace memcosim::cuda {

/// Work of all warps except the feeding ones.
template <typename Shape>
class NoisyBlock {
 public:
  using Memory = NoisyMemory<Shape>;

  __device__ NoisyBlock(const TensorWork& work, Memory& memory, ThreadCoords& thread, std::uint32_t units, StripSums<Shape>& sums,
                        WarpTotals<Shape>& totals, UncertainFragments<Shape>& uncertain)
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
      const Pass& pass = memory_.header(unit).pass;
      const bool ends_column = pass.ends_column != 0;
      if (ends_column || unit + 1 == units_) {
        store_column(pass.block_column, !has_first ? Contribution::further : ends_column ? Contribution::whole : Contribution::first);
        has_first = true;
      }
      if (pass.number + 1 == work_.pass_count) thread_.advance(work_, Shape::vectors);
    }
  }

 private:
  __device__ __forceinline__ void store_column(std::uint32_t column, Contribution contribution) {
    totals_.template recheck<false>(work_, thread_, uncertain_);
    wait_for_cleared_results();
    thread_.block_column = column;
    totals_.store(work_, thread_, contribution);
    __syncwarp();  // the warp must be converged for the products
    totals_.clear();
  }

  /// `slice`: in the unit; `last`: of the unit.
  __device__ __forceinline__ void run_step(std::uint32_t unit, std::uint32_t slice, bool last) {
    wait(memory_.planes_written[plane_.index], plane_.parity);
    const PassHeader& now = memory_.header(unit);
    if constexpr (Shape::tall) {
      if (now.pass.begins) sums_.clear();
      const SharedCodeSums code_sums(memory_, plane_, thread_.row);
      sums_.codes[0] += code_sums.code_sum(0);
      sums_.codes[1] += code_sums.code_sum(1);
    }
    RingPosition<Memory::image_buffers> image = image_;
#pragma unroll 1
    for (unsigned j = 0; j < Shape::warp_strips; ++j) {
      run_strip(image, now, Shape::tall ? now.pass.first_slice : slice, last, j);
      image.advance();
    }
    if (last) image_ = image;
    plane_.advance();
  }

  __device__ __forceinline__ void run_strip(const RingPosition<Memory::image_buffers>& position, const PassHeader& now, std::uint32_t slice,
                                            bool last, unsigned j) {
    const Strip& strip = now.strips[thread_.warp_strip + j];
    const StripHead head = strip;  // loaded before the next wait
    const SharedBytes image =
        SharedBytes(memory_.images) + (position.index * Shape::warp_columns + thread_.warp_column) * Shape::strip_bytes;
    const Planes planes{memory_.planes[plane_.index]};
    wait(memory_.image_filled[position.index], position.parity);
    const auto multiplied = [&] {
      if (last) arrive(memory_.image_read[position.index]);
      if (j + 1 == Shape::warp_strips) arrive(memory_.planes_read[plane_.index]);
    };
    if constexpr (Shape::tall) {
      begin_variances<WarpgroupProducts, false>(image, planes, thread_, 4, sums_);
      begin_digits<WarpgroupProducts, false>(image, InputBytes(), planes, thread_, 4, sums_);
      finish_variances<WarpgroupProducts>(sums_);
      WarpgroupProducts::finish(sums_.digit);
      multiplied();
      if (now.pass.ends && head.columns > 0)
        convert_alone<Shape>(work_, strip, thread_, sums_, totals_, now.pass.number, slice, 0, {}, uncertain_);
    } else {
      if (head.columns == 0) {
        multiplied();
        return;
      }
      const SharedCodeSums code_sums(memory_, plane_, thread_.row);
      const EitherTarget<Shape> target(totals_, j, code_weight(work_, head, slice));
      run_products<WarpgroupProducts, Shape>(work_, head, strip.sigma_slope, image, NoCodes(), planes, thread_, 4, slice, sums_, code_sums,
                                             {}, [&](const auto& values, const auto& noise) {
                                               multiplied();
                                               convert_strip<Shape>(
                                                   work_, head, thread_, sums_, code_sums, values, noise, now.pass.number, j, slice,
                                                   [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); }, uncertain_);
                                             });
      totals_.recheck_if_nearly_full(work_, thread_, uncertain_);
    }
  }

  const TensorWork& work_;
  Memory& memory_;
  ThreadCoords& thread_;
  const std::uint32_t units_;
  typename Memory::StepPosition plane_;
  RingPosition<Memory::image_buffers> image_;  ///< of the unit's first strip
  // References, so that the compiler places each object in registers or memory independently.
  StripSums<Shape>& sums_;
  WarpTotals<Shape>& totals_;
  UncertainFragments<Shape>& uncertain_;
};

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads + feeding_threads, Shape::blocks)
    noisy_wgmma_kernel(const __grid_constant__ TensorWork work, unsigned) {
  extern __shared__ __align__(1024) std::uint8_t bytes[];
  auto& memory = *reinterpret_cast<NoisyMemory<Shape>*>(bytes);
  const WorkShares shares{Shape::vectors, gridDim.x, Shape::tall};
  WorkUnit first = shares.first_of(work, blockIdx.x);
  const std::uint32_t units = uniform(shares.units(work, blockIdx.x));
  first = {uniform(first.pass), uniform(first.vector_block)};
  const bool fetches = threadIdx.x == 0;
  NoisyFetch<Shape> fetch(work, memory, first, units);
  if (fetches) memory.begin_barriers();
  __syncthreads();
  if (fetches) fetch.begin();
  wait(memory.inputs_filled[0], 0);
  NoisyPlanes<Shape>(work, memory, uniform(threadIdx.x / 32), blockDim.x / 32).write({}, memory.inputs[0], memory.header(0).pass, 0);
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
  ThreadCoords thread(work, Shape{}, {0, 0, std::size_t{first.vector_block} * Shape::vectors}, threadIdx.x - feeding_threads);
  StripSums<Shape> sums;
  WarpTotals<Shape> totals;
  UncertainFragments<Shape> uncertain;
  NoisyBlock<Shape>(work, memory, thread, units, sums, totals, uncertain).run(first.begins_column(work));
}

}  // namespace memcosim::cuda
