// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cell_base/cell_circuit.hpp"

namespace memcosim::cuda {

/// One law for all cells of a circuit, each with its own conductance G.
struct CellLaw {
  enum class Kind {
    linear,  ///< I = G V
    sinh,    ///< I = G v0 sinh(V / v0): SinhCells
    shaped,  ///< I = G V_read s(V) / s(V_read): any model's cells under a CurrentLaw and without access device, as CellArray::tangent()
  };
  Kind kind = Kind::linear;
  double v0 = 0.0;          ///< sinh, V
  CurrentLaw shape;         ///< shaped; not `model`
  double read_volts = 0.0;  ///< shaped: at which G is the current over the voltage

  static CellLaw linear() { return {}; }
  static CellLaw sinh(double v0) { return {Kind::sinh, v0, {}, 0.0}; }
  static CellLaw shaped(const CurrentLaw& shape, double read_volts) { return {Kind::shaped, 0.0, shape, read_volts}; }
};

}  // namespace memcosim::cuda
