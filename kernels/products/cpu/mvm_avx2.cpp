// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX2 and FMA. Compiled with their flags, so it only uses intrinsics and plain data (see mvm_kernel.hpp).
#include <immintrin.h>

#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"

namespace memcosim::cpu {

namespace {

#include "memcosim/common/simd/lanes_avx2.inc"

constexpr std::size_t most_items = 6;

#include "memcosim/kernels/products/cpu/mvm_kernel.inc"

}  // namespace

const MvmKernel avx2_kernel = {"avx2", 2 * FloatLanes::width, run_chunk};

}  // namespace memcosim::cpu
