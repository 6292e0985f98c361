// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/work_memory.hpp"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace memcosim {

WorkMemory::WorkMemory(std::size_t count) {
  constexpr std::size_t line = 64;
  constexpr std::size_t large_page = std::size_t{2} << 20;
  const std::size_t bytes = count * sizeof(double);
  const std::size_t alignment = bytes >= large_page ? large_page : line;
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  values_.reset(static_cast<double*>(memory));
#ifdef MADV_HUGEPAGE
  // Only a hint: a failure means more TLB misses, nothing else.
  if (alignment == large_page) static_cast<void>(madvise(memory, rounded, MADV_HUGEPAGE));
#endif
}

}  // namespace memcosim
