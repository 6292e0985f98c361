// SPDX-License-Identifier: Apache-2.0
// Keys that cannot act are named; the same keys beside what makes them act, defaults, and the shipped configurations are not.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/runs/run_warnings.hpp"

namespace memcosim {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::filesystem::path source = MEMCOSIM_SOURCE_DIR;

/// Of the shipped network with these overrides. Reading a configuration opens no image file, so any file stands for them.
struct Read {
  std::vector<std::string> warnings;
  std::string effective;
};
Read read(std::vector<std::string> overrides, const std::string& yaml = "") {
  const std::string file = (source / "models/fashion_mnist_mlp.onnx").string();
  const std::string base = "schema_version: 1\nnetwork: {model: " + file + "}\ndataset: {images: " + file + ", labels: " + file +
                           ", calibration_images_file: " + file + "}\n";
  const ConfigDocument document =
      ConfigDocument::from_text(yaml.empty() ? base + "device: {preset: vteam_multilevel}\n" : yaml, "test.yaml", overrides);
  const RunSpec spec = read_run_spec(document);
  return {configuration_warnings(spec), document.effective_yaml()};
}

struct IdleCase {
  const char* name;
  std::vector<std::string> overrides;
  std::string key;                ///< that the warning names
  std::vector<std::string> acts;  ///< further overrides with which it acts; none: there are no such
};

std::ostream& operator<<(std::ostream& out, const IdleCase& c) {
  return out << c.name;
}

class IdleKey : public ::testing::TestWithParam<IdleCase> {};

TEST_P(IdleKey, IsNamedUntilItActs) {
  const IdleCase& c = GetParam();
  const Read first = read(c.overrides);
  ASSERT_THAT(first.warnings, Contains(AllOf(HasSubstr(c.key), HasSubstr("no effect"))));
  EXPECT_EQ(read({}, first.effective).warnings, first.warnings) << "the effective configuration must say the same";
  if (c.acts.empty()) return;
  std::vector<std::string> overrides = c.overrides;
  overrides.insert(overrides.end(), c.acts.begin(), c.acts.end());
  EXPECT_THAT(read(overrides).warnings, Not(Contains(AllOf(HasSubstr(c.key), HasSubstr("no effect")))));
}

const char* const ideal = "programming.method=ideal";
const char* const pulses = "programming.method=write_verify";
const char* const no_values = "simulation.values=none";

const std::vector<IdleCase> cases = {
    {"survey_node", {"costs.technology=7 nm"}, "costs.technology", {"costs.adc_model=survey"}},
    {"survey_under_own_costs", {"costs.adc_model=survey", "costs.adc={energy: 1 pJ, area: 1000 um^2}"}, "costs.adc_model", {}},
    {"cell_energy", {"costs.cell.energy=1 fJ"}, "costs.cell.energy", {}},
    {"programmer_energy", {ideal, "costs.programmer.energy=1 pJ"}, "costs.programmer.energy", {pulses}},
    {"compensation_without_drift",
     {"network.drift_compensation=global"},
     "network.drift_compensation",
     {"device.retention={law: power, time: 1 day}"}},
    {"compensation_without_values",
     {"network.drift_compensation=global", "device.retention={law: power, time: 1 day}", no_values},
     "network.drift_compensation",
     {"simulation.values=ahead"}},
    {"adc_noise_without_values", {"macro.adc.noise_lsb=0.3", no_values}, "macro.adc.noise_lsb", {"simulation.values=ahead"}},
    {"overlap_without_pipeline",
     {"macro.timing.pipelined=false", "macro.timing.overlap=converter"},
     "macro.timing.overlap",
     {"macro.timing.pipelined=true"}},
    {"cycle_variation",
     {ideal, "device.variability.cycle_to_cycle={k_on: {relative_sigma: 0.1}}"},
     "device.variability.cycle_to_cycle",
     {pulses}},
    {"write_noise", {ideal, "device.write_noise=1 uS"}, "device.write_noise", {pulses}},
    {"sample_of_no_sampling", {"device.stepping.sample=2 ns"}, "device.stepping.sample", {"device.stepping.mode=sampled"}},
    {"tolerance_of_sampling",
     {"device.stepping={mode: sampled, tolerance: 1e-5}"},
     "device.stepping.tolerance",
     {"device.stepping.mode=adaptive"}},
    {"programming_error",
     {"device.programming_error={law: normal_proportional, magnitude: 0.1}"},
     "device.programming_error",
     {"programming.method=statistical"}},
    {"cycles", {"device.endurance.initial_cycles=1000"}, "device.endurance.initial_cycles", {"device.endurance.law=lammie_gradual"}},
    {"drift_without_time", {"device.retention.law=power"}, "device.retention", {"device.retention.time=1 day"}},
    {"relaxation_without_time", {"device.relaxation.law=log_time"}, "device.relaxation", {"device.retention.time=1 s"}},
    {"time_without_drift", {"device.retention.time=1 day"}, "device.retention.time", {"device.relaxation.law=log_time"}},
    {"reads_without_number", {"device.read_disturb.law=jiang_2021"}, "device.read_disturb", {"device.read_disturb.reads=1000"}},
    {"temperature_of_nothing", {"device.temperature.value=350 K"}, "device.temperature", {"device.temperature.activation_energy=0.1 eV"}},
    {"coefficient_at_reference", {"device.temperature.activation_energy=0.1 eV"}, "device.temperature", {"device.temperature.value=350 K"}},
    {"telegraph_without_cells",
     {"device.read_noise.telegraph.relative_amplitude=0.1"},
     "device.read_noise.telegraph",
     {"device.read_noise.telegraph.share=0.2"}},
    {"telegraph_without_amplitude",
     {"device.read_noise.telegraph.share=0.2"},
     "device.read_noise.telegraph",
     {"device.read_noise.telegraph.relative_amplitude=0.1"}},
    {"clusters", {"device.faults.clusters.length=4"}, "device.faults.clusters", {"device.faults.clusters.probability=0.1"}},
    {"lines", {"device.faults.lines.fault=low_resistance"}, "device.faults.lines", {"device.faults.lines.bit_line_share=0.1"}},
    {"map_array", {"device.faults.map.array=2"}, "device.faults.map", {}},
    {"stuck_low", {"device.faults.low_resistance=90 uS"}, "device.faults.low_resistance", {"device.faults.low_resistance_share=0.01"}},
    {"stuck_high", {"device.faults.high_resistance=1 uS"}, "device.faults.high_resistance", {"device.faults.high_resistance_share=0.01"}},
    {"unformed", {"device.faults.unformed=1 nS"}, "device.faults.unformed", {"device.faults.unformed_share=0.01"}},
    {"resistance_of_no_line",
     {"array={wire_resistance: 2 ohm, word_line_resistance: 1 ohm, bit_line_resistance: 3 ohm}"},
     "array.wire_resistance",
     {}},
    {"both_ends_of_ideal_lines", {"array.drive=both_ends"}, "array.drive", {"array.wire_resistance=1 ohm"}},
    {"selector_without_writing", {ideal, "array.selector=none"}, "array.selector", {pulses, "programming.row_parallel=false"}},
    {"more_columns_than_there_are", {"macro.columns_per_adc=200"}, "macro.columns_per_adc", {"array.columns=256"}},
    {"sharing_of_one_column", {"macro={columns_per_adc: 1, adc: {sharing: blocked}}"}, "macro.adc.sharing", {"macro.columns_per_adc=8"}},
    {"sharing_of_one_converter",
     {"macro={columns_per_adc: 128, adc: {sharing: blocked}}"},
     "macro.adc.sharing",
     {"macro.columns_per_adc=8"}},
    {"ramps", {ideal, "programming.set.step=20 mV"}, "programming.set.step", {pulses}},
    {"verify", {ideal, "programming.verify.averaging=4"}, "programming.verify.averaging", {pulses}},
    {"tolerance", {ideal, "programming.tolerance=2 uS"}, "programming.tolerance", {pulses}},
    {"row_parallel", {ideal, "programming.row_parallel=false"}, "programming.row_parallel", {pulses}},
    {"map_of_another_method",
     {"programming.conductance_map=" + (source / "README.md").string()},
     "programming.conductance_map",
     {"programming.method=map"}},
    {"chunk", {"simulation={values: at_event, chunk: 5}"}, "simulation.chunk", {"simulation.values=ahead"}},
    {"gpus", {"simulation={backend: cpu, gpus: 2}"}, "simulation.gpus", {"simulation.backend=cuda"}},
    {"timeline", {"output={timeline_images: 0, timeline_events: 100}"}, "output.timeline_events", {"output.timeline_images=1"}},
};

INSTANTIATE_TEST_SUITE_P(All, IdleKey, ::testing::ValuesIn(cases),
                         [](const ::testing::TestParamInfo<IdleCase>& test) { return std::string(test.param.name); });

TEST(IdleKeys, DefaultsAreNotNamed) {
  const Read plain = read({});
  EXPECT_THAT(plain.warnings, IsEmpty());
  EXPECT_THAT(read({}, plain.effective).warnings, IsEmpty());
  EXPECT_THAT(read({ideal}).warnings, IsEmpty());
  EXPECT_THAT(read({ideal, "programming.max_pulses=200"}).warnings, IsEmpty()) << "a default that is spelt out";
}

TEST(IdleKeys, SwitchingOffIsNoIdleKey) {
  EXPECT_THAT(read({"device={preset: pcm_like}", "device.retention.time=0 s"}).warnings, IsEmpty());
  EXPECT_THAT(read({"device={preset: pcm_like}", "device.retention={law: none, time: 0 s}"}).warnings, IsEmpty());
}

TEST(IdleKeys, ShippedConfigurationsHaveNone) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source / "configs")) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_THAT(configuration_warnings(read_run_spec(ConfigDocument::from_file(entry.path()))), Not(Contains(HasSubstr("no effect"))))
        << entry.path();
  }
}

TEST(FilesThatCannotBe, AreRefused) {
  for (const std::vector<std::string>& overrides : {std::vector<std::string>{"output.sums=all", no_values},
                                                    {"output.waveform=vcd", "simulation.level=loosely_timed"},
                                                    {"output.pulse_trains=true", ideal}})
    EXPECT_THROW(read(overrides), ConfigError) << overrides[0];
}

TEST(ConverterWarnings, DacBeyondTheInputs) {
  EXPECT_THAT(read({"macro.dac.bits=10", "network.input_bits=8"}).warnings,
              Contains(AllOf(HasSubstr("macro.dac.bits (10)"), HasSubstr("network.input_bits (8)"))));
  EXPECT_THAT(read({"macro.dac.bits=8", "network.input_bits=8"}).warnings, IsEmpty());
}

TEST(ConverterWarnings, CostsBeyondTheirModel) {
  EXPECT_THAT(read({"macro.adc.bits=3"}).warnings, Contains(AllOf(HasSubstr("costs.adc"), HasSubstr("3 bits"))));
  EXPECT_THAT(read({"macro.adc.bits=3", "costs.adc={energy: 1 pJ, area: 500 um^2}"}).warnings, IsEmpty());
  EXPECT_THAT(read({"macro.adc.bits=4"}).warnings, Contains(HasSubstr("larger"))) << "4 bits in 5 clocks cost more than 5 bits in 6";
  EXPECT_THAT(read({"macro.adc={bits: 4, interval: 6}"}).warnings, IsEmpty());
  EXPECT_THAT(read({"macro.adc={kind: flash, bits: 6}"}).warnings, Contains(HasSubstr("successive-approximation")));
}

}  // namespace
}  // namespace memcosim
