// SPDX-License-Identifier: Apache-2.0
// Malformed configurations through the real command: exit code 2, a message with the place and the remedy, nothing written.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::HasSubstr;

std::string shipped_config() {
  std::ifstream stream(std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml");
  std::ostringstream text;
  text << stream.rdbuf();
  std::string config = text.str();
  const std::string relative = "../models/";
  config.replace(config.find(relative), relative.size(), std::string(MEMCOSIM_SOURCE_DIR) + "/models/");
  return config;
}

/// One edit of the shipped configuration and what the message must say beside the file's name.
struct BadConfig {
  const char* name;
  std::string find;
  std::string replace;
  std::vector<std::string> message;
};

const std::vector<BadConfig> bad_configs = {
    {"schema_version_future", "schema_version: 1", "schema_version: 2", {"schema_version", "out of range"}},
    {"schema_version_missing", "schema_version: 1", "", {"schema_version", "missing"}},
    {"seed_negative", "seed: 1 ", "seed: -1 ", {"seed", "out of range"}},
    {"seed_text", "seed: 1 ", "seed: one ", {"seed", "not a number"}},
    {"seed_fraction", "seed: 1 ", "seed: 1.5 ", {"seed", "integer"}},
    {"section_misspelt", "\narray:", "\narrays:", {"arrays", "did you mean", "array"}},
    {"section_unknown", "\narray:", "\nquantum: {}\narray:", {"quantum", "unknown"}},
    {"key_misspelt", "weight_bits", "weigth_bits", {"network.weigth_bits", "weight_bits"}},
    {"weight_bits_high", "weight_bits: 8", "weight_bits: 40", {"network.weight_bits", "out of range"}},
    {"weight_bits_zero", "weight_bits: 8", "weight_bits: 0", {"network.weight_bits", "out of range"}},
    {"input_bits_zero", "input_bits: 8", "input_bits: 0", {"network.input_bits", "out of range"}},
    {"input_bits_text", "input_bits: 8", "input_bits: eight", {"network.input_bits", "not a number"}},
    {"input_bits_null", "input_bits: 8", "input_bits:", {"network.input_bits"}},
    {"model_missing_file", "fashion_mnist_mlp.onnx", "no_such_model.onnx", {"network.model", "no file", "no_such_model.onnx"}},
    {"model_is_list", "model: ", "model: [a, b] # ", {"network.model"}},
    {"count_negative", "count: 10000", "count: -5", {"dataset.count", "out of range"}},
    {"count_octal_looking_is_decimal_but_late", "count: 10000", "first: 99999\n  count: 10", {"99999"}},
    {"images_missing_file", "count: 10000", "images: /nowhere/images.gz", {"dataset.images", "/nowhere/images.gz"}},
    {"labels_missing_file", "count: 10000", "labels: /nowhere/labels.gz", {"dataset.labels", "/nowhere/labels.gz"}},
    {"preset_unknown", "vteam_multilevel", "vteam_multilevle", {"device.preset", "vteam_multilevel"}},
    {"variation_parameter_unknown", "r_on: {distribution", "r_onn: {distribution", {"device.variability.device_to_device", "r_on"}},
    {"variation_distribution_unknown",
     "{distribution: log_normal, sigma: 0.05}\n      r_off",
     "{distribution: cauchy, sigma: 0.05}\n      r_off",
     {"device.variability.device_to_device.r_on.distribution", "cauchy", "log_normal"}},
    {"variation_sigma_negative",
     "{distribution: log_normal, sigma: 0.05}\n      r_off",
     "{distribution: log_normal, sigma: -1}\n      r_off",
     {"device.variability.device_to_device.r_on.sigma", "out of range"}},
    {"variability_scalar", "variability:", "variability: 5 #", {}},
    {"rows_zero", "rows: 128", "rows: 0", {"array.rows", "out of range"}},
    {"rows_huge", "rows: 128", "rows: 1000000", {"array.rows", "out of range"}},
    {"rows_unit", "rows: 128", "rows: 128 ohm", {"array.rows"}},
    {"columns_odd_for_pairs", "columns: 128 ", "columns: 127 ", {"array.columns", "even"}},
    {"g_min_wrong_unit", "g_min: 2 uS", "g_min: 2 ohm", {"array.g_min", "conductance"}},
    {"g_min_above_g_max", "g_min: 2 uS", "g_min: 90 uS", {"array.g_max", "not above g_min"}},
    {"g_max_negative", "g_max: 80 uS", "g_max: -80 uS", {"array.g_max", "out of range"}},
    {"wire_resistance_negative",
     "read_voltage: 0.2 V",
     "read_voltage: 0.2 V\n  wire_resistance: -1 ohm",
     {"array.wire_resistance", "out of range"}},
    {"wire_resistance_unit",
     "read_voltage: 0.2 V",
     "read_voltage: 0.2 V\n  wire_resistance: 1 uS",
     {"array.wire_resistance", "resistance"}},
    {"selector_unknown", "read_voltage: 0.2 V", "read_voltage: 0.2 V\n  selector: diode", {"array.selector", "transistor", "none"}},
    {"drive_unknown", "read_voltage: 0.2 V", "read_voltage: 0.2 V\n  drive: both", {"array.drive", "both_ends"}},
    {"compensation_without_resistance",
     "read_voltage: 0.2 V",
     "read_voltage: 0.2 V\n  compensation: predistorted",
     {"array.compensation", "wire_resistance"}},
    {"write_bias_of_an_array_with_transistors",
     "read_voltage: 0.2 V",
     "read_voltage: 0.2 V\n  write_bias: third",
     {"array.write_bias", "unknown key"}},
    {"passive_array_written_by_rows",
     "read_voltage: 0.2 V",
     "read_voltage: 0.2 V\n  selector: none",
     {"programming.row_parallel", "one after the other"}},
    {"g_max_nan", "g_max: 80 uS", "g_max: .nan", {"array.g_max"}},
    {"read_voltage_time", "read_voltage: 0.2 V", "read_voltage: 0.2 s", {"array.read_voltage", "voltage"}},
    {"read_voltage_zero", "read_voltage: 0.2 V", "read_voltage: 0 V", {"array.read_voltage", "out of range"}},
    {"pairing_unknown", "pairing: differential_digital", "pairing: diff", {"array.pairing", "differential_digital"}},
    {"clock_zero", "clock: 1 ns", "clock: 0 ns", {"macro.clock", "out of range"}},
    {"clock_length", "clock: 1 ns", "clock: 1 nm", {"macro.clock"}},
    {"clock_garbage", "clock: 1 ns", "clock: 1 nanosecond", {"macro.clock"}},
    {"columns_per_adc_zero", "columns_per_adc: 8", "columns_per_adc: 0", {"macro.columns_per_adc", "out of range"}},
    {"dac_bits_zero", "dac: {bits: 1}", "dac: {bits: 0}", {"macro.dac.bits", "out of range"}},
    {"dac_scalar", "dac: {bits: 1}", "dac: 1", {"macro.dac", "mapping"}},
    {"adc_kind_unknown", "kind: sar", "kind: sarr", {"macro.adc.kind", "did you mean \"sar\""}},
    {"adc_bits_high", "    bits: 8", "    bits: 30", {"macro.adc.bits", "out of range"}},
    {"adc_bits_duplicate", "    bits: 8", "    bits: 8\n    bits: 6", {"bits", "duplicate"}},
    {"adc_range_mode_unknown", "{mode: calibrated}", "{mode: automatic}", {"macro.adc.full_scale.mode", "calibrated"}},
    {"adc_range_percentile",
     "{mode: calibrated}",
     "{mode: calibrated, percentile: 120}",
     {"macro.adc.full_scale.percentile", "out of range"}},
    {"adc_range_lsb", "{mode: calibrated}", "{mode: fixed, lsb: 0}", {"macro.adc.full_scale.lsb", "out of range"}},
    {"drive_negative", "drive: 1 ns", "drive: -1 ns", {"macro.timing.drive", "out of range"}},
    {"drive_zero", "drive: 1 ns", "drive: 0 ns", {"macro.timing.drive", "out of range"}},
    {"settle_years", "settle: 5 ns", "settle: 1e9 s", {"macro", "settle", "clocks"}},
    {"pipelined_number", "pipelined: true", "pipelined: 1", {"macro.timing.pipelined", "true or false"}},
    {"controller_unknown", "tdm_controller: model", "tdm_controller: verilog", {"macro.digital.tdm_controller", "rtl"}},
    {"rtl_loosely_timed", "tdm_controller: model", "tdm_controller: rtl", {"simulation.level", "approximately_timed"}},
    {"programming_method_unknown", "method: write_verify", "method: magic", {"programming.method", "write_verify"}},
    {"waveform_without_signals",
     "threads: 1",
     "threads: 1\noutput: {waveform: vcd}",
     {"output.waveform", "simulation.level: approximately_timed"}},
    {"pulse_trains_without_pulses",
     "method: write_verify",
     "method: ideal\noutput: {pulse_trains: true}",
     {"output.pulse_trains", "programming.method: write_verify"}},
    {"programming_map_without_file", "method: write_verify", "method: map", {"programming.conductance_map", ".npy"}},
    {"programming_ohmic", "preset: vteam_multilevel ", "model: ohmic ", {"programming.method", "ideal"}},
    {"tolerance_below_lsb", "method: write_verify", "method: write_verify\n  tolerance: 1 nS", {"programming", "LSB"}},
    {"max_pulses_zero", "method: write_verify", "method: write_verify\n  max_pulses: 0", {"programming.max_pulses", "out of range"}},
    {"verify_bits", "method: write_verify", "method: write_verify\n  verify: {bits: 0}", {"programming.verify.bits", "out of range"}},
    {"set_ramp_falls", "method: write_verify", "method: write_verify\n  set: {start: 2 V, limit: 1 V}", {"programming"}},
    {"costs_preset_unknown", "preset: isaac_32nm", "preset: isaac", {"costs.preset", "isaac_32nm"}},
    {"costs_negative_energy", "preset: isaac_32nm", "preset: isaac_32nm\n  adc: {energy: -1 pJ}", {"costs.adc.energy", "out of range"}},
    {"costs_unknown_component", "preset: isaac_32nm", "preset: isaac_32nm\n  adcs: {energy: 1 pJ}", {"costs.adcs", "adc"}},
    {"level_unknown", "level: loosely_timed", "level: untimed", {"simulation.level", "loosely_timed"}},
    {"values_unknown", "values: ahead", "values: later", {"simulation.values", "ahead"}},
    {"backend_unknown", "backend: auto", "backend: tpu", {"simulation.backend", "cpu"}},
    {"threads_negative", "threads: 1", "threads: -2", {"simulation.threads", "out of range"}},
    {"fst_without_rtl", "threads: 1", "threads: 1\noutput: {waveform: fst}", {"output.waveform", "vcd"}},
    {"not_a_mapping", "schema_version: 1", "- just\n- a\n- list\n---\nschema_version: 1", {}},
    {"yaml_syntax", "macro:", "macro: [", {}},
    {"yaml_tab", "  clock: 1 ns", "\tclock: 1 ns", {}},
    {"key_without_value_section", "\nnetwork:", "\nnetwork: []\nnetwork_rest:", {"network"}},
    {"sum_overflow", "    bits: 8", "    bits: 24", {"macro.adc.bits", "accumulators"}},
};

std::ostream& operator<<(std::ostream& out, const BadConfig& bad) {
  return out << bad.name;
}

class BadConfigTest : public ::testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, EndsWithCode2AndSaysWhereAndWhat) {
  const BadConfig& bad = GetParam();
  std::string text = shipped_config();
  const std::size_t at = text.find(bad.find);
  ASSERT_NE(at, std::string::npos) << "the shipped configuration has no \"" << bad.find << '"';
  text.replace(at, bad.find.size(), bad.replace);
  const TemporaryFolder folder;
  const std::string file = folder.file("bad.yaml");
  std::ofstream(file) << text;
  const CommandOutcome outcome = run_memcosim({"run", file, "--out", folder.file("out")});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
  const bool is_data = outcome.errors.find(".gz") != std::string::npos;
  EXPECT_THAT(outcome.errors, HasSubstr(is_data ? ".gz" : "bad.yaml")) << "the file is not named";
  for (const std::string& part : bad.message)
    EXPECT_THAT(outcome.errors, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(folder.file("out") + "/summary.json"));
}

INSTANTIATE_TEST_SUITE_P(Cli, BadConfigTest, ::testing::ValuesIn(bad_configs),
                         [](const ::testing::TestParamInfo<BadConfig>& test) { return std::string(test.param.name); });

TEST(BadInput, FileThatIsMissingEmptyOrAFolder) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("empty.yaml")) << "";
  for (const std::string& name : {folder.file("none.yaml"), folder.file("empty.yaml"), folder.path().string()}) {
    const CommandOutcome outcome = run_memcosim({"check", name});
    EXPECT_EQ(outcome.exit_code, 2) << name;
    EXPECT_THAT(outcome.errors, HasSubstr(name));
  }
}

TEST(BadInput, AllFaultsAreNamedAtOnce) {
  std::string text = shipped_config();
  for (const auto& [find, replace] : std::vector<std::pair<std::string, std::string>>{
           {"rows: 128", "rows: 0"}, {"kind: sar", "kind: sarr"}, {"threads: 1", "threads: x"}}) {
    text.replace(text.find(find), find.size(), replace);
  }
  const TemporaryFolder folder;
  std::ofstream(folder.file("bad.yaml")) << text;
  const CommandOutcome outcome = run_memcosim({"check", folder.file("bad.yaml")});
  EXPECT_EQ(outcome.exit_code, 2);
  for (const char* path : {"array.rows", "macro.adc.kind", "simulation.threads"})
    EXPECT_THAT(outcome.errors, HasSubstr(path));
}

TEST(BadInput, OverridesAndOptions) {
  const std::string config = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"check", config, "--set", "macro.adc.bitz=8"},
                                             {"check", config, "--set", "macro.adc.bits"},
                                             {"check", config, "--set", "macro.adc.bits=lots"},
                                             {"check", config, "--set", "=1"},
                                             {"check", config, "--set", "macro.clock.fast=1"},
                                             {"run", config, "--backend", "abacus"},
                                             {"run", config, "--threads", "many"},
                                             {"run", config, "--no-such-option"},
                                             {"run", config, "--images", "1", "--load-state", "no_such_state"},
                                             {"run", config, "--images", "1", "--out", "/proc/results"},
                                             {"run"},
                                             {"walk", config},
                                             {}}) {
    const CommandOutcome outcome = run_memcosim(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << ::testing::PrintToString(arguments) << outcome.errors;
    EXPECT_FALSE(outcome.errors.empty() && outcome.output.empty());
  }
}

}  // namespace
}  // namespace memcosim::test
