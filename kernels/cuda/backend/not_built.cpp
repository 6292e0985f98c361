// SPDX-License-Identifier: Apache-2.0
// Replaces the backend in builds without a CUDA compiler: it cannot be made.
#include <stdexcept>

#include "memcosim/kernels/cuda/backend/cuda_backend.hpp"

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

}  // namespace memcosim
