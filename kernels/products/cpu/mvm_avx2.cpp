// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX2 and FMA. Compiled with their flags, so it only uses intrinsics and plain data (see mvm_kernel.hpp).
#include <immintrin.h>

#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"

namespace memcosim::cpu {

namespace {

struct Vec {
  static constexpr std::size_t width = 8;
  static constexpr std::size_t most_items = 6;
  static constexpr bool exact_fma = true;
  using Float = __m256;
  using Int = __m256i;

  static Float load(const float* p) { return _mm256_load_ps(p); }
  static void store(float* p, Float v) { _mm256_storeu_ps(p, v); }
  static void store(std::int32_t* p, Int v) { _mm256_storeu_si256(reinterpret_cast<Int*>(p), v); }
  static Float broadcast(float x) { return _mm256_set1_ps(x); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float clamp(Float v, Float low, Float high) { return _mm256_min_ps(_mm256_max_ps(v, low), high); }
  static Int floor_to_int(Float v) { return _mm256_cvttps_epi32(_mm256_floor_ps(v)); }
  static unsigned lanes_outside(Float v, Float low, Float end) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_or_ps(_mm256_cmp_ps(v, low, _CMP_LT_OQ), _mm256_cmp_ps(v, end, _CMP_GE_OQ))));
  }
  static unsigned first_lanes(std::size_t count) { return count >= width ? 0xffu : (1u << count) - 1u; }
  static void add_shifted(std::int32_t* sums, Int codes, unsigned shift) {
    Int* target = reinterpret_cast<Int*>(sums);
    _mm256_store_si256(target, _mm256_add_epi32(_mm256_load_si256(target), _mm256_slli_epi32(codes, static_cast<int>(shift))));
  }
};

#include "memcosim/kernels/products/cpu/mvm_kernel.inc"

}  // namespace

const MvmKernel avx2_kernel = {"avx2", 2 * Vec::width, run_chunk};

}  // namespace memcosim::cpu
