// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace memcosim::cpu {

/// Draws the noise of the conversions of one slice, in LSB: noise[column] = sigma_lsb * z(column), rounded to single precision.
void draw_adc_noise(float* noise, std::uint32_t columns, double sigma_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                    unsigned slice);

}  // namespace memcosim::cpu
