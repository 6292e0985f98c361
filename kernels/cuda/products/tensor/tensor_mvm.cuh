// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"
#include "memcosim/kernels/products/product_spec.hpp"

namespace memcosim::cuda {

/// Products of one array on tensor cores (TensorProduct): the bits of ReferenceMvm, unless `options` allow rounding. Null if tensor cores
/// do not support the matrix or the readout. `used_outputs` as in ProductPart. Copies to the current GPU.
std::unique_ptr<ArrayMvm> make_tensor_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                                          std::uint32_t used_outputs, const TensorOptions& options);

/// The same for arrays that make one product: sums and counts, no drive energies. Null if tensor cores do not support it.
std::unique_ptr<ArrayMvm> make_tensor_product(const ProductSpec& spec, const TensorOptions& options);

}  // namespace memcosim::cuda
