// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <cuda_runtime.h>

namespace memcosim::cuda {

/// Effective matrices and inputs in the GPU's memory, row-major.
struct EffectiveProduct {
  const double* siemens;  ///< arrays x rows x columns
  const double* volts;    ///< arrays x inputs x rows
  double* currents;       ///< arrays x inputs x columns, A
  unsigned rows, columns, inputs, arrays;
};

/// Allows the kernel the shared memory that it needs on the present GPU; once before the first product.
void prepare_effective_products();
/// currents = volts times siemens. A current is summed in the order of the rows, whatever the other inputs and arrays.
void multiply(const EffectiveProduct& product, cudaStream_t stream);

}  // namespace memcosim::cuda
