// SPDX-License-Identifier: Apache-2.0
// The kernel for any machine, with compiler vectors of four lanes. fma() is computed lane by lane; without an fma instruction it is a
// library call, which is slow but gives the same result.
#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"

namespace memcosim::cpu {

namespace {

struct Vec {
  static constexpr std::size_t width = 4;
  static constexpr std::size_t most_items = 4;
  static constexpr bool exact_fma = false;
  using Float = float __attribute__((vector_size(16)));
  using Int = std::int32_t __attribute__((vector_size(16)));

  static Float load(const float* p) { return *reinterpret_cast<const Float*>(p); }
  static void store(float* p, Float v) {
    for (std::size_t i = 0; i < width; ++i)
      p[i] = v[i];
  }
  static void store(std::int32_t* p, Int v) {
    for (std::size_t i = 0; i < width; ++i)
      p[i] = v[i];
  }
  static Float broadcast(float x) { return Float{x, x, x, x}; }
  static Float add(Float a, Float b) { return a + b; }
  static Float mul(Float a, Float b) { return a * b; }
  static Float div(Float a, Float b) { return a / b; }
  static Float fma(Float a, Float b, Float c) {
    for (std::size_t i = 0; i < width; ++i)
      c[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return c;
  }
  static Float clamp(Float v, Float low, Float high) {
    v = v < low ? low : v;
    return v > high ? high : v;
  }
  static Int floor_to_int(Float v) {
    const Int toward_zero = __builtin_convertvector(v, Int);
    return toward_zero + (__builtin_convertvector(toward_zero, Float) > v);  // the comparison gives -1 in true lanes
  }
  static unsigned lanes_outside(Float v, Float low, Float end) {
    const Int outside = (v < low) | (v >= end);
    unsigned bits = 0;
    for (std::size_t i = 0; i < width; ++i)
      bits |= static_cast<unsigned>(outside[i] & 1) << i;
    return bits;
  }
  static unsigned first_lanes(std::size_t count) { return count >= width ? 0xfu : (1u << count) - 1u; }
  static void add_shifted(std::int32_t* sums, Int codes, unsigned shift) {
    Int* target = reinterpret_cast<Int*>(sums);
    *target = *target + codes * (std::int32_t{1} << shift);
  }
};

#include "memcosim/kernels/products/cpu/mvm_kernel.inc"

}  // namespace

const MvmKernel baseline_kernel = {"baseline", 2 * Vec::width, run_chunk};

}  // namespace memcosim::cpu
