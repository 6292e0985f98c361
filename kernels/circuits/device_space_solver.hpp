// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/line_operator.hpp"

namespace memcosim {

/// Solver for one or few inputs per conductance state: conjugate gradients on the voltages across the cells, without a factorisation.
///
/// With S = sqrt(G) and y = S d the circuit is (1 + S R S) y = S V. No eigenvalue is below 1, so the residual bounds the error, and a
/// line's current is off by at most sqrt(sum of its G) times the residual (`CrossbarSolution::current_error_bound`). Hestenes and Stiefel,
/// "Methods of conjugate gradients for solving linear systems", J. Res. Natl. Bur. Stand. 49, 409 (1952). The lines may have any
/// resistance, zero included; a line with conducting cells needs a terminal. Not for use by several threads at once.
class DeviceSpaceSolver {
 public:
  /// Throws InputError for an impossible circuit or a floating line.
  explicit DeviceSpaceSolver(CrossbarCircuit circuit);

  void set_conductance(std::vector<double> siemens);  ///< S, rows x columns, row-major; throws InputError
  /// Iterates until the residual, computed from the circuit's equations, is below `tolerance` times the right-hand side, both in the
  /// 2-norm. Throws InputError for impossible voltages, RunError when that is not reached.
  CrossbarSolution solve(const TerminalVoltages& voltages, double tolerance = 1e-12);
  /// Adds to the cells' voltages of `state` the correction that removes the mismatch, for currents that change by the conductances times
  /// the correction; up to a residual of `tolerance` times the mismatch, both weighted by sqrt(G) and in the 2-norm. Open cells are treated
  /// as cells of constant current. Returns the number of steps.
  unsigned correct(const CircuitMismatch& mismatch, double tolerance, CircuitState& state);

 private:
  unsigned iterate(std::vector<double>& residual, double target, std::vector<double>& solution);

  CircuitEquations equations_;
  LineOperator lines_;
  std::vector<double> root_siemens_;
  double largest_ohms_ = 0.0;  ///< drop at a cell when the same current flows in all cells, over that current
};

}  // namespace memcosim
