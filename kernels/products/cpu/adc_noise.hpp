// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memcosim::cpu {

/// Draws the noise of the conversions of one slice, in LSB: noise[column] = sigmas_lsb[column] * z(column), rounded to single precision.
void draw_adc_noise(float* noise, const std::vector<double>& sigmas_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                    unsigned slice);

}  // namespace memcosim::cpu
