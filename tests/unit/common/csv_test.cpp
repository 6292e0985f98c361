// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

TEST(Csv, WritesHeaderAndRows) {
  CsvTable table({"name", "energy_j", "count"});
  table.row().cell("a").cell(1.5e-12).cell(std::uint64_t{18446744073709551615u});
  table.row().cell("b").cell(0.1).cell(std::uint64_t{0});
  EXPECT_EQ(table.str(), "name,energy_j,count\na,1.5e-12,18446744073709551615\nb,0.1,0\n");
}

TEST(Csv, QuotesWhatNeedsIt) {
  CsvTable table({"plain", "with,comma", "with\"quote"});
  table.row().cell("line\nfeed").cell("carriage\rreturn").cell("");
  EXPECT_EQ(table.str(), "plain,\"with,comma\",\"with\"\"quote\"\n\"line\nfeed\",\"carriage\rreturn\",\n");
}

TEST(Csv, AnEmptyOnlyCellIsNoEmptyLine) {
  CsvTable table({"x"});
  table.row().cell("");
  EXPECT_EQ(table.str(), "x\n\"\"\n");
}

TEST(Csv, WithoutRowsIsItsHeader) {
  EXPECT_EQ(CsvTable({"x", "y"}).str(), "x,y\n");
}

TEST(Csv, CountsItsCells) {
  CsvTable few({"x", "y"});
  few.row().cell("1");
  EXPECT_THROW(few.str(), std::logic_error);
  EXPECT_THROW(few.row(), std::logic_error);
  CsvTable many({"x", "y"});
  many.row().cell("1").cell("2").cell("3");
  EXPECT_THROW(many.row(), std::logic_error);
  CsvTable no_row({"x", "y"});
  no_row.cell("1");
  EXPECT_THROW(no_row.str(), std::logic_error);
  EXPECT_THROW(CsvTable({}), std::logic_error);
}

TEST(Csv, NeverWritesNan) {
  CsvTable table({"x"});
  EXPECT_THROW(table.row().cell(std::numeric_limits<double>::quiet_NaN()), std::logic_error);
}

}  // namespace
}  // namespace memcosim
