// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/kernels/arrays/array_wires.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"

namespace memcosim {

/// Applies verify reads and pulses to the cells of one row: through ideal lines, or through the circuit of the array.
class RowAccess {
 public:
  virtual ~RowAccess() = default;
  RowAccess() = default;
  RowAccess(const RowAccess&) = delete;
  RowAccess& operator=(const RowAccess&) = delete;

  /// One read of the row, its word line at `volts`, every bit line at 0 V. siemens[k]: current of bit line columns[k] over `volts`, without
  /// noise. `columns` rise.
  virtual void read(std::uint32_t row, const std::vector<std::uint32_t>& columns, double volts, double* siemens) const = 0;
  /// One pulse, `volts[k]` between word line and bit line columns[k] at their drivers; adds the energy that the drivers deliver, J, to
  /// energy_j[k]. All other cells of the row, and in a passive array of all rows, see the voltages that the circuit gives them.
  virtual void pulse(std::uint32_t row, const std::vector<std::uint32_t>& columns, const double* volts, double seconds,
                     double* energy_j) = 0;
  /// True if rows do not influence each other, so that several may be written at the same time.
  virtual bool rows_are_independent() const = 0;
};

/// Makes the access to an array with these lines. The cells must outlive it. Throws InputError for impossible lines.
std::unique_ptr<RowAccess> make_row_access(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, CellArray& cells);

}  // namespace memcosim
