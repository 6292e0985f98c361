// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// One array of a product: which rows and outputs of the matrix product it computes.
struct ProductArray {
  const LevelMatrix* levels = nullptr;  ///< must stay valid while the product is made
  std::uint32_t stream = 0;             ///< array part of the addresses of its random draws
  std::uint32_t first_row = 0;          ///< input of its row 0
  std::uint32_t first_output = 0;       ///< output of its converted columns from 0 on
  unsigned weight_shift = 0;            ///< its codes are multiplied by 2^weight_shift (weight slices)
  std::uint32_t used_outputs = 0;       ///< see ProductPart
};

/// Arrays that together compute one matrix product of a layer: row partitions add up, weight slices are shifted and added. All have the
/// same readout. Two arrays hold either the same outputs, with the same number of columns, or no output in common.
struct ProductSpec {
  std::uint32_t rows = 0;     ///< inputs of the product
  std::uint32_t outputs = 0;  ///< outputs of the product
  ReadoutConfig readout;
  std::vector<ProductArray> arrays;
  std::uint64_t seed = 1;  ///< of the random draws
  /// The sums are those of the conversions: outputs and ProductArray::first_output count conversions, and the caller forms the outputs.
  bool conversion_sums = false;

  std::uint32_t outputs_of(const ProductArray& array) const {
    return conversion_sums ? readout.conversions(array.levels->columns) : readout.outputs(array.levels->columns);
  }
  /// Sums are the differences of two neighbouring conversions.
  bool paired() const { return !conversion_sums && readout.encoding->is_neighbour_difference(); }
};

/// Vectors for a product; see ProductPart.
struct ProductVectors {
  std::size_t count = 0;              ///< vectors
  const InputCode* inputs = nullptr;  ///< count x rows
  std::size_t input_stride = 0;       ///< elements between vectors; 0: rows
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
};

/// Result of ProductVectors, row-major.
struct ProductSums {
  std::vector<std::int32_t> sums;   ///< count x outputs, units of adc.lsb
  std::vector<ClipCounts> clipped;  ///< count: conversions of all arrays' used columns that left the code range
  std::vector<std::int32_t> codes;  ///< count x slices x converted columns, of a product of one array; else empty
  std::vector<double> values;       ///< the same shape
};

/// Throws std::logic_error where arrays do not fit the product or each other, or where a sum could leave 32 bits.
void check_product_spec(const ProductSpec& spec);

/// Largest magnitude that a sum of the product can have.
double largest_product_sum(const ProductSpec& spec);

/// Computes the product array by array with ReferenceMvm: the result that every faster implementation must equal bit for bit.
ProductSums run_reference_product(const ProductSpec& spec, const ProductVectors& batch);

}  // namespace memcosim
