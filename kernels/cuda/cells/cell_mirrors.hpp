// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim::cuda {

class ResidentCells;

/// Computes on a GPU for cells of arrays that are kept on the host: each array has a mirror on the GPU (ResidentCells), made when first
/// needed and updated when the array has changed. A call returns true if the GPU did the work; the array is then as the host would have
/// left it, up to the rounding of libm. It returns false and changes nothing if the host must do the work: the model has no GPU code, the
/// GPU has no room even without the mirrors of other arrays (notes() says so then), or there is too little to do.
class CellMirrors {
 public:
  explicit CellMirrors(int gpu);
  ~CellMirrors();
  CellMirrors(const CellMirrors&) = delete;
  CellMirrors& operator=(const CellMirrors&) = delete;

  /// Write-verify of the region rows x columns from (0, 0) on ideal lines, its programming event begun.
  bool write(std::uint32_t array, CellArray& cells, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
             const double* targets_s, std::uint64_t event, ProgramResult& result);
  /// One pulse on every cell, each with its own voltage (zero: not selected).
  bool pulse(std::uint32_t array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j);
  /// Conductance that a read of every cell sees without noise, S, and the standard deviation of one read.
  bool observe(std::uint32_t array, const CellArray& cells, std::vector<double>& siemens);
  bool read_sigmas(std::uint32_t array, const CellArray& cells, std::vector<double>& sigmas_s);

  /// One line for each kind of trouble that was met.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  class Mirrors;
  /// Calls `work` with the array's mirror; false: the host must do the work. `work` must not have changed the array when it runs out of
  /// memory.
  bool use(std::uint32_t array, const CellArray& cells, const std::function<void(ResidentCells&)>& work);

  std::unique_ptr<Mirrors> mirrors_;
  std::vector<std::string> notes_;
};

}  // namespace memcosim::cuda
