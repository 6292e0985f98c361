// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/ohmic_cell.hpp"

#include <gtest/gtest.h>

#include "memcosim/devices/cell_base/cell_pulse.hpp"

namespace memcosim {
namespace {

TEST(OhmicCell, HoldsItsConductanceThroughPulses) {
  const double p[] = {1e-6, 1e-4};
  const CellPulse pulse = apply_pulse<OhmicCell>(p, {}, 3e-5, {-2.0, 1e-6, 0.0, {}}, {});
  EXPECT_EQ(pulse.state, 3e-5);
  EXPECT_DOUBLE_EQ(pulse.energy_j, 4.0 * 3e-5 * 1e-6);
  EXPECT_EQ(OhmicCell::set_polarity, 0);
}

TEST(OhmicCell, HalfTheVoltageIsAQuarterOfTheEnergy) {
  const double p[] = {1e-6, 1e-4};
  const double full = apply_pulse<OhmicCell>(p, {}, 7e-5, {0.2, 1e-8, 0.0, {}}, {}).energy_j;
  const double half = apply_pulse<OhmicCell>(p, {}, 7e-5, {0.1, 1e-8, 0.0, {}}, {}).energy_j;
  EXPECT_DOUBLE_EQ(half, full / 4.0);
}

TEST(OhmicCell, ClipsToItsRange) {
  const double p[] = {1e-6, 1e-4};
  EXPECT_EQ(OhmicCell::state_of_conductance(p, 0.0), 1e-6);
  EXPECT_EQ(OhmicCell::state_of_conductance(p, 1.0), 1e-4);
  EXPECT_EQ(OhmicCell::state_of_conductance(p, 5e-5), 5e-5);
  EXPECT_EQ(OhmicCell::conductance(p, OhmicCell::initial_state(p)), 1e-6);
}

TEST(OhmicCell, ContradictingRangeIsMadeConsistent) {
  double p[] = {2e-5, 1e-5};
  EXPECT_EQ(OhmicCell::inconsistency(p).parameter, OhmicCell::g_max);
  EXPECT_TRUE(OhmicCell::make_consistent(p));
  EXPECT_EQ(OhmicCell::inconsistency(p).message, nullptr);
  EXPECT_FALSE(OhmicCell::make_consistent(p));
}

}  // namespace
}  // namespace memcosim
