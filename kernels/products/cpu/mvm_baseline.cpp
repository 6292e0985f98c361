// SPDX-License-Identifier: Apache-2.0
// The kernel for any machine.
#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"

namespace memcosim::cpu {

namespace {

#include "memcosim/common/simd/lanes_baseline.inc"

constexpr std::size_t most_items = 4;

#include "memcosim/kernels/products/cpu/mvm_kernel.inc"

}  // namespace

const MvmKernel baseline_kernel = {"baseline", 2 * FloatLanes::width, run_chunk};

}  // namespace memcosim::cpu
