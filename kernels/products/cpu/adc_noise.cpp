// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/adc_noise.hpp"

#include <algorithm>

#include "memcosim/kernels/products/column_draw.hpp"

namespace memcosim::cpu {

namespace {

inline void draw(float* noise, const std::vector<double>& sigmas_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                 unsigned slice) {
  const auto columns = static_cast<std::uint32_t>(sigmas_lsb.size());
  for (std::uint32_t first = 0; first < columns; first += 4) {
    const RandomBits four = random_bits(seed, {Purpose::adc_noise, stream, first / 4, event, static_cast<std::uint16_t>(slice)});
    for (std::uint32_t column = first; column < std::min(first + 4, columns); ++column)
      noise[column] = static_cast<float>(sigmas_lsb[column] * column_normal(four.word[column - first]));
  }
}

#ifdef MEMCOSIM_X86_KERNELS
/// As draw_adc_noise(), compiled for the fma instruction, without which each fma is a library call. Everything is inlined (flatten):
/// otherwise the linker could use a function compiled here for calls from code that runs on other machines.
__attribute__((target("avx2,fma"), flatten)) void draw_with_fma(float* noise, const std::vector<double>& sigmas_lsb, std::uint64_t seed,
                                                                std::uint32_t stream, std::uint64_t event, unsigned slice) {
  draw(noise, sigmas_lsb, seed, stream, event, slice);
}
#endif

}  // namespace

void draw_adc_noise(float* noise, const std::vector<double>& sigmas_lsb, std::uint64_t seed, std::uint32_t stream, std::uint64_t event,
                    unsigned slice) {
#ifdef MEMCOSIM_X86_KERNELS
  static const bool has_fma = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  if (has_fma) return draw_with_fma(noise, sigmas_lsb, seed, stream, event, slice);
#endif
  draw(noise, sigmas_lsb, seed, stream, event, slice);
}

}  // namespace memcosim::cpu
