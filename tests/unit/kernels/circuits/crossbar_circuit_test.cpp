// SPDX-License-Identifier: Apache-2.0
// What a circuit may be, and what each line of it does.
#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/line_blocks.hpp"
#include "memcosim/kernels/circuits/line_chains.hpp"

namespace memcosim {

namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

CrossbarCircuit circuit_2_by_3() {
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 3;
  circuit.conductance.assign(6, 1e-4);
  circuit.word_lines.segment = circuit.word_lines.start = {1.0};
  circuit.bit_lines.segment = circuit.bit_lines.end = {1.0};
  return circuit;
}

template <class Change>
std::string fault_of(Change change) {
  CrossbarCircuit circuit = circuit_2_by_3();
  TerminalVoltages voltages;
  change(circuit, voltages);
  try {
    check(circuit);
    check(voltages, circuit);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(CrossbarCircuit, AcceptsEveryFormOfResistance) {
  EXPECT_EQ(fault_of([](CrossbarCircuit&, TerminalVoltages&) {}), "");
  EXPECT_EQ(fault_of([](CrossbarCircuit& circuit, TerminalVoltages& voltages) {
              circuit.conductance[4] = 0.0;
              circuit.word_lines.segment = {1.0, 0.0};
              circuit.bit_lines.segment = {0.0, 1.0, 2.0};
              circuit.word_lines.start = {no_terminal, 0.0};
              circuit.word_lines.end = {no_terminal, 2.0};
              voltages.word_line_start = {0.0, 1.0};
              voltages.bit_line_end = {-1.0};
            }),
            "");
  EXPECT_EQ(fault_of([](CrossbarCircuit& circuit, TerminalVoltages&) { circuit.word_lines.segment = {1.0, 0.0, 3.0, 4.0}; }), "");
}

TEST(CrossbarCircuit, NamesWhatIsWrong) {
  const auto fault = [](auto change) { return fault_of(change); };
  EXPECT_THAT(fault([](CrossbarCircuit& circuit, TerminalVoltages&) { circuit.rows = 0; }), HasSubstr("not 0 x 3"));
  EXPECT_THAT(fault([](CrossbarCircuit& circuit, TerminalVoltages&) { circuit.conductance.pop_back(); }), HasSubstr("6 values, not 5"));
  for (const double bad : {-1e-4, nan, std::numeric_limits<double>::infinity(), 1e-310}) {
    EXPECT_THAT(fault([&](CrossbarCircuit& circuit, TerminalVoltages&) { circuit.conductance[5] = bad; }), HasSubstr("cell (1, 2)"));
    EXPECT_THAT(fault([&](CrossbarCircuit& circuit, TerminalVoltages&) {
                  circuit.bit_lines.segment = {0.0, bad, 0.0};
                }),
                HasSubstr("bit_lines.segment[1]"));
  }
  EXPECT_THAT(fault([](CrossbarCircuit& circuit, TerminalVoltages&) { circuit.word_lines.segment.clear(); }),
              HasSubstr("word_lines.segment: give one resistance, one for each of the 2 lines, or one for each of the 4 segments, not 0"));
  EXPECT_THAT(fault([](CrossbarCircuit& circuit, TerminalVoltages&) {
                circuit.word_lines.end = {1.0, nan};
              }),
              HasSubstr("word_lines.end[1]"));
  EXPECT_THAT(fault([](CrossbarCircuit& circuit, TerminalVoltages&) {
                circuit.bit_lines.start = {1.0, 1.0};
              }),
              HasSubstr("one for each of the 3 lines, not 2"));
  EXPECT_THAT(fault([](CrossbarCircuit&, TerminalVoltages& voltages) {
                voltages.word_line_start = {1.0, 1.0, 1.0};
              }),
              HasSubstr("word_line_start: give one voltage"));
  EXPECT_THAT(fault([](CrossbarCircuit&, TerminalVoltages& voltages) {
                voltages.word_line_start = {0.0, nan};
              }),
              HasSubstr("word_line_start[1]"));
  EXPECT_THAT(fault([](CrossbarCircuit&, TerminalVoltages& voltages) {
                voltages.word_line_end = {0.0, 1.0};
              }),
              HasSubstr("word_line_end[1] is 1 V, but the line has no terminal there"));
  EXPECT_THAT(fault([](CrossbarCircuit& circuit, TerminalVoltages& voltages) {
                circuit.word_lines.segment = circuit.word_lines.start = circuit.word_lines.end = {0.0};
                voltages.word_line_start = {0.5, 0.5};
                voltages.word_line_end = {0.5, 0.25};
              }),
              HasSubstr("word line 1 has no resistance between its terminals at 0.5 V and 0.25 V"));
}

// Drops by hand: 1, 2, 4, 8 ohm around three cells that draw 1, 2, 3 A.
TEST(LineChains, SolvesEachKindOfLine) {
  double drawn[] = {1.0, 2.0, 3.0};
  std::vector<double> volts(3);
  const auto solve = [&](double start, double end, const LineVolts& ends) {
    LineResistances resistances;
    resistances.segment = {2.0, 4.0};
    resistances.start = {start};
    resistances.end = {end};
    return solve_line(LineChains(1, 3, resistances), 0, ends, drawn, volts.data());
  };
  LineFlow flow = solve(1.0, no_terminal, {10.0, 0.0, 0.0});
  EXPECT_THAT(volts, ElementsAre(4.0, -6.0, -18.0));
  EXPECT_EQ(flow.start, 6.0);
  EXPECT_EQ(flow.end, 0.0);
  EXPECT_EQ(flow.power, 1.0 * 36.0 + 2.0 * 25.0 + 4.0 * 9.0);

  flow = solve(no_terminal, 8.0, {0.0, 10.0, 0.0});
  EXPECT_THAT(volts, ElementsAre(-52.0, -50.0, -38.0));
  EXPECT_EQ(flow.end, 6.0);
  EXPECT_EQ(flow.power, 8.0 * 36.0 + 4.0 * 9.0 + 2.0 * 1.0);

  // Both ends: 10 - I - 2 (I - 1) - 4 (I - 3) - 8 (I - 6) = 25, so I = 47 / 15.
  flow = solve(1.0, 8.0, {10.0, 25.0, 0.0});
  const double current = 47.0 / 15.0;
  EXPECT_DOUBLE_EQ(flow.start, current);
  EXPECT_DOUBLE_EQ(flow.end, 6.0 - current);
  EXPECT_THAT(volts, Pointwise(DoubleNear(1e-14), {10.0 - current, 12.0 - 3.0 * current, 24.0 - 7.0 * current}));

  drawn[2] = -3.0;  // nothing else feeds a floating line
  flow = solve(no_terminal, no_terminal, {0.0, 0.0, 5.0});
  EXPECT_THAT(volts, ElementsAre(5.0, 7.0, 19.0));
  EXPECT_EQ(flow.start + flow.end, 0.0);
  EXPECT_EQ(flow.power, 2.0 * 1.0 + 4.0 * 9.0);
}

TEST(LineChains, HalvesWhatTheCircuitLeavesOpen) {
  const double drawn[] = {1.0, 2.0};
  std::vector<double> volts(2);
  LineResistances resistances;
  resistances.start = resistances.end = {0.0};
  const LineFlow flow = solve_line(LineChains(1, 2, resistances), 0, {3.0, 3.0, 0.0}, drawn, volts.data());
  EXPECT_THAT(volts, ElementsAre(3.0, 3.0));
  EXPECT_EQ(flow.start, 1.5);
  EXPECT_EQ(flow.end, 1.5);
}

TEST(LineBlocks, GiveTheBitsOfSingleLines) {
  constexpr std::size_t lines = 19;
  constexpr std::size_t cells = 21;
  std::vector<double> drawn(lines * cells);
  for (std::size_t cell = 0; cell < drawn.size(); ++cell)
    drawn[cell] = 1.0 / static_cast<double>(cell + 3) - 0.02;
  for (const bool start : {true, false}) {
    for (const bool end : {true, false}) {
      for (const bool alike : {true, false}) {
        LineResistances resistances;
        resistances.segment.assign(alike ? 1 : lines * (cells - 1), 0.3);
        resistances.segment.back() = 0.7;
        resistances.start.assign(lines, start ? 1.1 : no_terminal);
        resistances.end.assign(lines, end ? 0.9 : no_terminal);
        resistances.start[18] = no_terminal;  // unlike its neighbours
        const LineChains chains(lines, cells, resistances);
        EXPECT_EQ(chains.alike, alike);
        for (const std::size_t first : {std::size_t{0}, std::size_t{16}}) {
          const std::size_t count = std::min(block_lanes, lines - first);
          const std::vector<LineVolts> ends(count, {1.0, -0.5, 0.25});
          std::vector<LineFlow> flows(count);
          std::vector<double> packed(cells * block_lanes);
          std::vector<double> volts(count * cells);
          pack_rows(&drawn[first * cells], count, cells, cells, packed.data());
          solve_lines(chains, first, count, ends.data(), packed.data(), flows.data());
          unpack_rows(packed.data(), count, cells, cells, volts.data());
          for (std::size_t line = 0; line < count; ++line) {
            std::vector<double> expected(cells);
            const LineFlow flow = solve_line(chains, first + line, ends[line], &drawn[(first + line) * cells], expected.data());
            EXPECT_THAT(expected, ::testing::ElementsAreArray(&volts[line * cells], cells));
            EXPECT_EQ(flow.start, flows[line].start);
            EXPECT_EQ(flow.end, flows[line].end);
            EXPECT_EQ(flow.power, flows[line].power);
            EXPECT_EQ(flow.magnitude, flows[line].magnitude);
            EXPECT_EQ(flow.open_node, flows[line].open_node);
          }
        }
      }
    }
  }
}

TEST(CircuitEquations, ReportsWhatAStateViolates) {
  CrossbarCircuit circuit = circuit_2_by_3();
  circuit.conductance = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  const CircuitEquations equations(circuit);
  TerminalVoltages voltages;
  voltages.word_line_start = {8.0, 0.0};
  CircuitState state = equations.zero_state();
  state.cell_volts[0] = 2.0;  // 2 A through 1 ohm of word line, then 1 + 1 ohm of bit line: the nodes are at 6 V and 4 V
  CircuitMismatch mismatch;
  CellCurrents cells;
  evaluate_linear(circuit.conductance, state.cell_volts, cells);
  CrossbarSolution solution = equations.evaluate(voltages, state, cells, mismatch);
  EXPECT_EQ(solution.residual, 0.0);
  EXPECT_THAT(solution.column_currents, ElementsAre(2.0, 0.0, 0.0));
  EXPECT_EQ(solution.word_line_volts[0], 6.0);
  EXPECT_EQ(solution.bit_line_volts[0], 4.0);
  EXPECT_EQ(solution.cell_volts[1], 6.0);  // an open cell sees what its lines carry
  EXPECT_EQ(solution.source_power, 16.0);
  EXPECT_EQ(solution.cell_power + solution.wire_power, 16.0);
  state.cell_volts[0] = 4.0;
  evaluate_linear(circuit.conductance, state.cell_volts, cells);
  solution = equations.evaluate(voltages, state, cells, mismatch);
  EXPECT_EQ(mismatch.cell_volts[0], -8.0);
  EXPECT_EQ(solution.residual, 8.0 / (8.0 + 4.0 + 4.0 + 4.0));  // of source, cell's own drop in three resistances
  EXPECT_EQ(solution.current_error_bound, 8.0);                 // one cell of 1 S; the true current is 2 A
}

TEST(CircuitEquations, TakesCurrentsFromAnyCharacteristic) {
  CrossbarCircuit circuit = circuit_2_by_3();
  circuit.conductance = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  const CircuitEquations equations(circuit);
  TerminalVoltages voltages;
  voltages.word_line_start = {8.0, 0.0};
  CircuitState state = equations.zero_state();
  state.cell_volts[0] = 2.0;
  CircuitMismatch mismatch;
  // 2 A of a cell whose current does not rise any more: it is not an open cell, its voltage must obey the voltage law.
  CellCurrents cells{{2.0, 0.0, 0.0, 0.0, 0.0, 0.0}, std::vector<double>(6)};
  CrossbarSolution solution = equations.evaluate(voltages, state, cells, mismatch);
  EXPECT_EQ(solution.residual, 0.0);
  EXPECT_EQ(solution.cell_power, 4.0);
  state.cell_volts[0] = 1.0;
  solution = equations.evaluate(voltages, state, cells, mismatch);
  EXPECT_EQ(mismatch.cell_volts[0], 1.0);
  EXPECT_EQ(solution.missing_volts, 1.0);
  EXPECT_GT(solution.residual, 0.05);
  state.cell_volts[0] = nan;
  EXPECT_EQ(equations.evaluate(voltages, state, cells, mismatch).residual, std::numeric_limits<double>::infinity());

  circuit.word_lines.start = {no_terminal};
  voltages.word_line_start.clear();
  state.cell_volts[0] = -4.0;  // what 2 A leave between the floating line at 0 V and the bit line
  solution = CircuitEquations(circuit).evaluate(voltages, state, cells, mismatch);
  EXPECT_EQ(mismatch.word_line_current[0], 2.0);
  EXPECT_EQ(solution.residual, 1.0);
}

TEST(CircuitEquations, FindsLinesWithoutAPathToATerminal) {
  CrossbarCircuit circuit = circuit_2_by_3();
  circuit.word_lines.start = {no_terminal, 1.0};
  circuit.bit_lines.end = {no_terminal, no_terminal, 1.0};
  circuit.conductance = {1e-4, 0.0,  0.0,  //
                         0.0,  1e-4, 1e-4};
  const CircuitEquations equations(circuit);
  EXPECT_THAT(equations.undefined_word_lines(), ElementsAre(0));
  EXPECT_THAT(equations.undefined_bit_lines(), ElementsAre(0));
}

}  // namespace

}  // namespace memcosim
