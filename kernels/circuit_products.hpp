// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/kernels/array_characteristics.hpp"
#include "memcosim/kernels/array_wires.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"

namespace memcosim {

/// Cells that are not linear behind resistive lines: no matrix says what they do, every vector is a solution of the circuit. A copy of the
/// cells as they are when it is made; several threads may share it.
class CircuitProducts {
 public:
  /// `step_s`: conductance of one level.
  CircuitProducts(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, double step_s, const CellArray& cells);

  const ArrayWires& wires() const { return wires_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t columns() const { return columns_; }
  const CellArray& cells() const { return *cells_; }
  /// From the current of a bit line, A, to its value in levels at one DAC step.
  double levels_per_ampere(unsigned code_max) const { return code_max / (cells_->read_voltage_v() * step_s_); }

  /// One thread's way to solve vectors. A solution depends on its vector alone.
  class Solver {
   public:
    /// `stop`: ends a solution with Stopped.
    explicit Solver(const CircuitProducts& products, const StopToken& stop = {});
    /// DAC codes of the word lines, at most `code_max`, which is the read voltage: currents of the bit lines in levels at one DAC step.
    /// Throws RunError when the circuit cannot be solved.
    const std::vector<double>& solve(const unsigned* codes, unsigned code_max);
    /// What the drivers deliver for the last vector, over the square of the read voltage, S.
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
