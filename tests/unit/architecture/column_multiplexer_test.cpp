// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/column_multiplexer.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

std::string text(const ColumnMultiplexer& multiplexer) {
  return std::to_string(multiplexer.columns) + " columns, " + std::to_string(multiplexer.columns_per_adc) + " per ADC, " +
         (multiplexer.sharing == AdcSharing::blocked ? "blocked" : "interleaved");
}

/// All shapes with up to 40 columns, in both ways of sharing.
std::vector<ColumnMultiplexer> shapes() {
  std::vector<ColumnMultiplexer> all;
  for (const AdcSharing sharing : {AdcSharing::interleaved, AdcSharing::blocked}) {
    for (std::uint32_t columns = 1; columns <= 40; ++columns) {
      for (std::uint32_t each = 1; each <= columns + 3; ++each)
        all.push_back({columns, each, sharing});
    }
  }
  return all;
}

TEST(ColumnMultiplexer, EveryColumnHasAConverterAndATurnOfItsOwn) {
  for (const ColumnMultiplexer& multiplexer : shapes()) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    for (std::uint32_t column = 0; column < multiplexer.columns; ++column) {
      ASSERT_LT(multiplexer.converter_of(column), multiplexer.converters()) << text(multiplexer);
      ASSERT_LT(multiplexer.group_of(column), multiplexer.groups()) << text(multiplexer);
      ASSERT_TRUE(places.insert({multiplexer.converter_of(column), multiplexer.group_of(column)}).second) << text(multiplexer);
    }
    ASSERT_EQ(multiplexer.converters(), (multiplexer.columns + multiplexer.columns_per_adc - 1) / multiplexer.columns_per_adc);
    ASSERT_LE(multiplexer.groups(), multiplexer.columns_per_adc) << text(multiplexer);
  }
}

TEST(ColumnMultiplexer, GroupsAreTheMostUsedColumnsOnAConverter) {
  for (const ColumnMultiplexer& multiplexer : shapes()) {
    for (std::uint32_t used = 0; used <= multiplexer.columns; ++used) {
      std::vector<std::uint32_t> on(multiplexer.converters(), 0);
      for (std::uint32_t column = 0; column < used; ++column)
        ++on[multiplexer.converter_of(column)];
      ASSERT_EQ(multiplexer.groups(used), *std::max_element(on.begin(), on.end())) << text(multiplexer) << ", " << used << " used";
      const auto busy = std::count_if(on.begin(), on.end(), [](std::uint32_t columns) { return columns != 0; });
      ASSERT_EQ(multiplexer.busy_converters(used), busy) << text(multiplexer) << ", " << used << " used";
    }
  }
}

TEST(ColumnMultiplexer, GroupsHoldEveryUsedColumnOnce) {
  for (const ColumnMultiplexer& multiplexer : shapes()) {
    for (std::uint32_t used = 0; used <= multiplexer.columns; ++used) {
      std::vector<std::uint32_t> seen;
      for (std::uint32_t group = 0; group < multiplexer.groups(); ++group) {
        const ColumnGroup columns = multiplexer.columns_of(group, used);
        const std::size_t before = seen.size();
        for (std::uint32_t column = columns.first; column < columns.end; column += columns.stride) {
          ASSERT_EQ(multiplexer.group_of(column), group) << text(multiplexer);
          seen.push_back(column);
        }
        ASSERT_EQ(columns.count(), seen.size() - before) << text(multiplexer);
        ASSERT_EQ(columns.count() != 0, group < multiplexer.groups(used)) << text(multiplexer) << ", " << used << " used";
      }
      std::sort(seen.begin(), seen.end());
      ASSERT_EQ(seen.size(), used);
      for (std::uint32_t column = 0; column < used; ++column)
        ASSERT_EQ(seen[column], column);
    }
  }
}

TEST(ColumnMultiplexer, InterleavedIsNeverSlowerAndEqualWhereEveryColumnIsUsed) {
  for (ColumnMultiplexer multiplexer : shapes()) {
    for (std::uint32_t used = 0; used <= multiplexer.columns; ++used) {
      multiplexer.sharing = AdcSharing::interleaved;
      const std::uint32_t interleaved = multiplexer.groups(used);
      multiplexer.sharing = AdcSharing::blocked;
      ASSERT_LE(interleaved, multiplexer.groups(used)) << text(multiplexer);
      if (used == multiplexer.columns) {
        ASSERT_EQ(interleaved, multiplexer.groups(used)) << text(multiplexer);
      }
    }
  }
}

TEST(ColumnMultiplexer, PlacesAsTheNamesSay) {
  const ColumnMultiplexer interleaved{128, 8, AdcSharing::interleaved};
  EXPECT_EQ(interleaved.converter_of(17), 1u);
  EXPECT_EQ(interleaved.group_of(17), 1u);
  EXPECT_EQ(interleaved.groups(32), 2u);
  const ColumnMultiplexer blocked{128, 8, AdcSharing::blocked};
  EXPECT_EQ(blocked.converter_of(17), 2u);
  EXPECT_EQ(blocked.group_of(17), 1u);
  EXPECT_EQ(blocked.groups(32), 8u);
  EXPECT_EQ(blocked.busy_converters(32), 4u);
}

}  // namespace
}  // namespace memcosim
