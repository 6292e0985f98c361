// SPDX-License-Identifier: Apache-2.0
// Lists and pictures of devices show words and labels, not numbers of enumerators or bare lines.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/devices/converters/converter_kind.hpp"

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST(ListCommand, ShowsTheWordsOfParametersThatHaveSome) {
  const std::string models = run_memcosim({"list", "models"}).output;
  EXPECT_THAT(models, ContainsRegex("resistance +linear +linear \\| exponential"));
  EXPECT_THAT(models, ContainsRegex("window +none +none \\| strukov \\| joglekar"));
  const std::string presets = run_memcosim({"list", "presets"}).output;
  EXPECT_THAT(presets, ContainsRegex("resistance +exponential"));
  EXPECT_THAT(presets, ContainsRegex("r_on +10 kohm"));
}

TEST(ListCommand, ShowsTheKindsOfConverters) {
  const std::string converters = run_memcosim({"list", "converters"}).output;
  for (const ConverterKind* kind : converter_kinds())
    EXPECT_THAT(converters, ContainsRegex(std::string(kind->name()) + " +" + std::string(kind->summary()).substr(0, 8)));
}

TEST(DeviceSimulate, ALegendTellsTheLinesOfARetentionReportApart) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_memcosim(
                {"device", "simulate", "pcm_like", "--retention", "1e6s", "--devices", "20", "--levels", "3", "--out", folder.file("out")})
                .exit_code,
            0);
  std::ifstream file(folder.path() / "out" / "report.html");
  std::ostringstream page;
  page << file.rdbuf();
  for (const char* label : {">from 12.", ">from 25"})
    EXPECT_THAT(page.str(), HasSubstr(label));
}

}  // namespace
}  // namespace memcosim::test
