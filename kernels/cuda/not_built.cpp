// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources in builds without a CUDA compiler: the same functions, which throw or report it.
#include <stdexcept>

#include "memcosim/kernels/cuda/cuda_backend.hpp"
#include "memcosim/kernels/cuda/gpus.hpp"
#include "memcosim/kernels/cuda/mvm_bank.hpp"

namespace memcosim {

class CudaBackend::Work {};

CudaBackend::CudaBackend(const BackendOptions& options, const std::vector<cuda::Gpu>&) : ArrayBackend(options) {
  throw std::logic_error("memcosim was built without CUDA");
}
CudaBackend::~CudaBackend() = default;
std::string CudaBackend::description() const {
  return {};
}
Ticket CudaBackend::submit(const MvmBatch&) {
  return {};
}
MvmResult CudaBackend::collect(Ticket) {
  return {};
}
ProductResult CudaBackend::multiply(const ProductBatch&) {
  return {};
}
std::vector<std::string> CudaBackend::notes() const {
  return {};
}
bool CudaBackend::write_cells(ArrayId, CellArray&, const WriteRegion&, ProgramResult&) {
  return false;
}
bool CudaBackend::pulse_cells(ArrayId, CellArray&, const double*, double, std::vector<double>&) {
  return false;
}
bool CudaBackend::observe_cells(ArrayId, const CellArray&, std::vector<double>&) const {
  return false;
}
bool CudaBackend::observe_sigmas(ArrayId, const CellArray&, std::vector<double>&) const {
  return false;
}
std::vector<EffectiveCircuit> CudaBackend::reduce_circuits(const ArrayConfig&, const std::vector<std::vector<double>>&) {
  return {};
}

namespace cuda {

Installation installation(std::size_t) {
  Installation none;
  none.why_none = "memcosim was built without CUDA: install the CUDA toolkit (docs/gpu.md) and build again";
  return none;
}

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

}  // namespace cuda
}  // namespace memcosim
