// SPDX-License-Identifier: Apache-2.0
// Columns that hold no weights are neither converted nor timed nor paid for, and what clips is counted at each end of the code range.
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run_fixture.hpp"

namespace memcosim::test {
namespace {

using Row = std::map<std::string, std::string>;

/// Rows of a table by the names of its columns.
std::vector<Row> rows_of(const std::string& csv) {
  const auto cells = [](const std::string& line) {
    std::vector<std::string> result;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');)
      result.push_back(cell);
    return result;
  };
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells(line);
  std::vector<Row> rows;
  while (std::getline(lines, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < values.size(); ++i)
      row[names.at(i)] = values[i];
    rows.push_back(row);
  }
  return rows;
}

class UsedColumns : public RunFixture {
 protected:
  /// 3 images of the shipped MLP, whose last array uses 20 of 128 columns.
  nlohmann::json summary_of(const std::string& out, const std::vector<std::string>& overrides) {
    std::vector<std::string> arguments = {"--set", "programming.method=ideal", "--set", "dataset.count=3"};
    for (const std::string& text : overrides)
      arguments.insert(arguments.end(), {"--set", text});
    return nlohmann::json::parse(run(out, arguments, std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml"));
  }
  std::vector<Row> arrays_of(const std::string& out) const { return rows_of(content(folder_.file(out) + "/arrays.csv")); }

  static double value(const nlohmann::json& summary, const std::string& path) {
    return summary.at(nlohmann::json::json_pointer("/" + path + "/value")).get<double>();
  }
};

TEST_F(UsedColumns, AreAllThatIsConverted) {
  const nlohmann::json summary = summary_of("run", {});
  constexpr std::uint64_t slices = 8;
  constexpr std::uint64_t converters = 16;
  std::uint64_t all = 0;
  for (const Row& array : arrays_of("run")) {
    const std::uint64_t columns = std::stoull(array.at("columns"));
    const std::uint64_t conversions = std::stoull(array.at("conversions"));
    EXPECT_EQ(conversions, std::stoull(array.at("mvms")) * slices * columns);
    EXPECT_EQ(std::stoull(array.at("column_groups")), (columns + converters - 1) / converters);
    all += conversions;
  }
  EXPECT_EQ(value(summary, "adc/conversions"), static_cast<double>(all));
  EXPECT_EQ(arrays_of("run").back().at("columns"), "20");
}

TEST_F(UsedColumns, SharingChangesTimeAndNothingElse) {
  const nlohmann::json interleaved = summary_of("interleaved", {});
  const nlohmann::json blocked = summary_of("blocked", {"macro.adc.sharing=blocked"});
  EXPECT_LT(value(interleaved, "timing/first_latency"), value(blocked, "timing/first_latency"));
  for (const char* same :
       {"adc/conversions", "adc/clipped", "energy/inference/adc", "area/total", "accuracy/agreement", "mapping/column_groups"})
    EXPECT_EQ(value(interleaved, same), value(blocked, same)) << same;
}

TEST_F(UsedColumns, ClippedConversionsAreCountedAtTheEndOfTheRangeWhereTheyClip) {
  const std::string range = "macro.adc.full_scale={mode: fixed, lsb: 2}";
  const nlohmann::json ideal = summary_of("ideal", {range, "macro.adc.bits=5"});
  EXPECT_EQ(value(ideal, "adc/clipped_low"), 0.0);
  EXPECT_GT(value(ideal, "adc/clipped_high"), 0.0);
  const nlohmann::json offset = summary_of("offset", {range, "macro.adc.bits=5", "macro.adc.offset_lsb=-3"});
  EXPECT_GT(value(offset, "adc/clipped_low"), 0.0);
  EXPECT_LT(value(offset, "adc/clipped_high"), value(ideal, "adc/clipped_high"));
  const double conversions = value(offset, "adc/conversions");
  EXPECT_EQ(value(offset, "adc/saturation_low"), value(offset, "adc/clipped_low") / conversions);
  EXPECT_EQ(value(offset, "adc/saturation_high"), value(offset, "adc/clipped_high") / conversions);
  EXPECT_EQ(value(offset, "adc/clipped"), value(offset, "adc/clipped_low") + value(offset, "adc/clipped_high"));
}

TEST_F(UsedColumns, TimesOfStagesAreThoseOfTheFormula) {
  summary_of("one", {"dataset.count=1"});
  for (const Row& stage : rows_of(content(folder_.file("one") + "/stages.csv")))
    EXPECT_NEAR(std::stod(stage.at("busy_s")), std::stod(stage.at("time_by_formula_s")), 1e-15) << stage.at("name");
}

}  // namespace
}  // namespace memcosim::test
