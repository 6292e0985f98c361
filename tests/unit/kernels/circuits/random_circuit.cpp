// SPDX-License-Identifier: Apache-2.0
#include "random_circuit.hpp"

#include <cmath>
#include <cstddef>
#include <random>

namespace memcosim::test {

namespace {

class Draws {
 public:
  explicit Draws(unsigned seed) : engine_(seed) {}
  /// Own scaling: the standard leaves that of its distributions open.
  double uniform() { return static_cast<double>(engine_()) / 4294967296.0; }
  bool one_in(unsigned count) { return engine_() % count == 0; }
  double around(double middle, double decades) { return middle * std::pow(10.0, decades * (uniform() - 0.5)); }

 private:
  std::mt19937 engine_;
};

LineResistances random_lines(Draws& draws, std::size_t lines, std::size_t cells, const CircuitKinds& kinds) {
  LineResistances result;
  const auto ohm = [&] { return kinds.zero_wires && draws.one_in(3) ? 0.0 : draws.around(1e3, kinds.decades); };
  const std::size_t forms[] = {1, lines, lines * (cells - 1)};
  result.segment.resize(forms[draws.one_in(3) ? 0 : draws.one_in(2) ? 1 : 2]);
  for (double& segment : result.segment)
    segment = ohm();
  result.start.assign(lines, no_terminal);
  result.end.assign(lines, no_terminal);
  for (std::size_t line = 0; line < lines; ++line) {
    if (kinds.floating && draws.one_in(4)) continue;
    const bool both = kinds.both_ends && draws.one_in(3);
    const bool start = draws.one_in(2);
    if (both || start) result.start[line] = ohm();
    if (both || !start) result.end[line] = both && result.start[line] == 0.0 ? draws.around(1e3, kinds.decades) : ohm();
  }
  return result;
}

std::vector<double> random_volts(Draws& draws, const std::vector<double>& terminals) {
  std::vector<double> volts;
  for (const double ohm : terminals)
    volts.push_back(ohm == no_terminal ? 0.0 : 2.0 * draws.uniform() - 1.0);
  return volts;
}

}  // namespace

RandomCircuit random_circuit(std::uint32_t rows, std::uint32_t columns, const CircuitKinds& kinds, unsigned seed) {
  Draws draws(seed);
  RandomCircuit result;
  CrossbarCircuit& circuit = result.circuit;
  circuit.rows = rows;
  circuit.columns = columns;
  circuit.conductance.resize(std::size_t{rows} * columns);
  for (double& siemens : circuit.conductance)
    siemens = kinds.open_cells && draws.one_in(5) ? 0.0 : 1.0 / draws.around(1e3, kinds.decades);
  circuit.word_lines = random_lines(draws, rows, columns, kinds);
  circuit.bit_lines = random_lines(draws, columns, rows, kinds);
  result.voltages.word_line_start = random_volts(draws, circuit.word_lines.start);
  result.voltages.word_line_end = random_volts(draws, circuit.word_lines.end);
  result.voltages.bit_line_start = random_volts(draws, circuit.bit_lines.start);
  result.voltages.bit_line_end = random_volts(draws, circuit.bit_lines.end);
  return result;
}

RandomCircuit read_circuit(std::uint32_t rows, std::uint32_t columns, double ohm, double r_on, double r_off, unsigned seed) {
  Draws draws(seed);
  RandomCircuit result;
  CrossbarCircuit& circuit = result.circuit;
  circuit.rows = rows;
  circuit.columns = columns;
  circuit.conductance.resize(std::size_t{rows} * columns);
  for (double& siemens : circuit.conductance)
    siemens = 1.0 / r_off + (1.0 / r_on - 1.0 / r_off) * draws.uniform();
  circuit.word_lines.segment = circuit.word_lines.start = {ohm};
  circuit.bit_lines.segment = circuit.bit_lines.end = {ohm};
  result.voltages.word_line_start.resize(rows);
  for (double& volts : result.voltages.word_line_start)
    volts = draws.uniform();
  return result;
}

}  // namespace memcosim::test
