// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/bank_work.cuh"

// How thread blocks that stay on their multiprocessors share a product: none has more than one unit more to do than another (or one block
// column, where these stay whole), and none stops between what it does one after the other.

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

/// What each of `blocks` thread blocks does: the units from its first one to the next block's.
struct BankShares {
  std::uint32_t vectors;  ///< of a block of vectors
  std::uint32_t blocks;
  bool whole_columns;  ///< no block column is cut: sums go on from item to item

  __host__ __device__ std::uint64_t vector_blocks(const BankWork& work) const { return (work.count + vectors - 1) / vectors; }
  /// What a block of vectors can be cut into.
  __host__ __device__ std::uint32_t parts(const BankWork& work) const { return whole_columns ? work.block_columns : work.item_count; }
  __device__ BankUnit first_of(const BankWork& work, std::uint32_t block) const {
    const std::uint32_t each = parts(work);
    const std::uint64_t part = vector_blocks(work) * each * block / blocks;
    const auto vector_block = static_cast<std::uint32_t>(part / each);
    const auto rest = static_cast<std::uint32_t>(part - std::uint64_t{vector_block} * each);
    return {whole_columns ? work.first_item[rest] : rest, vector_block};
  }
  /// Below 2^31: whoever launches sees to it.
  __device__ std::uint32_t units(const BankWork& work, std::uint32_t block) const {
    const BankUnit begin = first_of(work, block);
    const BankUnit end = first_of(work, block + 1);
    return (end.vector_block - begin.vector_block) * work.item_count + end.item - begin.item;
  }
};

}  // namespace memcosim::cuda
