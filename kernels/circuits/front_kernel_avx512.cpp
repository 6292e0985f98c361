// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX-512. Compiled with its flags, so it only uses intrinsics and plain data (see front_kernel.hpp).
#include <immintrin.h>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

namespace {

struct Vec {
  static constexpr std::size_t width = 8;
  static constexpr std::size_t most_vectors = 3;
  static constexpr std::size_t most_columns = 8;
  using Double = __m512d;

  static Double load(const double* p) { return _mm512_loadu_pd(p); }
  static void store(double* p, Double v) { _mm512_storeu_pd(p, v); }
  static Double broadcast(double x) { return _mm512_set1_pd(x); }
  static Double add(Double a, Double b) { return _mm512_add_pd(a, b); }
  static Double mul(Double a, Double b) { return _mm512_mul_pd(a, b); }
  static Double div(Double a, Double b) { return _mm512_div_pd(a, b); }
  static Double fma(Double a, Double b, Double c) { return _mm512_fmadd_pd(a, b, c); }
};

#include "memcosim/kernels/circuits/front_kernel.inc"

}  // namespace

const FrontKernel avx512_front_kernel = {"avx512", add_products, add_product, sum_columns, remove_panel, remove_in_lanes};

}  // namespace memcosim
