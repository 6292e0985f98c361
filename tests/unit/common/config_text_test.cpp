// SPDX-License-Identifier: Apache-2.0
// Edits of a configuration's text: the key changes, everything else stays byte for byte.
#include "memcosim/common/config_text.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

struct Edit {
  const char* name;
  std::string before;
  const char* path;
  std::string after;
};

std::ostream& operator<<(std::ostream& out, const Edit& edit) {
  return out << edit.name;
}

class ConfigTextSet : public ::testing::TestWithParam<Edit> {};

TEST_P(ConfigTextSet, ChangesThatKeyAlone) {
  ConfigText text(GetParam().before, "old.yaml");
  text.set(GetParam().path, "new", "why");
  EXPECT_EQ(text.str(), GetParam().after);
  EXPECT_TRUE(text.has(GetParam().path));
}

const std::vector<Edit> edits = {
    {"over_a_scalar", "# top\na: 1 # one\nb: {c: 2}\n", "a", "# top\na: new # one\nb: {c: 2}\n"},
    {"over_a_scalar_in_flow", "b: {c: 2, d: 3}\n", "b.c", "b: {c: new, d: 3}\n"},
    {"over_a_text_of_two_words", "b:\n  c: 2 mV  # v\n", "b.c", "b:\n  c: new  # v\n"},
    {"into_a_block", "b:  # section\n  # of c\n  c: 2\nd: 3\n", "b.n", "b:  # section\n  n: new  # why\n  # of c\n  c: 2\nd: 3\n"},
    {"into_a_nested_block", "m:\n    adc:\n        bits: 8\n", "m.adc.n", "m:\n    adc:\n        n: new  # why\n        bits: 8\n"},
    {"into_flow", "m:\n  adc: {bits: 8}\n", "m.adc.n", "m:\n  adc: {n: new, bits: 8}\n"},
    {"into_empty_flow", "m: {}\n", "m.n", "m: {n: new}\n"},
    {"into_a_key_without_value", "m:  # nothing yet\na: 1\n", "m.n", "m: {n: new}  # nothing yet\na: 1\n"},
    {"missing_mappings", "m:\n  a: 1\n", "m.adc.range.n", "m:\n  adc: {range: {n: new}}  # why\n  a: 1\n"},
    {"missing_section", "a: 1\n", "m.adc.n", "a: 1\nm: {adc: {n: new}}  # why\n"},
    {"missing_section_after_a_line_without_end", "a: 1", "m.n", "a: 1\nm: {n: new}  # why\n"},
    {"carriage_returns", "m:\r\n  a: 1\r\n", "m.n", "m:\r\n  n: new  # why\r\n  a: 1\r\n"},
    {"root_in_flow", "{a: 1, m: {b: 2}}\n", "m.n", "{a: 1, m: {n: new, b: 2}}\n"},
    {"key_behind_a_text_of_several_bytes", "m: {title: \"\xc3\xa4\xc3\xb6\", b: 2}\n", "m.b", "m: {title: \"\xc3\xa4\xc3\xb6\", b: new}\n"},
};

INSTANTIATE_TEST_SUITE_P(ConfigText, ConfigTextSet, ::testing::ValuesIn(edits),
                         [](const ::testing::TestParamInfo<Edit>& test) { return std::string(test.param.name); });

TEST(ConfigText, RefusesALayoutThatItCannotEdit) {
  for (const std::string before : {"a: &x {b: 1}\nc: *x\n", "a: \"quoted\"\n", "? a\n: {b: 1}\n", "a: [1, 2]\n", "a: 1\n...\n"}) {
    ConfigText text(before, "old.yaml");
    for (const char* path : {"c.b", "a", "a.b", "d.e"}) {
      try {
        text.set(path, "new");
        EXPECT_NE(text.str(), before);
        ConfigDocument::from_text(text.str(), "new.yaml");  // what it does is well formed
        text = ConfigText(before, "old.yaml");
      } catch (const InputError& error) {
        EXPECT_EQ(text.str(), before);
        EXPECT_THAT(error.what(), HasSubstr(path));
      }
    }
  }
  ConfigText shared("a: &x {b: 1}\nc: *x\n", "old.yaml");
  EXPECT_THROW(shared.set("c.b", "2"), InputError);  // would change a.b, too
  ConfigText quoted("a: \"quoted\"\n", "old.yaml");
  EXPECT_THROW(quoted.set("a", "2"), InputError);
}

TEST(ConfigText, RenamesAKey) {
  ConfigText text("m:\n  old: 1  # remark\n  b: 2\nold: 3\n", "old.yaml");
  text.rename("m.old", "fresh");
  EXPECT_EQ(text.str(), "m:\n  fresh: 1  # remark\n  b: 2\nold: 3\n");
  EXPECT_THROW(text.rename("m.fresh", "b"), InputError);
  EXPECT_THROW(text.rename("m.none", "some"), InputError);
  ConfigText quoted("\"old\": 3\n", "old.yaml");
  EXPECT_THROW(quoted.rename("old", "fresh"), InputError);
}

TEST(ConfigText, RefusesWhatIsNoConfiguration) {
  EXPECT_THROW(ConfigText("- 1\n", "old.yaml"), ConfigError);
  EXPECT_THROW(ConfigText("a: [\n", "old.yaml"), ConfigError);
}

}  // namespace
}  // namespace memcosim::test
