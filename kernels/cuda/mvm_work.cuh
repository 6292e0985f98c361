// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime.h>

#include "memcosim/kernels/backend.hpp"

namespace memcosim::cuda {

/// Vectors for one array, all on the GPU, and where their results go. Converted columns and outputs as in MvmResult.
struct MvmWork {
  const std::uint16_t* inputs = nullptr;  ///< count x input_stride, row-major
  std::size_t input_stride = 0;
  std::size_t count = 0;
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
  std::int32_t* sums = nullptr;      ///< count x outputs, set
  double* drive_siemens = nullptr;   ///< count x slices, set
  std::uint32_t* clipped = nullptr;  ///< count, set
  std::int32_t* codes = nullptr;     ///< count x slices x converted columns, set; null: not kept
  double* values = nullptr;          ///< the same shape; null: not kept
};

/// One state of an array on a GPU, and its products. run() only queues work; results do not depend on the stream or the batch.
class ArrayMvm {
 public:
  virtual ~ArrayMvm() = default;
  ArrayMvm() = default;
  ArrayMvm(const ArrayMvm&) = delete;
  ArrayMvm& operator=(const ArrayMvm&) = delete;
  virtual void run(const MvmWork& work, cudaStream_t stream) const = 0;
  /// Bound of what rounded levels change of a value before conversion, LSB; 0: nothing.
  virtual double rounding_lsb() const { return 0.0; }
};

}  // namespace memcosim::cuda
