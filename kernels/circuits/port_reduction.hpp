// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/circuits/dissection.hpp"
#include "memcosim/kernels/circuits/effective_matrix.hpp"

namespace memcosim {

/// Currents at a circuit's terminals, A: sums over both ends of a line.
struct TerminalCurrents {
  std::vector<double> row_currents;     ///< into each word line
  std::vector<double> column_currents;  ///< out of each bit line
};

/// Effective conductances of a circuit and conductances between its word lines, S, row-major: all that is needed for many inputs.
struct EffectiveCircuit {
  std::vector<double> conductance;  ///< rows x columns: PortReduction::effective_conductance()
  std::vector<double> coupling;     ///< rows x rows: PortReduction::word_line_coupling()
};

/// Solver for many inputs per conductance state: the circuit is reduced to the conductances between its terminals. Every further input,
/// with any voltages at any ends, is one matrix-vector product.
///
/// Nested dissection of the array that keeps the terminals: neighbouring tiles are joined, and nodes that no other tile touches are
/// eliminated (George, "Nested dissection of a regular finite element mesh", SIAM J. Numer. Anal. 10, 345 (1973)); about 35 N^3 operations
/// for N x N. Only conductances between nodes are kept and a pivot is their sum, so that nothing is ever subtracted (Grassmann, Taksar and
/// Heyman, "Regenerative analysis and steady state distributions for Markov chains", Oper. Res. 33, 1107 (1985)): each entry has nearly
/// full relative precision, however far apart the resistances are. Resistances of zero, open cells and floating lines are legal.
class PortReduction {
 public:
  /// Throws InputError for an impossible circuit, RunError when a conductance between terminals leaves the range of double precision.
  explicit PortReduction(const CrossbarCircuit& circuit);
  /// siemens: result of PortReducer for the circuit.
  PortReduction(const CrossbarCircuit& circuit, const Dissection& nodes, std::vector<double> siemens);

  /// Throws InputError for impossible voltages.
  TerminalCurrents solve(const TerminalVoltages& voltages) const;
  /// A, inputs x columns, row-major: out of each bit line, all of them at 0 V, for `inputs` vectors of voltages on all terminals of each
  /// word line (inputs x rows). Reads only G_eff, once for all inputs; a current's bits do not depend on the other inputs. Throws
  /// InputError for another number of voltages.
  std::vector<double> column_currents(const std::vector<double>& word_line_volts, std::size_t inputs) const;
  /// G_eff, S, rows x columns, row-major: current out of bit line j per volt on all terminals of word line i, all others at 0 V.
  std::vector<double> effective_conductance() const;
  /// S, rows x rows, row-major, symmetric with a zero diagonal: current from word line i into word line k per volt between all terminals of
  /// the one and all terminals of the other. With effective_conductance() it gives the power that the word lines deliver while the bit
  /// lines are at 0 V: sum_i V_i^2 sum_j G_eff_ij + sum_{i<k} C_ik (V_i - V_k)^2.
  std::vector<double> word_line_coupling() const;

  /// Changes the conductance of a cell to `conductance`. port_currents: CellResponse::port_currents in the state before;
  /// siemens: dG / (1 + dG z) with the change dG and CellResponse::ohms z. The update adds one outer product to the conductances between
  /// terminals (Sherman and Morrison, "Adjustment of an inverse matrix corresponding to a change in one element of a given matrix", Ann.
  /// Math. Stat. 21, 124 (1950)).
  void update_cell(std::size_t cell, double conductance, const std::vector<double>& port_currents, double siemens);

 private:
  template <class Use>
  void for_each_port(const LinePorts& line, Use use) const {
    if (line.start >= 0) use(static_cast<std::size_t>(line.start));
    if (line.end >= 0 && line.end != line.start) use(static_cast<std::size_t>(line.end));
  }

  void clear_own_lines();
  /// Conductance between all terminals of two different lines.
  double between(const LinePorts& a, const LinePorts& b) const;

  CrossbarCircuit circuit_;
  std::vector<LinePorts> word_lines_;
  std::vector<LinePorts> bit_lines_;
  std::size_t ports_ = 0;
  EffectiveMatrix effective_;
  std::vector<double> siemens_;  ///< ports x ports, symmetric: conductance between terminals of different lines; 0 for the same line
};

}  // namespace memcosim
