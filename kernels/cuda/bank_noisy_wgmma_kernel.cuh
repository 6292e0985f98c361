// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_copies.cuh"
#include "memcosim/kernels/cuda/bank_item.cuh"
#include "memcosim/kernels/cuda/bank_wgmma.cuh"

// The kernel for Hopper with read noise. A step is a slice of an item. Most of an item is wanted for a short time: the input codes until
// their planes are written, the image of a group until it is multiplied. One thread of a warpgroup of its own does nothing but fetch each
// of them for the next item as soon as it is free; the other warpgroups write the planes of the next step after the first group of each. So
// no warp waits long for another: barriers in shared memory, at which every thread arrives, say what is free and what is there.

namespace memcosim::cuda {

/// Shared memory of a block.
template <typename Shape>
struct NoisyMemory {
  using Inputs = TiledInputs<Shape::vectors>;
  static constexpr std::uint32_t image_bytes = Shape::column_parts * Shape::group_bytes;  ///< of a group of each part of the warps

  std::uint8_t planes[2][Planes::bytes];  ///< of steps in turns
  std::uint8_t images[2][image_bytes];    ///< of groups in turns
  std::uint8_t inputs[Inputs::bytes];
  BankHeader headers[4];  ///< of items in turns: three are there at once, a power of two is found without a division
  std::uint64_t inputs_filled;
  std::uint64_t inputs_read;
  std::uint64_t image_filled[2];
  std::uint64_t image_read[2];
  std::uint64_t planes_written[2];
  std::uint64_t planes_read[2];

  __device__ const BankHeader& header(std::uint32_t item) const { return headers[item % 4]; }
  __device__ void begin_barriers() {
    begin_barrier(inputs_filled, 1);
    begin_barrier(inputs_read, Shape::threads);
    for (unsigned k = 0; k < 2; ++k) {
      begin_barrier(image_filled[k], 1);
      begin_barrier(image_read[k], Shape::threads);
      begin_barrier(planes_written[k], Shape::threads);
      begin_barrier(planes_read[k], Shape::threads);
    }
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
};

/// One of two places that are used in turns.
struct Turn {
  std::uint32_t place;
  std::uint32_t parity;  ///< of how often the place was used before

  __device__ explicit Turn(std::uint32_t number) : place(number % 2), parity(number / 2 % 2) {}
};

/// The items of a block column: all others number them from the first.
struct BlockItems {
  std::uint32_t first;
  std::uint32_t count;

  __device__ BlockItems(const BankWork& work, const BlockPlace& place)
      : first(work.first_item[place.block_column]), count(work.first_item[place.block_column + 1] - first) {}
};

/// What the fetching thread does.
template <typename Shape>
class NoisyFetch {
 public:
  using Memory = NoisyMemory<Shape>;

  __device__ NoisyFetch(const BankWork& work, Memory& memory, const BlockPlace& place, const BlockItems& items)
      : work_(work), memory_(memory), place_(place), items_(items) {}

  __device__ void run() const {
    fill_inputs(0);
    fill_image(0);
    fill_image(1);
    refill_inputs(0);
    // In the order in which the others have done with things. The planes of an item's last slice are written in the item before, between
    // its groups, or with several slices in the item itself: then all of its images must be there first.
    const unsigned inputs_after = work_.slices == 1 ? 0 : Shape::warp_groups - 1;
    for (std::uint32_t item = 0; item < items_.count; ++item) {
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
        refill_image(item * Shape::warp_groups + j);
        if (j == inputs_after) refill_inputs(item + 1);
      }
    }
    prefetch_for_next_block();
  }

 private:
  __device__ const BankItem& item(std::uint32_t number) const { return work_.items[items_.first + number].item; }

  /// Rows of codes are copied in whole tiles; what lies beyond an item's rows is whatever it is.
  __device__ void fill_inputs(std::uint32_t number) const {
    using Inputs = typename Memory::Inputs;
    const BankItem& what = item(number);
    const std::uint32_t tiles = (what.rows + 31) / 32;
    expect_bytes(memory_.inputs_filled, tiles * Inputs::tile_bytes + static_cast<std::uint32_t>(sizeof(BankHeader)));
    for (std::uint32_t tile = 0; tile < tiles; ++tile)
      copy_inputs(memory_.inputs + tile * Inputs::tile_bytes, work_, what.first_row + tile * 32, place_.first_vector,
                  memory_.inputs_filled);
    copy_bulk(&memory_.header(number), work_.items + items_.first + number, sizeof(BankHeader), memory_.inputs_filled);
  }
  /// After all have read the inputs of an item: fetches the next item's.
  __device__ void refill_inputs(std::uint32_t number) const {
    if (number + 1 >= items_.count) return;
    wait(memory_.inputs_read, number % 2);
    fill_inputs(number + 1);
  }
  /// `group`: numbered through the items.
  __device__ void fill_image(std::uint32_t group) const {
    if (group >= items_.count * Shape::warp_groups) return;
    const std::uint32_t place = Turn(group).place;
    const std::size_t first_group = std::size_t{item(group / Shape::warp_groups).chunk} * work_.groups + place_.first_group;
    expect_bytes(memory_.image_filled[place], Memory::image_bytes);
    for (std::uint32_t part = 0; part < Shape::column_parts; ++part) {
      const std::size_t from = first_group + part * Shape::warp_groups + group % Shape::warp_groups;
      copy_bulk(memory_.images[place] + part * Shape::group_bytes, work_.image + from * Shape::group_bytes, Shape::group_bytes,
                memory_.image_filled[place]);
    }
  }
  /// After all have done with a group's image: fetches the one that comes to its place.
  __device__ void refill_image(std::uint32_t group) const {
    if (group + 2 >= items_.count * Shape::warp_groups) return;
    const Turn turn(group);
    wait(memory_.image_read[turn.place], turn.parity);
    fill_image(group + 2);
  }
  /// The first inputs of a block that may follow on this multiprocessor: nothing else would hide the time that they take from memory.
  __device__ void prefetch_for_next_block() const {
    std::uint32_t multiprocessors = 0;
    asm("mov.u32 %0, %%nsmid;" : "=r"(multiprocessors));
    const std::uint32_t block = blockIdx.x + multiprocessors * Shape::blocks;
    if (block >= gridDim.x) return;
    const BlockPlace place(work_, Shape{}, block);
    const BankItem& what = work_.items[work_.first_item[place.block_column]].item;
    for (std::uint32_t row = 0; row < what.rows; row += 32)
      prefetch_inputs(work_, what.first_row + row, place.first_vector);
  }

  const BankWork& work_;
  Memory& memory_;
  const BlockPlace& place_;
  const BlockItems items_;
};

/// What all other warps do.
template <typename Shape>
class NoisyBlock {
 public:
  using Memory = NoisyMemory<Shape>;

  __device__ NoisyBlock(const BankWork& work, Memory& memory, const ThreadPlace& thread, const BlockItems& items, GroupSums<Shape>& sums,
                        WarpTotals<Shape>& totals, UncertainTiles<Shape>& uncertain)
      : work_(work), memory_(memory), thread_(thread), items_(items), sums_(sums), totals_(totals), uncertain_(uncertain) {}

  __device__ void run() {
    totals_.clear();
    write_planes(0, 0, 0);
    std::uint32_t step = 0;
#pragma unroll 1
    for (std::uint32_t item = 0; item < items_.count; ++item) {
      if constexpr (Shape::tall) {
        run_step(step++, item, memory_.header(item).item.first_slice);
      } else {
#pragma unroll 1
        for (std::uint32_t slice = 0; slice < work_.slices; ++slice)
          run_step(step++, item, slice);
      }
    }
    totals_.template settle<false>(work_, thread_, uncertain_);
    wait_for_cleared_results();
    totals_.store(work_, thread_);
  }

 private:
  /// Of an item; items of tall arrays have one slice.
  __device__ bool is_last(std::uint32_t slice) const {
    return Shape::tall || slice + 1 == work_.slices;
  }
  /// Every thread writes its part of the planes of a step.
  __device__ __forceinline__ void write_planes(std::uint32_t step, std::uint32_t item, std::uint32_t slice) {
    using Inputs = typename Memory::Inputs;
    const Turn turn(step);
    wait(memory_.inputs_filled, item % 2);
    if (step >= 2) wait(memory_.planes_read[turn.place], turn.parity ^ 1u);
    if (work_.row_terms) {
      SliceCodes<Shape, Inputs> codes;
      codes.load(work_, memory_.inputs, thread_, memory_.header(item).item.rows, slice);
      next_codes_[0] = next_codes_[1] = 0;
      codes.bytes.add_sums(next_codes_);
    }
    Planes{memory_.planes[turn.place]}.template write<Inputs, Shape::column_parts>(work_, memory_.inputs, thread_, slice);
    WarpgroupProducts::show_shared_memory();
    arrive(memory_.planes_written[turn.place]);
    if (is_last(slice)) arrive(memory_.inputs_read);
  }

  __device__ __forceinline__ void run_step(std::uint32_t step, std::uint32_t item, std::uint32_t slice) {
    const BankHeader& now = memory_.header(item);
    const bool last = is_last(slice);
    if (Shape::tall && now.item.begins) sums_.clear();
    sums_.codes[0] = (Shape::tall ? sums_.codes[0] : 0) + next_codes_[0];
    sums_.codes[1] = (Shape::tall ? sums_.codes[1] : 0) + next_codes_[1];
    const Turn turn(step);
    wait(memory_.planes_written[turn.place], turn.parity);
#pragma unroll 1
    for (unsigned j = 0; j < Shape::warp_groups; ++j) {
      run_group(turn.place, now, item, slice, j);
      if (j == 0 && (!last || item + 1 < items_.count))
        write_planes(step + 1, last ? item + 1 : item, !last ? slice + 1 : Shape::tall ? now.next.first_slice : 0);
    }
  }

  __device__ __forceinline__ void run_group(std::uint32_t plane, const BankHeader& now, std::uint32_t item, std::uint32_t slice,
                                            unsigned j) {
    const BankGroup& group = now.groups[thread_.warp_group + j];
    const BankGroupHead head = group;  // before there is anything to be waited for
    const Turn turn(item * Shape::warp_groups + j);
    const SharedBytes image = SharedBytes(memory_.images) + (turn.place * Shape::column_parts + thread_.column_part) * Shape::group_bytes;
    const Planes planes{memory_.planes[plane]};
    wait(memory_.image_filled[turn.place], turn.parity);
    const auto multiplied = [&] {
      if (is_last(slice)) arrive(memory_.image_read[turn.place]);
      if (j + 1 == Shape::warp_groups) arrive(memory_.planes_read[plane]);
    };
    if constexpr (Shape::tall) {
      begin_variances<WarpgroupProducts, false>(image, planes, thread_, 4, sums_);
      begin_digits<WarpgroupProducts, false>(image, InputBytes(), planes, thread_, 4, sums_);
      finish_variances<WarpgroupProducts>(sums_);
      WarpgroupProducts::finish(sums_.digit);
      multiplied();
      if (now.item.ends && head.columns > 0)
        convert_alone<Shape>(work_, group, thread_, sums_, totals_, items_.first + item, slice, 0, uncertain_);
    } else {
      if (head.columns == 0) {
        multiplied();
        return;
      }
      const EitherTarget<Shape> target(totals_, j, code_weight(work_, head, slice));
      run_products<WarpgroupProducts, Shape>(work_, head, group.sigma_slope, image, NoCodes(), planes, thread_, 4, slice, sums_,
                                             [&](const auto& values, const auto& noise) {
                                               multiplied();
                                               convert_group<Shape>(
                                                   work_, head, thread_, sums_, values, noise, items_.first + item, j, slice,
                                                   [&](unsigned n, unsigned e, std::uint32_t code) { target.add(n, e, code); }, uncertain_);
                                             });
      totals_.settle_if_nearly_full(work_, thread_, uncertain_);
    }
  }

  const BankWork& work_;
  Memory& memory_;
  const ThreadPlace& thread_;
  const BlockItems items_;
  // Elsewhere, so that each finds its place in registers or memory by itself.
  GroupSums<Shape>& sums_;
  WarpTotals<Shape>& totals_;
  UncertainTiles<Shape>& uncertain_;
  std::int32_t next_codes_[2] = {0, 0};  ///< sums of codes of the step whose planes were written last
};

/// A warpgroup: registers are handed over between warpgroups alone.
constexpr unsigned fetching_threads = 128;

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads + fetching_threads, Shape::blocks)
    bank_noisy_wgmma_kernel(const __grid_constant__ BankWork work, unsigned) {
  extern __shared__ __align__(1024) std::uint8_t bytes[];
  auto& memory = *reinterpret_cast<NoisyMemory<Shape>*>(bytes);
  const ThreadPlace thread(work, Shape{});
  const BlockItems items(work, thread);
  if (threadIdx.x == 0) memory.begin_barriers();
  __syncthreads();
  // The fetching warps leave most of their registers to the others. By the launch bounds all warps have 96 registers at first, or 80 where
  // two blocks share a multiprocessor: a kernel compiled with fewer would wait here for ever.
  constexpr bool one_block = Shape::blocks == 1;
  if (threadIdx.x >= Shape::threads) {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 32;");
    if (threadIdx.x == Shape::threads) NoisyFetch<Shape>(work, memory, thread, items).run();
    return;
  }
  if constexpr (one_block) {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 112;");
  } else {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 104;");
  }
  GroupSums<Shape> sums;
  WarpTotals<Shape> totals;
  UncertainTiles<Shape> uncertain;
  NoisyBlock<Shape>(work, memory, thread, items, sums, totals, uncertain).run();
}

}  // namespace memcosim::cuda
