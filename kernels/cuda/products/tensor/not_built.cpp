// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources of this folder in builds without a CUDA compiler: banks cannot be made.
#include <stdexcept>

#include "memcosim/kernels/cuda/products/tensor/mvm_bank.hpp"

namespace memcosim::cuda {

class MvmBank::Work {
 public:
  BankLayout layout;
};

MvmBank::MvmBank(const BankSpec&, const BankOptions&, BankProducts) {
  throw std::logic_error("memcosim was built without CUDA");
}
MvmBank::~MvmBank() = default;
MvmBank::MvmBank(MvmBank&&) noexcept = default;
MvmBank& MvmBank::operator=(MvmBank&&) noexcept = default;
void MvmBank::run(const BankRun&, void*) const {}
const BankLayout& MvmBank::layout() const {
  return work_->layout;
}
std::string MvmBank::products() const {
  return {};
}

}  // namespace memcosim::cuda
