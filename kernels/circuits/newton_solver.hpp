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

struct NewtonOptions {
  /// Of the solution's residual. The voltage law around a cell is never missed by more than 1000 times that of the largest voltage at a
  /// terminal, however large the drops along the lines.
  double tolerance = 1e-12;
  unsigned most_steps = 200;  ///< linear circuits that are solved on the way
  StopToken stop = {};        ///< asked before each of them
};

/// Crossbars of cells with any rising characteristics: inexact Newton iteration on the voltages across the cells.
///
/// Each step solves the linear circuit of the cells' tangents only as precisely as the step is worth: Eisenstat and Walker, "Choosing the
/// forcing terms in an inexact Newton method", SIAM J. Sci. Comput. 17, 16 (1996), choice 2. It does so by conjugate gradients in device
/// space, or on bit lines where lines float, and by the nodal method where these stall. A step that halves the residual is taken. Another
/// one ends where the content, the sum over cells and wires of the integrals of V dI, stops falling along it: the solution is the only
/// minimum of the content, which is convex in the currents (Millar, "Some general theorems for non-linear systems possessing resistance",
/// Phil. Mag. 42, 1150 (1951)); its slope along a step is all that is needed. Where lines float the content is a guide without that proof.
/// Slopes of the characteristics need not be precise; they cost steps, never digits. What is returned obeys Kirchhoff's laws.
///
/// Not for use by several threads at once.
class NewtonSolver {
 public:
  /// Of the circuit's conductances only which are 0 matters: those cells are open, whatever their characteristics. `cells` must outlive the
  /// solver; their characteristics may change between solutions. Throws InputError for an impossible circuit.
  NewtonSolver(CrossbarCircuit circuit, const CellCharacteristics& cells, const NewtonOptions& options = {});

  /// From cells without voltage, which makes the first step the small-signal solution. Throws InputError for impossible voltages, RunError
  /// when the residual stays above the tolerance.
  ///
  /// The solution's `current_error_bound` is that of the linear circuit of the tangents: it holds to first order in what is missing.
  CrossbarSolution solve(const TerminalVoltages& voltages);
  /// From the solution of a similar circuit with lines and cells of the same number.
  CrossbarSolution solve(const TerminalVoltages& voltages, const CrossbarSolution& start);

  /// Steps of conjugate gradients, or factorisations, in the last solution.
  unsigned linear_steps() const { return linear_steps_; }

 private:
  /// Voltages, and what follows from them.
  struct Point {
    CircuitState state;
    CellCurrents cells;
    CircuitMismatch mismatch;
    CrossbarSolution solution;  ///< nothing but an infinite residual where the cells' currents are not finite
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
