// SPDX-License-Identifier: Apache-2.0
// What a netlist says; that ngspice finds the same currents in it is tested in tests/golden.
#include "memcosim/kernels/circuits/spice_netlist.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

namespace memcosim::test {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

CrossbarCircuit two_cells() {
  CrossbarCircuit circuit;
  circuit.rows = 1;
  circuit.columns = 2;
  circuit.conductance = {1e-4, 0.1};
  circuit.word_lines = {{0.3}, {0.0}, {7.0}};
  circuit.bit_lines.end = {4.0};
  return circuit;
}

TEST(SpiceNetlist, HasEveryElementOnce) {
  const SpiceNetlist netlist = spice_netlist(two_cells(), {{0.1}, {0.2}, {}, {0.0, -1e-3}});
  const std::string elements = netlist.elements.substr(netlist.elements.find("vw0s"));
  EXPECT_EQ(elements,
            "vw0s w0s 0 0.1\nvzw0s w0s w0_0 0\n"
            "rw0_1 w0_0 w0_1 0.3\n"
            "vw0e w0e 0 0.2\nrw0e w0e w0_1 7\n"
            "vb0e b0e 0 0\nrb0e b0e b0_0 4\n"
            "vb1e b1e 0 -0.001\nrb1e b1e b0_1 4\n"
            "rc0_0 w0_0 b0_0 10000\n"
            "rc0_1 w0_1 b0_1 10\n");
  EXPECT_THAT(netlist.row_currents, ElementsAre("-i(vw0s)-i(vw0e)"));
  EXPECT_THAT(netlist.column_currents, ElementsAre("i(vb0e)", "i(vb1e)"));
}

TEST(SpiceNetlist, OpenCellsAndLinesWithoutAPathAreLeftOut) {
  CrossbarCircuit circuit = two_cells();
  circuit.conductance[1] = 0.0;
  circuit.bit_lines.end = {4.0, no_terminal};
  const SpiceNetlist netlist = spice_netlist(circuit, {{0.1}, {0.2}, {}, {}});
  EXPECT_THAT(netlist.elements, HasSubstr("* bit line 1 has no path to a terminal and is left out\n"));
  EXPECT_THAT(netlist.elements, Not(HasSubstr("c0_1")));
  EXPECT_THAT(netlist.column_currents, ElementsAre("i(vb0e)", "0"));
}

TEST(SpiceNetlist, SinhCellsAreCurrentSources) {
  EXPECT_THAT(spice_netlist(two_cells(), {}, 0.25).elements, HasSubstr("bc0_1 w0_1 b0_1 i=0.025*sinh(v(w0_1,b0_1)/0.25)\n"));
}

TEST(SpiceNetlist, OperatingPointPrintsEveryCurrent) {
  const std::string text = spice_operating_point(spice_netlist(two_cells(), {}));
  EXPECT_THAT(text, HasSubstr("let row_0 = -i(vw0s)-i(vw0e)\nprint row_0\n"));
  EXPECT_THAT(text, HasSubstr("let column_1 = i(vb1e)\nprint column_1\n"));
  EXPECT_THAT(text, ::testing::EndsWith("quit\n.endc\n.end\n"));
}

TEST(SpiceNetlist, RefusesWhatIsNoCircuit) {
  CrossbarCircuit circuit = two_cells();
  EXPECT_THROW(spice_netlist(circuit, {{0.1, 0.2}, {}, {}, {}}), InputError);
  circuit.conductance[0] = -1.0;
  EXPECT_THROW(spice_netlist(circuit, {}), InputError);
}

}  // namespace

}  // namespace memcosim::test
