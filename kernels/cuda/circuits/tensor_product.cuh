// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim::cuda {

/// What a thread of a warp holds of small matrices in double precision; with group = lane / 4 and member = lane % 4.
/// a, 16 x 8: [0] (group, member), [1] (group + 8, member), [2] (group, member + 4), [3] (group + 8, member + 4).
/// b, 8 x 8: [0] (member, group), [1] (member + 4, group).
/// sums, 16 x 8: [0] (group, 2 member), [1] (group, 2 member + 1), [2] and [3] the same at group + 8.
///
/// sums += a b, by the whole warp. Products are added in one order, which depends on the kind of GPU alone.
__device__ inline void add_tensor_product(double (&sums)[4], const double (&a)[4], const double (&b)[2]) {
#if __CUDA_ARCH__ >= 900
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+d"(sums[0]), "+d"(sums[1]), "+d"(sums[2]), "+d"(sums[3])
               : "d"(a[0]), "d"(a[1]), "d"(a[2]), "d"(a[3]), "d"(b[0]), "d"(b[1]));
#else
  for (int k = 0; k < 2; ++k) {
    for (int half = 0; half < 2; ++half) {
      asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0, %1}, {%2}, {%3}, {%0, %1};"
                   : "+d"(sums[2 * half]), "+d"(sums[2 * half + 1])
                   : "d"(a[2 * k + half]), "d"(b[k]));
    }
  }
#endif
}

}  // namespace memcosim::cuda
