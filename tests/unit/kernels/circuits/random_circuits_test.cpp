// SPDX-License-Identifier: Apache-2.0
// A thousand circuits over twelve decades of resistances by three methods: each is right within its bound, or says that it is not.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

void expect_within_bound(const CrossbarSolution& solution, const TerminalCurrents& truth, double rounding) {
  for (std::size_t column = 0; column < truth.column_currents.size(); ++column)
    EXPECT_LE(std::fabs(solution.column_currents[column] - truth.column_currents[column]), solution.current_error_bound + rounding);
  for (std::size_t row = 0; row < truth.row_currents.size(); ++row)
    EXPECT_LE(std::fabs(solution.row_currents[row] - truth.row_currents[row]), solution.current_error_bound + rounding);
}

TEST(RandomCircuits, NoWrongAnswerWithoutAnError) {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const bool floating = seed % 5 == 0;
    const CircuitKinds kinds{12.0, seed % 2 != 0, seed % 3 != 0, floating, true};
    const RandomCircuit random = random_circuit(1 + seed % 9, 1 + seed % 8, kinds, 5000 + seed);
    const TerminalCurrents truth = PortReduction(random.circuit).solve(random.voltages);
    // Cells' voltages are differences of voltages up to 1 V: their rounding, 2e-15 V, drives a current through the largest conductance.
    const double rounding = 2e-15 * *std::max_element(random.circuit.conductance.begin(), random.circuit.conductance.end());
    CrossbarSolution nodal = NodalSolver(random.circuit).solve(random.voltages);
    EXPECT_LT(nodal.residual, 1e-12);
    nodal.current_error_bound = 0.0;  // rounding alone
    expect_within_bound(nodal, truth, rounding);
    if (floating) continue;
    try {
      expect_within_bound(DeviceSpaceSolver(random.circuit).solve(random.voltages, 1e-10), truth, rounding);
    } catch (const RunError&) {
      ++refused;
    }
  }
  EXPECT_LT(refused, 160u);  // of 800; conjugate gradients do not reach 1e-10 where the condition number is beyond double precision
}

}  // namespace

}  // namespace memcosim::test
