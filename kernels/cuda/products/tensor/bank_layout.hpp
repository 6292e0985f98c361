// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/kernels/products/bank.hpp"

namespace memcosim::cuda {

/// Rows of an array that one pass of the tensor cores takes: 128 bytes of each converted column.
constexpr std::uint32_t chunk_rows = 128;

/// Converted columns of a group with read noise.
constexpr std::uint32_t noisy_columns = 16;

/// Conversions of one vector that a thread may have, so that counts of them fit 16 bits.
constexpr std::size_t most_conversions_of_a_thread = 65535;

/// Noise of the conversions of a bank: none, of the converters alone, or read noise of the cells (with or without that of the converters).
enum class BankNoise { none, converter, read };

/// Groups of a block column at most.
constexpr std::uint32_t most_groups = 8;

/// Vectors that one thread block takes. With read noise each needs more memory.
constexpr std::uint32_t block_vectors(BankNoise noise) {
  return noise == BankNoise::read ? 64 : 128;
}

/// Selects the kernel for a bank.
struct BankShape {
  unsigned digits = 1;                ///< of a level, in the kernel
  bool tall = false;                  ///< some array has more than chunk_rows rows
  BankNoise noise = BankNoise::none;  ///< read: with or without the converters'
  bool wide = false;                  ///< with read noise: block columns have twice as many groups
  std::uint32_t group_columns() const { return noise == BankNoise::read ? noisy_columns : 32; }
  /// Groups of a block column: one or two for each part of a thread block's warps.
  std::uint32_t groups() const { return (tall ? 2u : 4u) * (wide ? 2u : 1u); }
  std::uint32_t image_rows() const { return group_columns() * (digits + (noise == BankNoise::read ? 2u : 0u)); }
  std::size_t chunk_bytes() const { return std::size_t{groups()} * image_rows() * chunk_rows; }
};

/// Common data of adjacent converted columns of one array in one thread block (a group).
struct alignas(16) BankGroupHead {
  std::uint32_t columns;       ///< that exist; 0: no array here
  std::uint32_t first_column;  ///< in its array
  std::uint32_t stream;        ///< BankTile::stream
  std::uint32_t weight_shift;  ///< BankTile::weight_shift
  float slope;                 ///< value of a unit of the sum of digits, in code ranges
  float row_slope;             ///< value of a unit of the sum of codes, in code ranges
  std::uint32_t shift;         ///< level = 2^-16 (bias + 2^shift digits)
  std::uint32_t counted;       ///< of the columns, those whose conversions count as clipped, from the first on
  std::int64_t bias;           ///< of the levels, units of 2^-16
  double offset;               ///< LevelMatrix::offset; 0 where it cancels
};

/// A group with the read noise of its columns.
struct BankGroup : BankGroupHead {
  /// For each column: standard deviation of the read noise, in code ranges, of a conversion whose variance is one unit (variance_units).
  float sigma_slope[noisy_columns];
};

/// A work item of a thread block: a chunk of the rows of a row partition, in all slices or, where arrays have several chunks, in one slice
/// after the other, so that a group's sums continue over the chunks.
struct BankItem {
  std::uint32_t first_row;  ///< input
  std::uint32_t rows;       ///< of the chunk; 0: no item
  std::uint32_t chunk;      ///< in the image
  std::uint32_t first_slice;
  std::uint32_t begins;  ///< first chunk of its rows
  std::uint32_t ends;    ///< last chunk of its rows
  std::uint32_t number;  ///< in the bank
  std::uint32_t block_column;
  std::uint32_t ends_column;  ///< last of its block column
};

/// Data of an item, and of the next two, for a thread block.
struct alignas(16) BankHeader {
  BankGroup groups[most_groups];
  BankItem item, next, after_next;
};

/// Destination of a group's sums.
struct BankOutputs {
  std::uint32_t first_output;  ///< of column 0
  std::uint32_t columns;
  std::uint32_t correction;  ///< constant added to the kernel's sums (mod 2^32)
};

/// A bank as the kernel reads it.
///
/// The image holds, for each chunk of 128 rows of a row partition, for each group, the digits of the levels from the lowest up (then the
/// bytes of the variances), for each column 128 bytes, one for each row. Columns are ordered so that a thread has four neighbours (see
/// column_place), whose noise comes from one random block; rows are in the order in which the threads of a warp take input codes in pieces
/// of 16 bytes (see row_place). Pieces of 16 bytes are swizzled within a column by its place modulo 8, so that neither ldmatrix nor wgmma
/// has bank conflicts in shared memory.
struct BankLayout {
  BankShape shape;
  std::vector<std::uint8_t> image;
  std::vector<std::uint32_t> first_item;  ///< for each column of thread blocks, and one more
  std::vector<BankHeader> items;
  std::vector<BankOutputs> outputs;    ///< columns of thread blocks x groups()
  std::vector<double> variance_units;  ///< items x groups() x noisy_columns, in levels squared; empty: no read noise
  bool all_outputs = true;             ///< every output of the product has an array
  double margin = 0.0;                 ///< bound of the error of a value in single precision, in LSB
  double dropped_lsb = 0.0;            ///< within_noise: bound of what the dropped digit changes, in LSB; else 0
};

/// Options of a bank on a GPU.
struct BankOptions {
  /// Drop the lowest digit of the levels if the resulting change of any value, bounded over all inputs, is below a tenth of the standard
  /// deviation of the converters' noise.
  bool within_noise = false;
  /// Limit of the thread blocks of a product with persistent blocks (with read noise on Hopper); 0: as many as the GPU can hold at once.
  /// For tests, in which few blocks then have many units.
  unsigned most_blocks = 0;
};

/// Place of a column within its group: of 16 columns, 4t to 4t + 3 are at 2t, 2t + 1, 2t + 8 and 2t + 9, where the tensor cores give thread
/// t its sums.
std::uint32_t column_place(std::uint32_t column);

/// Place of a row within the 128 bytes of the column at `column_place`.
std::uint32_t row_place(std::uint32_t row, std::uint32_t column_place);

/// Why the tensor-core kernel cannot take this bank; empty: it can. Throws as check_bank().
std::string why_not_on_tensor_cores(const BankSpec& spec);

BankLayout lay_out_bank(const BankSpec& spec, const BankOptions& options);

}  // namespace memcosim::cuda
