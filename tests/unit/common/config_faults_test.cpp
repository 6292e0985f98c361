// SPDX-License-Identifier: Apache-2.0
// What a wrong configuration is answered with: place, path and message of each fault.
#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"

#include "sample_config.hpp"

namespace memcosim {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string place;
  std::string path;
  std::string message;  ///< a part of it
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

class ConfigFault : public testing::TestWithParam<Case> {};

TEST_P(ConfigFault, NamesPlacePathAndRemedy) {
  const Case& expected = GetParam();
  const std::vector<Diagnostic> faults = test::faults_of(expected.text);
  ASSERT_EQ(faults.size(), 1u) << (faults.empty() ? "no fault" : ConfigError(faults).what());
  EXPECT_EQ(faults[0].place, "test.yaml:" + expected.place);
  EXPECT_EQ(faults[0].path, expected.path);
  EXPECT_THAT(faults[0].message, testing::HasSubstr(expected.message));
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i)
    text += std::string(i, ' ') + "a:\n";
  return text;
}

const Case syntax_cases[] = {
    {"empty", "", "1:1", "", "document is empty"},
    {"only_comments", "# nothing\n", "1:1", "", "document is empty"},
    {"root_list", "- 1\n- 2\n", "1:1", "", "expected a mapping"},
    {"root_scalar", "hello\n", "1:1", "", "expected a mapping"},
    {"colon_in_value", "title: a: b\n", "1:9", "", "YAML syntax: illegal map value"},
    {"unclosed_mapping", "macro: {rows: 4\n", "2:1", "", "YAML syntax: end of map flow not found"},
    {"unclosed_list", "layers: [{name: x}\n", "2:1", "", "YAML syntax"},
    {"unclosed_quote", "title: \"abc\n", "2:1", "", "YAML syntax: illegal document indicator in scalar"},
    {"stray_bracket", "seed: 1\ntitle: ]\n", "2:8", "", "YAML syntax"},
    {"tab_indent", "macro:\n\trows: 4\n", "2:1", "", "a tab indents this line"},
    {"unknown_alias", "title: *nobody\n", "1:8", "", "YAML syntax"},
    {"alias_in_itself", "macro: &m\n  adc: *m\n", "2:8", "macro.adc", "inside of its own anchor"},
    {"second_document", "seed: 1\n---\nseed: 2\n", "2:1", "", "one file holds one document"},
    {"tag", "macro:\n  rows: !!int 4\n", "2:9", "macro.rows", "tag"},
    {"not_utf8", "seed: 1\ntitle: caf\xe9\n", "2:11", "", "byte 0xe9 is not UTF-8"},
    {"control_character", std::string("seed: 1\ntitle: a\x04z\n"), "2:9", "", "control character 0x04"},
    {"zero_byte", std::string("seed: 1\0\n", 9), "1:8", "", "a zero byte"},
    {"too_deep", nested(200), "65:65",
     "a" +
         [] {
           std::string path;
           for (int i = 1; i < 64; ++i)
             path += ".a";
           return path;
         }(),
     "deeper than 64 levels"},
    {"too_deep_flow", std::string(200, '[') + std::string(200, ']'), "1:65",
     [] {
       std::string path;
       for (int i = 0; i < 64; ++i)
         path += "[0]";
       return path;
     }(),
     "deeper than 64 levels"},
    {"too_long", std::string((1u << 24) + 1, ' '), "1:1", "", "too much for a configuration"},
    {"duplicate", "seed: 1\ntitle: x\nseed: 2\n", "3:1", "seed", "duplicate key: it was given before at line 1"},
    {"duplicate_nested", "macro:\n  rows: 4\n  adc: {kind: sar}\n  rows: 8\n", "4:3", "macro.rows", "before at line 2"},
    {"duplicate_flow", "macro: {rows: 4, rows: 8}\n", "1:18", "macro.rows", "duplicate key"},
    {"duplicate_in_list", "layers:\n  - {name: a}\n  - {name: b, name: c}\n", "3:15", "layers[1].name", "duplicate key"},
    {"key_is_list", "[a, b]: 1\n", "1:1", "", "a key must be a text"},
    {"key_is_null", "~: 1\n", "1:1", "", "a key must be a text"},
};

const Case value_cases[] = {
    {"unknown_root_key", "sede: 4\n", "1:1", "sede", "did you mean \"seed\"?"},
    {"unknown_nested_key", "macro:\n  adc:\n    knid: sar\n", "3:5", "macro.adc.knid", "did you mean \"kind\"?"},
    {"unknown_key_case", "macro:\n  Read-Time: 1 ns\n", "2:3", "macro.Read-Time", "did you mean \"read_time\"?"},
    {"unknown_key_far", "macro:\n  zzzzzz: 1\n", "2:3", "macro.zzzzzz", "known here: rows, read_time, gain, adc"},
    {"merge_key", "macro: &m {rows: 4}\n<<: *m\n", "2:1", "<<", "unknown key"},
    {"integer_text", "macro:\n  rows: many\n", "2:9", "macro.rows", "\"many\" is not a number: expected an integer from 1 to 1024"},
    {"integer_fraction", "macro:\n  rows: 4.5\n", "2:9", "macro.rows", "4.5 is not an integer"},
    {"integer_small_exponent", "macro:\n  rows: 1e-3\n", "2:9", "macro.rows", "not an integer"},
    {"integer_range", "macro: {rows: 2000}\n", "1:15", "macro.rows", "2000 is out of range: expected an integer from 1 to 1024"},
    {"integer_zero", "macro: {rows: 0}\n", "1:15", "macro.rows", "0 is out of range"},
    {"integer_overflow", "seed: 99999999999999999999\n", "1:7", "seed",
     "99999999999999999999 is out of range: expected an integer of at least 0"},
    {"integer_inexact", "seed: 1e17\n", "1:7", "seed", "too large to be exact"},
    {"integer_hexadecimal", "seed: 0x10\n", "1:7", "seed", "not a number"},
    {"integer_octal", "seed: 0o10\n", "1:7", "seed", "not a number"},
    {"integer_underscore", "seed: 1_000\n", "1:7", "seed", "not a number"},
    {"integer_quoted", "seed: \"7\"\n", "1:7", "seed", "without quotes"},
    {"integer_two_signs", "seed: +-7\n", "1:7", "seed", "not a number"},
    {"integer_is_list", "macro:\n  rows: [1, 2]\n", "2:9", "macro.rows", "a list stands here: expected an integer from 1 to 1024"},
    {"integer_is_mapping", "seed: {a: 1}\n", "1:7", "seed", "a mapping stands here"},
    {"integer_null", "macro:\n  rows:\n  gain: 1\n", "2:3", "macro.rows", "has no value: expected an integer"},
    {"integer_tilde", "seed: ~\n", "1:1", "seed", "has no value"},
    {"number_nan", "macro: {gain: .nan}\n", "1:15", "macro.gain", "not a number: expected a bare number from 0 to 1"},
    {"number_nan_word", "macro: {gain: nan}\n", "1:15", "macro.gain", "not a number"},
    {"number_inf", "macro: {gain: .inf}\n", "1:15", "macro.gain", "not a number"},
    {"number_infinity_word", "macro: {gain: -infinity}\n", "1:15", "macro.gain", "not a number"},
    {"number_overflow", "macro: {gain: 1e999}\n", "1:15", "macro.gain", "outside of what a double can hold"},
    {"number_range", "macro: {gain: 1.01}\n", "1:15", "macro.gain", "1.01 is out of range: expected a bare number from 0 to 1"},
    {"number_with_unit", "macro: {gain: 0.5 V}\n", "1:15", "macro.gain", "\"0.5 V\" is not a number"},
    {"quantity_dimension", "macro:\n  read_time: 5 mV\n", "2:14", "macro.read_time", "\"5 mV\" is a voltage: expected a time in s"},
    {"quantity_unit", "macro:\n  read_time: 5 nsec\n", "2:14", "macro.read_time", "unknown unit \"nsec\""},
    {"quantity_word", "macro:\n  read_time: fast\n", "2:14", "macro.read_time", "\"fast\" is no number"},
    {"quantity_open_bound", "macro:\n  read_time: 0 ns\n", "2:14", "macro.read_time", "0 ns is out of range: expected a time above 0 s"},
    {"quantity_range", "macro: {adc: {full_scale: 2 mA}}\n", "1:27", "macro.adc.full_scale", "expected a current from 1 nA to 1 mA"},
    {"quantity_nan", "macro: {read_time: .nan}\n", "1:20", "macro.read_time", "is no number"},
    {"quantity_null", "macro: {read_time: }\n", "1:9", "macro.read_time", "expected a time above 0 s, such as 100 ns"},
    {"boolean_yes", "verbose: yes\n", "1:10", "verbose", "\"yes\" is no truth value: expected true or false"},
    {"boolean_number", "verbose: 1\n", "1:10", "verbose", "expected true or false"},
    {"boolean_quoted", "verbose: 'true'\n", "1:10", "verbose", "without quotes"},
    {"text_list", "title: [a]\n", "1:8", "title", "a list stands here: expected a text"},
    {"text_null", "title:\n", "1:1", "title", "has no value"},
    {"text_zero_byte", "title: \"a\\0b\"\n", "1:8", "title", "zero byte"},
    {"choice", "macro: {adc: {kind: flahs}}\n", "1:21", "macro.adc.kind", "expected one of sar, flash, ramp; did you mean \"flash\"?"},
    {"choice_far", "macro: {adc: {kind: pipeline}}\n", "1:21", "macro.adc.kind",
     "\"pipeline\" is not known: expected one of sar, flash, ramp"},
    {"map_scalar", "macro: 5\n", "1:8", "macro", "a single value stands here: expected a mapping"},
    {"map_null", "macro:\nseed: 1\n", "1:1", "macro", "has no value: expected a mapping"},
    {"list_mapping", "layers: {name: x}\n", "1:9", "layers", "a mapping stands here: expected a list of mappings"},
    {"list_element", "layers:\n  - name: a\n  - 5\n", "3:5", "layers[1]", "expected a mapping"},
    {"list_missing_key", "layers:\n  - bits: 2\n", "2:5", "layers[0].name", "required key is missing: expected a text"},
    {"list_unknown_key", "layers:\n  - {name: a, bit: 2}\n", "2:15", "layers[0].bit", "did you mean \"bits\"?"},
    {"list_value", "layers:\n  - {name: a, bits: 9}\n", "2:21", "layers[0].bits", "integer from 1 to 8"},
    {"through_alias", "macro: {rows: &r 4.5}\nseed: 3\nlayers: [{name: a, bits: 4}]\n", "1:15", "macro.rows", "not an integer"},
};

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Syntax, ConfigFault, testing::ValuesIn(syntax_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Values, ConfigFault, testing::ValuesIn(value_cases), case_name);

TEST(ConfigFaults, EndlessNestingIsAFaultToo) {
  for (const char* piece : {"[", "{", "{a: ", "[{", "- ", "? ", "&a [", "!", "!a [", "*", "|", "\"", "a: ", ": ", "\t"}) {
    std::string text;
    for (int i = 0; i < 20000; ++i)
      text += piece;
    EXPECT_FALSE(test::faults_of(text).empty()) << piece;
    EXPECT_FALSE(test::faults_of("{}", {"macro=" + text}).empty()) << piece;
  }
}

TEST(ConfigFaults, AreAllReportedAtOnceInTheOrderOfTheFile) {
  const auto faults = test::faults_of(
      "titel: x\n"
      "verbose: maybe\n"
      "macro:\n"
      "  adc: {kind: sra, full_scale: 5 V}\n"
      "  rows: -1\n"
      "layers:\n"
      "  - {bits: 100}\n");
  std::vector<std::string> paths;
  for (const Diagnostic& fault : faults)
    paths.push_back(fault.path);
  EXPECT_THAT(paths, testing::ElementsAre("titel", "verbose", "macro.adc.kind", "macro.adc.full_scale", "macro.rows", "layers[0].name",
                                          "layers[0].bits"));
  const std::string what = ConfigError(faults).what();
  EXPECT_EQ(std::count(what.begin(), what.end(), '\n'), 6);
  EXPECT_THAT(what, testing::StartsWith("test.yaml:1:1: titel: unknown key"));
}

TEST(ConfigFaults, AllDuplicatesAreReported) {
  EXPECT_EQ(test::faults_of("seed: 1\nseed: 2\nmacro:\n  rows: 1\n  rows: 2\n  rows: 3\n").size(), 3u);
}

TEST(ConfigFaults, AFaultySectionHidesNothingElseAndAddsNoNoise) {
  const auto document = ConfigDocument::from_text("adc: 5\nbits: x\n", "test.yaml");
  const ConfigNode adc = document.root().map("adc");
  adc.integer("bits", 1, 16);
  adc.map("inner", true).text("name");
  document.root().integer("bits", 1, 16);
  document.root().map("dac", true).integer("bits", 1, 16);
  try {
    document.finish();
    FAIL();
  } catch (const ConfigError& error) {
    std::vector<std::string> paths;
    for (const Diagnostic& fault : error.diagnostics())
      paths.push_back(fault.path);
    EXPECT_THAT(paths, testing::UnorderedElementsAre("adc", "bits", "dac"));
  }
}

TEST(ConfigFaults, AKeyReadTwiceIsOneFault) {
  const auto document = ConfigDocument::from_text("bits: x\n", "test.yaml");
  document.root().integer("bits", 1, 16);
  document.root().integer("bits", 1, 16);
  try {
    document.finish();
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.diagnostics().size(), 1u);
  }
}

TEST(ConfigFaults, TheReaderMayAddItsOwn) {
  const auto document = ConfigDocument::from_text("macro:\n  rows: 5\n", "test.yaml");
  const ConfigNode macro = document.root().map("macro");
  macro.integer("rows", 1, 10);
  macro.fault("rows", "must be even");
  macro.fault("", "is unbalanced");
  macro.fault("columns", "must be given with rows");
  try {
    document.finish();
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "test.yaml:1:1: macro: is unbalanced\n"
                 "test.yaml:1:1: macro.columns: must be given with rows\n"
                 "test.yaml:2:9: macro.rows: must be even");
  }
}

TEST(ConfigFaults, MissingRequiredKeysPointAtTheirSection) {
  const auto document = ConfigDocument::from_text("seed: 1\nmacro:\n  rows: 5\n", "test.yaml");
  document.root().integer("seed", 0, 9);
  const ConfigNode macro = document.root().map("macro");
  macro.integer("rows", 1, 10);
  EXPECT_GT(macro.quantity("pulse", Dimension::voltage, Range{0.5, 2.0, true}), 0.5) << "the value to go on with is in range";
  try {
    document.finish();
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "test.yaml:2:1: macro.pulse: required key is missing: expected a voltage above 500 mV and up to 2 V, such as 0.2 V");
  }
}

TEST(ConfigFaults, WrongDefaultsAreProgrammingErrors) {
  const auto document = ConfigDocument::from_text("{}", "test.yaml");
  const ConfigNode root = document.root();
  EXPECT_THROW(root.number("a", Range::positive(), 0.0), std::logic_error);
  EXPECT_THROW(root.quantity("a", Dimension::time, Range::any(), std::numeric_limits<double>::quiet_NaN()), std::logic_error);
  EXPECT_THROW(root.integer("a", 1, 4, 5), std::logic_error);
  EXPECT_THROW(root.choice("a", {"x", "y"}, "z"), std::logic_error);
}

TEST(NearestName, ForgivesTyposAndNothingElse) {
  const std::vector<std::string> names{"read_time", "rows", "columns", "adc"};
  EXPECT_EQ(nearest_name("raed_time", names), "read_time");
  EXPECT_EQ(nearest_name("row", names), "rows");
  EXPECT_EQ(nearest_name("Read-Time", names), "read_time");
  EXPECT_EQ(nearest_name("colums", names), "columns");
  EXPECT_EQ(nearest_name("acd", names), "adc");
  EXPECT_EQ(nearest_name("temperature", names), std::nullopt);
  EXPECT_EQ(nearest_name("x", {"y"}), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100000, 'a'), {std::string(100000, 'a')}), std::nullopt);
  EXPECT_EQ(nearest_name("", {}), std::nullopt);
}

}  // namespace
}  // namespace memcosim
