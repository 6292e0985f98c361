// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX2 and FMA. Compiled with their flags, so it only uses intrinsics and plain data (see front_kernel.hpp).
#include <immintrin.h>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

namespace {

struct Vec {
  static constexpr std::size_t width = 4;
  static constexpr std::size_t most_vectors = 2;
  static constexpr std::size_t most_columns = 4;
  using Double = __m256d;

  static Double load(const double* p) { return _mm256_loadu_pd(p); }
  static void store(double* p, Double v) { _mm256_storeu_pd(p, v); }
  static Double broadcast(double x) { return _mm256_set1_pd(x); }
  static Double add(Double a, Double b) { return _mm256_add_pd(a, b); }
  static Double mul(Double a, Double b) { return _mm256_mul_pd(a, b); }
  static Double div(Double a, Double b) { return _mm256_div_pd(a, b); }
  static Double fma(Double a, Double b, Double c) { return _mm256_fmadd_pd(a, b, c); }
};

#include "memcosim/kernels/circuits/front_kernel.inc"

}  // namespace

const FrontKernel avx2_front_kernel = {"avx2", add_products, add_product, sum_columns, remove_panel, remove_in_lanes};

}  // namespace memcosim
