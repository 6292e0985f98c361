// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/line_chains.hpp"

#include <algorithm>
#include <cmath>

namespace memcosim {

namespace {

double at(const std::vector<double>& values, std::size_t line) {
  return values[values.size() == 1 ? 0 : line];
}

/// A line fed from its start only: each resistance carries the currents of all cells behind it.
LineFlow from_start(const double* ohms, std::size_t cells, double source, const double* drawn, double* volts) {
  LineFlow flow;
  double current = 0.0;
  double magnitude = 0.0;
  flow.magnitude = std::fabs(source);
  for (std::size_t cell = cells; cell-- > 0;) {
    current += drawn[cell];
    magnitude += std::fabs(drawn[cell]);
    flow.magnitude += ohms[cell] * magnitude;
    flow.power += ohms[cell] * current * current;
    volts[cell] = current;
  }
  flow.start = current;
  double node = source;
  for (std::size_t cell = 0; cell < cells; ++cell)
    volts[cell] = node -= ohms[cell] * volts[cell];
  return flow;
}

LineFlow from_end(const double* ohms, std::size_t cells, double source, const double* drawn, double* volts) {
  LineFlow flow;
  double current = 0.0;
  double magnitude = 0.0;
  flow.magnitude = std::fabs(source);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    current += drawn[cell];
    magnitude += std::fabs(drawn[cell]);
    flow.magnitude += ohms[cell + 1] * magnitude;
    flow.power += ohms[cell + 1] * current * current;
    volts[cell] = current;
  }
  flow.end = current;
  double node = source;
  for (std::size_t cell = cells; cell-- > 0;)
    volts[cell] = node -= ohms[cell + 1] * volts[cell];
  return flow;
}

/// A line fed from both ends. The voltage law from terminal to terminal gives the current in the largest resistance; currents are summed
/// from there outwards, voltages from the terminals inwards, so that no voltage includes the (inaccurate) drop over the largest resistance.
LineFlow from_both(const double* ohms, std::size_t cells, const LineVolts& ends, const double* drawn, double* volts) {
  const auto largest = static_cast<std::size_t>(std::max_element(ohms, ohms + cells + 1) - ohms);
  double total_ohms = ohms[largest];
  double drop = ends.start - ends.end;
  double before = 0.0;  // current of the cells between the largest resistance and the present one
  for (std::size_t place = largest; place-- > 0;) {
    before += drawn[place];
    total_ohms += ohms[place];
    drop -= ohms[place] * before;
  }
  double behind = 0.0;
  for (std::size_t place = largest; place < cells; ++place) {
    behind += drawn[place];
    total_ohms += ohms[place + 1];
    drop += ohms[place + 1] * behind;
  }
  const double middle = total_ohms > 0.0 ? drop / total_ohms : 0.5 * (behind - before);
  LineFlow flow;
  flow.magnitude = std::fabs(ends.start) + std::fabs(ends.end);
  flow.power = ohms[largest] * middle * middle;
  double current = middle;
  double magnitude = std::fabs(middle);
  for (std::size_t place = largest; place-- > 0;) {
    current += drawn[place];
    magnitude += std::fabs(drawn[place]);
    flow.magnitude += ohms[place] * magnitude;
    flow.power += ohms[place] * current * current;
    volts[place] = current;
  }
  flow.start = current;
  current = middle;
  magnitude = std::fabs(middle);
  for (std::size_t place = largest; place < cells; ++place) {
    current -= drawn[place];
    magnitude += std::fabs(drawn[place]);
    flow.magnitude += ohms[place + 1] * magnitude;
    flow.power += ohms[place + 1] * current * current;
    volts[place] = current;
  }
  flow.end = -current;
  double node = ends.start;
  for (std::size_t cell = 0; cell < largest; ++cell)
    volts[cell] = node -= ohms[cell] * volts[cell];
  node = ends.end;
  for (std::size_t cell = cells; cell-- > largest;)
    volts[cell] = node += ohms[cell + 1] * volts[cell];
  return flow;
}

LineFlow floating(const double* ohms, std::size_t cells, double first_node, const double* drawn, double* volts) {
  LineFlow flow;
  double all = 0.0;
  for (std::size_t cell = 0; cell < cells; ++cell)
    all += std::fabs(drawn[cell]);
  // Currents are summed from the start up to the open node, and from the end behind it; it divides the magnitudes in halves.
  double magnitude = std::fabs(drawn[0]);
  while (flow.open_node + 1 < cells && magnitude + std::fabs(drawn[flow.open_node + 1]) <= 0.5 * all)
    magnitude += std::fabs(drawn[++flow.open_node]);
  flow.magnitude = std::fabs(first_node);
  double current = 0.0;
  magnitude = 0.0;
  for (std::size_t cell = 1; cell <= flow.open_node; ++cell) {
    current -= drawn[cell - 1];
    magnitude += std::fabs(drawn[cell - 1]);
    flow.magnitude += ohms[cell] * magnitude;
    volts[cell] = current;
  }
  current = magnitude = 0.0;
  for (std::size_t cell = cells; --cell > flow.open_node;) {
    current += drawn[cell];
    magnitude += std::fabs(drawn[cell]);
    flow.magnitude += ohms[cell] * magnitude;
    volts[cell] = current;
  }
  double node = volts[0] = first_node;
  for (std::size_t cell = 1; cell < cells; ++cell) {
    flow.power += ohms[cell] * volts[cell] * volts[cell];
    volts[cell] = node -= ohms[cell] * volts[cell];
  }
  return flow;
}

}  // namespace

LineChains::LineChains(std::size_t line_count, std::size_t cell_count, const LineResistances& resistances)
    : lines(line_count), cells(cell_count), ohms(line_count * (cell_count + 1)) {
  const bool per_segment = resistances.segment.size() == lines * (cells - 1);
  for (std::size_t line = 0; line < lines; ++line) {
    double* chain = &ohms[line * (cells + 1)];
    chain[0] = at(resistances.start, line);
    for (std::size_t cell = 1; cell < cells; ++cell)
      chain[cell] = per_segment ? resistances.segment[line * (cells - 1) + cell - 1] : at(resistances.segment, line);
    chain[cells] = at(resistances.end, line);
  }
  alike = true;
  for (std::size_t line = 1; line < lines && alike; ++line)
    alike = std::equal(of(line) + 1, of(line) + cells, of(0) + 1);
}

LineFlow solve_line(const LineChains& chains, std::size_t line, const LineVolts& ends, const double* drawn, double* volts) {
  const double* ohms = chains.of(line);
  if (chains.floats(line)) return floating(ohms, chains.cells, ends.first_node, drawn, volts);
  if (!chains.has_end(line)) return from_start(ohms, chains.cells, ends.start, drawn, volts);
  if (!chains.has_start(line)) return from_end(ohms, chains.cells, ends.end, drawn, volts);
  return from_both(ohms, chains.cells, ends, drawn, volts);
}

}  // namespace memcosim
