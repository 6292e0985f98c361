// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/changing_circuit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

/// Rebuilding the base takes as long as writes to N / 3 (64 x 64) to N / 5 cells (1024 x 1024).
constexpr std::size_t lines_per_write = 4;
/// A divisor 1 + dG z below this has lost digits by cancellation: the cell was almost the only connection of its lines to the rest.
constexpr double least_divisor = 1e-3;

}  // namespace

ChangingCircuit::ChangingCircuit(CrossbarCircuit circuit) : circuit_(std::move(circuit)) {
  rebuild();
  rebuilds_ = 0;
}

void ChangingCircuit::rebuild() {
  writes_.clear();
  in_ports_ = 0.0;
  reducer_.reset();
  base_ = std::make_unique<CircuitEquations>(circuit_);
  reducer_ = std::make_unique<PortReducer>(*base_);
  std::vector<double> siemens = reducer_->reduce_and_keep();
  ports_ = std::make_unique<PortReduction>(circuit_, reducer_->nodes(), std::move(siemens));
  ++rebuilds_;
}

void ChangingCircuit::check_cell(std::size_t row, std::size_t column) const {
  if (row < circuit_.rows && column < circuit_.columns) return;
  throw InputError(fmt::format("there is no cell ({}, {}) in a crossbar of {} x {}", row, column, circuit_.rows, circuit_.columns));
}

bool ChangingCircuit::has_nodes(std::size_t row, std::size_t column) const {
  return reducer_->nodes().word_node(row, column) != Dissection::none && reducer_->nodes().bit_node(row, column) != Dissection::none;
}

void ChangingCircuit::set_cell(std::size_t row, std::size_t column, double siemens) {
  check_cell(row, column);
  if (!std::isfinite(siemens) || siemens < 0.0)
    throw InputError(fmt::format("the conductance of cell ({}, {}) is {} S; it must be finite and not negative", row, column, siemens));
  if (siemens == circuit_.conductance[row * circuit_.columns + column]) return;
  write(row, column, siemens);
  ++version_;
}

void ChangingCircuit::set_conductance(const std::vector<double>& siemens) {
  CrossbarCircuit next = circuit_;
  next.conductance = siemens;
  check(next);
  std::vector<std::size_t> changed;
  for (std::size_t cell = 0; cell < siemens.size(); ++cell)
    if (siemens[cell] != circuit_.conductance[cell]) changed.push_back(cell);
  if (changed.empty()) return;
  if (changed.size() * lines_per_write <= std::max(circuit_.rows, circuit_.columns)) {
    for (const std::size_t cell : changed)
      write(cell / circuit_.columns, cell % circuit_.columns, siemens[cell]);
  } else {
    circuit_.conductance = siemens;
    rebuild();
  }
  ++version_;
}

CellResponse ChangingCircuit::respond_to(std::size_t row, std::size_t column) {
  check_cell(row, column);
  if (!has_nodes(row, column)) {
    throw InputError(
        fmt::format("cell ({}, {}) is on a line without a path to a terminal: give the line a terminal or a conducting cell", row, column));
  }
  const Write present = prepare(row, column);
  CellResponse response;
  response.port_currents = present.port_currents;
  response.ohms = present.ohms;
  return response;
}

/// Response of a cell in the present state: its response in the base, corrected for each write since then, in order (rank-one updates).
ChangingCircuit::Write ChangingCircuit::prepare(std::size_t row, std::size_t column) {
  Write next{row, column, reducer_->respond_to(row, column), {}, 0.0, {}, 0.0, 0.0};
  next.port_currents = next.base.port_currents;
  next.ohms = next.base.ohms;
  for (const Write& earlier : writes_) {
    double ohms = transfer_ohms(earlier.base, next.base);
    for (std::size_t before = 0; before < earlier.ohms_to.size(); ++before)
      ohms -= earlier.ohms_to[before] * next.ohms_to[before] * writes_[before].siemens;
    const double share = ohms * earlier.siemens;
    next.ohms -= ohms * share;
    for (std::size_t port = 0; port < next.port_currents.size(); ++port)
      next.port_currents[port] -= share * earlier.port_currents[port];
    next.ohms_to.push_back(ohms);
  }
  return next;
}

const PortReduction& ChangingCircuit::ports() {
  update_ports();
  return *ports_;
}

/// Brings the port conductances up to date with the last write. Done only when needed, since pulses change the same cell many times.
void ChangingCircuit::update_ports() {
  if (writes_.empty() || writes_.back().siemens == in_ports_) return;
  const Write& last = writes_.back();
  const std::size_t cell = last.row * circuit_.columns + last.column;
  ports_->update_cell(cell, circuit_.conductance[cell], last.port_currents, last.siemens - in_ports_);
  in_ports_ = last.siemens;
}

void ChangingCircuit::write(std::size_t row, std::size_t column, double siemens) {
  const std::size_t cell = row * circuit_.columns + column;
  const double change = siemens - circuit_.conductance[cell];
  circuit_.conductance[cell] = siemens;
  const bool again = !writes_.empty() && writes_.back().row == row && writes_.back().column == column;
  if (!has_nodes(row, column) || (!again && writes_.size() >= std::max(circuit_.rows, circuit_.columns))) return rebuild();
  if (!again) {
    update_ports();
    writes_.push_back(prepare(row, column));
    in_ports_ = 0.0;
  }
  Write& last = writes_.back();
  const double total = last.change + change;
  const double divisor = 1.0 + total * last.ohms;
  if (divisor < least_divisor) return rebuild();
  last.change = total;
  last.siemens = total / divisor;
}

}  // namespace memcosim
