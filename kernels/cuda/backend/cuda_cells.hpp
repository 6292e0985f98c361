// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/kernels/arrays/cell_accelerator.hpp"
#include "memcosim/kernels/cuda/cells/cell_mirrors.hpp"
#include "memcosim/kernels/cuda/circuits/port_reductions.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"

namespace memcosim::cuda {

/// Work on the cells of many arrays on GPUs, array a on GPU a mod the number of GPUs; linear circuits on the first one.
class CudaCells final : public CellAccelerator {
 public:
  explicit CudaCells(std::vector<Gpu> gpus);

  std::vector<std::string> notes() const override;
  bool write(ArrayId array, CellArray& cells, const WriteRegion& region, ProgramResult& result) override;
  bool pulse(ArrayId array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) override;
  bool conductances(ArrayId array, const CellArray& cells, std::vector<double>& siemens) override;
  bool read_sigmas(ArrayId array, const CellArray& cells, std::vector<double>& sigmas_s) override;
  std::optional<std::vector<EffectiveCircuit>> reduce(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) override;
  std::size_t circuits_at_once() const override { return 64; }

  /// Frees GPU memory that is only kept for the next call of reduce(); false if there is none.
  bool release_memory();

 private:
  /// The circuits that were reduced last.
  struct KnownLines {
    ArrayWires wires;
    std::uint32_t rows;
    std::uint32_t columns;
    PortReductions reductions;
  };
  CellMirrors& mirrors(ArrayId array);

  std::vector<Gpu> gpus_;
  std::vector<std::unique_ptr<CellMirrors>> mirrors_;  ///< per GPU, made when they are first needed
  std::optional<KnownLines> lines_;
  std::vector<std::string> notes_;
};

}  // namespace memcosim::cuda
