// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/array_wires.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/settling_time.hpp"

namespace memcosim {

bool operator==(const ArrayWires& a, const ArrayWires& b) {
  return a.word_line_ohms == b.word_line_ohms && a.bit_line_ohms == b.bit_line_ohms && a.source_ohms == b.source_ohms &&
         a.sense_ohms == b.sense_ohms && a.both_ends == b.both_ends && a.node_farads == b.node_farads && a.selector == b.selector &&
         a.write_bias == b.write_bias;
}

ArrayWires read_array_wires(const ConfigNode& array) {
  ArrayWires wires;
  const auto ohms = [&](const char* key, double fallback) {
    return array.quantity(key, Dimension::resistance, Range::non_negative(), fallback);
  };
  const double segment = ohms("wire_resistance", 0.0);
  wires.word_line_ohms = ohms("word_line_resistance", segment);
  wires.bit_line_ohms = ohms("bit_line_resistance", segment);
  wires.source_ohms = ohms("source_resistance", 0.0);
  wires.sense_ohms = ohms("sense_resistance", 0.0);
  wires.node_farads = array.quantity("wire_capacitance", Dimension::capacitance, Range::non_negative(), 0.0);
  wires.both_ends = array.one_of<bool>("drive", {{"one_end", false}, {"both_ends", true}}, "one_end");
  wires.selector =
      array.one_of<CellSelector>("selector", {{"transistor", CellSelector::transistor}, {"none", CellSelector::none}}, "transistor");
  if (wires.selector == CellSelector::none) {
    wires.write_bias = array.one_of<WriteBias>(
        "write_bias", {{"half", WriteBias::half}, {"third", WriteBias::third}, {"floating", WriteBias::floating}}, "half");
  }
  return wires;
}

void check(const ArrayWires& wires) {
  for (const double ohms : {wires.word_line_ohms, wires.bit_line_ohms, wires.source_ohms, wires.sense_ohms}) {
    if (!std::isfinite(ohms) || ohms < 0.0) {
      throw InputError(fmt::format("a resistance of the array's lines is {} ohm: it must be finite and not negative", ohms));
    }
  }
}

double settling_bound(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, double siemens, double relative_error) {
  if (!(wires.node_farads > 0.0) || !wires.resistive()) return 0.0;
  const CrossbarCircuit circuit = array_circuit(wires, rows, columns, std::vector<double>(std::size_t{rows} * columns, siemens));
  TerminalVoltages voltages;
  voltages.word_line_start = {1.0};
  if (wires.both_ends) voltages.word_line_end = {1.0};
  return settling_time(circuit, voltages, {wires.node_farads, wires.node_farads}).settle_s(relative_error);
}

CrossbarCircuit array_circuit(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, std::vector<double> siemens) {
  CrossbarCircuit circuit;
  circuit.rows = rows;
  circuit.columns = columns;
  circuit.conductance = std::move(siemens);
  circuit.word_lines.segment = {wires.word_line_ohms};
  circuit.word_lines.start = {wires.source_ohms};
  if (wires.both_ends) circuit.word_lines.end = {wires.source_ohms};
  circuit.bit_lines.segment = {wires.bit_line_ohms};
  circuit.bit_lines.end = {wires.sense_ohms};
  return circuit;
}

}  // namespace memcosim
