// SPDX-License-Identifier: Apache-2.0
// `macro.digital` of a configuration: names of blocks, and what they and `compare` cannot be combined with.
#include "memcosim/runs/digital_blocks.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/runs/run_spec.hpp"
#include "memcosim/runs/run_warnings.hpp"
#include "memcosim/runs/simulation.hpp"

namespace memcosim {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

DigitalBlocks own_blocks() {
  DigitalBlocks blocks;
  blocks.accumulator.add("yours", blocks.accumulator.at("model"));
  blocks.writer.add("yours", blocks.writer.at("model"));
  blocks.converter_logic.add("yours", blocks.converter_logic.at("model"));
  blocks.tdm_controller.add("yours", blocks.tdm_controller.at("model"));
  return blocks;
}

ConfigDocument document(std::vector<std::string> overrides) {
  const std::string file = (std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "models/fashion_mnist_mlp.onnx").string();
  const std::string yaml = "schema_version: 2\nnetwork: {model: " + file + "}\ndataset: {images: " + file + ", labels: " + file +
                           ", calibration_images_file: " + file + "}\ndevice: {preset: vteam_multilevel}\n";
  return ConfigDocument::from_text(yaml, "test.yaml", overrides);
}

/// The faults, or the empty text.
std::string faults(const std::vector<std::string>& overrides) {
  try {
    read_run_spec(document(overrides), own_blocks());
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

const std::string timed = "simulation.level=approximately_timed";
const std::string at_event = "simulation.values=at_event";
const std::string count = "macro.digital.compare=count";
const std::string own_accumulator = "macro.digital.accumulator=yours";

TEST(DigitalSpec, IsTheModelsByDefaultAndTakesEveryName) {
  const ConfigDocument plain = document({});
  const DigitalSpec models = read_run_spec(plain).chip.macro.digital;
  for (const std::string& name : {models.tdm_controller, models.accumulator, models.writer, models.converter_logic})
    EXPECT_EQ(name, "model");
  EXPECT_EQ(models.compare, SumComparison::stop);
  for (const char* line :
       {"tdm_controller: \"model\"", "accumulator: \"model\"", "writer: \"model\"", "converter_logic: \"model\"", "compare: \"stop\""})
    EXPECT_THAT(plain.effective_yaml(), HasSubstr(line));
  const DigitalSpec yours = read_run_spec(document({timed, at_event, count, own_accumulator, "macro.digital.writer=yours",
                                                    "macro.digital.converter_logic=yours", "macro.digital.tdm_controller=yours"}),
                                          own_blocks())
                                .chip.macro.digital;
  for (const std::string& name : {yours.tdm_controller, yours.accumulator, yours.writer, yours.converter_logic})
    EXPECT_EQ(name, "yours");
  EXPECT_EQ(yours.compare, SumComparison::count);
}

TEST(DigitalSpec, UnknownNamesAreFaultsThatListTheNames) {
  EXPECT_THAT(faults({timed, "macro.digital.tdm_controller=verilog"}),
              AllOf(HasSubstr("macro.digital.tdm_controller"), HasSubstr("model"), HasSubstr("yours"), HasSubstr("rtl")));
  EXPECT_THAT(faults({timed, "macro.digital.accumulator=rtl"}),
              AllOf(HasSubstr("macro.digital.accumulator"), HasSubstr("model"), HasSubstr("yours")));
  EXPECT_THAT(faults({"macro.digital.writer=rtl"}), HasSubstr("macro.digital.writer"));
  EXPECT_THAT(faults({timed, "macro.digital.converter_logic=rtl"}), HasSubstr("macro.digital.converter_logic"));
}

TEST(DigitalSpec, BlocksThatLooselyTimedDoesNotHaveAreFaults) {
  for (const std::string block : {"tdm_controller", "accumulator", "converter_logic"}) {
    EXPECT_THAT(faults({"macro.digital." + block + "=yours"}),
                AllOf(HasSubstr("simulation.level"), HasSubstr("macro.digital." + block), HasSubstr("approximately_timed")));
    EXPECT_EQ(faults({timed, "macro.digital." + block + "=yours"}), "");
  }
  EXPECT_EQ(faults({"macro.digital.writer=yours"}), "");
}

TEST(DigitalSpec, CountingNeedsValuesAtTheirEvents) {
  EXPECT_EQ(faults({timed, at_event, own_accumulator, count}), "");
  EXPECT_THAT(faults({at_event, count}), AllOf(HasSubstr("macro.digital.compare"), HasSubstr("loosely_timed"), HasSubstr("expected stop")));
  EXPECT_THAT(faults({timed, own_accumulator, count}),
              AllOf(HasSubstr("macro.digital.compare"), HasSubstr("ahead of time"), HasSubstr("at_event")));
  EXPECT_THAT(faults({timed, own_accumulator, count, "simulation.values=none"}),
              AllOf(HasSubstr("macro.digital.compare"), HasSubstr("no sums to compare")));
}

TEST(DigitalSpec, KeysThatCannotActAreNamed) {
  const auto warnings = [](const std::vector<std::string>& overrides) {
    return configuration_warnings(read_run_spec(document(overrides), own_blocks()));
  };
  const auto idle = [](const char* key) { return Contains(AllOf(HasSubstr(key), HasSubstr("no effect"))); };
  EXPECT_THAT(warnings({timed, at_event, count}), idle("macro.digital.compare"));
  EXPECT_THAT(warnings({timed, at_event, count, own_accumulator}), Not(idle("macro.digital")));
  EXPECT_THAT(warnings({timed, at_event, count, "macro.digital.converter_logic=yours"}), Not(idle("macro.digital")));
  EXPECT_THAT(warnings({timed, own_accumulator, "simulation.values=none"}), idle("macro.digital.accumulator"));
  EXPECT_THAT(warnings({"macro.digital.writer=yours", "programming.method=ideal"}), idle("macro.digital.writer"));
  EXPECT_THAT(warnings({"macro.digital.writer=yours", "programming.method=write_verify"}), Not(idle("macro.digital")));
}

/// A saved state belongs to the writer that programmed it.
TEST(DigitalSpec, AnotherWriterIsAnotherState) {
  const auto fingerprint = [](const std::vector<std::string>& overrides) {
    return state_fingerprint(read_run_spec(document(overrides), own_blocks()), MappingPlan());
  };
  const std::string own_writer = "macro.digital.writer=yours";
  EXPECT_NE(fingerprint({own_writer}), fingerprint({}));
  EXPECT_EQ(fingerprint({own_writer, "programming.method=ideal"}), fingerprint({"programming.method=ideal"})) << "it writes nothing";
  EXPECT_EQ(fingerprint({timed, own_accumulator}), fingerprint({}));
}

}  // namespace
}  // namespace memcosim
