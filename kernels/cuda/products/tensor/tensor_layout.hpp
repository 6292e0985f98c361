// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/common/host_device.hpp"
#include "memcosim/kernels/products/product_spec.hpp"

namespace memcosim::cuda {

/// Rows of a slab: 128 bytes of each converted column.
constexpr std::uint32_t slab_rows = 128;

/// 2^23: adding it leaves the floor of a number below in the lowest bits.
constexpr float integer_offset = 0x1p23f;
constexpr std::uint32_t integer_offset_bits = 0x4b000000u;

/// Converted columns of a strip with read noise.
constexpr std::uint32_t noisy_strip_columns = 16;

/// Rows of the image, 128 bytes each, for the ColumnScales of a strip.
constexpr std::uint32_t column_scale_rows = 8;

/// Conversions of one vector that a thread may have, so that counts of them fit 16 bits.
constexpr std::size_t most_conversions_of_a_thread = 65535;

/// Noise of the conversions of a product: none, of the converters alone, or read noise of the cells (with or without that of the
/// converters).
enum class NoiseKind { none, converter, read };

/// Strips of a block column at most.
constexpr std::uint32_t most_strips = 8;

/// Vectors that one thread block takes. With read noise each needs more memory.
constexpr std::uint32_t block_vectors(NoiseKind noise) {
  return noise == NoiseKind::read ? 64 : 128;
}

/// Selects the kernel for a product.
struct ProductShape {
  unsigned digits = 1;                ///< of a level, in the kernel
  bool tall = false;                  ///< some array has more than slab_rows rows
  NoiseKind noise = NoiseKind::none;  ///< read: with or without the converters'
  bool wide = false;                  ///< with read noise: block columns have twice as many strips
  bool curves = false;                ///< converters differ or are not linear; never with read noise
  std::uint32_t strip_columns() const { return noise == NoiseKind::read ? noisy_strip_columns : 32; }
  /// Strips of a block column: one or two for each column of a thread block's warps.
  std::uint32_t strips() const { return (tall ? 2u : 4u) * (wide ? 2u : 1u); }
  std::uint32_t image_rows() const {
    return strip_columns() * (digits + (noise == NoiseKind::read ? 2u : 0u)) + (curves ? column_scale_rows : 0);
  }
  std::size_t slab_bytes() const { return std::size_t{strips()} * image_rows() * slab_rows; }
};

/// Common data of adjacent converted columns of one array in one thread block (a strip).
struct alignas(16) StripHead {
  std::uint32_t columns;       ///< that exist; 0: no array here
  std::uint32_t first_column;  ///< in its array
  std::uint32_t stream;        ///< ProductArray::stream
  std::uint32_t weight_shift;  ///< ProductArray::weight_shift
  float slope;                 ///< value of a unit of the sum of digits, in code ranges
  float row_slope;             ///< value of a unit of the sum of codes, in code ranges
  std::uint32_t shift;         ///< level = 2^-16 (bias + 2^shift digits)
  std::uint32_t counted;       ///< of the columns, those whose conversions count as clipped, from the first on
  std::int64_t bias;           ///< of the levels, units of 2^-16
  double offset;               ///< LevelMatrix::offset; 0 where it cancels
};

/// A strip with the read noise of its columns.
struct Strip : StripHead {
  /// For each column: standard deviation of the read noise, in code ranges, of a conversion whose variance is one unit (variance_units).
  float sigma_slope[noisy_strip_columns];
};

/// The converter of one column, where converters differ: values over the range of its ConverterScale.
struct alignas(16) ColumnScale {
  float slope;        ///< as StripHead::slope
  float row_slope;    ///< as StripHead::row_slope
  float centre;       ///< of a value of zero
  std::uint32_t row;  ///< first word of its table, times four, less that of integer_offset_bits (mod 2^32)
};

/// Those of a strip, each at its column_scale_place().
struct ColumnScales {
  ColumnScale scale[32];
  float noise_slope[32];  ///< deviation of the converters' noise
};

/// A pass of a thread block over its strips: a slab of the rows of a row partition, in all slices or, where arrays have several slabs, in
/// one slice after the other, so that a strip's sums continue over the slabs.
struct Pass {
  std::uint32_t first_row;  ///< input
  std::uint32_t rows;       ///< of the slab; 0: no pass
  std::uint32_t slab;       ///< in the image
  std::uint32_t first_slice;
  std::uint32_t begins;  ///< first slab of its rows
  std::uint32_t ends;    ///< last slab of its rows
  std::uint32_t number;  ///< in the product
  std::uint32_t block_column;
  std::uint32_t ends_column;  ///< last of its block column
};

/// Data of a pass, and of the next two, for a thread block.
struct alignas(16) PassHeader {
  Strip strips[most_strips];
  Pass pass, next, after_next;
};

/// Destination of a strip's sums.
struct StripOutputs {
  std::uint32_t first_output;  ///< of column 0
  std::uint32_t columns;
  std::uint32_t correction;  ///< constant added to the kernel's sums (mod 2^32)
};

/// A product as the kernel reads it.
///
/// The image holds, for each slab of 128 rows of a row partition, for each strip, the digits of the levels from the lowest up (then the
/// bytes of the variances), for each column 128 bytes, one for each row, and behind them the ColumnScales of the columns, where these
/// differ. Columns are ordered so that a thread has four neighbours (see
/// column_place), whose noise comes from one random block; rows are in the order in which the threads of a warp take input codes in pieces
/// of 16 bytes (see row_place). Pieces of 16 bytes are swizzled within a column by its place modulo 8, so that neither ldmatrix nor wgmma
/// has bank conflicts in shared memory.
struct TensorLayout {
  ProductShape shape;
  std::vector<std::uint8_t> image;
  std::vector<std::uint32_t> first_pass;  ///< for each column of thread blocks, and one more
  std::vector<PassHeader> passes;
  std::vector<StripOutputs> outputs;   ///< columns of thread blocks x strips()
  std::vector<double> variance_units;  ///< passes x strips() x noisy_strip_columns, in levels squared; empty: no read noise
  bool all_outputs = true;             ///< every output of the product has an array
  std::vector<std::uint32_t> tables;   ///< make_converter_tables(); empty: converters are alike
  double margin = 0.0;                 ///< bound of the error of a value in single precision, in LSB
  double dropped_lsb = 0.0;            ///< within_noise: bound of what the dropped digit changes, in LSB; else 0
};

/// Options of a product on a GPU.
struct TensorOptions {
  /// Drop the lowest digit of the levels if the resulting change of any value, bounded over all inputs, is below a tenth of the standard
  /// deviation of the converters' noise.
  bool within_noise = false;
  /// Limit of the thread blocks of a product with persistent blocks (with read noise on Hopper); 0: as many as the GPU can hold at once.
  /// For tests, in which few blocks then have many units.
  unsigned most_blocks = 0;
};

/// Place of a column within its strip: of 16 columns, 4t to 4t + 3 are at 2t, 2t + 1, 2t + 8 and 2t + 9, where the tensor cores give thread
/// t its sums.
std::uint32_t column_place(std::uint32_t column);

/// Place of a column in the ColumnScales of its strip: of 16 columns, 4t + q is at 4q + t, so that the threads of a group read neighbours.
MEMCOSIM_HD constexpr std::uint32_t column_scale_place(std::uint32_t column) {
  return column / 16 * 16 + column % 4 * 4 + column % 16 / 4;
}

/// Place of a row within the 128 bytes of the column at `column_place`.
std::uint32_t row_place(std::uint32_t row, std::uint32_t column_place);

/// Why the tensor-core kernel cannot take this product; empty: it can. Throws as check_product_spec().
std::string why_not_on_tensor_cores(const ProductSpec& spec);

TensorLayout lay_out_product(const ProductSpec& spec, const TensorOptions& options);

}  // namespace memcosim::cuda
