// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <cuda_pipeline_primitives.h>

#include "memcosim/kernels/cuda/circuits/front_plan.hpp"
#include "memcosim/kernels/cuda/circuits/tensor_product.cuh"

namespace memcosim::cuda {

/// Products of two matrices' columns: sums[m][n] += sum over k of left[k][m] scale[k] right[k][n], 64 x 64 by 128 threads, each warp
/// 32 x 32. Both matrices come through shared memory in stages of `depth` rows while the stage before is worked on.
struct PanelProduct {
  static constexpr unsigned edge = FrontPlan::edge;
  static constexpr unsigned threads = 128;
  static constexpr unsigned at_once = 4;  ///< per multiprocessor: registers and shared memory for so many
  static constexpr unsigned depth = 16;
  static constexpr unsigned stages = 3;
  static constexpr unsigned stride = edge + 4;  ///< lanes that read fragments need different memory banks
  static constexpr unsigned stage_doubles = depth * (2 * stride + 1);
  static constexpr std::size_t bytes = stages * stage_doubles * sizeof(double);

  double sums[2][4][4];
  unsigned group = threadIdx.x % 32 / 4;
  unsigned member = threadIdx.x % 4;
  unsigned m = threadIdx.x / 64 * 32;  ///< first row of the warp's part
  unsigned n = threadIdx.x / 32 % 2 * 32;

  /// use(pair of sums, m, n): at n and n + 1.
  template <class Use>
  __device__ void for_each_pair(Use use) {
#pragma unroll
    for (unsigned i = 0; i < 2; ++i) {
#pragma unroll
      for (unsigned k = 0; k < 4; ++k) {
#pragma unroll
        for (unsigned half = 0; half < 2; ++half)
          use(make_double2(sums[i][k][2 * half], sums[i][k][2 * half + 1]), m + 16 * i + group + half * 8, n + 8 * k + 2 * member);
      }
    }
  }

  /// What is multiplied: `count` rows of both matrices, a multiple of `depth`. scale: nullptr for ones.
  struct Factors {
    const double* left;
    std::size_t left_stride;
    const double* right;
    std::size_t right_stride;
    const double* scale;
    unsigned count;
    double* shared;

    __device__ void load(unsigned stage) const {
      if (stage < count / depth) {
        const unsigned thread = threadIdx.x;
        double* to = shared + stage % stages * stage_doubles;
        const unsigned first = stage * depth;
#pragma unroll
        for (unsigned index = thread; index < depth * edge / 2; index += threads) {
          const unsigned k = index / (edge / 2);
          const unsigned pair = index % (edge / 2) * 2;
          __pipeline_memcpy_async(to + k * stride + pair, left + (first + k) * left_stride + pair, 16);
          __pipeline_memcpy_async(to + (depth + k) * stride + pair, right + (first + k) * right_stride + pair, 16);
        }
        if (scale != nullptr && thread < depth) __pipeline_memcpy_async(to + 2 * depth * stride + thread, scale + first + thread, 8);
      }
      __pipeline_commit();
    }
    /// Before PanelProduct::add(), which may follow later.
    __device__ void start() const {
#pragma unroll
      for (unsigned stage = 0; stage + 1 < stages; ++stage)
        load(stage);
    }
  };

  /// After `factors` were started.
  __device__ void add(const Factors& factors) {
    const bool scaled = factors.scale != nullptr;
#pragma unroll 1
    for (unsigned stage = 0; stage < factors.count / depth; ++stage) {
      __pipeline_wait_prior(stages - 2);
      __syncthreads();
      factors.load(stage + stages - 1);
      const double* from = factors.shared + stage % stages * stage_doubles;
      const double* scales = from + 2 * depth * stride;
#pragma unroll
      for (unsigned k = 0; k < depth; k += 8) {
        const double* first = from + (k + member) * stride;
        const double* second = first + 4 * stride;
        double right[4][2];
#pragma unroll
        for (unsigned column = 0; column < 4; ++column) {
          right[column][0] = first[depth * stride + n + 8 * column + group];
          right[column][1] = second[depth * stride + n + 8 * column + group];
        }
        const double scale[2] = {scaled ? scales[k + member] : 1.0, scaled ? scales[k + member + 4] : 1.0};
#pragma unroll
        for (unsigned row = 0; row < 2; ++row) {
          const unsigned at = m + 16 * row + group;
          const double left[4] = {first[at] * scale[0], first[at + 8] * scale[0], second[at] * scale[1], second[at + 8] * scale[1]};
#pragma unroll
          for (unsigned column = 0; column < 4; ++column)
            add_tensor_product(sums[row][column], left, right[column]);
        }
      }
    }
    __pipeline_wait_prior(0);
  }
};

}  // namespace memcosim::cuda
