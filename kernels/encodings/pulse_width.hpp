// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/encodings/input_coding.hpp"

namespace memcosim::codings {

/// The driver holds a row at the read voltage for as many unit pulses as the code says; the column integrates the charge. Cells with a
/// non-linear current then conduct as at the read voltage for every code. M. Le Gallo et al., Nature Electronics 6, 680-693, 2023, apply
/// 7-bit magnitudes like this. Read noise is taken as constant during a step.
inline const InputCoding pulse_width = {
    "pulse_width", "read voltage for as many unit pulses as the code says",
    {false},       true,
    true,          [](unsigned bits, std::uint32_t unit_clocks) { return ((std::uint64_t{1} << bits) - 1) * unit_clocks; },
};

}  // namespace memcosim::codings
