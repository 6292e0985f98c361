// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/schur_line_solver.hpp"

namespace memcosim {

/// The rest of a circuit as seen by one cell: a source behind a resistance (Thevenin).
struct CellPort {
  double open_volts;   ///< from word line to bit line while the cell is removed
  double series_ohms;  ///< infinite where the cell alone joins its line to a terminal: no current flows
};

/// The port of one cell for any voltages at the terminals.
struct PortGains {
  double series_ohms = 0.0;
  /// Open-circuit volts across the cell per volt at a terminal: one per line, 0 where there is no terminal. Those of the bit lines are
  /// negative. The current of the cell divides among the terminals in the same proportions (reciprocity).
  std::vector<double> word_line_start, word_line_end, bit_line_start, bit_line_end;

  /// The voltages must have passed `check`.
  CellPort at(const TerminalVoltages& voltages) const;
};

/// Computes the ports of a circuit's cells, each by one solution of the linear circuit with 1 A through the cell's terminals and all line
/// terminals at 0 V. As long as no other cell changes, a pulse on the cell needs no further solution: its voltage is
/// open_volts - series_ohms I(V).
///
/// Uses conjugate gradients, in device space or on bit lines where lines float; the nodal method where these do not converge. Not for use
/// by several threads at once.
class CellPorts {
 public:
  /// For linear cells, or for the tangents of others, whose slopes are the conductances. Throws InputError for an impossible circuit.
  explicit CellPorts(CrossbarCircuit circuit);

  void set_conductance(std::vector<double> siemens);  ///< S, rows x columns, row-major; throws InputError
  /// Throws InputError for a cell outside the array, RunError when the circuit is not solved.
  PortGains of(std::size_t row, std::size_t column);
  /// With tangents as conductances: the port at an operating point, where the cell has the voltage `volts` and carries `amperes`. What the
  /// other cells carry is accurate to first order in the change of the cell's current.
  CellPort tangent(std::size_t row, std::size_t column, double volts, double amperes);

 private:
  CrossbarCircuit circuit_;
  std::optional<DeviceSpaceSolver> device_space_;
  std::optional<SchurLineSolver> schur_line_;
  std::optional<NodalSolver> nodal_;
};

}  // namespace memcosim
