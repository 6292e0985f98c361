// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/line_ladders.hpp"

namespace memcosim {

/// Solver for one or few inputs per conductance state, fast also for high wire resistance: conjugate gradients on the voltages of the bit
/// lines.
///
/// Word lines are eliminated exactly, line by line, and the bit lines with their cells' far sides at 0 V are the preconditioner:
/// (K_b - G K_w^-1 G) V = I with K = A + G of the lines of one kind (`LineLadders`). The preconditioned matrix has eigenvalues in (0, 1];
/// it takes about a third of the steps of `DeviceSpaceSolver`. Every circuit is legal: zero resistances, open cells, floating lines.
/// Concus, Golub and O'Leary, "A generalized conjugate gradient method for the numerical solution of elliptic partial differential
/// equations", in Sparse Matrix Computations, Academic Press (1976), p. 309. Not for use by several threads at once.
class SchurLineSolver {
 public:
  /// Throws InputError for an impossible circuit.
  explicit SchurLineSolver(CrossbarCircuit circuit);

  void set_conductance(std::vector<double> siemens);  ///< S, rows x columns, row-major; throws InputError
  /// Iterates until the violation of the voltage law, weighted by sqrt(G), is below `tolerance` times the contribution of the sources, both
  /// in the 2-norm and computed from the circuit's equations, and the net current of floating lines changes no voltage by more than 100
  /// `tolerance` times the largest one. Throws InputError for impossible voltages, RunError when that is not reached.
  CrossbarSolution solve(const TerminalVoltages& voltages, double tolerance = 1e-12);
  /// Adds to `state` the correction that removes the mismatch, for currents that change by the conductances times the change of the cells'
  /// voltages; up to a preconditioned residual of `tolerance` times the first one. Returns the number of steps.
  unsigned correct(const CircuitMismatch& mismatch, double tolerance, CircuitState& state);

 private:
  /// Arrays of cells in tiles: [block of bit lines][row][lane], so that a block of bit lines is contiguous, and with 16 rows of it as well.
  std::size_t tile_of(std::size_t row, std::size_t column) const {
    return ((column / LineLadders::lanes) * equations_.circuit().rows + row) * LineLadders::lanes + column % LineLadders::lanes;
  }
  void take_conductance();
  void start(const CircuitMismatch& mismatch);
  double advance_words(double step, double ratio);
  double advance_bits(double step);
  double floating_error(const CircuitMismatch& mismatch) const;
  void add_correction(const CircuitMismatch& mismatch, double step, CircuitState& state);

  CircuitEquations equations_;
  LineLadders word_lines_;
  LineLadders bit_lines_;
  std::vector<double> path_ohms_;  ///< of all lines, where some float
  std::vector<double> siemens_;    ///< in tiles, as are those that follow
  std::vector<double> volts_;      ///< of the bit lines' nodes, without the last step
  std::vector<double> residual_;   ///< A into them
  std::vector<double> direction_;  ///< V
  std::vector<double> driven_;     ///< A: K_b times the direction
  std::vector<double> image_;      ///< preconditioned residual (V), then the operator's image of the direction (A)
  std::vector<double> packed_;     ///< one block of word lines
  // Working memory of a solution, kept because allocating it anew would take longer than a step.
  CircuitState base_, state_;
  CircuitMismatch cause_, mismatch_;
  CellCurrents cells_;
  CrossbarSolution solution_;
};

}  // namespace memcosim
