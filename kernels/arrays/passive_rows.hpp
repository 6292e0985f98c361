// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/kernels/arrays/array_characteristics.hpp"
#include "memcosim/kernels/arrays/cell_surroundings.hpp"
#include "memcosim/kernels/arrays/row_access.hpp"
#include "memcosim/kernels/circuits/cell_port.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"

namespace memcosim {

/// A passive array: every cell conducts in every read and pulse, so each is a solution of the whole circuit.
///
/// A pulse writes one cell. That cell is integrated behind its port (a source behind a resistance), for which the other cells keep the
/// tangents that they have when the pulse begins. The other cells see the voltages of that moment for the whole pulse and move if their
/// model follows a rate (CellArray::disturb).
///
/// Linear cells with all lines connected: as long as no other cell changes, reads and pulses of one cell follow from its surroundings
/// (CellSurroundings), which are solved once.
class PassiveRows final : public RowAccess {
 public:
  PassiveRows(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, CellArray& cells);

  void read(std::uint32_t row, const std::vector<std::uint32_t>& columns, double volts, double* siemens) const override;
  /// Throws std::logic_error for more than one column.
  void pulse(std::uint32_t row, const std::vector<std::uint32_t>& columns, const double* volts, double seconds, double* energy_j) override;
  bool rows_are_independent() const override { return false; }

 private:
  /// The cell that was addressed last, and what is around it.
  struct Addressed {
    std::uint32_t cell = 0;
    std::uint64_t changes = 0;  ///< CellArray::changes() at which this was computed
    bool known = false;
    CellSurroundings read;   ///< 1 V on its word line
    CellSurroundings write;  ///< the write pattern at 1 V
  };
  bool has_fixed_circuit(double volts) const { return cells_.linear_to(std::fabs(volts)) && wires_.write_bias != WriteBias::floating; }
  Addressed& address(std::uint32_t row, std::uint32_t column) const;
  void pulse_alone(std::uint32_t row, std::uint32_t column, double volts, double seconds, double* energy_j);

  TerminalVoltages read_voltages(std::uint32_t row, double volts) const;
  /// The array during a pulse on a cell: where lines float, they have no terminals.
  CrossbarCircuit write_circuit(std::uint32_t row, std::uint32_t column) const;
  TerminalVoltages write_voltages(std::uint32_t row, std::uint32_t column, double volts) const;

  ArrayWires wires_;
  std::uint32_t rows_;
  std::uint32_t columns_;
  CellArray& cells_;
  ArrayCharacteristics characteristics_;
  CrossbarCircuit circuit_;  ///< every line with its terminals
  mutable NewtonSolver newton_;
  mutable DeviceSpaceSolver linear_;
  mutable Addressed addressed_;
};

}  // namespace memcosim
