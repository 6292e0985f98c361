// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/backend.hpp"

namespace memcosim {

/// Both throw InputError saying what is impossible and what would be possible.
void check(const ArrayConfig& config);
void check(const ReadoutConfig& readout, const ArrayConfig& array);

/// Largest magnitude of an output that one array can have in this readout.
double largest_output(const ReadoutConfig& readout);

}  // namespace memcosim
