// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "memcosim/kernels/cuda/backend/cuda_cells.hpp"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

CudaCells::CudaCells(std::vector<Gpu> gpus) : gpus_(std::move(gpus)), banks_(gpus_.size()) {}

CellBanks& CudaCells::banks(ArrayId array) {
  const std::size_t place = array % gpus_.size();
  succeed(cudaSetDevice(gpus_[place].index), "choose the GPU");
  if (banks_[place] == nullptr) banks_[place] = std::make_unique<CellBanks>(gpus_[place].index);
  return *banks_[place];
}

std::vector<std::string> CudaCells::notes() const {
  std::vector<std::string> notes = notes_;
  for (const auto& banks : banks_) {
    if (banks != nullptr) notes.insert(notes.end(), banks->notes().begin(), banks->notes().end());
  }
  return notes;
}

bool CudaCells::write(ArrayId array, CellArray& cells, const WriteRegion& region, ProgramResult& result) {
  return banks(array).write(array, cells, *region.spec, region.rows, region.columns, region.targets_s, region.event, result);
}

bool CudaCells::pulse(ArrayId array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) {
  return banks(array).pulse(array, cells, volts, seconds, energy_j);
}

bool CudaCells::conductances(ArrayId array, const CellArray& cells, std::vector<double>& siemens) {
  return banks(array).observe(array, cells, siemens);
}

bool CudaCells::read_sigmas(ArrayId array, const CellArray& cells, std::vector<double>& sigmas_s) {
  return banks(array).read_sigmas(array, cells, sigmas_s);
}

std::optional<std::vector<EffectiveCircuit>> CudaCells::reduce(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) {
  succeed(cudaSetDevice(gpus_.front().index), "choose the GPU");
  try {
    if (!lines_ || !(lines_->wires == array.wires) || lines_->rows != array.rows || lines_->columns != array.columns) {
      const CrossbarCircuit circuit = array_circuit(array.wires, array.rows, array.columns, siemens.front());
      lines_.reset();
      if (!PortReductions::why_not(circuit).empty()) return std::nullopt;
      lines_.emplace(KnownLines{array.wires, array.rows, array.columns, PortReductions(circuit)});
    }
    return lines_->reductions.effective(siemens);
  } catch (const OutOfMemory&) {
    lines_.reset();
    const std::string note = fmt::format("{}: memory was short, circuits were reduced on the host", gpus_.front().name);
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
    return std::nullopt;
  }
}

bool CudaCells::release_memory() {
  const bool some = lines_.has_value();
  lines_.reset();
  return some;
}

}  // namespace memcosim::cuda
