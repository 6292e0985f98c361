// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

/// Kernels that this machine can run, best first.
std::vector<const FrontKernel*> available_front_kernels();

}  // namespace memcosim
