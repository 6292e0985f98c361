// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim::cuda {

constexpr unsigned whole_warp = 0xffffffffu;

__device__ inline double sum_of_lanes(double value) {
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2)
    value += __shfl_xor_sync(whole_warp, value, distance);
  return value;
}

/// What removing nodes one after the other does among themselves: a node's conductances divide its current among the others, so without it
/// a and b are joined by g_a g_b / (sum of g).
///
/// By one warp, lane k for node k of `width`, of which `removed` exist. own[j * stride + k]: conductance between nodes j and k > j. sum:
/// of the lane's node's conductances to nodes that are not among these. factors[j * width + k]: the share of node j's conductances that
/// node k > j takes over; inverse[j]: 1 / (sum of node j's conductances when it goes), 0 for nodes that do not exist. `present`: 2 width
/// doubles; all shared memory, the factors and `present` on 16 bytes.
template <int width>
__device__ void factor_own(const double* own, int stride, double sum, unsigned removed, double* factors, double* inverse, double* present) {
  // A short loop: straight code of this length would wait for its instructions.
  const int lane = static_cast<int>(threadIdx.x % 32);
  double siemens[width];  // between the lane's node and later ones; what stands at others is not used
  double whole = sum;
#pragma unroll
  for (int k = 0; k < width; ++k) {
    siemens[k] = lane < k && k < static_cast<int>(removed) ? own[lane * stride + k] : 0.0;
    whole += siemens[k];
  }
#pragma unroll 1
  for (int j = 0; j < width; ++j) {
    double* of_node = present + j % 2 * width;  // the other half may still be read
    if (lane == j) {
#pragma unroll
      for (int k = 0; k < width; k += 2)
        *reinterpret_cast<double2*>(of_node + k) = make_double2(siemens[k], siemens[k + 1]);
    }
    const double one_over = j < static_cast<int>(removed) ? 1.0 / whole : 0.0;
    const double inverse_of_node = __shfl_sync(whole_warp, one_over, j);
    const double sum_of_node = __shfl_sync(whole_warp, sum, j);
    __syncwarp();
    const double factor = lane > j && lane < width ? of_node[lane] * inverse_of_node : 0.0;
    // What the node has beyond the lane's node, in four sums because one is a long chain.
    double beyond[4] = {sum_of_node, 0.0, 0.0, 0.0};
#pragma unroll
    for (int k = 0; k < width; k += 2) {
      const double2 pair = *reinterpret_cast<const double2*>(of_node + k);
      if (lane < k) beyond[k % 4] += pair.x;
      if (lane < k + 1) beyond[k % 4 + 1] += pair.y;
      siemens[k] = ::fma(factor, pair.x, siemens[k]);
      siemens[k + 1] = ::fma(factor, pair.y, siemens[k + 1]);
    }
    whole = ::fma(factor, (beyond[0] + beyond[1]) + (beyond[2] + beyond[3]), whole);
    sum = ::fma(factor, sum_of_node, sum);
    if (lane < width) factors[j * width + lane] = factor;
    if (lane == j) inverse[j] = inverse_of_node;
  }
  __syncwarp();
}

/// What that does to the conductances between the nodes and another one.
template <int width>
__device__ void take_over(const double* factors, double (&siemens)[width]) {
#pragma unroll
  for (int j = 0; j < width; ++j) {
#pragma unroll
    for (int k = (j + 1) / 2 * 2; k < width; k += 2) {
      const double2 pair = *reinterpret_cast<const double2*>(factors + j * width + k);
      if (k > j) siemens[k] = ::fma(siemens[j], pair.x, siemens[k]);
      siemens[k + 1] = ::fma(siemens[j], pair.y, siemens[k + 1]);
    }
  }
}

}  // namespace memcosim::cuda
