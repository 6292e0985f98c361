// SPDX-License-Identifier: Apache-2.0
#pragma once

/// A function that is compiled for several instruction sets; the machine's best one is chosen when the program starts. All give the same
/// bits: lanes are independent, and multiplications and additions are never contracted.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define MEMCOSIM_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MEMCOSIM_CLONES
#endif
