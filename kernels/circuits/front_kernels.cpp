// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/front_kernels.hpp"

namespace memcosim {

std::vector<const FrontKernel*> available_front_kernels() {
  std::vector<const FrontKernel*> kernels;
#ifdef MEMCOSIM_X86_KERNELS
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  if (avx2 && __builtin_cpu_supports("avx512f") != 0) kernels.push_back(&avx512_front_kernel);
  if (avx2) kernels.push_back(&avx2_front_kernel);
#endif
  kernels.push_back(&baseline_front_kernel);
  return kernels;
}

}  // namespace memcosim
