// SPDX-License-Identifier: Apache-2.0
// The bound of the settling time against a transient analysis of the same network by ngspice.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "memcosim/common/units.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/settling_time.hpp"
#include "memcosim/kernels/circuits/spice_netlist.hpp"

#include "circuit_expectations.hpp"
#include "ngspice_circuit.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

#ifdef MEMCOSIM_NGSPICE
/// All currents at a time after a step from 0 V: capacitors start without charge.
NgspiceCurrents currents_at(const RandomCircuit& random, const LineCapacitance& capacitance, double seconds) {
  const CrossbarCircuit& circuit = random.circuit;
  const SpiceNetlist netlist = spice_netlist(circuit, random.voltages);
  std::string text = netlist.elements;
  for (std::uint32_t row = 0; row < circuit.rows; ++row) {
    for (std::uint32_t column = 0; column < circuit.columns; ++column) {
      fmt::format_to(std::back_inserter(text), "cw{0}_{1} w{0}_{1} 0 {2} ic=0\ncb{0}_{1} b{0}_{1} 0 {3} ic=0\n", row, column,
                     exact_number(capacitance.word_line_farads), exact_number(capacitance.bit_line_farads));
    }
  }
  fmt::format_to(std::back_inserter(text),
                 ".options gmin=0 reltol=1e-7 abstol=1e-20 vntol=1e-12 chgtol=1e-24\n"
                 ".control\nset numdgt=16\ntran {0} {1} 0 {0} uic\n",
                 exact_number(seconds / 500.0), exact_number(seconds));
  const auto print = [&](const char* kind, const std::vector<std::string>& expressions) {
    for (std::size_t line = 0; line < expressions.size(); ++line) {
      fmt::format_to(std::back_inserter(text), "let wave = {2}\nlet {0}_{1} = wave[length(wave)-1]\nprint {0}_{1}\n", kind, line,
                     expressions[line]);
    }
  };
  print("row", netlist.row_currents);
  print("column", netlist.column_currents);
  return run_ngspice(MEMCOSIM_NGSPICE, text + "quit\n.endc\n.end\n", circuit.rows, circuit.columns);
}

/// Largest distance of a column current from its end value, relative to the largest of these.
double distance(const RandomCircuit& random, const LineCapacitance& capacitance, double seconds) {
  const std::vector<double> end = NodalSolver(random.circuit).solve(random.voltages).column_currents;
  return relative_difference(currents_at(random, capacitance, seconds).column_currents, end);
}

TEST(NgspiceSettling, ColumnsAreSettledWhenTheBoundSays) {
  for (const auto& [rows, columns] : {std::pair{4u, 4u}, {10u, 10u}, {14u, 7u}}) {
    for (const double ohm : {2.0, 50.0}) {
      RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e5, 70 + rows);
      if (rows == 14) random.circuit.word_lines.end = {ohm};
      const LineCapacitance capacitance{1e-15, 2e-15};
      const Settling settling = settling_time(random.circuit, random.voltages, capacitance);
      for (const double error : {1e-2, 1e-3}) {
        SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << ohm << " ohm, to " << error);
        const double seconds = settling.settle_s(error);
        EXPECT_LT(distance(random, capacitance, seconds), error);
        EXPECT_GT(distance(random, capacitance, seconds / 2.0), error);  // and not long before
      }
    }
  }
}

TEST(NgspiceSettling, TheLastDecayHasTheSlowestTimeConstant) {
  const RandomCircuit random = read_circuit(8, 9, 20.0, 1e3, 1e5, 80);
  const LineCapacitance capacitance{1e-15, 1e-15};
  const Settling settling = settling_time(random.circuit, random.voltages, capacitance);
  const double early = distance(random, capacitance, 5.0 * settling.slowest_s);
  const double late = distance(random, capacitance, 6.0 * settling.slowest_s);
  EXPECT_NEAR(std::log(early / late), 1.0, 0.02);
}
#endif

}  // namespace

}  // namespace memcosim::test
