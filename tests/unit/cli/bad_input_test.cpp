// SPDX-License-Identifier: Apache-2.0
// Malformed configurations through the real command: exit code 2, a message with the place and the remedy, nothing written.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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
    {"schema_version_future", "schema_version: 2", "schema_version: 3", {"schema_version", "out of range"}},
    {"schema_version_missing", "schema_version: 2", "", {"schema_version", "missing"}},
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
    {"columns_odd_for_pairs", "columns: 128 ", "columns: 127 ", {"array.columns", "has 2 for each output"}},
    {"g_min_wrong_unit", "g_min: 2 uS", "g_min: 2 ohm", {"array.g_min", "conductance"}},
    {"g_min_above_g_max", "g_min: 2 uS", "g_min: 90 uS", {"array.g_max", "not above g_min"}},
    {"window_outside_of_the_device", "g_min: 2 uS", "g_min: 1 nS", {"array", "g_min", "outside of what the nominal cell can hold"}},
    {"verify_scale_below_the_window",
     "method: write_verify",
     "method: write_verify\n  verify: {full_scale: 40 uS}",
     {"programming", "programming.verify.full_scale", "raise it"}},
    {"g_max_too_large_for_a_double", "g_max: 80 uS", "g_max: 1e400 S", {"array.g_max"}},
    {"count_of_twenty_digits", "count: 10000", "count: 99999999999999999999", {"dataset.count", "out of range"}},
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
    {"adc_interval_beyond_the_slice", "kind: sar", "kind: sar\n    interval: 500", {"macro", "macro.adc.interval", "macro.timing.overlap"}},
    {"overlap_unknown", "pipelined: true", "pipelined: true\n    overlap: slices", {"macro.timing.overlap", "did you mean \"slice\""}},
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
    {"accumulator_unknown", "tdm_controller: model", "tdm_controller: model\n    accumulator: rtl", {"macro.digital.accumulator", "model"}},
    {"compare_loosely_timed",
     "tdm_controller: model",
     "tdm_controller: model\n    compare: count",
     {"macro.digital.compare", "approximately_timed"}},
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
    {"not_a_mapping", "schema_version: 2", "- just\n- a\n- list\n---\nschema_version: 1", {}},
    {"yaml_syntax", "macro:", "macro: [", {}},
    {"yaml_tab", "  clock: 1 ns", "\tclock: 1 ns", {"a tab indents this line", "spaces"}},
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

/// A command line that is refused, and what the message must say. FILE stands for a valid configuration, DIR for an empty folder.
struct BadCommand {
  const char* name;
  std::vector<std::string> arguments;
  std::vector<std::string> message;
};

std::ostream& operator<<(std::ostream& out, const BadCommand& bad) {
  return out << bad.name;
}

const std::vector<BadCommand> bad_commands = {
    {"nothing", {}, {"expected a command", "run", "check", "--help"}},
    {"command_misspelt", {"runn", "FILE"}, {"unknown command 'runn'", "did you mean 'run'"}},
    {"command_unknown", {"walk", "FILE"}, {"unknown command 'walk'", "solve"}},
    {"device_command_misspelt", {"device", "simulat", "vteam"}, {"unknown command 'simulat'", "did you mean 'simulate'"}},
    {"device_without_command", {"device"}, {"expected a command", "simulate", "memcosim device --help"}},
    {"run_without_file", {"run"}, {"config", "memcosim run --help"}},
    {"run_option_misspelt", {"run", "FILE", "--imges", "3"}, {"unknown option '--imges'", "did you mean '--images'"}},
    {"run_option_misspelt_with_value", {"run", "FILE", "--imges=3"}, {"unknown option '--imges'", "did you mean '--images'"}},
    {"run_option_unknown", {"run", "FILE", "--no-such-option"}, {"unknown option '--no-such-option'"}},
    {"run_two_files", {"run", "FILE", "FILE"}, {"unexpected argument"}},
    {"run_images_negative", {"run", "FILE", "--images", "-3"}, {"--images", "at least 0", "-3"}},
    {"run_images_text", {"run", "FILE", "--images", "many"}, {"--images", "whole number", "many"}},
    {"run_images_fraction", {"run", "FILE", "--images", "1.5"}, {"--images", "whole number"}},
    {"run_images_huge", {"run", "FILE", "--images", "99999999999999999999999"}, {"--images", "too large"}},
    {"run_images_beyond_a_file", {"run", "FILE", "--images", "5000000000"}, {"dataset.count", "out of range"}},
    {"run_images_twice", {"run", "FILE", "--images", "1", "--images", "2"}, {"--images", "more than once"}},
    {"run_images_without_value", {"run", "FILE", "--images"}, {"--images", "needs a value"}},
    {"run_out_empty", {"run", "FILE", "--out", ""}, {"--out", "empty"}},
    {"run_out_empty_after_equals", {"run", "FILE", "--out="}, {"--out"}},
    {"run_config_empty", {"run", ""}, {"config", "empty"}},
    {"run_config_is_a_folder", {"run", "DIR"}, {"it is a folder"}},
    {"run_config_is_a_device", {"run", "/dev/zero"}, {"/dev/zero", "regular file"}},
    {"run_backend_unknown", {"run", "FILE", "--backend", "abacus"}, {"simulation.backend", "abacus"}},
    {"run_threads_text", {"run", "FILE", "--threads", "many"}, {"--threads", "whole number"}},
    {"run_threads_negative", {"run", "FILE", "--threads", "-1"}, {"--threads", "at least 0"}},
    {"run_state_missing", {"run", "FILE", "--images", "1", "--load-state", "no_such_state"}, {"no_such_state"}},
    {"run_state_is_a_device", {"run", "FILE", "--images", "1", "--load-state", "/dev/zero"}, {"/dev/zero", "regular file"}},
    {"run_out_cannot_be_written", {"run", "FILE", "--images", "1", "--out", "/proc/results"}, {"/proc/results"}},
    {"run_model_is_a_device", {"run", "FILE", "--set", "network.model=/dev/zero"}, {"network.model", "/dev/zero", "regular file"}},
    {"run_images_are_a_device", {"run", "FILE", "--set", "dataset.images=/dev/zero"}, {"dataset.images", "/dev/zero", "regular file"}},
    {"check_state_missing", {"check", "FILE", "--load-state", "no_such_state"}, {"no_such_state"}},
    {"check_data_too_short", {"check", "FILE", "--set", "dataset.count=10001"}, {"holds 10000 images", "10001"}},
    {"check_data_start_too_late", {"check", "FILE", "--set", "dataset.first=10000"}, {"holds 10000 images"}},
    {"check_model_is_data", {"check", "FILE", "--set", "network.model=FILE"}, {"no ONNX model"}},
    {"check_labels_are_images",
     {"check", "FILE", "--set", "dataset.labels=/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"},
     {"these are images", "labels"}},
    {"check_map_is_no_array",
     {"check", "FILE", "--set", "programming.method=map", "--set", "programming.conductance_map=FILE"},
     {"cannot read the array"}},
    {"check_window", {"check", "FILE", "--set", "array.g_min=1nS"}, {"array", "outside of what the nominal cell can hold"}},
    {"check_adc_of_one_signed_bit",
     {"check", "FILE", "--set", "macro.adc.bits=1", "--set", "array.pairing=differential_analog"},
     {"one bit", "at least 2"}},
    {"check_clock_below_the_resolution", {"check", "FILE", "--set", "macro.clock=1.0001ps"}, {"clock", "resolution"}},
    {"check_chip_clock", {"check", "FILE", "--set", "chip.clock=0.1ps"}, {"clock", "resolution"}},
    {"check_upgrade_with_override", {"check", "FILE", "--upgrade", "--set", "seed=2"}, {"--upgrade", "leave out --set"}},
    {"check_upgrade_with_state", {"check", "FILE", "--upgrade", "--load-state", "DIR/s"}, {"--upgrade", "--load-state"}},
    {"check_precision_of_cpu",
     {"check", "FILE", "--set", "simulation.backend=cpu", "--set", "simulation.precision=double"},
     {"simulation.precision", "single precision", "'reference'"}},
    {"check_precision_of_reference",
     {"check", "FILE", "--set", "simulation.backend=reference", "--set", "simulation.precision=single"},
     {"simulation.precision", "double precision", "'cpu'"}},
    {"check_in_place_alone", {"check", "FILE", "--in-place"}, {"--in-place", "--upgrade"}},
    {"check_upgrade_and_effective", {"check", "FILE", "--upgrade", "--effective"}, {"--upgrade", "--effective"}},
    {"set_without_equals", {"check", "FILE", "--set", "macro.adc.bits"}, {"--set macro.adc.bits", "key=value"}},
    {"set_without_text", {"check", "FILE", "--set"}, {"--set"}},
    {"set_empty", {"check", "FILE", "--set", ""}, {"--set", "empty"}},
    {"set_without_value", {"check", "FILE", "--set", "macro.adc.bits="}, {"macro.adc.bits", "no value"}},
    {"set_without_key", {"check", "FILE", "--set", "=1"}, {"key=value"}},
    {"set_path_with_a_gap", {"check", "FILE", "--set", "macro..bits=1"}, {"macro..bits", "section.key=value"}},
    {"set_path_with_an_open_bracket", {"check", "FILE", "--set", "macro[=1"}, {"macro["}},
    {"set_key_misspelt", {"check", "FILE", "--set", "macro.adc.bitz=8"}, {"macro.adc.bitz", "did you mean \"bits\""}},
    {"set_below_a_value", {"check", "FILE", "--set", "macro.clock.fast=1"}, {"macro.clock.fast", "a single value"}},
    {"set_text_for_a_number", {"check", "FILE", "--set", "macro.adc.bits=lots"}, {"macro.adc.bits", "not a number"}},
    {"set_nan", {"check", "FILE", "--set", "array.g_max=nan"}, {"array.g_max"}},
    {"set_infinite", {"check", "FILE", "--set", "macro.clock=inf"}, {"macro.clock"}},
    {"set_beyond_a_double", {"check", "FILE", "--set", "macro.adc.noise_lsb=1e400"}, {"macro.adc.noise_lsb"}},
    {"set_open_list", {"check", "FILE", "--set", "macro.adc=[1,2"}, {"macro.adc"}},
    {"set_deep", {"check", "FILE", "--set", "macro=" + std::string(5000, '[')}, {"macro"}},
    {"list_unknown", {"list", "model"}, {"what", "models"}},
    {"info_with_argument", {"info", "all"}, {"unexpected argument 'all'"}},
    {"device_show_misspelt", {"device", "show", "vteem"}, {"vteem", "did you mean 'vteam'"}},
    {"device_show_nothing", {"device", "show"}, {"name"}},
    {"device_show_empty", {"device", "show", ""}, {"name", "empty"}},
    {"device_list_option", {"device", "list", "--jsn"}, {"unknown option '--jsn'", "--json"}},
    {"simulate_devices_negative", {"device", "simulate", "vteam_multilevel", "--devices", "-1"}, {"--devices", "range 1 to"}},
    {"simulate_devices_none", {"device", "simulate", "vteam_multilevel", "--devices", "0"}, {"--devices", "1"}},
    {"simulate_seed_negative", {"device", "simulate", "vteam_multilevel", "--seed", "-1"}, {"--seed", "at least 0"}},
    {"simulate_out_empty", {"device", "simulate", "vteam_multilevel", "--out", ""}, {"--out", "empty"}},
    {"simulate_width_unit", {"device", "simulate", "vteam_multilevel", "--width", "1 V"}, {"--width", "time"}},
    {"simulate_width_nan", {"device", "simulate", "vteam_multilevel", "--width", "nan"}, {"--width"}},
    {"simulate_file_is_a_device",
     {"device", "simulate", "vteam", "--waveform", "csv", "--csv", "/dev/zero"},
     {"/dev/zero", "regular file"}},
    {"simulate_pattern", {"device", "simulate", "vteam_multilevel", "--pattern", "1;2"}, {"--pattern"}},
    {"simulate_waveform", {"device", "simulate", "vteam_multilevel", "--waveform", "squere"}, {"--waveform", "pulses"}},
    {"fit_table_is_a_device", {"device", "fit", "/dev/zero", "--out", "DIR/t.json"}, {"/dev/zero", "regular file"}},
    {"fit_table_missing", {"device", "fit", "none.csv", "--out", "DIR/t.json"}, {"none.csv"}},
    {"fit_bandwidth_nan", {"device", "fit", "none.csv", "--out", "DIR/t.json", "--bandwidth", "nan"}, {"--bandwidth", "finite"}},
    {"fit_out_empty", {"device", "fit", "none.csv", "--out", ""}, {"--out", "empty"}},
    {"solve_without_options", {"solve"}, {"--conductance"}},
    {"solve_file_is_a_device",
     {"solve", "--conductance", "/dev/zero", "--input", "v.csv", "--out", "DIR/s"},
     {"/dev/zero", ".csv or .npy"}},
    {"solve_out_empty", {"solve", "--conductance", "g.csv", "--input", "v.csv", "--out", ""}, {"--out", "empty"}},
    {"solve_tolerance_nan",
     {"solve", "--conductance", "g.csv", "--input", "v.csv", "--out", "DIR/s", "--tolerance", "nan"},
     {"--tolerance", "finite"}},
    {"solve_show_negative", {"solve", "--conductance", "g.csv", "--input", "v.csv", "--out", "DIR/s", "--show", "-1"}, {"--show"}},
    {"solve_method_misspelt",
     {"solve", "--conductance", "g.csv", "--input", "v.csv", "--out", "DIR/s", "--method", "super_lu"},
     {"--method", "superlu"}},
};

std::string with_names(std::string text, const std::string& folder) {
  const std::string config = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";
  for (const auto& [word, name] : std::vector<std::pair<std::string, std::string>>{{"FILE", config}, {"DIR", folder}}) {
    if (const std::size_t at = text.find(word); at != std::string::npos) text.replace(at, word.size(), name);
  }
  return text;
}

class BadCommandTest : public ::testing::TestWithParam<BadCommand> {};

TEST_P(BadCommandTest, EndsWithCode2AndSaysWhatToDo) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments;
  for (const std::string& argument : GetParam().arguments)
    arguments.push_back(with_names(argument, folder.path().string()));
  const CommandOutcome outcome = run_memcosim(arguments, folder.path().string());
  EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
  EXPECT_THAT(outcome.errors, ::testing::StartsWith("memcosim: "));
  for (const std::string& part : GetParam().message)
    EXPECT_THAT(outcome.errors, HasSubstr(part));
  EXPECT_EQ(outcome.output, "");
}

INSTANTIATE_TEST_SUITE_P(Cli, BadCommandTest, ::testing::ValuesIn(bad_commands),
                         [](const ::testing::TestParamInfo<BadCommand>& test) { return std::string(test.param.name); });

/// A file that is no configuration, by its bytes, and what the message must say.
struct BadText {
  const char* name;
  std::string bytes;
  std::vector<std::string> message;
};

std::ostream& operator<<(std::ostream& out, const BadText& bad) {
  return out << bad.name;
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i)
    all += text;
  return all;
}

/// Each alias stands for ten of the one before: 10^16 nodes.
std::string alias_bomb() {
  std::string text = "schema_version: 2\na0: &a0 [1, 2]\n";
  for (int i = 1; i <= 16; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + repeated(", " + before, 9) + "]\n";
  }
  return text;
}

const std::vector<BadText> bad_texts = {
    {"empty", "", {"empty"}},
    {"comments_alone", "# nothing\n", {"empty"}},
    {"utf16_little_endian", std::string("\xff\xfes\0e\0e\0d\0", 10), {"UTF-16", "UTF-8"}},
    {"utf16_big_endian", std::string("\xfe\xff\0s\0e\0e\0d", 10), {"UTF-16", "UTF-8"}},
    {"utf16_without_mark", std::string("s\0e\0e\0d\0:\0", 10), {"zero byte", "UTF-8"}},
    {"latin1", "title: \xe4\n", {"0xe4", "UTF-8"}},
    {"binary",
     std::string("\x7f"
                 "ELF\x02\x01\x01\0\0\0",
                 10),
     {"control character"}},
    {"tab", "schema_version: 2\nnetwork:\n\tmodel: m.onnx\n", {":3:", "a tab indents this line"}},
    {"tab_after_blanks", "schema_version: 2\nnetwork:\n  \tmodel: m.onnx\n  x: 1\n", {"a tab indents this line"}},
    {"deep_flow", "a: " + std::string(100000, '['), {"deeper than 64"}},
    {"deep_block", repeated("- ", 10000) + "a\n", {"deeper than 64"}},
    {"alias_bomb", alias_bomb(), {"unknown key"}},
    {"alias_of_itself", "a: &a [*a]\n", {"alias"}},
    {"alias_unknown", "a: *none\n", {":1:4", "anchor"}},
    {"tag", "a: !!python/object 1\n", {"tag"}},
    {"two_documents", "a: 1\n---\nb: 2\n", {"one document"}},
    {"duplicate_section", "schema_version: 2\nmacro: {}\nmacro: {}\n", {"duplicate key"}},
    {"long_key", std::string(100000, 'k') + ": 1\n", {":1:"}},
    {"long_value", "schema_version: " + std::string(1000000, '9') + "\n", {"schema_version"}},
    {"long_line_without_key", std::string(1000000, 'x'), {"expected a mapping"}},
    {"open_quote", "a: \"b\n", {"YAML syntax"}},
    {"too_large", "a: " + std::string().append(17000000, 'x') + "\n", {"limit"}},
};

class BadTextTest : public ::testing::TestWithParam<BadText> {};

TEST_P(BadTextTest, EndsWithCode2ForEveryCommandThatReadsIt) {
  const TemporaryFolder folder;
  const std::string file = folder.file("bad.yaml");
  std::ofstream(file, std::ios::binary) << GetParam().bytes;
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"run"}, {"check"}, {"check", "--upgrade"}, {"device", "simulate"}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back(file);
    const CommandOutcome outcome = run_memcosim(arguments, folder.path().string());
    EXPECT_EQ(outcome.exit_code, 2) << ::testing::PrintToString(command) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr("bad.yaml"));
    if (command.front() == "device" || command.size() > 1) continue;
    for (const std::string& part : GetParam().message)
      EXPECT_THAT(outcome.errors, HasSubstr(part));
  }
}

INSTANTIATE_TEST_SUITE_P(Cli, BadTextTest, ::testing::ValuesIn(bad_texts),
                         [](const ::testing::TestParamInfo<BadText>& test) { return std::string(test.param.name); });

TEST(BadInput, APipeWithoutWriterIsRefusedAtOnce) {
  const TemporaryFolder folder;
  const std::string pipe = folder.file("pipe.yaml");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"check", pipe}, {"device", "simulate", pipe}}) {
    const CommandOutcome outcome = run_memcosim(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.errors, HasSubstr("regular file"));
  }
}

TEST(BadInput, AFileThatMayNotBeReadSaysSo) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  std::ofstream(folder.file("secret.yaml")) << "schema_version: 2\n";
  ASSERT_EQ(chmod(folder.file("secret.yaml").c_str(), 0), 0);
  const CommandOutcome outcome = run_memcosim({"check", folder.file("secret.yaml")});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("Permission denied"));
}

#ifndef __SANITIZE_ADDRESS__  // which needs terabytes of addresses
TEST(BadInput, TooLittleMemoryNamesWhatCostsIt) {
  const TemporaryFolder folder;
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  rlimit little = before;
  little.rlim_cur = 400'000'000;
  ASSERT_EQ(setrlimit(RLIMIT_AS, &little), 0);
  // One thread of OpenBLAS for each core takes more than that before the command begins.
  ASSERT_EQ(setenv("OPENBLAS_NUM_THREADS", "1", 1), 0);
  const CommandOutcome outcome =
      run_memcosim({"device", "simulate", "vteam_multilevel", "--devices", "100000000", "--quiet", "--out", folder.file("out")});
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.errors;
  EXPECT_THAT(outcome.errors, ::testing::AllOf(HasSubstr("out of memory"), HasSubstr("--devices")));
}
#endif

TEST(Check, AConfigurationNamedWithoutAFolderNamesWhatIsMissing) {
  const TemporaryFolder folder;
  put(folder.path() / "bare.yaml", "schema_version: 2\nnetwork: {model: nosuch.onnx}\n");
  const CommandOutcome outcome = run_memcosim({"check", "bare.yaml"}, folder.path().string());
  EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("there is no file \"nosuch.onnx\""));
}

TEST(Check, FindsAStageWhoseSumsCannotBeRecorded) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const CommandOutcome outcome =
      run_memcosim({"check", std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml", "--set", "output.sums=nosuch"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("output.sums"));
}

TEST(Check, AnOldFileIsAcceptedAndRewritten) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  std::string text = shipped_config();
  const std::string present = "schema_version: 2";
  text.replace(text.find(present), present.size(), "schema_version: 1");
  const TemporaryFolder folder;
  const std::string file = folder.file("old.yaml");
  std::ofstream(file) << text;
  const CommandOutcome old = run_memcosim({"check", file});
  EXPECT_EQ(old.exit_code, 0) << old.errors;
  EXPECT_THAT(old.errors, HasSubstr("--upgrade"));
  const CommandOutcome printed = run_memcosim({"check", file, "--upgrade"});
  EXPECT_EQ(printed.exit_code, 0) << printed.errors;
  EXPECT_EQ(run_memcosim({"check", file, "--upgrade", "--in-place"}).exit_code, 0);
  std::ifstream stream(file);
  std::ostringstream rewritten;
  rewritten << stream.rdbuf();
  EXPECT_EQ(rewritten.str(), printed.output);
  EXPECT_THAT(printed.output, HasSubstr("# `memcosim list presets`"));  // comments stay
  EXPECT_THAT(printed.output, HasSubstr("schema_version: 2"));
  const CommandOutcome fresh = run_memcosim({"check", file});
  EXPECT_EQ(fresh.exit_code, 0) << fresh.errors;
  EXPECT_THAT(fresh.errors, ::testing::Not(HasSubstr("--upgrade")));
}

}  // namespace
}  // namespace memcosim::test
