// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/common/host_device.hpp"
#include "memcosim/kernels/encodings/code_weights.hpp"

namespace memcosim {

#define MEMCOSIM_CODE_FUNCTION MEMCOSIM_HD
#include "memcosim/kernels/encodings/code_energy.inc"
#undef MEMCOSIM_CODE_FUNCTION

}  // namespace memcosim
