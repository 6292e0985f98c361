// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/kernel_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/mma.cuh"
#include "memcosim/kernels/cuda/products/tensor/pass.cuh"

// The kernel for every GPU from sm_80 on: mma.sync, and copies of 16 bytes by each thread.

namespace memcosim::cuda {

namespace {

/// Where eight codes of a vector go.
__device__ inline std::uint32_t piece_place(std::uint32_t vector, std::uint32_t piece) {
  return vector * 256 + ((piece ^ (vector & 1) << 2) << 4);
}

/// Codes in a stage as written by copies of 16 bytes: 256 bytes for each vector, pieces swizzled so that neighbouring vectors lie in
/// different memory banks.
template <std::uint32_t vectors>
struct PiecewiseInputs {
  static constexpr std::uint32_t bytes = vectors * 256;
  static constexpr bool zero_beyond_rows = true;
  __device__ static std::uint32_t place(std::uint32_t vector, std::uint32_t t, unsigned j) { return piece_place(vector, t + 4 * j); }
};

template <typename Shape>
using WarpStage = PassStage<Shape, PiecewiseInputs<Shape::vectors>>;

/// Copies 16 bytes to shared memory, of which the first `bytes` come from `source` and the rest are zero.
__device__ inline void copy_piece(std::uint32_t target, const void* source, std::uint32_t bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(bytes) : "memory");
}
__device__ inline void end_of_copies() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
__device__ inline void wait_for_copies() {
  asm volatile("cp.async.wait_group 0;" ::: "memory");
}

/// Eight neighbouring codes of one vector and their destination.
struct InputPiece {
  const std::uint16_t* source;
  std::uint32_t codes;   ///< that exist, 0 to 8; the others are zero
  std::uint32_t target;  ///< in the stage

  __device__ InputPiece(const TensorWork& work, std::size_t first_vector, const Pass& pass, std::uint32_t index) {
    const std::uint32_t row = index >> 4;
    const std::uint32_t first_code = (index & 15) * 8;
    codes = pass.rows > first_code && first_vector + row < work.count ? min(pass.rows - first_code, 8u) : 0;
    source = codes > 0 ? work.inputs + (first_vector + row) * work.input_stride + pass.first_row + first_code : work.inputs;
    target = piece_place(row, index & 15);
  }
};

/// Copies a piece code by code, where it is not whole or not at a multiple of 16 bytes.
__device__ __noinline__ inline void copy_codes(std::uint8_t* stage, const InputPiece& piece) {
  auto* words = reinterpret_cast<std::uint32_t*>(stage + piece.target);
  for (std::uint32_t k = 0; k < 4; ++k) {
    const std::uint32_t even = 2 * k < piece.codes ? piece.source[2 * k] : 0;
    const std::uint32_t odd = 2 * k + 1 < piece.codes ? piece.source[2 * k + 1] : 0;
    words[k] = odd << 16 | even;
  }
}

/// Begins to copy the codes of a pass; beyond its rows and the last vector they are zero.
template <typename Shape>
__device__ __forceinline__ void load_inputs(const TensorWork& work, std::uint8_t* stage, std::size_t first_vector, const Pass& pass) {
  constexpr std::uint32_t pieces = Shape::vectors * 16 / Shape::threads;
  const std::uint32_t target = shared_address(stage);
#pragma unroll
  for (std::uint32_t i = 0; i < pieces; ++i) {
    const InputPiece piece(work, first_vector, pass, i * Shape::threads + threadIdx.x);
    if (piece.codes == 0 || (piece.codes == 8 && work.aligned)) {
      copy_piece(target + piece.target, piece.source, piece.codes * 2);
    } else {
      copy_codes(stage, piece);
    }
  }
}

/// Begins to copy bytes that are a multiple of 16.
template <std::uint32_t bytes, unsigned threads>
__device__ inline void load_bytes(std::uint8_t* stage, const void* from) {
  const std::uint8_t* source = static_cast<const std::uint8_t*>(from) + threadIdx.x * 16;
  const std::uint32_t target = shared_address(stage) + threadIdx.x * 16;
#pragma unroll
  for (std::uint32_t done = 0; done < bytes; done += threads * 16) {
    if (bytes - done >= threads * 16 || threadIdx.x * 16 < bytes - done) copy_piece(target + done, source + done, 16);
  }
}

template <typename Shape>
__device__ __forceinline__ void load_pass(const TensorWork& work, std::uint8_t* stage, const ThreadCoords& thread, const Pass& pass,
                                          std::uint32_t index) {
  using Stage = WarpStage<Shape>;
  load_inputs<Shape>(work, stage, thread.first_vector, pass);
  const std::size_t first_strip = std::size_t{pass.slab} * work.strips + thread.first_strip;
  load_bytes<Shape::slab_bytes, Shape::threads>(stage + Stage::image, work.image + first_strip * Shape::strip_bytes);
  load_bytes<sizeof(PassHeader), Shape::threads>(stage + Stage::header, work.passes + index);
  end_of_copies();
}

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks)
    warp_kernel(const __grid_constant__ typename Shape::Work work, unsigned stages) {
  using Stage = WarpStage<Shape>;
  extern __shared__ __align__(1024) std::uint8_t memory[];
  const Planes planes{memory + stages * Stage::bytes};
  const ThreadCoords thread(work, Shape{});
  WarpTotals<Shape> totals;
  StripSums<Shape> sums;
  UncertainFragments<Shape> uncertain;
  totals.clear();
  const std::uint32_t begin = work.first_pass[thread.block_column];
  const std::uint32_t end = work.first_pass[thread.block_column + 1];
  load_pass<Shape>(work, memory, thread, work.passes[begin].pass, begin);
  const std::uint32_t tables = load_tables<Shape>(work, memory + stages * Stage::bytes);
  for (std::uint32_t index = begin; index < end; ++index) {
    std::uint8_t* stage = memory + (stages > 1 ? (index - begin) % 2 : 0) * Stage::bytes;
    std::uint8_t* other = memory + (stages > 1 ? (index - begin + 1) % 2 : 0) * Stage::bytes;
    wait_for_copies();
    __syncthreads();
    const Pass next = reinterpret_cast<const PassHeader*>(stage + Stage::header)->next;
    if (stages > 1 && index + 1 < end) load_pass<Shape>(work, other, thread, next, index + 1);
    run_pass<WarpProducts, Shape, typename Stage::Inputs>(work, stage, planes, tables, index, thread, sums, totals, uncertain);
    if (stages == 1) {
      __syncthreads();
      if (index + 1 < end) load_pass<Shape>(work, other, thread, next, index + 1);
    }
  }
  totals.template recheck<false>(work, thread, uncertain);
  totals.store(work, thread);
}

template <typename Shape>
struct WarpKernel {
  static TensorKernel kernel() {
    return {reinterpret_cast<const void*>(&warp_kernel<Shape>),
            Shape::threads,
            Shape::strips,
            Shape::stages,
            WarpStage<Shape>::bytes,
            Shape::planes ? Planes::bytes : 0};
  }
};

}  // namespace

TensorKernel find_warp_kernel(const ProductShape& shape) {
  return find_kernel<WarpKernel>(shape);
}

}  // namespace memcosim::cuda
