// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/circuits/line_chains.hpp"

namespace memcosim {

struct CellCurrents;

/// The unknowns that every method solves for: the voltages across the cells determine all currents.
struct CircuitState {
  std::vector<double> cell_volts;       ///< rows x columns
  std::vector<double> word_line_first;  ///< V of the first node of each word line; matters where the line floats
  std::vector<double> bit_line_first;
};

/// By how much a state violates Kirchhoff's laws.
struct CircuitMismatch {
  std::vector<double> cell_volts;         ///< V: word line minus bit line minus voltage across the cell; 0 at open cells
  std::vector<double> word_line_current;  ///< A: sum of the cells' currents of a floating word line, which should be zero; 0 elsewhere
  std::vector<double> bit_line_current;
  std::vector<std::size_t> word_line_open_node;  ///< cell of the line at which that current is missing
  std::vector<std::size_t> bit_line_open_node;
};

/// Kirchhoff's equations of a circuit with voltages across the cells as unknowns: the cells' currents flow along the lines, whose node
/// voltages are sums of drops; the voltage law around every cell remains. No difference of admittances is formed, so resistances of any
/// ratio, zero included, cost no digits. Of the circuit's conductances only which are 0 matters here: those cells are open, whatever the
/// others' characteristics.
class CircuitEquations {
 public:
  /// Throws InputError (`check`).
  explicit CircuitEquations(CrossbarCircuit circuit);

  /// Other conductances (S, rows x columns, row-major) in the same wires; throws InputError.
  void set_conductance(std::vector<double> siemens);

  const CrossbarCircuit& circuit() const { return circuit_; }
  const LineChains& word_lines() const { return word_lines_; }
  const LineChains& bit_lines() const { return bit_lines_; }
  bool has_floating_lines() const;
  /// Lines that no path of conducting cells joins to a terminal, in ascending order.
  const std::vector<std::uint32_t>& undefined_word_lines() const { return undefined_word_lines_; }
  const std::vector<std::uint32_t>& undefined_bit_lines() const { return undefined_bit_lines_; }

  CircuitState zero_state() const;
  /// Computes from a state all of a solution except `method` and `iterations`. `cells` are the currents and slopes at `state.cell_volts`, 0
  /// at open cells. The mismatch is weighted with the slopes, so the error bound holds for linear cells. The voltages must have passed
  /// `check`.
  CrossbarSolution evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CellCurrents& cells,
                            CircuitMismatch& mismatch) const;
  /// The same into a solution whose memory is reused.
  void evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CellCurrents& cells, CircuitMismatch& mismatch,
                CrossbarSolution& solution) const;

 private:
  void find_undefined_lines();

  CrossbarCircuit circuit_;
  LineChains word_lines_;
  LineChains bit_lines_;
  std::vector<std::uint32_t> undefined_word_lines_;
  std::vector<std::uint32_t> undefined_bit_lines_;
};

/// Sets the voltages across cells on lines with undefined voltage from the node voltages, with 0 V for such a line.
void set_volts_across_undefined(CrossbarSolution& solution);

}  // namespace memcosim
