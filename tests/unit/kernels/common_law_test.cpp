// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/common_law.hpp"

#include <gtest/gtest.h>

#include "memcosim/devices/cells/stanford_pku_cell.hpp"

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

using cuda::common_law;

std::unique_ptr<CellArray> cells_of(const ArrayConfig& config) {
  auto cells = std::make_unique<CellArray>(config.cell, CellArrayPlace{config.rows, config.columns, config.read_voltage_v, 1, 0});
  const auto siemens = siemens_of(config, random_levels(config, 3));
  cells->set_conductances(siemens.data());
  return cells;
}

/// Largest difference between a law's current and that of the cells, relative to the latter, at several voltages.
double largest_difference(const CurrentLaw& law, const CellArray& cells) {
  const double read = cells.read_voltage_v();
  double largest = 0.0;
  for (std::uint32_t cell = 0; cell < cells.size(); ++cell) {
    for (const double volts : {-0.2, -0.01, 0.003, 0.07, 0.2}) {
      const double expected = cells.tangent(cell, volts).amperes;
      const double seen = cells.conductance(cell) * read * law.shape(volts) / law.shape(read);
      if (seen != expected) largest = std::max(largest, std::fabs(seen / expected - 1.0));
    }
  }
  return largest;
}

TEST(CommonLaw, IsTheLawThatTheCellsAreUnder) {
  ArrayConfig config = ohmic_array(12, 8, 16, false);
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.cell.circuit.law.v0 = 0.07;
  const auto cells = cells_of(config);
  const auto law = common_law(*cells);
  ASSERT_TRUE(law);
  EXPECT_EQ(law->v0, 0.07);
  EXPECT_LT(largest_difference(*law, *cells), 1e-13);
}

TEST(CommonLaw, OfTheStanfordModelIsItsSinhUnlessThatVaries) {
  ArrayConfig config = ohmic_array(12, 8);
  config.cell = default_cell_spec("stanford_pku");
  config.window = {1e-5, 1e-3, 16};
  config.cell.variations = {{StanfordPkuCell::i_0, Distribution::normal, 1e-4, 0.0, 1.0}};
  const auto cells = cells_of(config);
  const auto law = common_law(*cells);
  ASSERT_TRUE(law);
  EXPECT_LT(largest_difference(*law, *cells), 1e-12);
  config.cell.cycle_variations = {{StanfordPkuCell::v_0, Distribution::normal, 1e-3, 0.0, 1.0}};
  EXPECT_FALSE(common_law(*cells_of(config)));
  config.cell.cycle_variations.clear();
  config.cell.variations = {{StanfordPkuCell::v_0, Distribution::normal, 1e-3, 0.0, 1.0}};
  EXPECT_FALSE(common_law(*cells_of(config)));
}

TEST(CommonLaw, IsNoneBehindAccessDevicesOrForOwnCurrents) {
  ArrayConfig config = ohmic_array(12, 8);
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.cell.circuit.access.kind = AccessDevice::Kind::transistor;
  config.cell.circuit.access.on_ohms = 1e3;
  EXPECT_FALSE(common_law(*cells_of(config)));
  config.cell = default_cell_spec("mtj");
  EXPECT_FALSE(common_law(*cells_of(config)));
  config.cell = default_cell_spec("data_driven_2021");
  EXPECT_FALSE(common_law(*cells_of(config)));
}

TEST(CommonLaw, IsNoneWhereAStuckCellHasNoStateThatConducts) {
  ArrayConfig config = ohmic_array(12, 8, 16, false);
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.cell.nonidealities.faults.low_resistance_share = 0.2;
  const auto cells = cells_of(config);
  ASSERT_GT(cells->faulty(), 0u);
  EXPECT_FALSE(common_law(*cells));
  const std::vector<double> conducting(cells->size(), 0.5 * config.window.g_max);
  cells->set_conductances(conducting.data());
  EXPECT_TRUE(common_law(*cells));
}

}  // namespace
}  // namespace memcosim::testing
