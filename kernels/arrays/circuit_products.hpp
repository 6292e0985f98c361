// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/kernels/arrays/array_characteristics.hpp"
#include "memcosim/kernels/arrays/array_wires.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"

namespace memcosim {

/// Products of an array of non-linear cells behind resistive lines. There is no effective matrix: the circuit is solved for every vector.
/// Holds a copy of the cells; several threads may share it.
class CircuitProducts {
 public:
  /// `step_s`: conductance of one level.
  CircuitProducts(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, double step_s, const CellArray& cells);

  const ArrayWires& wires() const { return wires_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t columns() const { return columns_; }
  const CellArray& cells() const { return *cells_; }
  /// Factor from the current of a bit line, A, to its value in levels at one DAC step.
  double levels_per_ampere(unsigned code_max) const { return code_max / (cells_->read_voltage_v() * step_s_); }

  /// Solves vectors in one thread. A solution depends on its vector alone.
  class Solver {
   public:
    /// When `stop` asks to stop, a solution ends with Stopped.
    explicit Solver(const CircuitProducts& products, const StopToken& stop = {});
    /// Currents of the bit lines, in levels at one DAC step, for DAC codes of the word lines from 0 to `code_max` (the read voltage).
    /// Throws RunError when the circuit cannot be solved.
    const std::vector<double>& solve(const unsigned* codes, unsigned code_max);
    /// Power that the drivers deliver for the last vector, over the square of the read voltage, S.
    double drive_siemens() const { return drive_siemens_; }

   private:
    const CircuitProducts& products_;
    NewtonSolver newton_;
    TerminalVoltages voltages_;
    std::vector<double> values_;
    double drive_siemens_ = 0.0;
  };

 private:
  ArrayWires wires_;
  std::uint32_t rows_;
  std::uint32_t columns_;
  double step_s_;
  std::unique_ptr<const CellArray> cells_;
  ArrayCharacteristics characteristics_;
};

}  // namespace memcosim
