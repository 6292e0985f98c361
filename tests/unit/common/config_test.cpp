// SPDX-License-Identifier: Apache-2.0
// What a right configuration reads as.
#include "memcosim/common/config.hpp"

#include <filesystem>

#include <gmock/gmock.h>

#include "sample_config.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

ConfigDocument document_of(std::string_view text) {
  return ConfigDocument::from_text(text, "test.yaml");
}

TEST(Config, ReadsEveryKind) {
  const auto sample =
      test::read_and_finish(document_of("title: my chip\nseed: 77\nverbose: true\n"
                                        "macro:\n  rows: 64\n  read_time: 25 ns\n  gain: 0.25\n  adc: {kind: ramp, full_scale: 20 uA}\n"
                                        "layers:\n  - {name: first, bits: 2}\n  - name: second\n"));
  EXPECT_EQ(sample.title, "my chip");
  EXPECT_EQ(sample.seed, 77);
  EXPECT_TRUE(sample.verbose);
  EXPECT_EQ(sample.rows, 64);
  EXPECT_EQ(sample.read_time, 25e-9);
  EXPECT_EQ(sample.gain, 0.25);
  EXPECT_EQ(sample.adc, test::Sample::Adc::ramp);
  EXPECT_EQ(sample.full_scale, 20e-6);
  ASSERT_EQ(sample.layers.size(), 2u);
  EXPECT_EQ(sample.layers[0].bits, 2);
  EXPECT_EQ(sample.layers[1].name, "second");
  EXPECT_EQ(sample.layers[1].bits, 4);
}

TEST(Config, TakesDefaultsForWhatIsAbsent) {
  const auto sample = test::read_and_finish(document_of("{}"));
  EXPECT_EQ(sample.title, "untitled");
  EXPECT_EQ(sample.rows, 128);
  EXPECT_EQ(sample.read_time, 10e-9);
  EXPECT_EQ(sample.adc, test::Sample::Adc::sar);
  EXPECT_TRUE(sample.layers.empty());
}

TEST(Config, ReadsIntegersInTheFormsPeopleWrite) {
  const auto read = [](const std::string& text) {
    const auto document = document_of("n: " + text);
    const auto value = document.root().integer("n", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    document.finish();
    return value;
  };
  EXPECT_EQ(read("010"), 10) << "decimal, not octal";
  EXPECT_EQ(read("1e3"), 1000);
  EXPECT_EQ(read("2.5e1"), 25);
  EXPECT_EQ(read("64.0"), 64);
  EXPECT_EQ(read("+7"), 7);
  EXPECT_EQ(read("-7"), -7);
  EXPECT_EQ(read("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(read("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(Config, ReadsNumbersAsDecimal) {
  const auto read = [](const std::string& text) {
    const auto document = document_of("x: " + text);
    const double value = document.root().number("x");
    document.finish();
    return value;
  };
  EXPECT_EQ(read("010"), 10.0);
  EXPECT_EQ(read("+.5"), 0.5);
  EXPECT_EQ(read("5."), 5.0);
  EXPECT_EQ(read("-1E-3"), -1e-3);
}

TEST(Config, ReadsTextsAsWritten) {
  const auto document = document_of("a: 010\nb: yes\nc: 'null'\nd: |\n  two\n  lines\ne: \"\"\nf: \u00b5-\u03a9\n");
  const ConfigNode root = document.root();
  EXPECT_EQ(root.text("a"), "010");
  EXPECT_EQ(root.text("b"), "yes");
  EXPECT_EQ(root.text("c"), "null");
  EXPECT_EQ(root.text("d"), "two\nlines\n");
  EXPECT_EQ(root.text("e"), "");
  EXPECT_EQ(root.text("f"), "\u00b5-\u03a9");
  EXPECT_NO_THROW(document.finish());
}

TEST(Config, FollowsAnchorsAndAliases) {
  const auto document = document_of("a: &shared {x: 1, y: 2}\nb: *shared\nc: &n 5\nd: *n\n");
  const ConfigNode root = document.root();
  for (const char* key : {"a", "b"}) {
    EXPECT_EQ(root.map(key).integer("x", 0, 9), 1);
    EXPECT_EQ(root.map(key).path(), key);
  }
  root.map("a").integer("y", 0, 9);
  EXPECT_EQ(root.integer("c", 0, 9) + root.integer("d", 0, 9), 10);
  try {
    document.finish();
    FAIL() << "y was read below a alone";
  } catch (const ConfigError& error) {
    ASSERT_EQ(error.diagnostics().size(), 1u);
    EXPECT_EQ(error.diagnostics()[0].path, "b.y");
  }
}

TEST(Config, SurvivesAliasesThatMultiply) {
  std::string text = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 40; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" + std::to_string(i - 1) + "]\n";
  }
  const auto document = document_of(text);
  EXPECT_THROW(document.finish(), ConfigError);
}

TEST(Config, ListsKeysInTheirOrderWithoutReadingThem) {
  const auto document = document_of("z: 1\na: 2\nm: 3\n");
  const ConfigNode root = document.root();
  EXPECT_THAT(root.keys(), testing::ElementsAre("z", "a", "m"));
  EXPECT_TRUE(root.has("z"));
  EXPECT_FALSE(root.has("y"));
  EXPECT_THAT(root.map("absent").keys(), testing::IsEmpty());
  EXPECT_THROW(document.finish(), ConfigError) << "none of them was read";
}

TEST(Config, HasCountsAKeyWithoutValue) {
  EXPECT_TRUE(document_of("a:\n").root().has("a"));
}

TEST(Config, OutlivesAMoveOfItsDocument) {
  ConfigDocument first = document_of("macro: {rows: x}\n");
  const ConfigNode macro = first.root().map("macro");
  ConfigDocument second = std::move(first);
  macro.integer("rows", 1, 4);
  EXPECT_THROW(second.finish(), ConfigError);
}

class ConfigFiles : public testing::Test {
 protected:
  ConfigFiles() : folder_(temporary_.path()) {
    std::filesystem::create_directory(folder_ / "data");
    test::put(folder_ / "data" / "weights.npy", "x");
  }
  test::TemporaryFolder temporary_;
  std::filesystem::path folder_;
};

TEST_F(ConfigFiles, AreFoundFromTheFolderOfTheConfiguration) {
  test::put(folder_ / "chip.yaml", "weights: data/../data/weights.npy\n");
  const auto document = ConfigDocument::from_file(folder_ / "chip.yaml");
  const auto file = document.root().existing_file("weights");
  EXPECT_EQ(file, folder_ / "data" / "weights.npy");
  EXPECT_NO_THROW(document.finish());
  EXPECT_EQ(document.effective_yaml(), "weights: \"" + file.string() + "\"\n");
}

TEST_F(ConfigFiles, MustExist) {
  test::put(folder_ / "chip.yaml", "a: none.npy\nb: data\nc: ''\n");
  const auto document = ConfigDocument::from_file(folder_ / "chip.yaml");
  for (const char* key : {"a", "b", "c", "d"})
    document.root().existing_file(key);
  try {
    document.finish();
    FAIL();
  } catch (const ConfigError& error) {
    const auto& faults = error.diagnostics();
    ASSERT_EQ(faults.size(), 4u);
    const std::string name = (folder_ / "chip.yaml").string();
    EXPECT_THAT(faults[0].message, testing::HasSubstr("required key is missing"));
    EXPECT_EQ(faults[1].place, name + ":1:4");
    EXPECT_THAT(faults[1].message, testing::HasSubstr("there is no file \"none.npy\""));
    EXPECT_THAT(faults[2].message, testing::HasSubstr("is a folder"));
    EXPECT_THAT(faults[3].message, testing::HasSubstr("is empty"));
  }
}

TEST_F(ConfigFiles, MayBeAbsentWhereTheDefaultIsEmpty) {
  const auto document = ConfigDocument::from_text("b: ''\n", "test.yaml");
  EXPECT_EQ(document.root().existing_file("a", ""), "");
  EXPECT_EQ(document.root().existing_file("b", ""), "");
  EXPECT_NO_THROW(document.finish());
  EXPECT_EQ(document.effective_yaml(), "a: \"\"\nb: \"\"\n");
}

TEST_F(ConfigFiles, ThatCannotBeReadAreConfigErrors) {
  try {
    ConfigDocument::from_file(folder_ / "absent.yaml");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("No such file or directory"));
    EXPECT_EQ(error.diagnostics()[0].place, (folder_ / "absent.yaml").string());
  }
  EXPECT_THROW(ConfigDocument::from_file(folder_), ConfigError);
}

}  // namespace
}  // namespace memcosim
