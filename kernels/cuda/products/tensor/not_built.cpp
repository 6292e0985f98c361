// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources of this folder in builds without a CUDA compiler: products cannot be made.
#include <stdexcept>

#include "memcosim/kernels/cuda/products/tensor/tensor_product.hpp"

namespace memcosim::cuda {

class TensorProduct::Impl {
 public:
  TensorLayout layout;
};

std::string TensorProduct::why_not(const ProductSpec& spec) {
  return why_not_on_tensor_cores(spec);
}
TensorProduct::TensorProduct(const ProductSpec&, const TensorOptions&, TensorInstructions) {
  throw std::logic_error("memcosim was built without CUDA");
}
TensorProduct::~TensorProduct() = default;
TensorProduct::TensorProduct(TensorProduct&&) noexcept = default;
TensorProduct& TensorProduct::operator=(TensorProduct&&) noexcept = default;
void TensorProduct::run(const TensorRun&, void*) const {}
const TensorLayout& TensorProduct::layout() const {
  return impl_->layout;
}
std::string TensorProduct::instructions() const {
  return {};
}

}  // namespace memcosim::cuda
