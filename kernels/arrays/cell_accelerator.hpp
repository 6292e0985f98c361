// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/kernels/arrays/array_config.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

namespace memcosim {

/// A region of one array to be written, from cell (0, 0).
struct WriteRegion {
  const WriteVerifySpec* spec;
  std::uint32_t rows;
  std::uint32_t columns;
  const double* targets_s;  ///< rows x columns
  std::uint64_t event;
};

/// Where a CellStore does the work on many cells at once. Each method has the same outcome as the host's plain loops, which this class
/// itself stands for: a derived class overrides what it does faster, and returns false or nothing where it cannot.
class CellAccelerator {
 public:
  virtual ~CellAccelerator() = default;
  CellAccelerator() = default;
  CellAccelerator(const CellAccelerator&) = delete;
  CellAccelerator& operator=(const CellAccelerator&) = delete;

  /// Notes for the user, one line each.
  virtual std::vector<std::string> notes() const { return {}; }
  /// Calls work(row) once for each row; calls for different rows may run at the same time.
  virtual void for_each_row(std::uint32_t rows, const std::function<void(std::uint32_t)>& work) {
    for (std::uint32_t row = 0; row < rows; ++row)
      work(row);
  }
  // The next two are for arrays with ideal lines.
  virtual bool write(ArrayId, CellArray&, const WriteRegion&, ProgramResult&) { return false; }
  virtual bool pulse(ArrayId, CellArray&, const double* /*volts*/, double /*seconds*/, std::vector<double>& /*energy_j*/) { return false; }
  /// Observed conductances of all cells, S.
  virtual bool conductances(ArrayId, const CellArray&, std::vector<double>& /*siemens*/) { return false; }
  /// Standard deviation of one read of each cell, S.
  virtual bool read_sigmas(ArrayId, const CellArray&, std::vector<double>& /*sigmas_s*/) { return false; }
  /// Effective circuits of arrays of this shape and these lines, from the conductances of their cells.
  virtual std::optional<std::vector<EffectiveCircuit>> reduce(const ArrayConfig&, const std::vector<std::vector<double>>& /*siemens*/) {
    return std::nullopt;
  }
  /// Best number of arrays for one call of reduce(): when the levels of one array are needed, others without levels are reduced along.
  virtual std::size_t circuits_at_once() const { return 1; }
};

}  // namespace memcosim
