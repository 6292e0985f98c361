// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/row_ladder.hpp"

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

namespace {

/// A branch from a node of the word line: the current siemens * V(node) + amperes flows into it.
struct Branch {
  double siemens;
  double amperes;
};

/// The branch of a cell with the rest of its bit line up to the terminal.
Branch branch_of(const CellTangent& cell, double bit_line_volts, double ohms) {
  const double share = 1.0 / (1.0 + cell.siemens * ohms);
  return {cell.siemens * share, (cell.amperes - cell.siemens * (bit_line_volts + cell.volts)) * share};
}

/// A source behind a resistance.
struct Source {
  double volts;
  double ohms;

  void load(const Branch& branch) {
    const double share = 1.0 / (1.0 + ohms * branch.siemens);
    volts = (volts - ohms * branch.amperes) * share;
    ohms *= share;
  }
};

Source parallel(const Source& a, const Source& b) {
  const double sum = a.ohms + b.ohms;
  if (!(sum > 0.0)) return a;  // both resistances are 0: the sources of one driver have the same voltage
  return {(a.volts * b.ohms + b.volts * a.ohms) / sum, a.ohms * b.ohms / sum};
}

}  // namespace

RowLadder::RowLadder(const ArrayWires& wires, std::size_t rows, std::size_t columns, std::size_t row)
    : bit_line_ohms_(static_cast<double>(rows - 1 - row) * wires.bit_line_ohms + wires.sense_ohms),
      ohms_(columns + 1, wires.word_line_ohms) {
  ohms_.front() = wires.source_ohms;
  ohms_.back() = wires.both_ends ? wires.source_ohms : no_terminal;
}

void RowLadder::solve(double word_line_volts, const double* bit_line_volts, const std::vector<CellTangent>& cells,
                      std::vector<Port>& ports) const {
  const std::size_t columns = cells.size();
  ports.resize(columns);
  std::vector<Source> left(columns);
  Source source{word_line_volts, 0.0};
  for (std::size_t column = 0; column < columns; ++column) {
    source.ohms += ohms_[column];
    left[column] = source;
    source.load(branch_of(cells[column], bit_line_volts[column], bit_line_ohms_));
  }
  const bool closed = ohms_.back() != no_terminal;
  Source right{word_line_volts, closed ? ohms_.back() : 0.0};
  Branch behind{0.0, 0.0};  // with an open end: the line behind the node with its cells
  for (std::size_t column = columns; column-- > 0;) {
    Source seen = left[column];
    if (closed) {
      seen = parallel(seen, right);
    } else {
      seen.load(behind);
    }
    ports[column] = {seen.volts - bit_line_volts[column], seen.ohms + bit_line_ohms_};
    const Branch here = branch_of(cells[column], bit_line_volts[column], bit_line_ohms_);
    if (closed) {
      right.load(here);
      right.ohms += ohms_[column];
    } else {
      const Branch all{behind.siemens + here.siemens, behind.amperes + here.amperes};
      const double share = 1.0 / (1.0 + ohms_[column] * all.siemens);
      behind = {all.siemens * share, all.amperes * share};
    }
  }
}

}  // namespace memcosim
