// SPDX-License-Identifier: Apache-2.0
// Column and row currents against ngspice: an independent program on an independent description of the circuit. Tolerance 1e-9 of the
// largest current: ngspice solves admittances in double, which costs digits where they are far apart.
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "circuit_expectations.hpp"
#include "ngspice_circuit.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

#ifdef MEMCOSIM_NGSPICE
void expect_ngspice(const RandomCircuit& random) {
  const CrossbarSolution solution = NodalSolver(random.circuit).solve(random.voltages);
  std::vector<double> currents = solution.column_currents;
  currents.insert(currents.end(), solution.row_currents.begin(), solution.row_currents.end());
  EXPECT_LT(relative_difference(currents, solve_with_ngspice(MEMCOSIM_NGSPICE, random.circuit, random.voltages)), 1e-9);
}

TEST(Ngspice, ReadsOfArrays) {
  for (const unsigned size : {4u, 8u, 16u, 32u})
    expect_ngspice(read_circuit(size, size, size < 32 ? 1.0 : 10.0, 1e3, 1e5, size));
}

TEST(Ngspice, AnyTerminals) {
  unsigned seed = 0;
  for (const auto& [rows, columns] : {std::pair{4u, 4u}, {5u, 9u}, {12u, 7u}}) {
    for (const bool zero_wires : {false, true}) {
      for (const bool floating : {false, true}) {
        SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " zero wires " << zero_wires << " floating " << floating);
        expect_ngspice(random_circuit(rows, columns, {3.0, zero_wires, false, floating, true}, 40 + ++seed));
      }
    }
  }
}
#else
TEST(Ngspice, IsNotInstalled) {
  GTEST_SKIP() << "ngspice was not found when the build was configured: install Debian's ngspice";
}
#endif

}  // namespace

}  // namespace memcosim::test
