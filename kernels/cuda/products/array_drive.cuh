// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <cuda_runtime.h>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

/// Computes the power that the drivers of an array deliver (ProductResult::drive_siemens). On every backend the sum goes over the rows from row
/// 0 up, in double precision.
class ArrayDrive {
 public:
  /// Copies what it needs of the matrix to the current GPU. Throws RunError for resistive lines between more rows than fit shared memory.
  ArrayDrive(const LevelMatrix& matrix, const ReadoutConfig& readout);

  /// Queues count x slices sums.
  void run(const MvmWork& work, cudaStream_t stream) const;

 private:
  std::uint32_t rows_;
  unsigned slices_;
  unsigned dac_bits_;
  bool by_code_;
  DeviceArray<double> row_siemens_;  ///< rows; by_code_: for code c, from (c - 1) * rows
  DeviceArray<double> coupling_;     ///< rows x rows, or empty
};

}  // namespace memcosim::cuda
