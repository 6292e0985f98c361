// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"

namespace memcosim::cpu {

/// Kernels that this machine can run, best first.
std::vector<const MvmKernel*> available_kernels();

/// The kernel of that name, or the best one for an empty name. Throws InputError that lists the available kernels.
const MvmKernel& find_kernel(const std::string& name);

}  // namespace memcosim::cpu
