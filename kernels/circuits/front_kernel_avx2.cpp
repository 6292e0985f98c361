// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX2 and FMA. Compiled with their flags, so it only uses intrinsics and plain data (see front_kernel.hpp).
#include <cstdint>

#include <immintrin.h>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

namespace {

#include "memcosim/common/simd/lanes_avx2.inc"

constexpr std::size_t most_vectors = 2;
constexpr std::size_t most_columns = 4;

#include "memcosim/kernels/circuits/front_kernel.inc"

}  // namespace

const FrontKernel avx2_front_kernel = {"avx2", add_products, add_product, sum_columns, remove_panel, remove_in_lanes};

}  // namespace memcosim
