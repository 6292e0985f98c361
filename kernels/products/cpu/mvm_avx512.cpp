// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX-512 (F, BW, DQ, VL). Compiled with their flags, so it only uses intrinsics and plain data (see
// mvm_kernel.hpp).
#include <immintrin.h>

#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"

namespace memcosim::cpu {

namespace {

struct Vec {
  static constexpr std::size_t width = 16;
  static constexpr std::size_t most_items = 12;
  static constexpr bool exact_fma = true;
  using Float = __m512;
  using Int = __m512i;
  /// Full mask for masked intrinsics: GCC 12 warns about uninitialised values in its unmasked ones (bug 105593).
  static constexpr __mmask16 all = 0xffff;

  static Float load(const float* p) { return _mm512_load_ps(p); }
  static void store(float* p, Float v) { _mm512_storeu_ps(p, v); }
  static void store(std::int32_t* p, Int v) { _mm512_storeu_si512(p, v); }
  static Float broadcast(float x) { return _mm512_set1_ps(x); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm512_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float clamp(Float v, Float low, Float high) { return _mm512_maskz_min_ps(all, _mm512_maskz_max_ps(all, v, low), high); }
  static Int floor_to_int(Float v) { return _mm512_maskz_cvt_roundps_epi32(all, v, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
  static unsigned lanes_outside(Float v, Float low, Float end) {
    return static_cast<unsigned>(_mm512_cmp_ps_mask(v, low, _CMP_LT_OQ)) | static_cast<unsigned>(_mm512_cmp_ps_mask(v, end, _CMP_GE_OQ));
  }
  static unsigned first_lanes(std::size_t count) { return count >= width ? 0xffffu : (1u << count) - 1u; }
  static void add_shifted(std::int32_t* sums, Int codes, unsigned shift) {
    _mm512_store_si512(sums, _mm512_add_epi32(_mm512_load_si512(sums), _mm512_maskz_slli_epi32(all, codes, shift)));
  }
};

#include "memcosim/kernels/products/cpu/mvm_kernel.inc"

}  // namespace

const MvmKernel avx512_kernel = {"avx512", 2 * Vec::width, run_chunk};

}  // namespace memcosim::cpu
