// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/nodal_matrix.hpp"
#include "memcosim/kernels/circuits/superlu_factor.hpp"

namespace memcosim {

/// The reference method: one sparse factorisation of the nodal matrix per conductance state, two or three triangular solves per input.
///
/// A solution is refined against `CircuitEquations`, which lose no digits where admittances far apart do, until the residual stops
/// shrinking. Not for use by several threads at once.
class NodalSolver {
 public:
  /// Throws InputError for an impossible circuit, RunError when the factorisation fails.
  explicit NodalSolver(CrossbarCircuit circuit);

  /// Other conductances (S, rows x columns, row-major) in the same wires: factorised anew with the order and pattern of the first.
  void set_conductance(std::vector<double> siemens);
  /// Throws InputError for impossible voltages, RunError when the residual stays above 1e-10.
  CrossbarSolution solve(const TerminalVoltages& voltages) const;

 private:
  void correct(const CircuitMismatch& mismatch, CircuitState& state) const;

  CircuitEquations equations_;
  NodalMatrix matrix_;
  SuperluFactor factor_;
};

}  // namespace memcosim
