// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/operands.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_kernels.cuh"

// Copies to shared memory by Hopper's tensor memory accelerator, and the barriers that signal their completion and the release of their
// target.

namespace memcosim::cuda {

/// Codes in a stage: four boxes of 32 rows, 64 bytes for each vector in them. Neighbouring vectors lie in different memory banks.
template <std::uint32_t vectors>
struct BoxedInputs {
  static constexpr std::uint32_t box_bytes = vectors * 64;
  static constexpr std::uint32_t bytes = 4 * box_bytes;
  static constexpr bool zero_beyond_rows = false;
  /// Of piece t (of four) of box j.
  __device__ static std::uint32_t place(std::uint32_t vector, std::uint32_t t, unsigned j) { return j * box_bytes + vector * 64 + t * 16; }
};

__device__ inline void begin_barrier(const std::uint64_t& barrier, std::uint32_t arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(&barrier)), "r"(arrivals) : "memory");
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

/// The same for a box of codes, 32 rows of the block's vectors; elements beyond the inputs become zero.
__device__ inline void copy_inputs(const void* target, const TensorWork& work, std::uint32_t row, std::size_t vector,
                                   const std::uint64_t& barrier) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];" ::"r"(
                   shared_address(target)),
               "l"(&work.input_map), "r"(row), "r"(static_cast<std::uint32_t>(vector)), "r"(shared_address(&barrier))
               : "memory");
}

/// Before sums and counts are written: a kernel that begins while they are cleared waits until they are.
__device__ inline void wait_for_cleared_results() {
  asm volatile("griddepcontrol.wait;" ::: "memory");
}

}  // namespace memcosim::cuda
