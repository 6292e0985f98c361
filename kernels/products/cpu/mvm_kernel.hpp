// SPDX-License-Identifier: Apache-2.0
#pragma once

// Plain data passed between the backend and its kernels. The kernels are compiled once per instruction set, so this header must not hold an
// inline function: the linker might keep the copy for an instruction set that the machine lacks.

#include <cstddef>
#include <cstdint>

#include "memcosim/devices/converters/clip_counts.hpp"
#include "memcosim/kernels/encodings/code_weights.hpp"

namespace memcosim::cpu {

/// Consecutive vectors of one batch, their array, and scratch memory. `items` below are pairs (vector, slice), vector-major.
struct MvmChunk {
  // Array: levels of the converted columns in panels of the kernel's width, [panel][row][width], 64-byte aligned, zero-padded.
  const float* panels;
  std::uint32_t panel_count;
  std::uint32_t rows;
  std::uint32_t columns;          ///< converted columns
  std::uint32_t counted_columns;  ///< those whose conversions count as clipped, from column 0 on
  float offset;                   ///< g_min / step, zero where it cancels
  const double* row_siemens;

  // Readout
  std::uint32_t slices;
  std::uint32_t dac_bits;
  CodeWeights weights;
  // Curves of the converters, one element for each padded column, 64-byte aligned.
  const float* steps;
  const float* inverse_steps;
  const float* origins;
  bool exact_inverses;  ///< multiply by the inverses, which rounds like dividing by the steps
  float code_min;
  float code_max;
  /// For each padded column: where its codes begin, from code_min, or null (code k begins at k); null: no column has a table.
  const float* const* transitions;

  // Vectors
  const std::uint16_t* inputs;
  std::size_t input_stride;
  std::size_t count;
  const float* noise;  ///< items x padded columns in LSB; null: none

  // Results
  double* drive_siemens;    ///< items
  ClipCounts* clipped;      ///< count, added to
  std::int32_t* line_sums;  ///< count x padded columns, added to
  std::int32_t* codes;      ///< items x columns, or null
  double* values;           ///< items x columns, or null

  // Scratch
  float* slice_codes;         ///< items x rows
  float* slice_sums;          ///< items
  std::uint16_t* transposed;  ///< rows x most_lanes
};

constexpr std::size_t most_lanes = 32;

/// One build of the kernel.
struct MvmKernel {
  const char* name;
  std::uint32_t panel_width;
  void (*run)(const MvmChunk& chunk);
};

extern const MvmKernel baseline_kernel;
#ifdef MEMCOSIM_X86_KERNELS
extern const MvmKernel avx2_kernel;
extern const MvmKernel avx512_kernel;
#endif

}  // namespace memcosim::cpu
