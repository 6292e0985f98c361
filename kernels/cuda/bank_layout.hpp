// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/kernels/bank.hpp"

namespace memcosim::cuda {

/// Rows of an array that one pass of the tensor cores takes: 128 bytes of each converted column.
constexpr std::uint32_t chunk_rows = 128;
/// Vectors that one thread block takes.
constexpr std::uint32_t block_vectors = 128;

enum class BankNoise { none, converter, read };

/// Which kernel a bank takes.
struct BankShape {
  unsigned digits = 1;                ///< of a level, in the kernel
  bool tall = false;                  ///< some array has more than chunk_rows rows
  BankNoise noise = BankNoise::none;  ///< read: with or without the converters'
  std::uint32_t group_columns() const { return noise == BankNoise::read ? 16 : 32; }
  /// Groups that one thread block takes: two halves of one (tall) or as many as make 64 columns.
  std::uint32_t groups() const { return tall ? 2 : 128 / group_columns(); }
  std::uint32_t image_rows() const { return group_columns() * (digits + (noise == BankNoise::read ? 2u : 0u)); }
  std::size_t chunk_bytes() const { return std::size_t{groups()} * image_rows() * chunk_rows; }
};

/// Converted columns of one array that lie side by side in one thread block.
struct alignas(16) BankGroup {
  std::uint32_t columns;       ///< that exist; 0: no array here
  std::uint32_t first_column;  ///< in its array
  std::uint32_t stream;
  std::uint32_t weight_shift;
  std::int64_t bias;  ///< of the levels, units of 2^-16
  double offset;      ///< LevelMatrix::offset; 0 where it cancels
  double variance_unit;
  float slope;        ///< what a unit of the sum of digits adds, in code ranges
  float row_slope;    ///< the same of a unit of the sum of codes
  float sigma_slope;  ///< deviation of the read noise over the root of the sum of variances in units, in code ranges
  std::uint32_t shift;
};

/// What a thread block does at once: a chunk of the rows of an array row partition, in all slices or, where arrays have several chunks, in
/// one slice after the other, so that a group's sums can go on over the chunks.
struct BankItem {
  std::uint32_t first_row;  ///< input
  std::uint32_t rows;       ///< of the chunk; 0: no item
  std::uint32_t chunk;      ///< in the image
  std::uint32_t first_slice;
  std::uint32_t end_slice;
  std::uint32_t begins;  ///< first chunk of its rows
  std::uint32_t ends;    ///< last chunk of its rows
  std::uint32_t unused;
};

/// All that a thread block has to know about an item and the next two.
struct alignas(16) BankHeader {
  BankGroup groups[8];
  BankItem item, next, after_next;
};

/// Where a group's sums go.
struct BankOutputs {
  std::uint32_t first_output;  ///< of column 0
  std::uint32_t columns;
  std::uint32_t correction;  ///< to be added to the sum of what the kernel adds up (mod 2^32)
};

/// A bank as the kernel reads it.
///
/// The image holds, for each chunk of 128 rows of an array row partition, for each group, the digits of the levels from the lowest up (then
/// the bytes of the variances), for each column 128 bytes, one for each row. Rows stand in the order in which the threads of a warp take
/// input codes in pieces of 16 bytes (see row_place), and pieces of 16 bytes are exchanged within a column by its number modulo 8: then
/// neither ldmatrix nor wgmma meets a bank of shared memory twice.
struct BankLayout {
  BankShape shape;
  std::vector<std::uint8_t> image;
  std::vector<std::uint32_t> first_item;  ///< for each column of thread blocks, and one more
  std::vector<BankHeader> items;
  std::vector<BankOutputs> outputs;  ///< columns of thread blocks x groups()
  bool all_outputs = true;           ///< every output of the product has an array
  double margin = 0.0;               ///< bound of the error of a value in single precision, in LSB
  double dropped_lsb = 0.0;          ///< within_noise: bound of what the dropped digit changes, in LSB; else 0
};

struct BankOptions {
  /// Leave out the lowest digit of the levels where the bound of what that changes, for every input, is below a tenth of the deviation of
  /// the converters' noise.
  bool within_noise = false;
};

/// Place of a row within the 128 bytes of a column.
std::uint32_t row_place(std::uint32_t row, std::uint32_t column);

/// Why the tensor-core kernel cannot take this bank; empty: it can. Throws as check_bank().
std::string why_not_on_tensor_cores(const BankSpec& spec);

BankLayout lay_out_bank(const BankSpec& spec, const BankOptions& options);

}  // namespace memcosim::cuda
