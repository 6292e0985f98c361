// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/devices/converters/column_curve.hpp"
#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"
#include "memcosim/kernels/products/fast_normal.hpp"

namespace memcosim::cuda {

/// CUtensorMap of the inputs: vectors x rows of codes.
struct alignas(64) InputMap {
  std::uint64_t words[16];
};

/// A product on the GPU and the vectors of one run: the argument of its kernels.
struct TensorWork {
  InputMap input_map;  ///< for the wgmma kernels

  const std::uint8_t* image;
  const std::uint32_t* first_pass;
  const PassHeader* passes;
  const StripOutputs* outputs;
  const double* variance_units;  ///< TensorLayout::variance_units, or null
  std::uint32_t pass_count;
  std::uint32_t block_columns;
  std::uint32_t strips;  ///< of a block column

  const std::uint16_t* inputs;
  std::size_t input_stride;
  std::size_t count;
  std::uint64_t first_event;
  std::uint64_t event_stride;
  bool aligned;  ///< pieces of 8 input codes of every array lie on multiples of 16 bytes

  std::int32_t* sums;  ///< cleared before if several blocks add to them, or an output has no array
  std::uint32_t output_count;
  ClipCounts* clipped;  ///< zero before
  std::int32_t* codes;  ///< of a product of one array, or null
  double* values;
  std::uint32_t code_columns;  ///< converted columns of that array

  ColumnCurve<double> curve;  ///< of all converters
  double noise_lsb;           ///< ConverterCurve::noise_lsb
  std::uint64_t seed;
  PhiloxKeys keys;
  unsigned dac_bits;
  unsigned slices;
  unsigned slices_per_byte;  ///< a power of two
  bool paired;               ///< differential_digital: two columns make an output
  bool row_terms;            ///< sums of codes are needed: some strip has a bias or an offset
  float centre;              ///< (1/2 - code_min) over the code range
  float range;               ///< the code range, a little below 2^bits: its last floor is the last code
  float trusted;             ///< distance from the middle between two thresholds up to which a code is certain
  float noise_slope;         ///< deviation of the converters' noise over the code range
};

/// A converter as the reference has it.
struct ExactConverter {
  ColumnCurve<double> curve;
  double noise_lsb;  ///< ConverterCurve::noise_lsb
};

/// A product whose converters differ or are not linear: the argument of its kernels. `trusted` is here the negative distance from a
/// threshold, in intervals (converter_tables.hpp), from which on a code is certain.
struct CurvedWork : TensorWork {
  const std::uint32_t* tables;  ///< TensorLayout::tables
  std::uint32_t table_words;
  float intervals;  ///< of a table
  const ExactConverter* converters;
  const std::uint16_t* converter_of;  ///< of each conversion of an array; null: the first takes all
};

/// A compiled kernel; null: there is none of this shape.
struct TensorKernel {
  const void* run = nullptr;  ///< of TensorWork, or of CurvedWork where converters differ, and the number of stages
  unsigned threads = 0;
  unsigned strips = 0;  ///< of a thread block
  unsigned stages = 0;  ///< most that it can use
  std::size_t stage_bytes = 0;
  std::size_t other_bytes = 0;  ///< of shared memory
  bool persistent = false;      ///< blocks that share the work (WorkShares)
};

/// mma.sync: for every shape that lay_out_product() makes. One stage will do.
TensorKernel find_warp_kernel(const ProductShape& shape);
/// wgmma: for GPUs of compute capability 9.0, where it was compiled. Needs all its stages; takes TensorWork::input_map.
TensorKernel find_wgmma_kernel(const ProductShape& shape);

}  // namespace memcosim::cuda
