// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/cell_array.hpp"
#include "memcosim/kernels/write_verify.hpp"

namespace memcosim::cuda {

class CellBank;

/// Works on the cells of arrays that live on the host with a GPU: each array has a bank there (CellBank), made when it is first needed and
/// brought up to date when the array has changed. Each call is true when the GPU did it, and then the array is as the host would have left
/// it, up to the rounding of libm. It is false, and nothing has changed, where the host has to do it: the model has no device code, the GPU
/// has no room even without the banks of other arrays (notes() says so then), or there is too little to do.
class CellBanks {
 public:
  explicit CellBanks(int gpu);
  ~CellBanks();
  CellBanks(const CellBanks&) = delete;
  CellBanks& operator=(const CellBanks&) = delete;

  /// Write-verify of the region rows x columns from (0, 0) on ideal lines, its programming event begun.
  bool write(std::uint32_t array, CellArray& cells, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
             const double* targets_s, std::uint64_t event, ProgramResult& result);
  /// One pulse on every cell, each with its own voltage (zero: not selected).
  bool pulse(std::uint32_t array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j);
  /// What a read of every cell sees without noise, S, and the standard deviation of one read.
  bool observe(std::uint32_t array, const CellArray& cells, std::vector<double>& siemens);
  bool read_sigmas(std::uint32_t array, const CellArray& cells, std::vector<double>& sigmas_s);

  /// One line for each kind of trouble that was met.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  class Banks;
  /// Lets `work` have the array's bank; false: the host has to do it. An array must not have changed when memory runs out within.
  bool use(std::uint32_t array, const CellArray& cells, const std::function<void(CellBank&)>& work);

  std::unique_ptr<Banks> banks_;
  std::vector<std::string> notes_;
};

}  // namespace memcosim::cuda
