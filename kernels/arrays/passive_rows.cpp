// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/passive_rows.hpp"

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace memcosim {

namespace {

/// Removes the terminals of all lines except the selected one.
void float_others(LineResistances& lines, std::size_t count, std::size_t selected) {
  for (std::vector<double>* ends : {&lines.start, &lines.end}) {
    const double ohms = ends->front();
    ends->assign(count, no_terminal);
    (*ends)[selected] = ohms;
  }
}

}  // namespace

PassiveRows::PassiveRows(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, CellArray& cells)
    : wires_(wires),
      rows_(rows),
      columns_(columns),
      cells_(cells),
      characteristics_(cells),
      // The solver uses the cells' own characteristics; the circuit only says which cells conduct, here all of them.
      circuit_(array_circuit(wires, rows, columns, std::vector<double>(std::size_t{rows} * columns, 1.0))),
      newton_(circuit_, characteristics_),
      linear_(circuit_) {}

TerminalVoltages PassiveRows::read_voltages(std::uint32_t row, double volts) const {
  TerminalVoltages voltages;
  voltages.word_line_start.resize(rows_);
  voltages.word_line_start[row] = volts;
  if (wires_.both_ends) voltages.word_line_end = voltages.word_line_start;
  return voltages;
}

PassiveRows::Addressed& PassiveRows::address(std::uint32_t row, std::uint32_t column) const {
  const std::uint32_t cell = row * columns_ + column;
  Addressed& known = addressed_;
  if (known.known && known.cell == cell && known.changes == cells_.changes()) return known;
  std::vector<double> siemens(cells_.size());
  cells_.conductances(siemens.data());
  const auto around = [&](const TerminalVoltages& voltages) {
    const ConductanceRange& range = cells_.nominal_range();
    return CellSurroundings(linear_, siemens, cell, column, 0.5 * range.high, range.high, voltages);
  };
  known = {cell, cells_.changes(), true, around(read_voltages(row, 1.0)), around(write_voltages(row, column, 1.0))};
  return known;
}

void PassiveRows::read(std::uint32_t row, const std::vector<std::uint32_t>& columns, double volts, double* siemens) const {
  if (has_fixed_circuit(volts) && columns.size() == 1) {
    const CellSurroundings& around = address(row, columns.front()).read;
    *siemens = around.column_current(around.cell_current(cells_.conductance(row * columns_ + columns.front())));
    return;
  }
  const CrossbarSolution solution = newton_.solve(read_voltages(row, volts));
  for (std::size_t k = 0; k < columns.size(); ++k)
    siemens[k] = solution.column_currents[columns[k]] / volts;
}

CrossbarCircuit PassiveRows::write_circuit(std::uint32_t row, std::uint32_t column) const {
  CrossbarCircuit circuit = circuit_;
  if (wires_.write_bias == WriteBias::floating) {
    float_others(circuit.word_lines, rows_, row);
    float_others(circuit.bit_lines, columns_, column);
  }
  return circuit;
}

/// Voltages symmetric about 0 V: each selected line has half of the pulse voltage, with opposite signs.
TerminalVoltages PassiveRows::write_voltages(std::uint32_t row, std::uint32_t column, double volts) const {
  const double others = wires_.write_bias == WriteBias::third ? volts / 6.0 : 0.0;
  TerminalVoltages voltages;
  voltages.word_line_start.assign(rows_, -others);
  voltages.word_line_start[row] = 0.5 * volts;
  if (wires_.both_ends) voltages.word_line_end = voltages.word_line_start;
  voltages.bit_line_end.assign(columns_, others);
  voltages.bit_line_end[column] = -0.5 * volts;
  return voltages;
}

void PassiveRows::pulse_alone(std::uint32_t row, std::uint32_t column, double volts, double seconds, double* energy_j) {
  Addressed& known = address(row, column);
  const CellSurroundings& around = known.write;
  const double amperes = around.cell_current(cells_.conductance(known.cell));  // per volt
  const double from_port = cells_.pulse(known.cell, volts * around.open_volts(), seconds, around.ohms());
  *energy_j += volts * volts * around.power_without_cell() * seconds + from_port;
  const std::uint64_t changes = cells_.changes();
  for (std::uint32_t cell = 0; cell < cells_.size(); ++cell) {
    if (cell != known.cell) cells_.disturb(cell, volts * around.volts(cell, amperes), seconds);
  }
  if (cells_.changes() == changes) known.changes = changes;  // only the cell itself has changed: its surroundings remain valid
}

void PassiveRows::pulse(std::uint32_t row, const std::vector<std::uint32_t>& columns, const double* volts, double seconds,
                        double* energy_j) {
  if (columns.size() != 1) throw std::logic_error("cells of a passive array are written one after the other");
  const std::uint32_t column = columns.front();
  if (has_fixed_circuit(*volts)) {
    pulse_alone(row, column, *volts, seconds, energy_j);
    return;
  }
  const std::uint32_t selected = row * columns_ + column;
  CrossbarCircuit circuit = write_circuit(row, column);
  const TerminalVoltages voltages = write_voltages(row, column, *volts);
  const CrossbarSolution before =
      wires_.write_bias == WriteBias::floating ? NewtonSolver(circuit, characteristics_).solve(voltages) : newton_.solve(voltages);
  CellCurrents cells;
  characteristics_.evaluate(before.cell_volts, cells);
  const double amperes = cells.amperes[selected];
  circuit.conductance = std::move(cells.siemens);
  const CellPort port = CellPorts(std::move(circuit)).tangent(row, column, before.cell_volts[selected], amperes);

  const double from_port = cells_.pulse(selected, port.open_volts, seconds, port.series_ohms);
  for (std::uint32_t cell = 0; cell < cells_.size(); ++cell) {
    if (cell != selected) cells_.disturb(cell, before.cell_volts[cell], seconds);
  }
  // The power of the drivers at the start of the pulse, plus the effect of the change of the cell's current: in a linear circuit the
  // drivers deliver the open voltage of the port per unit of charge through the cell.
  *energy_j += before.source_power * seconds + (from_port - port.open_volts * amperes * seconds);
}

}  // namespace memcosim
