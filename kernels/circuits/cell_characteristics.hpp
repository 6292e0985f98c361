// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace memcosim {

/// Cells at some voltages across them.
struct CellCurrents {
  std::vector<double> amperes;  ///< rows x columns, from word line to bit line
  std::vector<double> siemens;  ///< rows x columns: slopes dI/dV, at least 0
};

/// The I-V characteristics of all cells of a crossbar.
class CellCharacteristics {
 public:
  virtual ~CellCharacteristics() = default;
  CellCharacteristics(const CellCharacteristics&) = delete;
  CellCharacteristics& operator=(const CellCharacteristics&) = delete;

  /// Computes one current and slope for each cell; solvers refuse characteristics whose number of cells differs from that of the voltages.
  /// Currents never fall with the voltage; they need be neither odd nor zero at 0 V. `volts`: rows x columns.
  virtual void evaluate(const std::vector<double>& volts, CellCurrents& currents) const = 0;
  /// V: beyond this magnitude `evaluate` may return any rising curve, which leads a solver back; no solution lies there.
  virtual double largest_volts() const { return std::numeric_limits<double>::infinity(); }

 protected:
  CellCharacteristics() = default;
};

/// Linear cells whose conductances `currents.siemens` already has.
inline void evaluate_linear(const std::vector<double>& volts, CellCurrents& currents) {
  currents.amperes.resize(currents.siemens.size());
  for (std::size_t cell = 0; cell < std::min(volts.size(), currents.siemens.size()); ++cell)
    currents.amperes[cell] = currents.siemens[cell] * volts[cell];
}

/// Linear cells of the conductances `siemens` (rows x columns).
inline void evaluate_linear(const std::vector<double>& siemens, const std::vector<double>& volts, CellCurrents& currents) {
  currents.siemens = siemens;
  evaluate_linear(volts, currents);
}

}  // namespace memcosim
