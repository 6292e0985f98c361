// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cells/cell_models.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

CellSpec read(const std::string& text) {
  const auto document = ConfigDocument::from_text(text, "device.yaml");
  const CellSpec spec = read_cell_spec(document.root());
  document.finish();
  return spec;
}

/// All messages of the faults that reading gives, each with its path; empty: no fault.
std::string faults(const std::string& text) {
  try {
    read(text);
  } catch (const ConfigError& error) {
    std::string all;
    for (const Diagnostic& diagnostic : error.diagnostics())
      all += diagnostic.path + ": " + diagnostic.message + "\n";
    return all;
  }
  return "";
}

TEST(CellSpec, PresetWithOverrides) {
  const CellSpec spec = read("preset: vteam_multilevel\nparameters: {r_on: 5 kohm, v_off: 700 mV}\n");
  EXPECT_EQ(spec.model, "vteam");
  EXPECT_EQ(spec.parameters[VteamCell::r_on], 5e3);
  EXPECT_EQ(spec.parameters[VteamCell::v_off], 0.7);
  EXPECT_EQ(spec.parameters[VteamCell::r_off], 1e6);
  EXPECT_EQ(spec.parameters[VteamCell::resistance], 1.0);
}

TEST(CellSpec, ModelWithDefaults) {
  const CellSpec spec = read("model: ohmic\n");
  EXPECT_EQ(spec.model, "ohmic");
  EXPECT_EQ(spec.parameters, default_cell_spec("ohmic").parameters);
  EXPECT_TRUE(spec.variations.empty());
}

TEST(CellSpec, ResistanceLawByWordOrNumber) {
  EXPECT_EQ(read("{model: vteam, parameters: {resistance: exponential}}").parameters[VteamCell::resistance], 1.0);
  EXPECT_EQ(read("{model: vteam, parameters: {resistance: linear}}").parameters[VteamCell::resistance], 0.0);
  EXPECT_EQ(read("{model: vteam, parameters: {resistance: 1}}").parameters[VteamCell::resistance], 1.0);
  EXPECT_THAT(faults("{model: vteam, parameters: {resistance: exponental}}"), HasSubstr("exponential"));
}

TEST(CellSpec, Variations) {
  const CellSpec spec = read(
      "preset: vteam_multilevel\n"
      "variability:\n"
      "  device_to_device:\n"
      "    v_off: {distribution: uniform, sigma: 20 mV}\n"
      "    r_on: {distribution: normal, relative_sigma: 0.05, low: 8 kohm}\n"
      "    r_off: {distribution: log_normal, sigma: 0.2, high: 2 Mohm, limits: truncated}\n");
  ASSERT_EQ(spec.variations.size(), 3u);
  EXPECT_EQ(spec.variations[0].parameter, VteamCell::r_on);
  EXPECT_DOUBLE_EQ(spec.variations[0].sigma, 500.0);
  EXPECT_EQ(spec.variations[0].low, 8e3);
  EXPECT_EQ(spec.variations[0].high, 1e15);
  EXPECT_EQ(spec.variations[1].distribution, Distribution::log_normal);
  EXPECT_EQ(spec.variations[1].sigma, 0.2);
  EXPECT_TRUE(spec.variations[1].truncated);
  EXPECT_FALSE(spec.variations[0].truncated);
  EXPECT_EQ(spec.variations[2].parameter, VteamCell::v_off);
  EXPECT_EQ(spec.variations[2].sigma, 0.02);
}

TEST(CellSpec, EffectiveConfigurationReadsBackEqual) {
  const auto document = ConfigDocument::from_text(
      "{preset: vteam_multilevel_linear, parameters: {r_on: 12.3 kohm}, variability: {device_to_device: {r_on: {relative_sigma: 0.1}}}}",
      "a.yaml");
  const CellSpec first = read_cell_spec(document.root());
  document.finish();
  const CellSpec second = read(document.effective_yaml());
  EXPECT_EQ(first.parameters, second.parameters);
  ASSERT_EQ(second.variations.size(), 1u);
  EXPECT_EQ(first.variations[0].sigma, second.variations[0].sigma);
  EXPECT_EQ(first.variations[0].high, second.variations[0].high);
}

TEST(CellSpec, FaultsNameTheNearest) {
  EXPECT_THAT(faults("preset: vteam_multilevl\n"), HasSubstr("vteam_multilevel"));
  EXPECT_THAT(faults("model: vteem\n"), HasSubstr("vteam"));
  EXPECT_THAT(faults("{model: vteam, parameters: {r_onn: 3}}"), HasSubstr("r_on"));
  EXPECT_THAT(faults("{model: vteam, variability: {device_to_device: {r_onn: {sigma: 3}}}}"), HasSubstr("did you mean 'r_on'"));
  EXPECT_THAT(faults("{}"), HasSubstr("preset"));
}

TEST(CellSpec, FaultsOfSeveralValues) {
  EXPECT_THAT(faults("{model: vteam, parameters: {r_off: 20 ohm}}"), HasSubstr("r_off must be greater than r_on"));
  EXPECT_THAT(faults("{model: ohmic, parameters: {g_min: 1 S}}"), HasSubstr("g_max must be greater than g_min"));
  EXPECT_THAT(faults("{model: ohmic, preset: vteam_memtorch}"), HasSubstr("model 'vteam'"));
  EXPECT_THAT(faults("{model: vteam, variability: {device_to_device: {r_on: {distribution: normal}}}}"), HasSubstr("sigma"));
  EXPECT_THAT(faults("{model: vteam, variability: {device_to_device: {r_on: {sigma: 1, relative_sigma: 1}}}}"), HasSubstr("not both"));
  EXPECT_THAT(faults("{model: vteam, variability: {device_to_device: {r_on: {sigma: 1, low: 60}}}}"), HasSubstr("enclose"));
  EXPECT_THAT(faults("{model: vteam, variability: {device_to_device: {resistance: {sigma: 1}}}}"), HasSubstr("cannot vary"));
  EXPECT_NE(faults("{model: vteam, parameters: {v_on: 0.2 V}}"), "");
  EXPECT_NE(faults("{model: vteam, parameters: {r_on: 5 V}}"), "");
}

TEST(CellSpec, EveryPresetAndDefaultIsLegalAndHasASource) {
  for (const CellPreset& preset : cell_presets()) {
    EXPECT_NO_THROW(check(preset_cell_spec(preset.name))) << preset.name;
    EXPECT_EQ(preset.parameters.size(), cell_model(preset.model).parameter_count) << preset.name;
    EXPECT_NE(std::string(preset.source), "");
  }
  for (const CellModel& model : cell_models())
    EXPECT_NO_THROW(check(default_cell_spec(model.name))) << model.name;
}

TEST(CellSpec, CheckRefusesWhatTheReaderWould) {
  const auto refused = [](auto change) {
    CellSpec spec = preset_cell_spec("vteam_multilevel");
    change(spec);
    EXPECT_THROW(check(spec), InputError);
  };
  refused([](CellSpec& spec) { spec.model = "vteam2"; });
  refused([](CellSpec& spec) { spec.parameters.pop_back(); });
  refused([](CellSpec& spec) { spec.parameters[VteamCell::v_on] = 0.1; });
  refused([](CellSpec& spec) { spec.parameters[VteamCell::r_on] = std::numeric_limits<double>::quiet_NaN(); });
  refused([](CellSpec& spec) { spec.parameters[VteamCell::r_off] = spec.parameters[VteamCell::r_on]; });
  refused([](CellSpec& spec) { spec.variations = {{99, Distribution::normal, 1.0, 0.0, 1.0}}; });
  refused([](CellSpec& spec) { spec.variations = {{VteamCell::r_on, Distribution::normal, -1.0, 0.0, 1e9}}; });
  refused([](CellSpec& spec) { spec.variations = {{VteamCell::r_on, Distribution::normal, 1.0, 2e4, 1e9}}; });
}

TEST(CellModels, UnknownNamesTheNearest) {
  try {
    cell_model("vtaem");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("vteam"));
  }
}

}  // namespace
}  // namespace memcosim
