// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/device_space_solver.hpp"

namespace memcosim {

/// Response of a linear array to the current of one of its cells, at given terminal voltages: all currents and voltages are a constant plus
/// a factor times the current of the cell, whatever the cell's own conductance. Per volt of the terminal voltages given.
class CellSurroundings {
 public:
  CellSurroundings() = default;
  /// Solves the array with two fixed conductances of the cell, `least` and `most` (S, different and above 0), so that the result does not
  /// depend on the cell's present conductance. `siemens`: of the array, rows x columns.
  CellSurroundings(DeviceSpaceSolver& solver, std::vector<double> siemens, std::size_t cell, std::size_t column, double least, double most,
                   const TerminalVoltages& voltages);

  double open_volts() const { return open_volts_; }
  double ohms() const { return ohms_; }
  double power_without_cell() const { return power_; }  ///< W, from the drivers while the cell is open
  /// Current through a cell of this conductance, A.
  double cell_current(double siemens) const { return open_volts_ * siemens / (1.0 + ohms_ * siemens); }
  double column_current(double cell_amperes) const { return column_current_ + column_share_ * cell_amperes; }
  /// Voltage across another cell, V.
  double volts(std::size_t cell, double cell_amperes) const { return volts_[cell] + volts_per_ampere_[cell] * cell_amperes; }

 private:
  double open_volts_ = 0.0;
  double ohms_ = 0.0;
  double power_ = 0.0;
  double column_current_ = 0.0;
  double column_share_ = 0.0;
  std::vector<double> volts_;
  std::vector<double> volts_per_ampere_;
};

}  // namespace memcosim
