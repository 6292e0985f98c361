// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/products/tensor/bank_work.cuh"

// Work distribution of persistent thread blocks: no block has more than one unit more than another (or one block column, where these are
// not split), and each block runs through its units without a break.

namespace memcosim::cuda {

/// A unit of a product: an item for a block of vectors. Units come in the order of the items, for one block of vectors after the other.
struct BankUnit {
  std::uint32_t item;
  std::uint32_t vector_block;

  __device__ void advance(const BankWork& work) {
    if (++item < work.item_count) return;
    item = 0;
    ++vector_block;
  }
  __device__ bool begins_column(const BankWork& work) const { return work.first_item[work.items[item].item.block_column] == item; }
};

/// Share of each of `blocks` thread blocks: the units from its first one to the first one of the next block.
struct BankShares {
  std::uint32_t vectors;  ///< of a block of vectors
  std::uint32_t blocks;
  bool whole_columns;  ///< block columns are not split: sums continue from item to item

  __host__ __device__ std::uint64_t vector_blocks(const BankWork& work) const { return (work.count + vectors - 1) / vectors; }
  /// Number of parts into which a block of vectors can be split.
  __host__ __device__ std::uint32_t parts(const BankWork& work) const { return whole_columns ? work.block_columns : work.item_count; }
  __device__ BankUnit first_of(const BankWork& work, std::uint32_t block) const {
    const std::uint32_t each = parts(work);
    const std::uint64_t part = vector_blocks(work) * each * block / blocks;
    const auto vector_block = static_cast<std::uint32_t>(part / each);
    const auto rest = static_cast<std::uint32_t>(part - std::uint64_t{vector_block} * each);
    return {whole_columns ? work.first_item[rest] : rest, vector_block};
  }
  /// Number of units of a block; the launching code ensures that it is below 2^31.
  __device__ std::uint32_t units(const BankWork& work, std::uint32_t block) const {
    const BankUnit begin = first_of(work, block);
    const BankUnit end = first_of(work, block + 1);
    return (end.vector_block - begin.vector_block) * work.item_count + end.item - begin.item;
  }
};

}  // namespace memcosim::cuda
