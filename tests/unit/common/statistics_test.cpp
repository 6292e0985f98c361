// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/statistics.hpp"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace memcosim {
namespace {

StatisticGroup sample() {
  StatisticGroup root;
  root.add_text("name", "chip", "what was simulated");
  root.add("total_energy", 1.5e-12, Dimension::energy, "all energy");
  StatisticGroup& energy = root.group("energy");
  energy.add("adc", 0.1, Dimension::energy, "energy of the converters");
  energy.group("layer").add_count("conversions", 18446744073709551615u, "number of conversions");
  return root;
}

TEST(Statistics, WriteJsonInTheirOrder) {
  EXPECT_EQ(sample().to_json(), R"({
  "name": {
    "value": "chip",
    "unit": "",
    "meaning": "what was simulated"
  },
  "total_energy": {
    "value": 1.5e-12,
    "unit": "J",
    "meaning": "all energy"
  },
  "energy": {
    "adc": {
      "value": 0.1,
      "unit": "J",
      "meaning": "energy of the converters"
    },
    "layer": {
      "conversions": {
        "value": 18446744073709551615,
        "unit": "",
        "meaning": "number of conversions"
      }
    }
  }
}
)");
}

TEST(Statistics, KeepTheBitsOfNumbers) {
  StatisticGroup root;
  const double values[] = {0.1, 1.0 / 3.0, std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(), -2.5e-15};
  for (std::size_t i = 0; i < std::size(values); ++i)
    root.add("v" + std::to_string(i), values[i], Dimension::time, "x");
  const auto json = nlohmann::json::parse(root.to_json());
  for (std::size_t i = 0; i < std::size(values); ++i)
    EXPECT_EQ(json["v" + std::to_string(i)]["value"].get<double>(), values[i]);
}

TEST(Statistics, AreFoundByPath) {
  const StatisticGroup root = sample();
  ASSERT_NE(root.find("energy.adc"), nullptr);
  EXPECT_EQ(std::get<double>(root.find("energy.adc")->value), 0.1);
  ASSERT_NE(root.find("energy.layer.conversions"), nullptr);
  EXPECT_EQ(root.find("energy"), nullptr) << "a group is no statistic";
  EXPECT_EQ(root.find("energy.dac"), nullptr);
  EXPECT_EQ(root.find("energ.adc"), nullptr);
  EXPECT_EQ(root.find(""), nullptr);
}

TEST(Statistics, AreFoundBelowNamesWithDots) {
  StatisticGroup root;
  root.group("a").add_count("x", 1, "");
  root.group("a.b").add_count("x", 2, "");
  ASSERT_NE(root.find("a.b.x"), nullptr);
  EXPECT_EQ(std::get<std::uint64_t>(root.find("a.b.x")->value), 2u);
}

TEST(Statistics, GroupsAreFoundByPath) {
  const StatisticGroup root = sample();
  ASSERT_NE(root.find_group("energy.layer"), nullptr);
  EXPECT_EQ(root.find_group("energy.layer")->name(), "layer");
  EXPECT_NE(root.find_group("energy"), nullptr);
  EXPECT_EQ(root.find_group("energy.adc"), nullptr) << "a statistic is no group";
  EXPECT_EQ(root.find_group("layer"), nullptr);
}

TEST(Statistics, AGroupIsMadeOnce) {
  StatisticGroup root;
  StatisticGroup& first = root.group("a");
  for (int i = 0; i < 100; ++i)
    root.group("g" + std::to_string(i));
  EXPECT_EQ(&root.group("a"), &first) << "references stay valid";
}

TEST(Statistics, RefuseANameTwice) {
  StatisticGroup root = sample();
  EXPECT_THROW(root.add("total_energy", 1.0, Dimension::energy, ""), std::logic_error);
  EXPECT_THROW(root.add_count("name", 1, ""), std::logic_error);
  EXPECT_THROW(root.add_text("energy", "x", ""), std::logic_error) << "the name of a sub-group";
  EXPECT_THROW(root.group("total_energy"), std::logic_error) << "the name of a statistic";
  EXPECT_THROW(root.add_count("", 1, ""), std::logic_error);
}

TEST(Statistics, RefuseWhatIsNotFinite) {
  StatisticGroup root;
  EXPECT_THROW(root.add("x", std::numeric_limits<double>::quiet_NaN(), Dimension::time, ""), std::logic_error);
  EXPECT_THROW(root.add("x", std::numeric_limits<double>::infinity(), Dimension::time, ""), std::logic_error);
  EXPECT_TRUE(root.statistics().empty());
}

TEST(Statistics, SurviveTextsThatAreNotUtf8) {
  StatisticGroup root;
  root.add_text("layer", "caf\xe9 \"\n", "x");
  EXPECT_EQ(nlohmann::json::parse(root.to_json())["layer"]["value"], "caf\ufffd \"\n");
}

}  // namespace
}  // namespace memcosim
