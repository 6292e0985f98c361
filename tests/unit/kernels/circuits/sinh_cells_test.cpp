// SPDX-License-Identifier: Apache-2.0
// The currents and slopes of cells against the C library, and which cells there can be.
#include "memcosim/kernels/circuits/sinh_cells.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

namespace memcosim::test {

namespace {

TEST(SinhCells, HaveTheLawsCurrentsAndSlopes) {
  std::vector<double> volts;
  for (double magnitude = 1e-12; magnitude < 37.5; magnitude *= 1.0007)
    volts.insert(volts.end(), {magnitude, -magnitude});
  const SinhCells cells(std::vector<double>(volts.size(), 3e-5), 0.25);
  CellCurrents currents;
  cells.evaluate(volts, currents);
  for (std::size_t cell = 0; cell < volts.size(); ++cell) {
    const double amperes = 3e-5 * 0.25 * std::sinh(volts[cell] / 0.25);
    ASSERT_NEAR(currents.amperes[cell], amperes, 1e-15 * std::fabs(amperes)) << volts[cell];
    const double siemens = 3e-5 * std::cosh(volts[cell] / 0.25);
    ASSERT_NEAR(currents.siemens[cell], siemens, 1e-15 * siemens) << volts[cell];
  }
}

TEST(SinhCells, GoOnAlongTheTangentWhereTheLawLeavesTheDoubles) {
  const SinhCells cells(std::vector<double>(5, 1e-4), 1e-3);
  CellCurrents currents;
  cells.evaluate({0.0, -0.0, 0.15, 1.15, -1e6}, currents);
  EXPECT_EQ(currents.amperes[0], 0.0);
  EXPECT_EQ(currents.amperes[1], 0.0);
  EXPECT_NEAR(currents.amperes[3] - currents.amperes[2], currents.siemens[2], 1e-12 * currents.siemens[2]);
  EXPECT_EQ(currents.siemens[3], currents.siemens[2]);
  EXPECT_LT(currents.amperes[4], -1e60);
  EXPECT_TRUE(std::isfinite(currents.amperes[4]));
  EXPECT_EQ(cells.largest_volts(), 0.15);
}

TEST(SinhCells, ImpossibleCellsAreErrors) {
  EXPECT_THROW(SinhCells({1e-4}, 0.0), InputError);
  EXPECT_THROW(SinhCells({1e-4}, std::numeric_limits<double>::quiet_NaN()), InputError);
  EXPECT_THROW(SinhCells({1e-4, -1e-4}, 0.25), InputError);
  EXPECT_THROW(SinhCells({std::numeric_limits<double>::infinity()}, 0.25), InputError);
}

}  // namespace

}  // namespace memcosim::test
