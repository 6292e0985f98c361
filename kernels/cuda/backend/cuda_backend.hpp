// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/kernels/products/array_backend.hpp"

namespace memcosim {

/// Products on NVIDIA GPUs. Arrays are distributed over the GPUs in order of creation. submit() queues the copies and kernels of a batch
/// and returns; a few batches for each GPU are in flight at once. Results do not depend on batches, streams or the number of GPUs: in
/// double precision they are the bits of the reference backend, in single precision those of the cpu backend, except for circuits.
///
/// Circuits of non-linear cells behind resistive lines agree with those of the reference to 1e-9 of the full scale. The host solves those
/// that the GPU cannot (make_circuit_mvm()), vector by vector, with BackendOptions::threads threads.
/// Memory: a batch is split into pieces; if the GPU has no room for a piece, it is halved, and notes() says so. If there is no room for a
/// single vector either, circuits are solved on the host; other products throw RunError.
class CudaBackend final : public ArrayBackend {
 public:
  /// `gpus`: those to choose from, at least one (cuda::installation()). BackendOptions::gpus may name more than there are: several then
  /// share one.
  CudaBackend(const BackendOptions& options, const std::vector<cuda::Gpu>& gpus);
  ~CudaBackend() override;

  std::string description() const override;
  /// Enough for the GPU's full speed; with more, the values of a chunk would leave the processor's caches before they are used.
  std::size_t preferred_vectors() const override { return 128; }
  Ticket submit(const MvmBatch& batch) override;
  MvmResult collect(Ticket ticket) override;
  /// If tensor cores support the readout: one kernel without intermediate results in memory, from which only the sums are copied back. With
  /// several GPUs array by array.
  ProductResult multiply(const ProductBatch& batch) override;
  std::vector<std::string> notes() const override;

 protected:
  bool write_cells(ArrayId array, CellArray& cells, const WriteRegion& region, ProgramResult& result) override;
  bool pulse_cells(ArrayId array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) override;
  bool observe_cells(ArrayId array, const CellArray& cells, std::vector<double>& siemens) const override;
  bool observe_sigmas(ArrayId array, const CellArray& cells, std::vector<double>& sigmas_s) const override;
  std::vector<EffectiveCircuit> reduce_circuits(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) override;
  std::size_t circuits_at_once() const override { return 64; }

 private:
  class Work;  ///< all that needs CUDA
  std::unique_ptr<Work> work_;
};

}  // namespace memcosim
