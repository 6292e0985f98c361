// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/ladder_rows.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

constexpr unsigned most_newton_steps = 100;
constexpr double newton_tolerance = 1e-12;  ///< relative to the largest voltage of the drivers

double largest(double value, const std::vector<double>& values) {
  double most = std::fabs(value);
  for (const double other : values)
    most = std::fmax(most, std::fabs(value - other));
  return most;
}

}  // namespace

/// Newton's method with the tangents of the cells; linear cells need one step.
LadderRows::Solution LadderRows::solve(std::uint32_t row, double word_line_volts, const std::vector<double>& bit_line_volts) const {
  const RowLadder ladder(wires_, rows_, columns_, row);
  const double scale = largest(word_line_volts, bit_line_volts);
  Solution solution;
  solution.cell_volts.resize(columns_);
  solution.amperes.resize(columns_);
  std::vector<CellTangent> tangents(columns_);
  for (std::uint32_t column = 0; column < columns_; ++column) {
    // Start with the full voltage across the cells, which is a good approximation.
    solution.cell_volts[column] = word_line_volts - bit_line_volts[column];
    tangents[column] = cells_.tangent(cell(row, column), solution.cell_volts[column]);
  }
  double before = HUGE_VAL;
  double damping = 1.0;
  for (unsigned step = 0; step < most_newton_steps; ++step) {
    ladder.solve(word_line_volts, bit_line_volts.data(), tangents, solution.ports);
    double change = 0.0;
    for (std::uint32_t column = 0; column < columns_; ++column) {
      const CellTangent& tangent = tangents[column];
      const RowLadder::Port& port = solution.ports[column];
      const double volts =
          (port.open_volts - port.ohms * (tangent.amperes - tangent.siemens * tangent.volts)) / (1.0 + port.ohms * tangent.siemens);
      solution.amperes[column] = tangent.amperes + tangent.siemens * (volts - tangent.volts);
      change = std::fmax(change, std::fabs(volts - solution.cell_volts[column]));
      solution.cell_volts[column] += damping * (volts - solution.cell_volts[column]);
    }
    if (cells_.linear_to(scale) || change <= newton_tolerance * scale) return solution;
    damping = change < before ? std::fmin(1.0, 2.0 * damping) : 0.5 * damping;
    before = change;
    for (std::uint32_t column = 0; column < columns_; ++column)
      tangents[column] = cells_.tangent(cell(row, column), solution.cell_volts[column]);
  }
  throw RunError(fmt::format("the currents of row {} do not converge: the lines' resistances are too large for these cells", row));
}

void LadderRows::read(std::uint32_t row, const std::vector<std::uint32_t>& columns, double volts, double* siemens) const {
  const Solution solution = solve(row, volts, std::vector<double>(columns_));
  for (std::size_t k = 0; k < columns.size(); ++k)
    siemens[k] = solution.amperes[columns[k]] / volts;
}

void LadderRows::pulse(std::uint32_t row, const std::vector<std::uint32_t>& columns, const double* volts, double seconds,
                       double* energy_j) {
  std::vector<double> bit_line_volts(columns_);
  for (std::size_t k = 0; k < columns.size(); ++k)
    bit_line_volts[columns[k]] = -volts[k];
  const Solution solution = solve(row, 0.0, bit_line_volts);
  std::size_t listed = 0;
  for (std::uint32_t column = 0; column < columns_; ++column) {
    const RowLadder::Port& port = solution.ports[column];
    if (listed == columns.size() || columns[listed] != column) {
      cells_.disturb(cell(row, column), port.open_volts, seconds, port.ohms);
      continue;
    }
    const double from_port = cells_.pulse(cell(row, column), port.open_volts, seconds, port.ohms);
    // The same charge flows through the source of the port and the driver of the bit line: scale the energy by their voltages.
    energy_j[listed] += port.open_volts == 0.0 ? 0.0 : from_port * (volts[listed] / port.open_volts);
    ++listed;
  }
}

}  // namespace memcosim
