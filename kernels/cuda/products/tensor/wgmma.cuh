// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/operands.cuh"
#include "memcosim/kernels/cuda/products/tensor/work_share.cuh"

// Operands of wgmma: sums of 64 vectors times 32 to 128 columns, in each thread 16 to 64 of them.
#define MEMCOSIM_PLACES_16 "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15"
#define MEMCOSIM_PLACES_24 MEMCOSIM_PLACES_16 ", %16, %17, %18, %19, %20, %21, %22, %23"
#define MEMCOSIM_PLACES_32 MEMCOSIM_PLACES_24 ", %24, %25, %26, %27, %28, %29, %30, %31"
#define MEMCOSIM_PLACES_48 MEMCOSIM_PLACES_32 ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47"
#define MEMCOSIM_PLACES_64 MEMCOSIM_PLACES_48 ", %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define MEMCOSIM_REGISTERS_4(i) "+r"(words[i]), "+r"(words[i + 1]), "+r"(words[i + 2]), "+r"(words[i + 3])
#define MEMCOSIM_REGISTERS_8(i) MEMCOSIM_REGISTERS_4(i), MEMCOSIM_REGISTERS_4(i + 4)
#define MEMCOSIM_REGISTERS_16(i) MEMCOSIM_REGISTERS_8(i), MEMCOSIM_REGISTERS_8(i + 8)
#define MEMCOSIM_REGISTERS_24(i) MEMCOSIM_REGISTERS_16(i), MEMCOSIM_REGISTERS_8(i + 16)
#define MEMCOSIM_REGISTERS_32(i) MEMCOSIM_REGISTERS_16(i), MEMCOSIM_REGISTERS_16(i + 16)
#define MEMCOSIM_REGISTERS_48(i) MEMCOSIM_REGISTERS_32(i), MEMCOSIM_REGISTERS_16(i + 32)
#define MEMCOSIM_REGISTERS_64(i) MEMCOSIM_REGISTERS_32(i), MEMCOSIM_REGISTERS_32(i + 32)
#define MEMCOSIM_WGMMA(columns, levels, operands, codes, b, accumulate) \
  "{.reg .pred p; setp.ne.b32 p, %" accumulate                          \
  ", 0;\n"                                                              \
  "wgmma.mma_async.sync.aligned.m64n" columns "k32.s32.u8." levels " {" operands "}, " codes ", %" b ", p;}"
// Products with codes in registers or in shared memory, with signed or unsigned levels; `c0` and on: numbers of the operands after the
// sums.
#define MEMCOSIM_WGMMA_OF(count, columns, c0, c1, c2, c3, c4, c5)                                                                        \
  template <bool signed_levels>                                                                                                          \
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, std::uint64_t levels, int accumulate, std::int32_t* words, \
                                                  Registers<count>) {                                                                    \
    if constexpr (signed_levels) {                                                                                                       \
      asm volatile(MEMCOSIM_WGMMA(columns, "s8", MEMCOSIM_PLACES_##count, "{%" c0 ", %" c1 ", %" c2 ", %" c3 "}", c4, c5)                \
                   : MEMCOSIM_REGISTERS_##count(0)                                                                                       \
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));                          \
    } else {                                                                                                                             \
      asm volatile(MEMCOSIM_WGMMA(columns, "u8", MEMCOSIM_PLACES_##count, "{%" c0 ", %" c1 ", %" c2 ", %" c3 "}", c4, c5)                \
                   : MEMCOSIM_REGISTERS_##count(0)                                                                                       \
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));                          \
    }                                                                                                                                    \
  }                                                                                                                                      \
  template <bool signed_levels>                                                                                                          \
  __device__ __forceinline__ static void multiply(std::uint64_t codes, std::uint64_t levels, int accumulate, std::int32_t* words,        \
                                                  Registers<count>) {                                                                    \
    if constexpr (signed_levels) {                                                                                                       \
      asm volatile(MEMCOSIM_WGMMA(columns, "s8", MEMCOSIM_PLACES_##count, "%" c0, c1, c2)                                                \
                   : MEMCOSIM_REGISTERS_##count(0)                                                                                       \
                   : "l"(codes), "l"(levels), "r"(accumulate));                                                                          \
    } else {                                                                                                                             \
      asm volatile(MEMCOSIM_WGMMA(columns, "u8", MEMCOSIM_PLACES_##count, "%" c0, c1, c2)                                                \
                   : MEMCOSIM_REGISTERS_##count(0)                                                                                       \
                   : "l"(codes), "l"(levels), "r"(accumulate));                                                                          \
    }                                                                                                                                    \
  }                                                                                                                                      \
  /* wgmma.fence: registers are written before the first product. */                                                                     \
  template <typename Word>                                                                                                               \
  __device__ __forceinline__ static void fence(Word* words, Registers<count>) {                                                          \
    asm volatile("wgmma.fence.sync.aligned;" : MEMCOSIM_REGISTERS_##count(0)::"memory");                                                 \
  }                                                                                                                                      \
  /* Until all products are there; the compiler must not read their registers before. */                                                 \
  __device__ __forceinline__ static void wait(std::int32_t* words, Registers<count>) {                                                   \
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MEMCOSIM_REGISTERS_##count(0)::"memory");                                          \
  }

namespace memcosim::cuda {

/// Where the bytes of columns, or of 64 vectors, lie in shared memory.
struct SharedBytes {
  std::uint32_t address;  ///< in units of 16 bytes

  __device__ explicit SharedBytes(const void* bytes) : address(shared_address(bytes) / 16) {}
  __device__ SharedBytes operator+(std::uint32_t bytes) const {
    SharedBytes sum = *this;
    sum.address += bytes / 16;
    return sum;
  }
};

/// Products by wgmma (sm_90a): four warps together multiply their 64 vectors with all digits of a strip of columns at once. The tensor
/// cores read levels from shared memory by themselves, and codes where these are planes.
class WarpgroupProducts {
 public:
  using Image = SharedBytes;
  __device__ static Image image(const std::uint8_t* bytes) { return Image(bytes); }

  /// As WarpProducts::begin, but always all 128 rows: where an array has fewer, its levels are zero. The sums must not be touched, and no
  /// branch taken, before finish().
  template <unsigned digits, unsigned fragments, bool signed_levels, bool fresh>
  __device__ __forceinline__ static void begin(const Image& image, const InputBytes& codes, unsigned,
                                               std::int32_t (&sums)[digits][fragments][4]) {
    InputBytes ready = codes;
    fence(ready.word, Registers<16>());
#pragma unroll
    for (unsigned j = 0; j < 4; ++j)
      multiply<signed_levels>(ready.word + 4 * j, descriptor(image, j), fresh && j == 0 ? 0 : 1, &sums[0][0][0],
                              Registers<digits * fragments * 4>());
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
  }
  template <unsigned digits, unsigned fragments, bool signed_levels, bool fresh>
  __device__ __forceinline__ static void begin(const Image& image, const SharedBytes& codes, unsigned,
                                               std::int32_t (&sums)[digits][fragments][4]) {
    if constexpr (fresh) {
      asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
    } else {
      fence(&sums[0][0][0], Registers<digits * fragments * 4>());
    }
#pragma unroll
    for (unsigned j = 0; j < 4; ++j)
      multiply<signed_levels>(descriptor(codes, j), descriptor(image, j), fresh && j == 0 ? 0 : 1, &sums[0][0][0],
                              Registers<digits * fragments * 4>());
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
  }
  /// Waits until all products that were started are complete, including these sums.
  template <unsigned digits, unsigned fragments>
  __device__ __forceinline__ static void finish(std::int32_t (&sums)[digits][fragments][4]) {
    wait(&sums[0][0][0], Registers<digits * fragments * 4>());
  }

  __device__ __forceinline__ static SharedBytes from_plane(const Planes& planes, Plane plane, const ThreadCoords&) {
    return SharedBytes(planes.memory) + static_cast<std::uint32_t>(plane) * Planes::plane_bytes;
  }
  /// Makes shared memory written by threads visible to the tensor cores.
  __device__ __forceinline__ static void show_shared_memory() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  }

 private:
  template <unsigned count>
  struct Registers {};

  /// Levels (or codes) with 128 bytes for each column (or vector), pieces of 16 bytes swizzled by its number modulo 8, 1024 bytes from
  /// eight of them to the next. Each product begins 32 bytes after the last. Addresses of shared memory have no more than 18 bits.
  __device__ static std::uint64_t descriptor(const SharedBytes& bytes, unsigned product) {
    constexpr std::uint32_t swizzle_128_bytes = 1u << 30;
    constexpr std::uint32_t stride = 1024 / 16;
    return std::uint64_t{swizzle_128_bytes | stride} << 32 | (bytes.address + 2 * product);
  }

  MEMCOSIM_WGMMA_OF(16, "32", "16", "17", "18", "19", "20", "21")
  MEMCOSIM_WGMMA_OF(24, "48", "24", "25", "26", "27", "28", "29")
  MEMCOSIM_WGMMA_OF(32, "64", "32", "33", "34", "35", "36", "37")
  MEMCOSIM_WGMMA_OF(48, "96", "48", "49", "50", "51", "52", "53")
  MEMCOSIM_WGMMA_OF(64, "128", "64", "65", "66", "67", "68", "69")
};

}  // namespace memcosim::cuda

#undef MEMCOSIM_WGMMA_OF
#undef MEMCOSIM_WGMMA
#undef MEMCOSIM_PLACES_16
#undef MEMCOSIM_PLACES_24
#undef MEMCOSIM_PLACES_32
#undef MEMCOSIM_PLACES_48
#undef MEMCOSIM_PLACES_64
#undef MEMCOSIM_REGISTERS_4
#undef MEMCOSIM_REGISTERS_8
#undef MEMCOSIM_REGISTERS_16
#undef MEMCOSIM_REGISTERS_24
#undef MEMCOSIM_REGISTERS_32
#undef MEMCOSIM_REGISTERS_48
#undef MEMCOSIM_REGISTERS_64
