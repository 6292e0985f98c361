// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/cuda/products/tensor/bank_layout.hpp"
#include "memcosim/kernels/products/bank.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

/// Products of one array on tensor cores (MvmBank): the bits of ReferenceMvm, unless `options` allow rounding. Null if tensor cores do not
/// support the matrix or the readout. `used_columns` as in ProductPart. Copies to the current GPU.
std::unique_ptr<ArrayMvm> make_tensor_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                                          std::uint32_t used_columns, const BankOptions& options);

/// The same for a whole bank: sums and counts, no drive energies. Null if tensor cores do not support it.
std::unique_ptr<ArrayMvm> make_tensor_product(const BankSpec& spec, const BankOptions& options);

}  // namespace memcosim::cuda
