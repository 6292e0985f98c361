// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cpu/adc_noise.hpp"

#include "memcosim/common/random.hpp"

namespace memcosim::cpu {

namespace {

inline void draw(float* noise, std::uint32_t columns, double sigma_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                 unsigned slice) {
  for (std::uint32_t column = 0; column < columns; ++column) {
    const DrawAddress address{Purpose::adc_noise, stream, column, event, static_cast<std::uint16_t>(slice)};
    noise[column] = static_cast<float>(sigma_lsb * random_normal(seed, address));
  }
}

#ifdef MEMCOSIM_X86_KERNELS
/// The same with the machine's fma instruction: without it each fma is a call into the library. Everything is inlined here (flatten), so no
/// function compiled for a better machine is left for the linker to choose.
__attribute__((target("avx2,fma"), flatten)) void draw_with_fma(float* noise, std::uint32_t columns, double sigma_lsb, std::uint64_t seed,
                                                                std::uint32_t stream, std::uint64_t event, unsigned slice) {
  draw(noise, columns, sigma_lsb, seed, stream, event, slice);
}
#endif

}  // namespace

void draw_adc_noise(float* noise, std::uint32_t columns, double sigma_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                    unsigned slice) {
#ifdef MEMCOSIM_X86_KERNELS
  static const bool has_fma = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  if (has_fma) return draw_with_fma(noise, columns, sigma_lsb, seed, stream, event, slice);
#endif
  draw(noise, columns, sigma_lsb, seed, stream, event, slice);
}

}  // namespace memcosim::cpu
