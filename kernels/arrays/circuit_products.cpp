// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/circuit_products.hpp"

#include <cstddef>

namespace memcosim {

namespace {

NewtonOptions stopped_by(const StopToken& stop) {
  NewtonOptions options;
  options.stop = stop;
  return options;
}

}  // namespace

CircuitProducts::CircuitProducts(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, double step_s, const CellArray& cells)
    : wires_(wires), rows_(rows), columns_(columns), step_s_(step_s), cells_(cells.copy()), characteristics_(*cells_) {}

CircuitProducts::Solver::Solver(const CircuitProducts& products, const StopToken& stop)
    : products_(products),
      // The solver uses the cells' own characteristics; the circuit only says which cells conduct, here all of them.
      newton_(array_circuit(products.wires_, products.rows_, products.columns_,
                            std::vector<double>(std::size_t{products.rows_} * products.columns_, 1.0)),
              products.characteristics_, stopped_by(stop)) {}

const std::vector<double>& CircuitProducts::Solver::solve(const unsigned* codes, unsigned code_max) {
  const double full_volts = products_.cells_->read_voltage_v();
  voltages_.word_line_start.resize(products_.rows_);
  for (std::size_t row = 0; row < products_.rows_; ++row)
    voltages_.word_line_start[row] = full_volts * (static_cast<double>(codes[row]) / code_max);
  if (products_.wires_.both_ends) voltages_.word_line_end = voltages_.word_line_start;
  const CrossbarSolution solution = newton_.solve(voltages_);
  const double levels_per_ampere = products_.levels_per_ampere(code_max);
  values_.resize(products_.columns_);
  for (std::size_t column = 0; column < products_.columns_; ++column)
    values_[column] = solution.column_currents[column] * levels_per_ampere;
  drive_siemens_ = solution.source_power / (full_volts * full_volts);
  return values_;
}

}  // namespace memcosim
