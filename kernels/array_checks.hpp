// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/backend.hpp"

namespace memcosim {

/// Both throw InputError saying what is impossible and what would be possible.
void check(const ArrayConfig& config);
/// `columns`: physical bit lines of the array.
void check(const ReadoutConfig& readout, std::uint32_t columns);

}  // namespace memcosim
