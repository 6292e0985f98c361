// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/nodal_matrix.hpp"
#include "memcosim/kernels/circuits/node_voltages.hpp"
#include "memcosim/kernels/circuits/superlu_factor.hpp"

namespace memcosim {

/// The reference method: one sparse factorisation of the nodal matrix per conductance state, two or three triangular solves per input.
///
/// Node voltages are refined with twice the digits of a double (`NodeVoltages`, with the reason why that suffices) until the current law
/// holds to rounding at every node, so that admittances far apart cost no digits: over 12 decades of resistances voltages of nodes and
/// cells are good to 1e-14 of the largest voltage at a terminal. Demmel et al., "Error bounds from extra-precise iterative refinement", ACM
/// Trans. Math. Softw. 32, 325 (2006). Not for use by several threads at once.
class NodalSolver {
 public:
  /// Throws InputError for an impossible circuit, RunError when the factorisation fails.
  explicit NodalSolver(CrossbarCircuit circuit);

  /// Other conductances (S, rows x columns, row-major) in the same wires: factorised anew with the order and pattern of the first.
  void set_conductance(std::vector<double> siemens);
  /// Throws InputError for impossible voltages, RunError when the residual stays above 1e-12.
  CrossbarSolution solve(const TerminalVoltages& voltages) const;
  /// Adds to `state` the correction that removes the mismatch, for currents that change by the conductances times the change of the cells'
  /// voltages.
  void correct(const CircuitMismatch& mismatch, CircuitState& state) const;

 private:
  void take_voltages(const NodeVoltages& nodes, const CircuitState& state, CrossbarSolution& solution) const;

  CircuitEquations equations_;
  NodalMatrix matrix_;
  SuperluFactor factor_;
};

}  // namespace memcosim
