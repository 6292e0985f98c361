// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/mapping_plan.hpp"

#include <gtest/gtest.h>

namespace memcosim {
namespace {

TEST(MappingPlan, UtilisationIsUsedOverAllCells) {
  MappingPlan plan;
  plan.array_rows = 128;
  plan.array_columns = 64;
  EXPECT_EQ(plan.utilisation(), 0.0);
  plan.tiles.resize(2);
  plan.tiles[0].rows = 128;
  plan.tiles[0].columns = 64;
  plan.tiles[1].rows = 32;
  plan.tiles[1].columns = 16;
  EXPECT_DOUBLE_EQ(plan.utilisation(), (128.0 * 64.0 + 32.0 * 16.0) / (2.0 * 128.0 * 64.0));
}

}  // namespace
}  // namespace memcosim
