// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

#include "many_cells.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

CellNonidealities read(const std::string& text, const std::filesystem::path& folder = {}, const CellNonidealities& fallback = {}) {
  const auto document = ConfigDocument::from_text(text, "device.yaml", {}, folder);
  CellNonidealities effects = read_nonidealities(document.root(), fallback);
  document.finish();
  return effects;
}

std::string faults(const std::string& text, const std::filesystem::path& folder = {}) {
  try {
    read(text, folder);
  } catch (const ConfigError& error) {
    std::string all;
    for (const Diagnostic& diagnostic : error.diagnostics())
      all += diagnostic.path + ": " + diagnostic.message + "\n";
    return all;
  }
  return "";
}

const char* const everything = R"(
states: 16
states_low: 1 uS
states_high: range
programming_error: {law: pcm_like, g_max: 30 uS, scale: 0.5}
endurance: {law: lammie_gradual, initial_cycles: 1e5, cell_size_nm: 20, low_resistance: {p3: 0.02}}
relaxation: {law: log_time, sigma_per_decade: 0.4 uS, sigma_max: 2 uS, tau: 1 ms}
retention: {law: power, time: 1 day, t0: 20 s, nu_mean: 0.05, nu_sigma: 0.01, activation_energy: 1.1 eV}
read_disturb: {law: jiang_2021, read_voltage: 0.3 V, read_time: 50 ns, above: 20 uS}
temperature: {value: 85 degC, reference: 25 degC, activation_energy: 0.05 eV, metallic_coefficient_per_k: 3.9e-3, metallic_above: 70 uS}
read_noise:
  white: {law: normal_proportional, magnitude: 0.02}
  flicker: {law: hermes_two_devices, scale: 0.7}
  telegraph: {share: 0.1, relative_amplitude: 0.2, tau_capture: 1 ms, tau_emission: 2 ms}
faults:
  low_resistance_share: 0.01
  high_resistance_share: 0.02
  unformed_share: 0.003
  clusters: {probability: 1e-4, length: 8, along: columns, fault: high_resistance}
  lines: {word_line_share: 0.001, bit_line_share: 0.002, fault: low_resistance}
  low_resistance: 90 uS
  unformed: 1 nS
)";

TEST(NonidealitiesConfig, SharesMayBePercentages) {
  const CellNonidealities e = read(R"(
faults:
  low_resistance_share: 1.1 %
  high_resistance_share: 2%
  unformed_share: 0.3 %
  clusters: {probability: 0.01 %, length: 8}
  lines: {word_line_share: 0.1 %, bit_line_share: 0.2 %}
read_noise:
  white: {law: normal_proportional, magnitude: 2 %}
  telegraph: {share: 10 %, relative_amplitude: 20 %, tau_capture: 1 ms, tau_emission: 2 ms}
temperature: {value: 85 degC, metallic_coefficient_per_k: 0.39 %/K}
)");
  EXPECT_EQ(e.faults.low_resistance_share, 0.011);
  EXPECT_EQ(e.faults.high_resistance_share, 0.02);
  EXPECT_EQ(e.faults.unformed_share, 0.003);
  EXPECT_EQ(e.faults.clusters.probability, 1e-4);
  EXPECT_EQ(e.faults.lines.word_line_share, 0.001);
  EXPECT_EQ(e.faults.lines.bit_line_share, 0.002);
  EXPECT_EQ(e.read_noise.white.magnitude, 0.02);
  EXPECT_EQ(e.read_noise.telegraph.share, 0.1);
  EXPECT_EQ(e.read_noise.telegraph.relative_amplitude, 0.2);
  EXPECT_EQ(e.temperature.metallic_coefficient_per_k, 0.0039);
  EXPECT_THAT(faults("faults: {low_resistance_share: 110 %}"),
              HasSubstr("110 % is out of range: expected a bare number from 0 to 1 (5 % is 0.05)"));
}

TEST(NonidealitiesConfig, EveryKeyArrives) {
  const CellNonidealities e = read(everything);
  EXPECT_NO_THROW(check(e));
  EXPECT_EQ(e.states, 16u);
  EXPECT_DOUBLE_EQ(e.states_low_s, 1e-6);
  EXPECT_LT(e.states_high_s, 0.0);
  EXPECT_NEAR(e.programming_error.law.sigma(0.0), 0.5 * 0.26348e-6 * 30.0 / 25.0, 1e-18);
  EXPECT_EQ(e.endurance.law, EnduranceSpec::Law::lammie_gradual);
  EXPECT_EQ(e.endurance.initial_cycles, 1e5);
  EXPECT_EQ(e.endurance.lammie.cell_nm, 20.0);
  EXPECT_EQ(e.endurance.lammie.low_resistance.p3, 0.02);
  EXPECT_EQ(e.endurance.lammie.low_resistance.p1_per_nm, 0.690776);  // published, kept
  EXPECT_DOUBLE_EQ(e.relaxation.sigma_max_s, 2e-6);
  EXPECT_EQ(e.retention.law, RetentionSpec::Law::power);
  EXPECT_DOUBLE_EQ(e.retention.time_s, 86400.0);
  EXPECT_EQ(e.retention.nu_sigma, 0.01);
  EXPECT_DOUBLE_EQ(e.retention.activation_energy_j, 1.1 * 1.602176634e-19);
  EXPECT_DOUBLE_EQ(e.read_disturb.above_s, 20e-6);
  EXPECT_DOUBLE_EQ(e.temperature.temperature_k, 358.15);
  EXPECT_DOUBLE_EQ(e.temperature.metallic_above_s, 70e-6);
  EXPECT_NEAR(e.read_noise.white.sigma(1e-6), 0.02e-6, 1e-20);
  EXPECT_EQ(e.read_noise.flicker.law, FlickerSpec::Law::hermes_two_devices);
  EXPECT_EQ(e.read_noise.flicker.scale, 0.7);
  EXPECT_DOUBLE_EQ(e.read_noise.telegraph.tau_emission_s, 2e-3);
  EXPECT_EQ(e.faults.unformed_share, 0.003);
  EXPECT_EQ(e.faults.clusters.length, 8u);
  EXPECT_FALSE(e.faults.clusters.along_rows);
  EXPECT_EQ(e.faults.clusters.fault, CellFault::stuck_high_resistance);
  EXPECT_EQ(e.faults.lines.fault, CellFault::stuck_low_resistance);
  EXPECT_DOUBLE_EQ(e.stuck.low_resistance_s, 90e-6);
  EXPECT_LT(e.stuck.high_resistance_s, 0.0);
  EXPECT_DOUBLE_EQ(e.stuck.unformed_s, 1e-9);
}

TEST(NonidealitiesConfig, NothingIsOff) {
  const CellNonidealities e = read("{}");
  EXPECT_TRUE(shows_its_state(e));
  EXPECT_TRUE(e.faults.is_off());
  EXPECT_EQ(e.programming_error.law.form, SpreadLaw::Form::none);
}

/// The effective configuration is complete: read again it is itself.
TEST(NonidealitiesConfig, EffectiveConfigurationIsComplete) {
  const auto effective = [](const std::string& text, const CellNonidealities& fallback) {
    const auto document = ConfigDocument::from_text(text, "device.yaml");
    read_nonidealities(document.root(), fallback);
    document.finish();
    return document.effective_yaml();
  };
  EXPECT_EQ(effective(effective(everything, {}), {}), effective(everything, {}));
  for (const CellPreset& preset : cell_presets()) {
    const CellNonidealities fallback = preset_cell_spec(preset.name).nonidealities;
    const std::string complete = effective("{}", fallback);
    EXPECT_EQ(effective(complete, {}), complete) << preset.name;  // without the preset it says the same
  }
}

TEST(NonidealitiesConfig, PresetValuesAreTheDefaults) {
  const CellNonidealities preset = preset_cell_spec("pcm_like").nonidealities;
  const CellNonidealities kept = read("retention: {time: 1 h}", {}, preset);
  EXPECT_EQ(kept.retention.law, RetentionSpec::Law::pcm_like);
  EXPECT_DOUBLE_EQ(kept.retention.time_s, 3600.0);
  EXPECT_EQ(kept.retention.t0_s, 20.0);
  EXPECT_EQ(kept.programming_error.law.sigma(10e-6), preset.programming_error.law.sigma(10e-6));
  EXPECT_EQ(kept.stuck.low_resistance_s, preset.stuck.low_resistance_s);
  // Another law brings its own numbers.
  const CellNonidealities changed =
      read("{retention: {law: hermes_one_device}, programming_error: {law: none}, read_noise: {flicker: {law: none}}}", {}, preset);
  EXPECT_EQ(changed.retention.t0_s, 200.0);
  EXPECT_EQ(changed.programming_error.law.form, SpreadLaw::Form::none);
  EXPECT_FALSE(has_read_noise(changed));
}

TEST(NonidealitiesConfig, FaultsNameKeyAndRemedy) {
  EXPECT_THAT(faults("states: 1"), HasSubstr("at least 2"));
  EXPECT_THAT(faults("{states: 4, states_low: 3 uS, states_high: 2 uS}"), HasSubstr("greater than states_low"));
  EXPECT_THAT(faults("{states: 4, states_low: 3 V}"), HasSubstr("range"));
  EXPECT_THAT(faults("programming_error: {law: pcm_josh_2020}"), HasSubstr("pcm_joshi_2020"));
  EXPECT_THAT(faults("programming_error: {law: sonos_read_agrawal_2022}"), HasSubstr("programming_error.law"));
  EXPECT_THAT(faults("programming_error: {law: normal_independent}"), HasSubstr("programming_error.magnitude"));
  EXPECT_THAT(faults("programming_error: {law: normal_independent, magnitude: 0.01}"), HasSubstr("programming_error.g_max"));
  EXPECT_THAT(faults("programming_error: {law: normal_proportional, magnitude: 0.01, g_max: 1 uS}"), HasSubstr("g_max"));
  EXPECT_THAT(faults("programming_error: {law: pcm_like, g_max: 0 uS}"), HasSubstr("g_max"));
  EXPECT_THAT(faults("programming_error: {law: table}"), HasSubstr("programming_error.file"));
  EXPECT_THAT(faults("read_noise: {white: {law: pcm_like}}"), HasSubstr("read_noise.white.law"));
  EXPECT_THAT(faults("read_noise: {telegraph: {share: 1.5}}"), HasSubstr("read_noise.telegraph.share"));
  EXPECT_THAT(faults("retention: {law: rram_wan_2022, time: 1 h}"), HasSubstr("was not measured: 0, 1 s, 1 day or 2 day"));
  EXPECT_EQ(faults("retention: {law: rram_wan_2022, time: 2 day}"), "");
  EXPECT_THAT(faults("retention: {law: sonos_agrawal_2022, time: 6 day}"), HasSubstr("beyond the 5 days"));
  EXPECT_THAT(faults("retention: {law: lammie_gradual}"), HasSubstr("no gradual retention is published"));
  EXPECT_THAT(faults("retention: {law: power, g_max: 25 uS}"), HasSubstr("g_max"));
  EXPECT_THAT(faults("retention: {law: pcm_lik}"), HasSubstr("pcm_like"));
  EXPECT_THAT(faults("faults: {low_resistance_share: 0.6, unformed_share: 0.5}"), HasSubstr("add up to more than 1"));
  EXPECT_THAT(faults("faults: {low_resistance: much}"), HasSubstr("range"));
  EXPECT_THAT(faults("faults: {map: {array: some}}"), HasSubstr("all"));
  EXPECT_THAT(faults("faults: {lines: {fault: none}}"), HasSubstr("unformed"));
  EXPECT_THAT(faults("temperature: {value: 0 K}"), HasSubstr("temperature.value"));
  EXPECT_THAT(faults("read_disturb: {law: jiang_2021, read_voltage: 11 V}"), HasSubstr("read_disturb.read_voltage"));
  EXPECT_THAT(faults("relaxation: {law: log_time, tau: 0 s}"), HasSubstr("relaxation.tau"));
  EXPECT_THAT(faults("endurance: {initial_cycles: -1}"), HasSubstr("endurance.initial_cycles"));
}

TEST(NonidealitiesConfig, TablesFromFiles) {
  const test::TemporaryFolder folder;
  test::put(folder.path() / "error.csv", "# measured\nconductance_s,sigma_s\n0,1e-7\n1e-5,3e-7\n");
  test::put(folder.path() / "drift.csv", "time_s,factor,relative_sigma\n1,1,0.01\n100,0.9,0.03\n");
  test::put(folder.path() / "plain.csv", "time_s, factor\r\n1, 1\r\n100, 0.9\r\n");
  test::put(folder.path() / "exponents.csv", "conductance_s,nu_mean,nu_sigma\n0,0.1,0.02\n1e-5,0.05,0.01\n");
  const CellNonidealities e =
      read("{programming_error: {law: table, file: error.csv}, retention: {law: table, file: drift.csv, time: 10 s}}", folder.path());
  EXPECT_NO_THROW(check(e));
  EXPECT_NEAR(e.programming_error.law.sigma(5e-6), 2e-7, 1e-20);
  EXPECT_NEAR(e.programming_error.law.sigma(9e-5), 3e-7, 1e-20);  // held
  EXPECT_NEAR(e.retention.moments(1e-5, 10.0).mean_s, 0.95e-5, 1e-18);
  EXPECT_NEAR(e.retention.moments(1e-5, 10.0).sigma_s, 0.02e-5, 1e-18);
  EXPECT_NEAR(read("retention: {law: table, file: plain.csv}", folder.path()).retention.moments(1e-5, 10.0).mean_s, 0.95e-5, 1e-18);
  EXPECT_NEAR(read("retention: {law: exponent_table, file: exponents.csv}", folder.path()).retention.nu(5e-6, 1.0), 0.09, 1e-12);
  EXPECT_NEAR(read("read_noise: {white: {law: table, file: error.csv}}", folder.path()).read_noise.white.sigma(0.0), 1e-7, 1e-20);

  const auto fault_of = [&](const std::string& content) {
    test::put(folder.path() / "bad.csv", content);
    return faults("programming_error: {law: table, file: bad.csv}", folder.path());
  };
  EXPECT_THAT(fault_of("g,sigma\n0,1\n"), HasSubstr("expected 'conductance_s,sigma_s'"));
  EXPECT_THAT(fault_of("conductance_s,sigma_s\n0,1e-7\n0,2e-7\n"), HasSubstr(":3: conductance_s must rise"));
  EXPECT_THAT(fault_of("conductance_s,sigma_s\n0,x\n"), HasSubstr(":2: sigma_s is 'x'"));
  EXPECT_THAT(fault_of("conductance_s,sigma_s\n0,nan\n"), HasSubstr("expected a finite number"));
  EXPECT_THAT(fault_of("conductance_s,sigma_s\n0,-1e-7\n"), HasSubstr("expected at least 0"));
  EXPECT_THAT(fault_of("conductance_s,sigma_s\n0\n"), HasSubstr(":2: 1 fields, the header has 2"));
  EXPECT_THAT(fault_of("conductance_s,sigma_s\n"), HasSubstr("no rows"));
  EXPECT_THAT(fault_of(""), HasSubstr("expected a header"));
  EXPECT_THAT(faults("programming_error: {law: table, file: absent.csv}", folder.path()), HasSubstr("absent.csv"));
}

TEST(NonidealitiesConfig, FaultMapsFromFiles) {
  const test::TemporaryFolder folder;
  test::put(folder.path() / "map.csv", "row,column,fault\n0,1,low_resistance\n2,0,unformed\n");
  test::put(folder.path() / "arrays.csv", "array,row,column,fault\n0,0,1,low_resistance\n3,2,0,unformed\n");
  const auto made = [&](const std::string& map, std::uint32_t array) {
    return make_faults(read("faults: {map: " + map + "}", folder.path()).faults, 3, 2, 1, array);
  };
  using F = CellFault;
  const std::vector<F> expected{F::none, F::stuck_low_resistance, F::none, F::none, F::unformed, F::none};
  EXPECT_EQ(made("{file: map.csv}", 5), expected);
  EXPECT_EQ(made("{file: map.csv, array: 5}", 5), expected);
  EXPECT_TRUE(made("{file: map.csv, array: 5}", 4).empty());
  EXPECT_EQ(made("{file: arrays.csv}", 3), (std::vector<F>{F::none, F::none, F::none, F::none, F::unformed, F::none}));

  write_file(folder.path() / "map.npy", to_npy({{3, 2}, {0, 1, 0, 2, 3, 0}}));
  EXPECT_EQ(made("{file: map.npy}", 9),
            (std::vector<F>{F::none, F::stuck_low_resistance, F::none, F::stuck_high_resistance, F::unformed, F::none}));
  write_file(folder.path() / "bad.npy", to_npy({{1, 2}, {0, 4}}));
  EXPECT_THAT(faults("faults: {map: {file: bad.npy}}", folder.path()), HasSubstr("4 at row 0, column 1"));
  write_file(folder.path() / "flat.npy", to_npy({{2}, {0, 1}}));
  EXPECT_THAT(faults("faults: {map: {file: flat.npy}}", folder.path()), HasSubstr("rows x columns"));
  test::put(folder.path() / "bad.csv", "row,column,fault\n0,-1,low_resistance\n");
  EXPECT_THAT(faults("faults: {map: {file: bad.csv}}", folder.path()), HasSubstr(":2:"));
  test::put(folder.path() / "bad.csv", "row,column,fault\n0,1,lrs\n");
  EXPECT_THAT(faults("faults: {map: {file: bad.csv}}", folder.path()), HasSubstr("low_resistance"));
}

TEST(NonidealitiesConfig, CheckRefusesWhatTheReaderWould) {
  const auto refused = [](auto change) {
    CellNonidealities effects = read(everything);
    check(effects);
    change(effects);
    EXPECT_THROW(check(effects), InputError);
  };
  const double nan = std::nan("");
  refused([](auto& e) { e.states = 1; });
  refused([](auto& e) { e.states_high_s = 0.5e-6; });
  refused([](auto& e) { e.programming_error.law.law = 200; });
  refused([](auto& e) { e.programming_error.law = spread_law("sonos_read_agrawal_2022"); });
  refused([](auto& e) { e.programming_error.law.form = SpreadLaw::Form::independent; });
  refused([&](auto& e) { e.programming_error.law.scale = nan; });
  refused([](auto& e) { e.programming_error.law = spread_law("normal_independent", 0.1, 0.0); });
  refused([](auto& e) { e.programming_error.law = spread_law("table"); });
  refused([&](auto& e) { e.endurance.initial_cycles = nan; });
  refused([](auto& e) { e.endurance.lammie.sudden = true; });
  refused([](auto& e) { e.endurance.lammie.low_resistance.p0 = 0.0; });
  refused([&](auto& e) { e.relaxation.sigma_max_s = nan; });
  refused([](auto& e) { e.relaxation.tau_s = 0.0; });
  refused([](auto& e) { e.retention.time_s = -1.0; });
  refused([](auto& e) { e.retention.t0_s = 0.0; });
  refused([](auto& e) { e.retention.law = RetentionSpec::Law::pcm_like; });  // without its curves' g_max
  refused([](auto& e) { e.retention = retention_law(RetentionSpec::Law::table); });
  refused([](auto& e) {
    e.retention = retention_law(RetentionSpec::Law::rram_wan_2022);
    e.retention.time_s = 60.0;
  });
  refused([](auto& e) { e.read_disturb.read_time_s = 0.0; });
  refused([](auto& e) { e.temperature.temperature_k = 0.0; });
  refused([](auto& e) { e.read_noise.telegraph.tau_capture_s = 0.0; });
  refused([](auto& e) { e.read_noise.flicker.t_read_s = 0.0; });
  refused([](auto& e) { e.read_noise.flicker.g_max = 0.0; });
  refused([](auto& e) { e.faults.low_resistance_share = 0.99; });
  refused([](auto& e) { e.faults.clusters.length = 0; });
  refused([&](auto& e) { e.faults.lines.bit_line_share = nan; });
  refused([&](auto& e) { e.stuck.unformed_s = nan; });
}

TEST(StatisticalPresets, AreLegalAndStayWithinTheirData) {
  int with_error = 0;
  for (const char* name : {"pcm_joshi_2020", "pcm_like", "hermes_one_device", "hermes_two_devices", "rram_milo_2021", "rram_wan_2022",
                           "sonos_agrawal_2022", "cmo_hfox", "pcm_state_independent"}) {
    const CellPreset& preset = cell_preset(name);
    const CellSpec spec = preset_cell_spec(name);
    EXPECT_NO_THROW(check(spec)) << name;
    const ConductanceRange window{preset.use.g_min, preset.use.g_max};
    EXPECT_EQ(beyond_validity(spec.nonidealities, window), std::vector<std::string>{}) << name;
    EXPECT_FALSE(beyond_validity(spec.nonidealities, {window.low, 10.0 * window.high}).empty()) << name;
    EXPECT_FALSE(std::string(preset.source).empty());
    // The cell reaches five sigma beyond the top of its window, so that errors are not cut off.
    const SpreadLaw& error = spec.nonidealities.programming_error.law;
    const ConductanceRange cell = conductance_range(cell_model(spec.model), nominal_cell(spec, 0.1), spec.circuit);
    EXPECT_GT(cell.high, window.high + 5.0 * error.sigma(window.high)) << name;
    EXPECT_TRUE(cell.low == 0.0 || cell.low < window.low - 5.0 * error.sigma(window.low)) << name;
    with_error += error.form != SpreadLaw::Form::none;
  }
  EXPECT_EQ(with_error, 9);
}

TEST(StatisticalPresets, ReportTimesBeyondTheData) {
  CellNonidealities sonos = preset_cell_spec("sonos_agrawal_2022").nonidealities;
  sonos.retention.time_s = 1e7;
  ASSERT_EQ(beyond_validity(sonos, {0.0, 16e-6}).size(), 1u);
  EXPECT_THAT(beyond_validity(sonos, {0.0, 16e-6})[0], HasSubstr("retention sonos_agrawal_2022"));
  // Heat makes time run faster: four days at 400 K are more than five at 300 K.
  sonos.retention.time_s = 4.0 * 86400.0;
  sonos.retention.activation_energy_j = 1.602176634e-19;
  EXPECT_TRUE(beyond_validity(sonos, {0.0, 16e-6}).empty());
  sonos.temperature.temperature_k = 400.0;
  ASSERT_EQ(beyond_validity(sonos, {0.0, 16e-6}).size(), 1u);
  EXPECT_THAT(beyond_validity(sonos, {0.0, 16e-6})[0], HasSubstr("at 400 K"));
}

}  // namespace
}  // namespace memcosim
