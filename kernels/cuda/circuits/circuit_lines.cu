// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/line_chains.hpp"
#include "memcosim/kernels/cuda/circuits/circuit_lines.cuh"

namespace memcosim::cuda {

namespace {

bool any_floats(const LineChains& chains) {
  for (std::size_t line = 0; line < chains.lines; ++line)
    if (chains.floats(line)) return true;
  return false;
}

const CrossbarCircuit& checked(const CrossbarCircuit& circuit) {
  CrossbarCircuit conducting = circuit;
  conducting.conductance.assign(std::size_t{circuit.rows} * circuit.columns, 1.0);
  check(conducting);
  const std::string reason = why_no_circuit_lines(circuit);
  if (!reason.empty()) throw InputError("the GPU does not solve this circuit: " + reason);
  return circuit;
}

}  // namespace

std::string why_no_circuit_lines(const CrossbarCircuit& circuit) {
  if (circuit.rows > most_lines || circuit.columns > most_lines)
    return fmt::format("{} x {} lines are more than {} of a kind", circuit.rows, circuit.columns, most_lines);
  if (any_floats(LineChains(circuit.rows, circuit.columns, circuit.word_lines)) ||
      any_floats(LineChains(circuit.columns, circuit.rows, circuit.bit_lines)))
    return "a line floats: the currents of its cells do not determine its voltage";
  return {};
}

CircuitLines::CircuitLines(const CrossbarCircuit& circuit)
    : word_table_(make_line_table(checked(circuit).word_lines, circuit.rows, circuit.columns, false)),
      bit_table_(make_line_table(circuit.bit_lines, circuit.columns, circuit.rows, true)),
      words_(word_table_),
      bits_(bit_table_) {
  batch_.lines = {circuit.rows, circuit.columns, words_.get(), bits_.get()};
  choose_team(batch_);
}

}  // namespace memcosim::cuda
