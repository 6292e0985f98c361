// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"

namespace memcosim {

/// Presents the cells of an array in their present state as the cells of a circuit. The cells must outlive this object.
class ArrayCharacteristics final : public CellCharacteristics {
 public:
  explicit ArrayCharacteristics(const CellArray& cells) : cells_(cells) {}

  void evaluate(const std::vector<double>& volts, CellCurrents& currents) const override {
    currents.amperes.resize(volts.size());
    currents.siemens.resize(volts.size());
    for (std::uint32_t cell = 0; cell < volts.size(); ++cell) {
      const CellTangent tangent = cells_.tangent(cell, volts[cell]);
      currents.amperes[cell] = tangent.amperes;
      currents.siemens[cell] = tangent.siemens;
    }
  }

 private:
  const CellArray& cells_;
};

}  // namespace memcosim
