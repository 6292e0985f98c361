// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/cuda/circuits/cell_laws.hpp"

namespace memcosim::cuda {

/// One circuit at one input.
struct CellCircuitSolution {
  std::vector<double> cell_volts;       ///< V, rows x columns; of an open cell the voltage between its lines
  std::vector<double> row_currents;     ///< A, from the terminals into each word line
  std::vector<double> column_currents;  ///< A, out of each bit line into its terminals
  double missing_volts = 0.0;           ///< V: largest violation of the voltage law around a conducting cell
  double current_error_bound = 0.0;     ///< A: as CrossbarSolution::current_error_bound
  unsigned steps = 0;                   ///< linear circuits that were solved
  unsigned linear_steps = 0;            ///< steps of conjugate gradients in all of them
};

/// Response of a linear circuit, all of whose terminals are at 0 V, to a current of 1 A through a cell's terminals, into the word line and
/// out of the bit line.
struct CellPortResponse {
  std::vector<double> row_shares;     ///< A that leave the circuit through each word line; equals V across the cell per volt on the line
  std::vector<double> column_shares;  ///< A that enter it through each bit line
  double ohms = 0.0;                  ///< V across the cell, the cell itself conducting, per ampere
};

/// Solves all voltages of circuits with the same lines, for many arrays and inputs at once, on the GPU that is current when it is made, in
/// double precision. Linear cells by conjugate gradients as DeviceSpaceSolver, others by Newton's method as NewtonSolver, each circuit by
/// one block of threads. A solution depends on its own array and voltages alone. Not for use by several threads at once.
class CellCircuits {
 public:
  /// The reason why the GPU does not solve circuits with such lines; empty: it does.
  static std::string why_not(const CrossbarCircuit& circuit);

  /// Of the circuit only shape and lines matter. Throws InputError for an impossible circuit or what why_not() says, RunError without a
  /// GPU.
  explicit CellCircuits(const CrossbarCircuit& circuit);
  ~CellCircuits();
  CellCircuits(CellCircuits&&) noexcept;
  CellCircuits& operator=(CellCircuits&&) noexcept;

  struct Input {
    std::size_t array = 0;  ///< in `siemens`
    TerminalVoltages voltages;
  };
  /// siemens: of each array, rows x columns, row-major; 0 is an open cell. tolerance: for linear cells as DeviceSpaceSolver::solve(); for
  /// others the largest violation of the voltage law around a cell, relative to the largest voltage at a terminal. with_cell_volts: false
  /// leaves the cell voltages out, which for many circuits take longer to copy than to compute. Throws InputError for impossible
  /// conductances, voltages or laws, RunError when the tolerance is not reached.
  std::vector<CellCircuitSolution> solve(const std::vector<std::vector<double>>& siemens, const std::vector<Input>& inputs,
                                         const CellLaw& law = {}, double tolerance = 1e-12, bool with_cell_volts = true);

  struct Cell {
    std::size_t array = 0;  ///< in `siemens`
    std::uint32_t row = 0, column = 0;
  };
  /// Ports of cells, the circuits linear. When a cell's conductance changes by dG, the effective conductances change by row_shares times
  /// column_shares times dG / (1 + dG ohms) (Sherman and Morrison; EffectiveProducts::update()). Throws as solve().
  std::vector<CellPortResponse> respond(const std::vector<std::vector<double>>& siemens, const std::vector<Cell>& cells,
                                        double tolerance = 1e-12);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace memcosim::cuda
