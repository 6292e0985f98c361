// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/cell_surroundings.hpp"

#include <utility>

namespace memcosim {

CellSurroundings::CellSurroundings(DeviceSpaceSolver& solver, std::vector<double> siemens, std::size_t cell, std::size_t column,
                                   double least, double most, const TerminalVoltages& voltages) {
  const auto solve = [&](double own) {
    siemens[cell] = own;
    solver.set_conductance(siemens);
    return solver.solve(voltages);
  };
  const CrossbarSolution low = solve(least);
  const CrossbarSolution high = solve(most);
  const double low_amperes = least * low.cell_volts[cell];
  const double high_amperes = most * high.cell_volts[cell];
  if (low_amperes == high_amperes) return;  // the cell has no voltage with these drivers, so it affects nothing
  const double per_ampere = 1.0 / (high_amperes - low_amperes);
  ohms_ = (low.cell_volts[cell] - high.cell_volts[cell]) * per_ampere;
  open_volts_ = low.cell_volts[cell] + ohms_ * low_amperes;
  // By reciprocity the drivers deliver open_volts_ watts per ampere through the cell.
  power_ = low.source_power - open_volts_ * low_amperes;
  column_share_ = (high.column_currents[column] - low.column_currents[column]) * per_ampere;
  column_current_ = low.column_currents[column] - column_share_ * low_amperes;
  volts_ = low.cell_volts;
  volts_per_ampere_ = high.cell_volts;
  for (std::size_t other = 0; other < volts_.size(); ++other) {
    volts_per_ampere_[other] = (high.cell_volts[other] - low.cell_volts[other]) * per_ampere;
    volts_[other] -= volts_per_ampere_[other] * low_amperes;
  }
}

}  // namespace memcosim
