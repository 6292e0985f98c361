// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_noisy_memory.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_share.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_wgmma.cuh"

// The feeding (producer) warpgroup of the kernel for read noise: fetches images and inputs when there is room for them, and writes the
// planes of each step, some steps ahead of the warps that multiply.

namespace memcosim::cuda {

/// Writes the planes of a step, the vectors shared among `warps` warps, and the sums of their codes.
template <typename Shape>
class NoisyPlanes {
 public:
  using Memory = NoisyMemory<Shape>;

  __device__ NoisyPlanes(const BankWork& work, Memory& memory, std::uint32_t warp, std::uint32_t warps)
      : work_(work), memory_(memory), warp_(warp), warps_(warps), lane_(threadIdx.x % 32) {}

  /// `slice`: in the unit.
  __device__ __forceinline__ void write(const typename Memory::StepTurn& turn, const std::uint8_t* inputs, const BankItem& item,
                                        std::uint32_t slice) const {
    const Planes planes{memory_.planes[turn.place]};
    std::int32_t* code_sums = memory_.code_sums_of(turn);
    if (Shape::tall) slice = item.first_slice;
    const std::uint32_t t = lane_ % 4;
#pragma unroll 1
    for (std::uint32_t first = warp_ * 8; first < Shape::vectors; first += warps_ * 8) {
      const std::uint32_t vector = first + lane_ / 4;
      if (work_.row_terms) {
        std::uint32_t sum = 0;
        write_pieces<1>(planes, inputs, vector, slice, [&](std::uint32_t codes, std::uint32_t row) {
          sum = __dp4a(codes_before(codes, row, item.rows), 0x01010101u, sum);
        });
        sum += __shfl_xor_sync(0xffffffffu, sum, 1);
        sum += __shfl_xor_sync(0xffffffffu, sum, 2);
        if (t == 0) code_sums[vector] = static_cast<std::int32_t>(sum);
      } else {
        write_pieces<2>(planes, inputs, vector, slice, [](std::uint32_t, std::uint32_t) {});
        if (t == 0) code_sums[vector] = 0;
      }
    }
    WarpgroupProducts::show_shared_memory();
  }

 private:
  /// `at_once`: pieces, as registers allow.
  template <unsigned at_once, typename Each>
  __device__ __forceinline__ void write_pieces(const Planes& planes, const std::uint8_t* inputs, std::uint32_t vector, std::uint32_t slice,
                                               const Each& each) const {
#pragma unroll 1
    for (unsigned piece = 0; piece < 4; piece += at_once)
      planes.template write<typename Memory::Inputs, at_once>(work_, inputs, vector, lane_ % 4, piece, slice, each);
  }

  const BankWork& work_;
  Memory& memory_;
  const std::uint32_t warp_;
  const std::uint32_t warps_;
  const std::uint32_t lane_;
};

/// The copies that one thread issues: the inputs of each unit with its header, and the image of each group.
template <typename Shape>
class NoisyFetch {
 public:
  using Memory = NoisyMemory<Shape>;

  /// `first`: unit of the block.
  __device__ NoisyFetch(const BankWork& work, Memory& memory, const BankUnit& first, std::uint32_t units)
      : work_(work), memory_(memory), units_(units), inputs_unit_(first), image_unit_(first) {
    look_at_inputs();
    look_at_image();
  }

  /// Issues the first copies, as many as there is room for.
  __device__ void begin() {
    for (unsigned place = 0; place < Memory::input_places; ++place)
      fetch_inputs();
    for (unsigned place = 0; place < Memory::image_places; ++place)
      fetch_image();
  }
  /// Issues all further copies.
  __device__ void run() {
    Turn<Memory::image_places> image;
    Turn<Memory::input_places> inputs;
#pragma unroll 1
    for (std::uint32_t unit = 0; unit < units_; ++unit) {
      // A unit's inputs are read before the last of its images, so this wait causes no delay.
      wait(memory_.inputs_read[inputs.place], inputs.parity);
      inputs.advance();
      fetch_inputs();
#pragma unroll 1
      for (unsigned j = 0; j < Shape::warp_groups; ++j) {
        wait(memory_.image_read[image.place], image.parity);
        image.advance();
        fetch_image();
      }
    }
  }

 private:
  /// Fetches the inputs of the next unit, if there is one. Rows of codes are copied in whole tiles; content beyond an item's rows is
  /// arbitrary.
  __device__ void fetch_inputs() {
    using Inputs = typename Memory::Inputs;
    if (inputs_number_ == units_) return;
    const std::uint32_t tiles = (rows_ + 31) / 32;
    const std::uint64_t& filled = memory_.inputs_filled[inputs_turn_.place];
    expect_bytes(filled, tiles * Inputs::tile_bytes + static_cast<std::uint32_t>(sizeof(BankHeader)));
#pragma unroll 1
    for (std::uint32_t tile = 0; tile < tiles; ++tile)
      copy_inputs(memory_.inputs[inputs_turn_.place] + tile * Inputs::tile_bytes, work_, first_row_ + tile * 32,
                  std::size_t{inputs_unit_.vector_block} * Shape::vectors, filled);
    copy_bulk(&memory_.header(inputs_number_), work_.items + inputs_unit_.item, sizeof(BankHeader), filled);
    inputs_turn_.advance();
    ++inputs_number_;
    inputs_unit_.advance(work_);
    look_at_inputs();
  }
  /// Fetches the image of the next group, if there is one.
  __device__ void fetch_image() {
    if (image_number_ == units_) return;
    const std::size_t first = std::size_t{chunk_} * work_.groups + group_;
    const std::uint64_t& filled = memory_.image_filled[image_turn_.place];
    expect_bytes(filled, Memory::image_bytes);
#pragma unroll 1
    for (std::uint32_t part = 0; part < Shape::column_parts; ++part) {
      copy_bulk(memory_.images[image_turn_.place] + part * Shape::group_bytes,
                work_.image + (first + part * Shape::warp_groups) * Shape::group_bytes, Shape::group_bytes, filled);
    }
    image_turn_.advance();
    if (++group_ < Shape::warp_groups) return;
    group_ = 0;
    ++image_number_;
    image_unit_.advance(work_);
    look_at_image();
  }
  // Reads the data of the next item before the next wait.
  __device__ void look_at_inputs() {
    const BankItem& item = work_.items[inputs_unit_.item].item;
    first_row_ = item.first_row;
    rows_ = item.rows;
  }
  __device__ void look_at_image() {
    chunk_ = work_.items[image_unit_.item].item.chunk;
  }

  const BankWork& work_;
  Memory& memory_;
  const std::uint32_t units_;
  BankUnit inputs_unit_;  ///< whose inputs come next
  BankUnit image_unit_;
  std::uint32_t inputs_number_ = 0;
  std::uint32_t image_number_ = 0;
  std::uint32_t group_ = 0;  ///< of the image's unit
  std::uint32_t first_row_ = 0;
  std::uint32_t rows_ = 0;
  std::uint32_t chunk_ = 0;
  Turn<Memory::input_places> inputs_turn_;
  Turn<Memory::image_places> image_turn_;
};

/// Work of the plane-writing warps after the first planes, which all warps of the block write. `thread`: of writing_threads.
template <typename Shape>
__device__ __forceinline__ void write_all_planes(const BankWork& work, NoisyMemory<Shape>& memory, std::uint32_t units,
                                                 std::uint32_t thread) {
  using Memory = NoisyMemory<Shape>;
  const NoisyPlanes<Shape> planes(work, memory, thread / 32, writing_threads / 32);
  typename Memory::StepTurn turn;
  arrive(memory.planes_written[turn.place]);
  turn.advance();
  std::uint32_t first_slice = 1;
#pragma unroll 1
  for (std::uint32_t unit = 0; unit < units; ++unit) {
    const std::uint32_t place = unit % Memory::input_places;
    wait(memory.inputs_filled[place], unit / Memory::input_places % 2);
#pragma unroll 1
    for (std::uint32_t slice = first_slice; slice < steps_of_unit<Shape>(work); ++slice) {
      wait(memory.planes_read[turn.place], turn.parity ^ 1u);  // passes at once for a place that was never written
      planes.write(turn, memory.inputs[place], memory.header(unit).item, slice);
      arrive(memory.planes_written[turn.place]);
      turn.advance();
    }
    first_slice = 0;
    arrive(memory.inputs_read[place]);
  }
}

}  // namespace memcosim::cuda
