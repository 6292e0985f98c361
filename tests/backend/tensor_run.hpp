// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/products/tensor/tensor_product.hpp"
#include "memcosim/kernels/products/product_spec.hpp"

namespace memcosim::testing {

/// Runs a batch on the current GPU and brings the results back. All memory that the product writes is filled with other values before.
/// `keep`: also codes and values. `first_code`: the inputs begin so many codes behind a multiple of 256 bytes.
ProductSums run_on_gpu(const cuda::TensorProduct& product, const ProductSpec& spec, const ProductVectors& batch, bool keep,
                       std::size_t first_code = 0);

/// Normals of single precision by the device's instructions for all 2^32 words
struct NormalErrors {
  double largest_error = 0.0;  ///< of the certain ones
  double largest_value = 0.0;
  std::uint64_t uncertain = 0;
};
NormalErrors normal_errors_on_gpu();

}  // namespace memcosim::testing
