// SPDX-License-Identifier: Apache-2.0
// The kernel for any machine.
#include <cstdint>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

namespace {

#include "memcosim/common/simd/lanes_baseline.inc"

constexpr std::size_t most_vectors = 2;
constexpr std::size_t most_columns = 4;

#include "memcosim/kernels/circuits/front_kernel.inc"

}  // namespace

const FrontKernel baseline_front_kernel = {"baseline", add_products, add_product, sum_columns, remove_panel, remove_in_lanes};

}  // namespace memcosim
