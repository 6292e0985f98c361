// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/kernels/cuda/bank_inputs.cuh"

// Operands of wgmma: sums of 64 vectors times 32 to 128 columns, in each thread 16 to 64 of them.
#define MEMCOSIM_WGMMA(columns, levels, places, a0, a1, a2, a3, b, accumulate) \
  "{.reg .pred p; setp.ne.b32 p, %" accumulate                                 \
  ", 0;\n"                                                                     \
  "wgmma.mma_async.sync.aligned.m64n" columns "k32.s32.u8." levels " {" places "}, {%" a0 ", %" a1 ", %" a2 ", %" a3 "}, %" b ", p;}"
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

namespace memcosim::cuda {

/// Products by wgmma (sm_90a): four warps together multiply their 64 vectors with all digits of a group of columns at once. The tensor
/// cores read levels from shared memory by themselves.
class WarpgroupProducts {
 public:
  /// As WarpProducts::add, but always all 128 rows: where an array has fewer, its levels are zero.
  template <unsigned digits, unsigned tiles, bool signed_levels, bool fresh>
  __device__ __forceinline__ static void add(const std::uint8_t* image, const InputBytes& codes, unsigned,
                                             std::int32_t (&sums)[digits][tiles][4]) {
    const std::uint64_t levels = descriptor(image);
    InputBytes ready = codes;
    fence(ready.word);
#pragma unroll
    for (unsigned j = 0; j < 4; ++j)
      multiply<signed_levels>(ready.word + 4 * j, levels + j * 2, fresh && j == 0 ? 0 : 1, &sums[0][0][0], Registers<digits * tiles * 4>());
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
    wait(&sums[0][0][0], Registers<digits * tiles * 4>());
  }

 private:
  /// Before the first product: registers are written before it.
  __device__ __forceinline__ static void fence(std::uint32_t* words) {
    asm volatile("wgmma.fence.sync.aligned;" : MEMCOSIM_REGISTERS_16(0)::"memory");
  }
  template <unsigned count>
  struct Registers {};

  /// Levels with 128 bytes for each column, pieces of 16 bytes exchanged by the column's number modulo 8, 1024 bytes from eight columns to
  /// the next. Products further on begin 32 bytes, two units, later.
  __device__ static std::uint64_t descriptor(const std::uint8_t* image) {
    constexpr std::uint64_t swizzle_128_bytes = std::uint64_t{1} << 62;
    constexpr std::uint64_t stride = std::uint64_t{1024 / 16} << 32;
    constexpr std::uint64_t leading = std::uint64_t{1} << 16;  // not used with this swizzle
    return swizzle_128_bytes | stride | leading | (shared_address(image) & 0x3ffffu) >> 4;
  }

  template <bool signed_levels>
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, std::uint64_t levels, int accumulate, std::int32_t* words,
                                                  Registers<16>) {
    if constexpr (signed_levels) {
      asm volatile(MEMCOSIM_WGMMA("32", "s8", MEMCOSIM_PLACES_16, "16", "17", "18", "19", "20", "21")
                   : MEMCOSIM_REGISTERS_16(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    } else {
      asm volatile(MEMCOSIM_WGMMA("32", "u8", MEMCOSIM_PLACES_16, "16", "17", "18", "19", "20", "21")
                   : MEMCOSIM_REGISTERS_16(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    }
  }
  /// Until all products are there; the compiler must not read their registers before.
  __device__ __forceinline__ static void wait(std::int32_t* words, Registers<16>) {
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MEMCOSIM_REGISTERS_16(0)::"memory");
  }
  template <bool signed_levels>
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, std::uint64_t levels, int accumulate, std::int32_t* words,
                                                  Registers<24>) {
    if constexpr (signed_levels) {
      asm volatile(MEMCOSIM_WGMMA("48", "s8", MEMCOSIM_PLACES_24, "24", "25", "26", "27", "28", "29")
                   : MEMCOSIM_REGISTERS_24(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    } else {
      asm volatile(MEMCOSIM_WGMMA("48", "u8", MEMCOSIM_PLACES_24, "24", "25", "26", "27", "28", "29")
                   : MEMCOSIM_REGISTERS_24(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    }
  }
  /// Until all products are there; the compiler must not read their registers before.
  __device__ __forceinline__ static void wait(std::int32_t* words, Registers<24>) {
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MEMCOSIM_REGISTERS_24(0)::"memory");
  }
  template <bool signed_levels>
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, std::uint64_t levels, int accumulate, std::int32_t* words,
                                                  Registers<32>) {
    if constexpr (signed_levels) {
      asm volatile(MEMCOSIM_WGMMA("64", "s8", MEMCOSIM_PLACES_32, "32", "33", "34", "35", "36", "37")
                   : MEMCOSIM_REGISTERS_32(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    } else {
      asm volatile(MEMCOSIM_WGMMA("64", "u8", MEMCOSIM_PLACES_32, "32", "33", "34", "35", "36", "37")
                   : MEMCOSIM_REGISTERS_32(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    }
  }
  /// Until all products are there; the compiler must not read their registers before.
  __device__ __forceinline__ static void wait(std::int32_t* words, Registers<32>) {
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MEMCOSIM_REGISTERS_32(0)::"memory");
  }
  template <bool signed_levels>
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, std::uint64_t levels, int accumulate, std::int32_t* words,
                                                  Registers<48>) {
    if constexpr (signed_levels) {
      asm volatile(MEMCOSIM_WGMMA("96", "s8", MEMCOSIM_PLACES_48, "48", "49", "50", "51", "52", "53")
                   : MEMCOSIM_REGISTERS_48(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    } else {
      asm volatile(MEMCOSIM_WGMMA("96", "u8", MEMCOSIM_PLACES_48, "48", "49", "50", "51", "52", "53")
                   : MEMCOSIM_REGISTERS_48(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    }
  }
  /// Until all products are there; the compiler must not read their registers before.
  __device__ __forceinline__ static void wait(std::int32_t* words, Registers<48>) {
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MEMCOSIM_REGISTERS_48(0)::"memory");
  }
  template <bool signed_levels>
  __device__ __forceinline__ static void multiply(const std::uint32_t* codes, std::uint64_t levels, int accumulate, std::int32_t* words,
                                                  Registers<64>) {
    if constexpr (signed_levels) {
      asm volatile(MEMCOSIM_WGMMA("128", "s8", MEMCOSIM_PLACES_64, "64", "65", "66", "67", "68", "69")
                   : MEMCOSIM_REGISTERS_64(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    } else {
      asm volatile(MEMCOSIM_WGMMA("128", "u8", MEMCOSIM_PLACES_64, "64", "65", "66", "67", "68", "69")
                   : MEMCOSIM_REGISTERS_64(0)
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "l"(levels), "r"(accumulate));
    }
  }
  /// Until all products are there; the compiler must not read their registers before.
  __device__ __forceinline__ static void wait(std::int32_t* words, Registers<64>) {
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MEMCOSIM_REGISTERS_64(0)::"memory");
  }
};

}  // namespace memcosim::cuda

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
