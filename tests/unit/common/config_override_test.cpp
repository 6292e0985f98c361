// SPDX-License-Identifier: Apache-2.0
// Overrides of the form --set a.b=value.
#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"

#include "sample_config.hpp"

namespace memcosim {
namespace {

test::Sample read(std::string_view text, const std::vector<std::string>& overrides) {
  return test::read_and_finish(ConfigDocument::from_text(text, "test.yaml", overrides));
}

TEST(ConfigOverride, ReplacesAndAddsValues) {
  const auto sample = read("macro: {rows: 4}\n", {"macro.rows=8", "macro.adc.kind=flash", "title=a=b", "macro.read_time = 3 ns"});
  EXPECT_EQ(sample.rows, 8);
  EXPECT_EQ(sample.adc, test::Sample::Adc::flash);
  EXPECT_EQ(sample.title, "a=b");
  EXPECT_EQ(sample.read_time, 3e-9);
}

TEST(ConfigOverride, TheLastOneWins) {
  EXPECT_EQ(read("{}", {"macro.rows=8", "macro.rows=9"}).rows, 9);
}

TEST(ConfigOverride, TakesListsAndMappings) {
  const auto sample = read("{}", {"layers=[{name: a}, {name: b, bits: 2}]", "macro={rows: 7, adc: {kind: ramp}}"});
  ASSERT_EQ(sample.layers.size(), 2u);
  EXPECT_EQ(sample.layers[1].bits, 2);
  EXPECT_EQ(sample.rows, 7);
}

TEST(ConfigOverride, ReachesIntoLists) {
  EXPECT_EQ(read("layers:\n  - {name: a}\n  - {name: b}\n", {"layers[1].bits=7"}).layers[1].bits, 7);
}

TEST(ConfigOverride, LeavesOtherUsesOfAnAnchorAlone) {
  const auto document = ConfigDocument::from_text("a: &s {x: 1}\nb: *s\n", "test.yaml", {"b.x=2"});
  EXPECT_EQ(document.root().map("a").integer("x", 0, 9), 1);
  EXPECT_EQ(document.root().map("b").integer("x", 0, 9), 2);
}

TEST(ConfigOverride, FillsAKeyWithoutValue) {
  EXPECT_EQ(read("macro:\n", {"macro.rows=8"}).rows, 8);
}

TEST(ConfigOverride, ShowsInTheEffectiveConfiguration) {
  const auto document = ConfigDocument::from_text("macro: {rows: 4}\n", "test.yaml", {"macro.rows=8"});
  test::read_and_finish(document);
  EXPECT_THAT(document.effective_yaml(), testing::HasSubstr("rows: 8\n"));
}

struct Case {
  const char* name;
  std::string override_text;
  std::string place;
  std::string path;
  std::string message;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

class OverrideFault : public testing::TestWithParam<Case> {};

TEST_P(OverrideFault, NamesTheOverride) {
  const Case& expected = GetParam();
  const auto faults = test::faults_of("macro: {rows: 4}\nlayers: [{name: a}]\n", {expected.override_text});
  ASSERT_EQ(faults.size(), 1u) << (faults.empty() ? "no fault" : ConfigError(faults).what());
  EXPECT_EQ(faults[0].place, "--set " + expected.place);
  EXPECT_EQ(faults[0].path, expected.path);
  EXPECT_THAT(faults[0].message, testing::HasSubstr(expected.message));
}

const Case cases[] = {
    {"no_equals", "macro.rows", "macro.rows", "macro.rows", "expected key=value"},
    {"no_path", "=5", "\"=5\"", "", "expected key=value"},
    {"nothing", "", "\"\"", "", "expected key=value"},
    {"empty_step", "macro..rows=5", "macro..rows", "macro..rows", "expected key=value"},
    {"last_step_empty", "macro.=5", "macro.", "macro.", "expected key=value"},
    {"bad_index", "layers[x].bits=5", "layers[x].bits", "layers[x].bits", "expected key=value"},
    {"open_index", "layers[0=5", "layers[0", "layers[0", "expected key=value"},
    {"after_index", "layers[0]bits=5", "layers[0]bits", "layers[0]bits", "expected key=value"},
    {"index_too_large", "layers[1].bits=5", "layers[1].bits", "layers[1].bits", "the list has 1 elements"},
    {"key_of_a_value", "macro.rows.x=5", "macro.rows.x", "macro.rows.x", "a single value, not a mapping"},
    {"key_of_a_list", "layers.bits=5", "layers.bits", "layers.bits", "a list, not a mapping"},
    {"syntax", "macro.rows=[1", "macro.rows", "macro.rows", "YAML syntax"},
    {"block", "title=a: b", "title", "title", "put a text with \": \" or \"- \" in quotes"},
    {"duplicate", "macro={rows: 1, rows: 2}", "macro", "macro.rows", "duplicate key"},
    {"out_of_range", "macro.rows=5000", "macro.rows", "macro.rows", "5000 is out of range"},
    {"wrong_type", "verbose=5", "verbose", "verbose", "expected true or false"},
    {"no_value", "macro.rows=", "macro.rows", "macro.rows", "has no value"},
    {"unknown_key", "macro.row=5", "macro.row", "macro.row", "did you mean \"rows\"?"},
    {"unknown_section", "makro.rows=5", "makro.rows", "makro", "did you mean \"macro\"?"},
};
std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Overrides, OverrideFault, testing::ValuesIn(cases), case_name);

TEST(ConfigOverride, FaultsComeTogetherWithThoseOfTheFile) {
  EXPECT_EQ(test::faults_of("seed: x\n", {"macro.rows", "gain=[", "verbose=5"}).size(), 4u);
  EXPECT_EQ(test::faults_of("seed: 1\nseed: 2\n", {"macro.rows"}).size(), 2u);
}

}  // namespace
}  // namespace memcosim
