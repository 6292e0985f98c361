// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "memcosim/kernels/circuits/cell_characteristics.hpp"

namespace memcosim {

/// Linear cells as CellCharacteristics.
class LinearCells final : public CellCharacteristics {
 public:
  explicit LinearCells(std::vector<double> siemens) : siemens_(std::move(siemens)) {}
  void evaluate(const std::vector<double>& volts, CellCurrents& currents) const override { evaluate_linear(siemens_, volts, currents); }

 private:
  std::vector<double> siemens_;
};

/// One cell at one voltage.
struct CellCurrent {
  double amperes;
  double siemens;  ///< slope, at least 0
};

/// Cells with any law: `law(cell, volts)` is called for each cell, numbered row-major.
class FunctionCells final : public CellCharacteristics {
 public:
  using Law = std::function<CellCurrent(std::size_t cell, double volts)>;
  explicit FunctionCells(Law law) : law_(std::move(law)) {}

  void evaluate(const std::vector<double>& volts, CellCurrents& currents) const override {
    currents.amperes.resize(volts.size());
    currents.siemens.resize(volts.size());
    for (std::size_t cell = 0; cell < volts.size(); ++cell) {
      const CellCurrent at = law_(cell, volts[cell]);
      currents.amperes[cell] = at.amperes;
      currents.siemens[cell] = at.siemens;
    }
  }

 private:
  Law law_;
};

}  // namespace memcosim
