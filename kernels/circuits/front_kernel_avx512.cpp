// SPDX-License-Identifier: Apache-2.0
// The kernel for machines with AVX-512. Compiled with its flags, so it only uses intrinsics and plain data (see front_kernel.hpp).
#include <cstdint>

#include <immintrin.h>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

namespace {

#include "memcosim/common/simd/lanes_avx512.inc"

constexpr std::size_t most_vectors = 3;
constexpr std::size_t most_columns = 8;

#include "memcosim/kernels/circuits/front_kernel.inc"

}  // namespace

const FrontKernel avx512_front_kernel = {"avx512", add_products, add_product, sum_columns, remove_panel, remove_in_lanes};

}  // namespace memcosim
