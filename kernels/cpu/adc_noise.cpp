// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cpu/adc_noise.hpp"

#include "memcosim/common/random.hpp"

namespace memcosim::cpu {

void draw_adc_noise(float* noise, std::uint32_t columns, double sigma_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                    unsigned slice) {
  for (std::uint32_t column = 0; column < columns; ++column) {
    const DrawAddress address{Purpose::adc_noise, stream, column, event, static_cast<std::uint16_t>(slice)};
    noise[column] = static_cast<float>(sigma_lsb * random_normal(seed, address));
  }
}

}  // namespace memcosim::cpu
