// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cooperative_groups.h>

#include "memcosim/kernels/cuda/circuits/own_factor.cuh"

namespace memcosim::cuda {

/// The thread blocks that work on one circuit together: a cluster, or one block in code for GPUs without clusters. Each has some of its
/// rows. Reductions have a fixed order, which depends on the size of the team alone.
class Team {
 public:
  static constexpr unsigned threads = 512;  ///< of a block
  static constexpr unsigned most = 16;      ///< blocks
  static constexpr unsigned shared_doubles = threads / 32 + 2;

  /// shared: shared_doubles of shared memory, at the same place in every block.
  __device__ Team(double* shared, unsigned rows) : partial_(shared), exchanged_(shared + threads / 32) {
#if __CUDA_ARCH__ >= 900
    rank_ = cooperative_groups::this_cluster().block_rank();
    size_ = cooperative_groups::this_cluster().num_blocks();
#endif
    const unsigned each = (rows + size_ - 1) / size_;
    first_row_ = min(rank_ * each, rows);
    rows_ = min(each, rows - first_row_);
  }

  __device__ unsigned rank() const {
    return rank_;
  }
  __device__ unsigned size() const {
    return size_;
  }
  __device__ unsigned first_row() const {
    return first_row_;
  }
  __device__ unsigned rows() const {
    return rows_;
  }

  /// Barrier of all threads of all blocks; their earlier writes to shared memory are visible to all afterwards.
  __device__ void sync() const {
#if __CUDA_ARCH__ >= 900
    cooperative_groups::this_cluster().sync();
#else
    __syncthreads();
#endif
  }
  /// The values at the place of `value` in the shared memory of those blocks that `include(rank)` picks, combined in the order of ranks.
  /// All are on their way at once.
  template <class Include, class Combination>
  __device__ double combine_blocks(const double* value, double none, Include include, Combination combination) const {
    double found[most];
#pragma unroll
    for (unsigned rank = 0; rank < most; ++rank)
      found[rank] = rank < size_ && include(rank) ? *of(rank, value) : none;
    double result = none;
#pragma unroll
    for (unsigned rank = 0; rank < most; ++rank)
      result = combination(result, found[rank]);
    return result;
  }
  template <class Include>
  __device__ double sum_blocks(const double* value, Include include) const {
    if (size_ == 1) return include(0u) ? *value : 0.0;
    return combine_blocks(value, 0.0, include, [](double a, double b) { return a + b; });
  }

  /// Of the values of all threads, for all threads.
  __device__ double sum(double value) {
    return combine(sum_of_lanes(value), 0.0, [](double a, double b) { return a + b; });
  }
  __device__ double largest(double value) {
#pragma unroll
    for (int distance = 16; distance > 0; distance /= 2)
      value = ::fmax(value, __shfl_xor_sync(whole_warp, value, distance));
    return combine(value, -HUGE_VAL, [](double a, double b) { return ::fmax(a, b); });
  }

 private:
  template <class Combination>
  __device__ double combine(double of_warp, double none, Combination combination) {
    __syncthreads();  // the partial values before these were read
    if (threadIdx.x % 32 == 0) partial_[threadIdx.x / 32] = of_warp;
    __syncthreads();
    double value = none;
#pragma unroll
    for (unsigned warp = 0; warp < threads / 32; ++warp)
      value = combination(value, partial_[warp]);
    if (size_ == 1) return value;
    double* exchanged = exchanged_ + turn_;  // the other one may still be read
    turn_ = 1 - turn_;
    if (threadIdx.x == 0) *exchanged = value;
    sync();
    return combine_blocks(
        exchanged, none, [](unsigned) { return true; }, combination);
  }

  /// Another block's value at the place of `value` in its shared memory.
  __device__ const double* of(unsigned rank, const double* value) const {
#if __CUDA_ARCH__ >= 900
    return cooperative_groups::this_cluster().map_shared_rank(value, rank);
#else
    return value;
#endif
  }

  double* partial_;
  double* exchanged_;
  unsigned rank_ = 0;
  unsigned size_ = 1;
  unsigned first_row_ = 0;
  unsigned rows_ = 0;
  unsigned turn_ = 0;
};

}  // namespace memcosim::cuda
