// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/backend.hpp"

namespace memcosim {

/// Both throw InputError saying what is impossible and what would be possible.
void check(const ArrayConfig& config);
void check(const ReadoutConfig& readout, const ArrayConfig& array);

}  // namespace memcosim
