// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/circuits/front_plan.hpp"

namespace memcosim::cuda {

/// A plan's tables in the GPU's memory.
struct FrontTables {
  const FrontPlan::Front* fronts;
  const FrontPlan::Node* nodes;
  const FrontPlan::Branch* branches;
  const FrontPlan::Leaf* leaves;
  const FrontPlan::Block* blocks;
  const double* word_siemens;  ///< rows x columns
  const double* bit_siemens;
  std::uint32_t columns;
};

/// Arrays that are reduced at the same time.
struct FrontBatch {
  double* workspace;
  std::size_t workspace_stride;  ///< doubles between two arrays
  const double* conductance;     ///< S, arrays x rows x columns
  std::size_t cells;             ///< of an array
  unsigned arrays;
};

// What the halves of a front left over. Something is loaded even where there is nothing, so that many loads are under way at once.

/// Between two nodes, a sum over the halves that hold both.
__device__ inline double left_over(const FrontPlan::Front& front, const double* workspace, const FrontPlan::Node& a,
                                   const FrontPlan::Node& b) {
  double siemens = 0.0;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const std::uint32_t low = min(a.in_half[half], b.in_half[half]);
    const std::uint32_t high = max(a.in_half[half], b.in_half[half]);
    const bool there = high != FrontPlan::none;
    const double found = workspace[there ? front.half_at[half] + std::uint64_t{low} * front.half_stride[half] + high : 0];
    siemens += there ? found : 0.0;
  }
  return siemens;
}

/// The same for many nodes behind one in plain fronts (FrontPlan::Step::plain).
class LeftOver {
 public:
  __device__ LeftOver(const FrontPlan::Front& front, const double* workspace, const FrontPlan::Node& low) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      there_[half] = low.in_half[half] != FrontPlan::none;
      column_[half] = workspace + (there_[half] ? front.half_at[half] + std::uint64_t{low.in_half[half]} * front.half_stride[half] : 0);
    }
  }
  __device__ double to(const FrontPlan::Node& high) const {
    double siemens = 0.0;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const bool there = there_[half] && high.in_half[half] != FrontPlan::none;
      const double found = column_[half][there ? high.in_half[half] : 0];
      siemens += there ? found : 0.0;
    }
    return siemens;
  }

 private:
  const double* column_[2];
  bool there_[2];
};

// Each enqueues the kernel for one step of a plan.
void reduce_leaves(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream);
void reduce_small_fronts(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream);
void work_on_large_fronts(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream);
/// Allows the kernels the shared memory that they need on the present GPU; once before the first step.
void prepare_small_fronts();
void prepare_large_fronts();

}  // namespace memcosim::cuda
