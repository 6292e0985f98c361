// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// One array of a bank: which rows and outputs of the matrix product it computes.
struct BankTile {
  const LevelMatrix* levels = nullptr;  ///< must stay valid while the bank is made
  std::uint32_t stream = 0;             ///< array part of the addresses of its random draws
  std::uint32_t first_row = 0;          ///< input of its row 0
  std::uint32_t first_output = 0;       ///< output of its converted columns from 0 on
  unsigned weight_shift = 0;            ///< its codes are multiplied by 2^weight_shift (weight slices)
  std::uint32_t used_columns = 0;       ///< see ProductPart
};

/// Arrays that together compute one matrix product of a layer: row partitions add up, weight slices are shifted and added. All have the
/// same readout. Two arrays hold either the same outputs, with the same number of columns, or no output in common.
struct BankSpec {
  std::uint32_t rows = 0;     ///< inputs of the product
  std::uint32_t outputs = 0;  ///< outputs of the product
  ReadoutConfig readout;
  std::vector<BankTile> tiles;
  std::uint64_t seed = 1;  ///< of the random draws
};

/// Vectors for a bank; see ProductPart.
struct BankBatch {
  std::size_t count = 0;              ///< vectors
  const InputCode* inputs = nullptr;  ///< count x rows
  std::size_t input_stride = 0;       ///< elements between vectors; 0: rows
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
};

/// Result of a BankBatch, row-major.
struct BankResult {
  std::vector<std::int32_t> sums;   ///< count x outputs, units of adc.lsb
  std::vector<ClipCounts> clipped;  ///< count: conversions of all arrays' used columns that left the code range
  std::vector<std::int32_t> codes;  ///< count x slices x converted columns, of a bank of one array; else empty
  std::vector<double> values;       ///< the same shape
};

/// Throws std::logic_error where tiles do not fit the product or each other, or where a sum could leave 32 bits.
void check_bank(const BankSpec& spec);

/// Largest magnitude that a sum of the bank can have.
double largest_bank_sum(const BankSpec& spec);

/// Computes the bank array by array with ReferenceMvm: the result that every faster implementation must equal bit for bit.
BankResult run_reference_bank(const BankSpec& spec, const BankBatch& batch);

}  // namespace memcosim
