// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "memcosim/common/stop_token.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/schur_line_solver.hpp"

namespace memcosim {

/// Accuracy and limits of a NewtonSolver.
struct NewtonOptions {
  /// Of the solution's residual. The violation of the voltage law around a cell is also at most 1000 times the tolerance times the largest
  /// voltage at a terminal, however large the drops along the lines.
  double tolerance = 1e-12;
  unsigned most_steps = 200;  ///< limit of the number of linear circuits that are solved
  StopToken stop = {};        ///< checked before each of them
};

/// Crossbars of cells with any rising characteristics: inexact Newton iteration on the voltages across the cells.
///
/// Each step solves the linear circuit of the cells' tangents only as precisely as the step is worth: Eisenstat and Walker, "Choosing the
/// forcing terms in an inexact Newton method", SIAM J. Sci. Comput. 17, 16 (1996), choice 2. It does so by conjugate gradients in device
/// space, or on bit lines where lines float, and by the nodal method where these stall. A step that halves the residual is taken in full.
/// Any other step is shortened to where the content, the sum over cells and wires of the integrals of V dI, stops falling: the solution is
/// the only minimum of the content, which is convex in the currents (Millar, "Some general theorems for non-linear systems possessing
/// resistance", Phil. Mag. 42, 1150 (1951)); only its slope along the step is needed. Where lines float the content is a heuristic without
/// that proof. Inaccurate slopes of the characteristics cost steps but no accuracy. Every returned solution obeys Kirchhoff's laws.
///
/// Not for use by several threads at once.
class NewtonSolver {
 public:
  /// Of the circuit's conductances only which are 0 matters: those cells are open, whatever their characteristics. `cells` must outlive the
  /// solver; their characteristics may change between solutions. Throws InputError for an impossible circuit.
  NewtonSolver(CrossbarCircuit circuit, const CellCharacteristics& cells, const NewtonOptions& options = {});

  /// Starts from cells without voltage, so that the first step is the small-signal solution. Throws InputError for impossible voltages,
  /// RunError when the residual stays above the tolerance.
  ///
  /// The solution's `current_error_bound` is that of the linear circuit of the tangents: it is valid to first order in the violation.
  CrossbarSolution solve(const TerminalVoltages& voltages);
  /// Starts from the solution of a similar circuit with the same number of lines and cells.
  CrossbarSolution solve(const TerminalVoltages& voltages, const CrossbarSolution& start);

  /// Number of steps of conjugate gradients, or of factorisations, in the last solution.
  unsigned linear_steps() const { return linear_steps_; }

 private:
  /// Voltages, and the quantities that follow from them.
  struct Point {
    CircuitState state;
    CellCurrents cells;
    CircuitMismatch mismatch;
    CrossbarSolution solution;  ///< only an infinite residual if the cells' currents are not finite
    double violation;           ///< of Kirchhoff's laws, to be brought below the tolerance
  };

  CrossbarSolution iterate(const TerminalVoltages& voltages, CircuitState state);
  Point evaluate(const TerminalVoltages& voltages, CircuitState state) const;
  Point evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CircuitState& step, double length) const;
  void evaluate_cells(const std::vector<double>& volts, CellCurrents& cells) const;
  CircuitState linear_step(const Point& point, double tolerance);
  double shorten(const TerminalVoltages& voltages, const CircuitState& step, Point& here, Point next) const;

  CircuitEquations equations_;
  const CellCharacteristics& characteristics_;
  NewtonOptions options_;
  std::optional<DeviceSpaceSolver> device_space_;
  std::optional<SchurLineSolver> schur_line_;  ///< where lines float
  std::optional<NodalSolver> nodal_;           ///< where conjugate gradients stall
  unsigned linear_steps_ = 0;
};

}  // namespace memcosim
