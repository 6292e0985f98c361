// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <cuda_runtime.h>

#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

/// Vectors for one array, all on the GPU, and where their results go. Converted columns and outputs as in ProductResult.
struct MvmWork {
  const std::uint16_t* inputs = nullptr;  ///< count x input_stride, row-major
  std::size_t input_stride = 0;
  std::size_t count = 0;
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
  std::int32_t* sums = nullptr;       ///< count x outputs, set
  double* drive_siemens = nullptr;    ///< count x slices, set
  ClipCounts* clipped = nullptr;      ///< count, set
  std::int32_t* codes = nullptr;      ///< count x slices x converted columns, set; null: not kept
  double* values = nullptr;           ///< the same shape; null: not kept
  void* scratch = nullptr;            ///< ScratchNeed::bytes(count) of memory
  std::uint32_t* unsolved = nullptr;  ///< count, set by iterative products: number of circuits without a valid result
};

/// GPU memory that a product needs while it runs.
struct ScratchNeed {
  std::size_t per_vector = 0;  ///< bytes
  std::size_t per_place = 0;   ///< bytes for each vector that is worked on at the same time
  std::size_t places = 0;      ///< vectors that are, at most

  std::size_t bytes(std::size_t vectors) const { return vectors * per_vector + std::min(vectors, places) * per_place; }
};

/// One state of an array on a GPU, and its products. run() only queues work; results do not depend on the stream or the batch.
class ArrayMvm {
 public:
  virtual ~ArrayMvm() = default;
  ArrayMvm() = default;
  ArrayMvm(const ArrayMvm&) = delete;
  ArrayMvm& operator=(const ArrayMvm&) = delete;
  virtual void run(const MvmWork& work, cudaStream_t stream) const = 0;
  virtual ScratchNeed scratch() const { return {}; }
  /// Vectors may be left unsolved (MvmWork::unsolved).
  virtual bool is_iterative() const { return false; }
  /// Bound of the change of a value before conversion by rounded levels, LSB; 0: none.
  virtual double rounding_lsb() const { return 0.0; }
};

}  // namespace memcosim::cuda
