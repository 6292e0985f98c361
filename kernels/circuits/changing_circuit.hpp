// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/port_reducer.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

namespace memcosim {

/// A circuit whose cells are written one after the other, kept reduced to its terminals.
///
/// The reduction of a base state is kept with all eliminated nodes, so that a cell's response takes one pass through the tiles around it
/// instead of a solution of the circuit. Each write since then is a rank-1 update; its effect on the responses of later cells follows from
/// the voltages between the two (Woodbury, "Inverting modified matrices", Princeton Stat. Res. Group Memo 42 (1950)). Further writes to the
/// cell written last only scale its change. After max(rows, columns) writes a new base is made: each write takes
/// longer than the one before, and with that many the mean time per write, base included, is near its minimum. Not for use by several
/// threads at once.
class ChangingCircuit {
 public:
  /// Throws as PortReduction.
  explicit ChangingCircuit(CrossbarCircuit circuit);

  const CrossbarCircuit& circuit() const { return circuit_; }
  const PortReduction& ports();
  std::uint64_t version() const { return version_; }  ///< counts the states; the first is 0
  std::uint64_t rebuilds() const { return rebuilds_; }

  /// S; throws InputError for an impossible cell or value.
  void set_cell(std::size_t row, std::size_t column, double siemens);
  /// S, rows x columns: writes what differs, or makes a new base where that is faster.
  void set_conductance(const std::vector<double>& siemens);

  /// Response of a cell in the present state; sets only `port_currents` and `ohms`. Throws InputError for a cell on a line without a path
  /// to a terminal.
  CellResponse respond_to(std::size_t row, std::size_t column);

 private:
  struct Write {
    std::size_t row, column;
    CellResponse base;                  ///< in the base state
    std::vector<double> port_currents;  ///< before this write
    double ohms;
    std::vector<double> ohms_to;  ///< per earlier write: volts across that cell per ampere through this one, before that write
    double change;                ///< S, of the cell
    double siemens;               ///< change / (1 + change ohms)
  };

  void check_cell(std::size_t row, std::size_t column) const;
  bool has_nodes(std::size_t row, std::size_t column) const;
  void rebuild();
  void update_ports();
  Write prepare(std::size_t row, std::size_t column);
  void write(std::size_t row, std::size_t column, double siemens);

  CrossbarCircuit circuit_;
  std::unique_ptr<CircuitEquations> base_;
  std::unique_ptr<PortReducer> reducer_;
  std::unique_ptr<PortReduction> ports_;
  std::vector<Write> writes_;
  double in_ports_ = 0.0;  ///< part of `siemens` of the last write that the port conductances already include
  std::uint64_t version_ = 0;
  std::uint64_t rebuilds_ = 0;
};

}  // namespace memcosim
