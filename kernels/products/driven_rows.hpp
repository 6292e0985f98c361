// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// Rows with a non-zero DAC code, summed over all slices. `codes` are `count` input codes.
std::uint64_t driven_rows(const InputCode* codes, std::size_t count, unsigned dac_bits);

}  // namespace memcosim
