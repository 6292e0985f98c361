// SPDX-License-Identifier: Apache-2.0
// Configuration files of an older version: what is refused, what is said, and how they are rewritten; on sample rows of the table of
// changes and on the table itself.
#include "memcosim/runs/schema.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string source_folder = MEMCOSIM_SOURCE_DIR;

/// A whole configuration; `sections` are appended. A device comes before them where they do not give one.
std::string config_text(int version, const std::string& sections = "") {
  const std::string device = sections.find("device:") == std::string::npos ? "device: {preset: vteam_multilevel}\n" : "";
  return "# My study.\nschema_version: " + std::to_string(version) + "  # of the file\nnetwork:\n  model: " + source_folder +
         "/models/fashion_mnist_small.onnx\n" + device + sections;
}

class SchemaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
      GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  }

  std::string file(const std::string& text) const {
    const std::string name = folder_.file("old.yaml");
    std::ofstream(name) << text;
    return name;
  }

  TemporaryFolder folder_;
};

const std::vector<SchemaChange> samples = {
    {2, "macro.columns_per_converter", "columns_per_adc", nullptr},
    {2, "simulation.chunk", {}, [](const RunSpec&) { return std::optional<std::string>("7"); }},
    {2,
     "programming.max_pulses",
     {},
     [](const RunSpec& spec) { return spec.seed == 5 ? std::optional<std::string>("123") : std::nullopt; }},
};

TEST_F(SchemaTest, AnUpgradeRenamesKeysAndWritesOldDefaultsOut) {
  const std::string old = config_text(1, "seed: 5\nmacro:\n  # shared\n  columns_per_converter: 4  # four\nsimulation: {threads: 2}\n");
  EXPECT_EQ(upgraded_schema(file(old), samples),
            "# My study.\nschema_version: 2  # of the file\nnetwork:\n  model: " + source_folder +
                "/models/fashion_mnist_small.onnx\ndevice: {preset: vteam_multilevel}\nseed: 5\nmacro:\n  # shared\n  columns_per_adc: 4  "
                "# four\n"
                "simulation: {chunk: 7, threads: 2}\nprogramming: {max_pulses: 123}  # the default of schema_version 1\n");
}

TEST_F(SchemaTest, AnUpgradeLeavesWhatAFileSaysAndWhatItDoesNotNeed) {
  const std::string old = config_text(1, "simulation: {chunk: 3}\n");
  EXPECT_THAT(upgraded_schema(file(old), samples), AllOf(HasSubstr("chunk: 3"), Not(HasSubstr("max_pulses"))));
  const std::string present = config_text(2, "simulation: {threads: 2}\n");
  EXPECT_EQ(upgraded_schema(file(present), samples), present);
}

TEST_F(SchemaTest, AnUpgradeIsWhatItReads) {
  const std::string upgraded = upgraded_schema(file(config_text(1, "seed: 5\nmacro: {columns_per_converter: 4}\n")), samples);
  const RunSpec spec = read_run_spec(ConfigDocument::from_text(upgraded, "new.yaml"));
  EXPECT_EQ(spec.schema_version, 2);
  EXPECT_EQ(spec.chip.macro.columns_per_adc, 4u);
  EXPECT_EQ(spec.chunk, 7u);
  EXPECT_EQ(spec.chip.macro.programming.max_pulses, 123u);
  EXPECT_EQ(upgraded_schema(file(upgraded), samples), upgraded);
}

TEST_F(SchemaTest, AnUpgradeRefusesAFaultyFile) {
  const auto message = [&](const std::string& text) {
    try {
      upgraded_schema(file(text), samples);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(message(config_text(7)), AllOf(HasSubstr("schema_version"), HasSubstr("from 1 to 2")));
  EXPECT_THAT(message("seed: 1\n"), AllOf(HasSubstr("schema_version"), HasSubstr("missing")));
  EXPECT_THAT(message(config_text(1, "macro: {colums: 4}\n")), HasSubstr("macro.colums"));
  EXPECT_THAT(message(config_text(1, "macro: {columns_per_converter: 4, columns_per_adc: 4}\n")), HasSubstr("has both"));
}

TEST_F(SchemaTest, AnOldNameIsRefusedOnceWithTheWayOut) {
  const ConfigDocument document = ConfigDocument::from_text("schema_version: 1\nmacro: {columns_per_converter: 4}\n", "old.yaml");
  EXPECT_EQ(read_schema_version(document.root(), samples), 1);
  try {
    document.finish();
    FAIL() << "the old name was accepted";
  } catch (const ConfigError& error) {
    ASSERT_EQ(error.diagnostics().size(), 1u) << error.what();
    EXPECT_EQ(error.diagnostics()[0].path, "macro.columns_per_converter");
    EXPECT_THAT(error.what(), AllOf(HasSubstr("old.yaml:2:"), HasSubstr("columns_per_adc"), HasSubstr("--upgrade")));
  }
}

TEST_F(SchemaTest, NewDefaultsAreNamedForOldFilesAlone) {
  const auto note = [](const std::string& text) {
    const ConfigDocument document = ConfigDocument::from_text(text, "old.yaml");
    const RunSpec spec = read_run_spec(document);
    return old_schema_note(document.root(), spec, "old.yaml", samples);
  };
  EXPECT_THAT(note(config_text(1, "seed: 5\n")), AllOf(HasSubstr("simulation.chunk (was 7)"), HasSubstr("programming.max_pulses (was 123)"),
                                                       HasSubstr("memcosim check old.yaml --upgrade")));
  EXPECT_THAT(note(config_text(1, "simulation: {chunk: 7}\n")), "");
  EXPECT_THAT(note(config_text(2)), "");
}

TEST_F(SchemaTest, TheEffectiveConfigurationIsOfThePresentVersion) {
  const ConfigDocument document = ConfigDocument::from_text(config_text(1), "old.yaml");
  read_run_spec(document);
  EXPECT_THAT(effective_config(document), HasSubstr("schema_version: 2\n"));
}

TEST(SchemaChanges, AreOfKnownVersionsAndSayWhatToDo) {
  for (const SchemaChange& change : schema_changes()) {
    EXPECT_GT(change.since, 1) << change.path;
    EXPECT_LE(change.since, schema_version) << change.path;
    EXPECT_NE(change.new_key.empty(), change.old_default == nullptr) << change.path;
  }
}

/// The old default of one row of the table.
std::optional<std::string> old_default(const std::string& path, const std::string& sections) {
  const RunSpec spec = read_run_spec(ConfigDocument::from_text(config_text(1, sections), "old.yaml"));
  for (const SchemaChange& change : schema_changes()) {
    if (change.path == path) return change.old_default(spec);
  }
  ADD_FAILURE() << path << " is no row";
  return std::nullopt;
}

TEST_F(SchemaTest, VersionTwoConvertsUsedColumnsInterleaved) {
  EXPECT_EQ(old_default("macro.adc.sharing", "macro: {columns_per_adc: 8}\n"), "blocked");
  EXPECT_EQ(old_default("macro.adc.sharing", "macro: {columns_per_adc: 1}\n"), std::nullopt);
}

TEST_F(SchemaTest, VersionTwoVerifiesWithTheReadVoltageOfTheArray) {
  const std::string path = "programming.verify.read_voltage";
  const std::string device = "device: {preset: vteam_multilevel}\n";
  const double own = cell_preset("vteam_multilevel").use.read_voltage_v;
  EXPECT_EQ(old_default(path, device + "array: {read_voltage: 0.05 V}\n"), exact_quantity(own, Dimension::voltage));
  EXPECT_EQ(old_default(path, device), std::nullopt);  // both are the preset's
  EXPECT_EQ(old_default(path, device + "array: {read_voltage: 0.05 V}\nprogramming: {method: ideal}\n"), std::nullopt);
}

TEST_F(SchemaTest, VersionTwoLetsReadsMoveCellsThatHaveARate) {
  EXPECT_EQ(old_default("device.read_disturb.law", "device: {preset: vteam_multilevel}\n"), "none");
  EXPECT_EQ(old_default("device.read_disturb.law", "device: {preset: reram_es_gong2018}\n"), std::nullopt);
}

}  // namespace
}  // namespace memcosim::test
