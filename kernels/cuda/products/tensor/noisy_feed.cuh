// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/operands.cuh"
#include "memcosim/kernels/cuda/products/tensor/tma.cuh"
#include "memcosim/kernels/cuda/products/tensor/wgmma.cuh"
#include "memcosim/kernels/cuda/products/tensor/work_share.cuh"

// The feeding (producer) warpgroup of the kernel for read noise: fetches images and inputs when there is room for them, and writes the
// planes of each step, some steps ahead of the warps that multiply.

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

/// Writes the planes of a step, the vectors shared among `warps` warps, and the sums of their codes.
template <typename Shape>
class NoisyPlanes {
 public:
  using Memory = NoisyMemory<Shape>;

  __device__ NoisyPlanes(const TensorWork& work, Memory& memory, std::uint32_t warp, std::uint32_t warps)
      : work_(work), memory_(memory), warp_(warp), warps_(warps), lane_(threadIdx.x % 32) {}

  /// `slice`: in the unit.
  __device__ __forceinline__ void write(const typename Memory::StepPosition& step, const std::uint8_t* inputs, const Pass& pass,
                                        std::uint32_t slice) const {
    const Planes planes{memory_.planes[step.index]};
    std::int32_t* code_sums = memory_.code_sums_of(step);
    if (Shape::tall) slice = pass.first_slice;
    const std::uint32_t t = lane_ % 4;
#pragma unroll 1
    for (std::uint32_t first = warp_ * 8; first < Shape::vectors; first += warps_ * 8) {
      const std::uint32_t vector = first + lane_ / 4;
      if (work_.row_terms) {
        std::uint32_t sum = 0;
        write_pieces<1>(planes, inputs, vector, slice, [&](std::uint32_t codes, std::uint32_t row) {
          sum = __dp4a(codes_before(codes, row, pass.rows), 0x01010101u, sum);
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

  const TensorWork& work_;
  Memory& memory_;
  const std::uint32_t warp_;
  const std::uint32_t warps_;
  const std::uint32_t lane_;
};

/// The copies that one thread issues: the inputs of each unit with its header, and the image of each strip.
template <typename Shape>
class NoisyFetch {
 public:
  using Memory = NoisyMemory<Shape>;

  /// `first`: unit of the block.
  __device__ NoisyFetch(const TensorWork& work, Memory& memory, const WorkUnit& first, std::uint32_t units)
      : work_(work), memory_(memory), units_(units), inputs_unit_(first), image_unit_(first) {
    look_at_inputs();
    look_at_image();
  }

  /// Issues the first copies, as many as there is room for.
  __device__ void begin() {
    for (unsigned buffer = 0; buffer < Memory::input_buffers; ++buffer)
      fetch_inputs();
    for (unsigned buffer = 0; buffer < Memory::image_buffers; ++buffer)
      fetch_image();
  }
  /// Issues all further copies.
  __device__ void run() {
    RingPosition<Memory::image_buffers> image;
    RingPosition<Memory::input_buffers> inputs;
#pragma unroll 1
    for (std::uint32_t unit = 0; unit < units_; ++unit) {
      // A unit's inputs are read before the last of its images, so this wait causes no delay.
      wait(memory_.inputs_read[inputs.index], inputs.parity);
      inputs.advance();
      fetch_inputs();
#pragma unroll 1
      for (unsigned j = 0; j < Shape::warp_strips; ++j) {
        wait(memory_.image_read[image.index], image.parity);
        image.advance();
        fetch_image();
      }
    }
  }

 private:
  /// Fetches the inputs of the next unit, if there is one. Rows of codes are copied in whole boxes; content beyond a pass's rows is
  /// arbitrary.
  __device__ void fetch_inputs() {
    using Inputs = typename Memory::Inputs;
    if (inputs_number_ == units_) return;
    const std::uint32_t boxes = (rows_ + 31) / 32;
    const std::uint64_t& filled = memory_.inputs_filled[inputs_position_.index];
    expect_bytes(filled, boxes * Inputs::box_bytes + static_cast<std::uint32_t>(sizeof(PassHeader)));
#pragma unroll 1
    for (std::uint32_t box = 0; box < boxes; ++box)
      copy_inputs(memory_.inputs[inputs_position_.index] + box * Inputs::box_bytes, work_, first_row_ + box * 32,
                  std::size_t{inputs_unit_.vector_block} * Shape::vectors, filled);
    copy_bulk(&memory_.header(inputs_number_), work_.passes + inputs_unit_.pass, sizeof(PassHeader), filled);
    inputs_position_.advance();
    ++inputs_number_;
    inputs_unit_.advance(work_);
    look_at_inputs();
  }
  /// Fetches the image of the next strip, if there is one.
  __device__ void fetch_image() {
    if (image_number_ == units_) return;
    const std::size_t first = std::size_t{slab_} * work_.strips + strip_;
    const std::uint64_t& filled = memory_.image_filled[image_position_.index];
    expect_bytes(filled, Memory::image_bytes);
#pragma unroll 1
    for (std::uint32_t column = 0; column < Shape::warp_columns; ++column) {
      copy_bulk(memory_.images[image_position_.index] + column * Shape::strip_bytes,
                work_.image + (first + column * Shape::warp_strips) * Shape::strip_bytes, Shape::strip_bytes, filled);
    }
    image_position_.advance();
    if (++strip_ < Shape::warp_strips) return;
    strip_ = 0;
    ++image_number_;
    image_unit_.advance(work_);
    look_at_image();
  }
  // Reads the data of the next pass before the next wait.
  __device__ void look_at_inputs() {
    const Pass& pass = work_.passes[inputs_unit_.pass].pass;
    first_row_ = pass.first_row;
    rows_ = pass.rows;
  }
  __device__ void look_at_image() {
    slab_ = work_.passes[image_unit_.pass].pass.slab;
  }

  const TensorWork& work_;
  Memory& memory_;
  const std::uint32_t units_;
  WorkUnit inputs_unit_;  ///< whose inputs come next
  WorkUnit image_unit_;
  std::uint32_t inputs_number_ = 0;
  std::uint32_t image_number_ = 0;
  std::uint32_t strip_ = 0;  ///< of the image's unit
  std::uint32_t first_row_ = 0;
  std::uint32_t rows_ = 0;
  std::uint32_t slab_ = 0;
  RingPosition<Memory::input_buffers> inputs_position_;
  RingPosition<Memory::image_buffers> image_position_;
};

/// Work of the plane-writing warps after the first planes, which all warps of the block write. `thread`: of writing_threads.
template <typename Shape>
__device__ __forceinline__ void write_all_planes(const TensorWork& work, NoisyMemory<Shape>& memory, std::uint32_t units,
                                                 std::uint32_t thread) {
  using Memory = NoisyMemory<Shape>;
  const NoisyPlanes<Shape> planes(work, memory, thread / 32, writing_threads / 32);
  typename Memory::StepPosition step;
  arrive(memory.planes_written[step.index]);
  step.advance();
  std::uint32_t first_slice = 1;
#pragma unroll 1
  for (std::uint32_t unit = 0; unit < units; ++unit) {
    const std::uint32_t buffer = unit % Memory::input_buffers;
    wait(memory.inputs_filled[buffer], unit / Memory::input_buffers % 2);
#pragma unroll 1
    for (std::uint32_t slice = first_slice; slice < steps_of_unit<Shape>(work); ++slice) {
      wait(memory.planes_read[step.index], step.parity ^ 1u);  // passes at once for a buffer that was never written
      planes.write(step, memory.inputs[buffer], memory.header(unit).pass, slice);
      arrive(memory.planes_written[step.index]);
      step.advance();
    }
    first_slice = 0;
    arrive(memory.inputs_read[buffer]);
  }
}

}  // namespace memcosim::cuda
