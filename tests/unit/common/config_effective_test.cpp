// SPDX-License-Identifier: Apache-2.0
// The effective configuration: complete, exact, and the same when it is read again.
#include <cmath>
#include <cstring>
#include <random>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"

#include "sample_config.hpp"

namespace memcosim {
namespace {

TEST(EffectiveConfig, HoldsEveryValueWithItsDefault) {
  const auto document = ConfigDocument::from_text("layers: [{name: a}]\nmacro: {rows: 64}\n", "test.yaml");
  test::read_and_finish(document);
  EXPECT_EQ(document.effective_yaml(),
            "title: \"untitled\"\n"
            "seed: 1\n"
            "verbose: false\n"
            "macro:\n"
            "  rows: 64\n"
            "  read_time: 1e-08 s\n"
            "  gain: 0.5\n"
            "  adc:\n"
            "    kind: \"sar\"\n"
            "    full_scale: 1e-06 A\n"
            "layers:\n"
            "  - name: \"a\"\n"
            "    bits: 4\n");
}

TEST(EffectiveConfig, TellsWhichKeysAreSet) {
  const auto paths = [](const ConfigDocument& document) {
    std::vector<std::string> list;
    for (const SetKey& key : document.set_keys())
      list.push_back(key.path + "=" + key.value);
    return list;
  };
  const auto first = ConfigDocument::from_text("layers: [{name: a, bits: 4}]\nseed: 1\nmacro: {rows: 64, read_time: 10 ns, gain: 0.25}\n",
                                               "test.yaml", {"macro.adc.full_scale=2 uA"});
  test::read_and_finish(first);
  // Required keys are set; those at their default are not, whoever spells it.
  const std::vector<std::string> set = {"macro.rows=64", "macro.gain=0.25", "macro.adc.full_scale=2e-06 A", "layers[0].name=\"a\""};
  EXPECT_EQ(paths(first), set);
  const auto again = ConfigDocument::from_text(first.effective_yaml(), "test.yaml");
  test::read_and_finish(again);
  EXPECT_EQ(paths(again), set) << "the effective configuration sets the same keys";
}

TEST(EffectiveConfig, IsAFixedPoint) {
  const auto first = ConfigDocument::from_text(
      "title: \"a: b # c \\\" \\\\ \\n\\t\\x07 'x' \u03a9\"\nseed: 9223372036854775807\nverbose: TRUE\n"
      "macro: {rows: 1e2, read_time: 0.1 ns, gain: 0.3333333333333333, adc: {full_scale: 123.456 uA}}\n"
      "layers: [{name: '- x', bits: 08}, {name: 'null'}, {name: '', bits: 1}, {name: '{}'}]\n",
      "test.yaml");
  const test::Sample before = test::read_and_finish(first);
  const auto second = ConfigDocument::from_text(first.effective_yaml(), "effective.yaml");
  const test::Sample after = test::read_and_finish(second);
  EXPECT_EQ(second.effective_yaml(), first.effective_yaml());
  EXPECT_EQ(after.title, before.title);
  EXPECT_EQ(after.seed, before.seed);
  EXPECT_EQ(after.verbose, before.verbose);
  EXPECT_EQ(after.rows, before.rows);
  EXPECT_EQ(after.read_time, before.read_time);
  EXPECT_EQ(after.gain, before.gain);
  EXPECT_EQ(after.full_scale, before.full_scale);
  ASSERT_EQ(after.layers.size(), before.layers.size());
  for (std::size_t i = 0; i < before.layers.size(); ++i) {
    EXPECT_EQ(after.layers[i].name, before.layers[i].name);
    EXPECT_EQ(after.layers[i].bits, before.layers[i].bits);
  }
}

TEST(EffectiveConfig, KeepsTheBitsOfRandomNumbers) {
  std::mt19937_64 engine(11);
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t bits = engine();
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) values.push_back(value);
  }
  const auto read = [&](const ConfigDocument& document, bool with_defaults) {
    std::vector<double> found;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string key = "k" + std::to_string(i);
      const auto fallback = with_defaults ? std::optional<double>(values[i]) : std::nullopt;
      found.push_back(i % 2 == 0 ? document.root().number(key, Range::any(), fallback)
                                 : document.root().quantity(key, Dimension::conductance, Range::any(), fallback));
    }
    document.finish();
    return found;
  };
  const auto first = ConfigDocument::from_text("{}", "test.yaml");
  read(first, true);
  const auto found = read(ConfigDocument::from_text(first.effective_yaml(), "effective.yaml"), false);
  EXPECT_EQ(std::memcmp(found.data(), values.data(), values.size() * sizeof(double)), 0);
}

TEST(EffectiveConfig, KeepsRandomTextsAndKeys) {
  const char* pieces[] = {"a",    "-",    ":",      " ",      "#",          "\"", "'", "\\", "\n", "\t", "{",    "]",
                          ",",    "&",    "*",      "!",      "|",          ">",  "%", "@",  "`",  "~",  "null", "true",
                          "\x1b", "\x7f", "\u00e9", "\u2028", "\U0001f600", "\r", "?", "=",  "<<", "0x", ".",    "\ufeff"};
  std::mt19937_64 engine(13);
  for (int round = 0; round < 500; ++round) {
    std::string key;
    std::string value;
    for (std::size_t i = 0; i <= engine() % 6; ++i)
      key += pieces[engine() % std::size(pieces)];
    for (std::size_t i = 0; i < engine() % 8; ++i)
      value += pieces[engine() % std::size(pieces)];
    const auto first = ConfigDocument::from_text("{}", "test.yaml");
    first.root().map("m").text(key, value);
    const std::string yaml = first.effective_yaml();
    const auto second = ConfigDocument::from_text(yaml, "effective.yaml");
    ASSERT_EQ(second.root().map("m").text(key), value) << yaml;
    ASSERT_NO_THROW(second.finish()) << yaml;
    ASSERT_EQ(second.effective_yaml(), yaml);
  }
}

TEST(EffectiveConfig, RecordsAKeyOnce) {
  const auto document = ConfigDocument::from_text("a: 1\nm: {x: 2}\nl: [{y: 3}]\n", "test.yaml");
  for (int i = 0; i < 2; ++i) {
    document.root().integer("a", 0, 9);
    document.root().map("m").integer("x", 0, 9);
    document.root().list("l").at(0).integer("y", 0, 9);
  }
  document.finish();
  EXPECT_EQ(document.effective_yaml(), "a: 1\nm:\n  x: 2\nl:\n  - y: 3\n");
}

TEST(EffectiveConfig, KeepsWhatIsEmptyButGiven) {
  const auto document = ConfigDocument::from_text("m: {}\nl: []\ne: [{}, {}]\n", "test.yaml");
  const ConfigNode root = document.root();
  root.map("m");
  root.map("absent");
  root.list("l");
  root.list("absent_list");
  root.list("e");
  document.finish();
  EXPECT_EQ(document.effective_yaml(), "m: {}\nl: []\ne:\n  - {}\n  - {}\n");
}

TEST(EffectiveConfig, OfNothingIsAnEmptyMapping) {
  const auto document = ConfigDocument::from_text("{}", "test.yaml");
  EXPECT_EQ(document.effective_yaml(), "{}\n");
  EXPECT_NO_THROW(ConfigDocument::from_text(document.effective_yaml(), "test.yaml").finish());
}

TEST(EffectiveConfig, NestsListsInLists) {
  const std::string text = "a:\n  - b:\n      - x: 1\n      - x: 2\n    c: 3\n  - b: []\n    c: 4\n";
  const auto document = ConfigDocument::from_text(text, "test.yaml");
  for (const ConfigNode& a : document.root().list("a")) {
    for (const ConfigNode& b : a.list("b"))
      b.integer("x", 0, 9);
    a.integer("c", 0, 9);
  }
  document.finish();
  EXPECT_EQ(document.effective_yaml(), text);
}

}  // namespace
}  // namespace memcosim
