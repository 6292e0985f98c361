// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/line_tables.hpp"

#include "memcosim/kernels/circuits/line_chains.hpp"

namespace memcosim::cuda {

LineTable make_line_table(const LineResistances& lines, std::size_t line_count, std::size_t cells, bool places_first) {
  const LineChains chains(line_count, cells, lines);
  LineTable table;
  table.ohms.resize(line_count * cells);
  table.path.resize(line_count * cells);
  table.closure.resize(line_count);
  table.reversed.resize(line_count);
  for (std::size_t line = 0; line < line_count; ++line) {
    const double* ohms = chains.of(line);
    const bool reversed = !chains.has_start(line);
    table.reversed[line] = reversed ? 1 : 0;
    double path = 0.0;
    for (std::size_t place = 0; place < cells; ++place) {
      const std::size_t entry = places_first ? place * line_count + line : line * cells + place;
      table.ohms[entry] = ohms[reversed ? cells - place : place];
      table.path[entry] = path += table.ohms[entry];
    }
    if (reversed || !chains.has_end(line)) continue;
    const double whole = path + ohms[cells];
    table.closure[line] = whole > 0.0 ? 1.0 / whole : 0.0;
  }
  return table;
}

LineVoltages order_voltages(const LineTable& table, const std::vector<double>& start, const std::vector<double>& end) {
  const auto at = [](const std::vector<double>& values, std::size_t line) {
    return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
  };
  LineVoltages volts;
  for (std::size_t line = 0; line < table.closure.size(); ++line) {
    volts.near_volts.push_back(table.reversed[line] ? at(end, line) : at(start, line));
    volts.far_volts.push_back(table.closure[line] > 0.0 ? at(end, line) : volts.near_volts.back());
  }
  return volts;
}

}  // namespace memcosim::cuda
