// SPDX-License-Identifier: Apache-2.0
#pragma once

// Code with many explicit fma is compiled twice for x86-64: for the baseline, where each fma is a call of the C library, and for processors
// with the fma instruction. An fma has one correct result, so both give the same bits. MEMCOSIM_FMA_CODE marks the second version;
// everything that it calls is inlined into it. Where the macro is not defined there is no second version.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__CUDACC__) && !defined(__FMA__)
#define MEMCOSIM_FMA_CODE __attribute__((target("fma"), flatten))
#endif

namespace memcosim {

#ifdef MEMCOSIM_FMA_CODE
/// True if this processor can run code marked with MEMCOSIM_FMA_CODE.
inline bool has_fma() {
  static const bool found = __builtin_cpu_supports("fma") != 0;
  return found;
}
#endif

}  // namespace memcosim
