// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/instruction_sets.hpp"

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim::cpu {

std::vector<const MvmKernel*> available_kernels() {
  std::vector<const MvmKernel*> kernels;
#ifdef MEMCOSIM_X86_KERNELS
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                      __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
  if (avx512) kernels.push_back(&avx512_kernel);
  if (avx2) kernels.push_back(&avx2_kernel);
#endif
  kernels.push_back(&baseline_kernel);
  return kernels;
}

const MvmKernel& find_kernel(const std::string& name) {
  std::string names;
  for (const MvmKernel* kernel : available_kernels()) {
    if (name.empty() || name == kernel->name) return *kernel;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", kernel->name);
  }
  throw InputError(fmt::format("the cpu backend cannot use instruction set '{}' on this machine; it can use: {}", name, names));
}

}  // namespace memcosim::cpu
