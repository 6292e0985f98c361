// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/cells/step_table_cell.hpp"
#include "memcosim/devices/cells/step_tables.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

#include "pulse_cells.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

DeviceStepTable small_table(const std::string& name = "d0") {
  return {name,
          {{1e-6, 2e-6, 5e-6}, {{1e-8, 2e-8, 6e-8}, {0.0, 1e-8, 2e-8}, {-1e-8, 0.0, 1e-8}}},
          {{1.5e-6, 6e-6}, {{-1e-8, 0.0, 0.0}, {-8e-8, -4e-8, -1e-8}}}};
}

TEST(StepTableCell, LinearInConductanceAndProbability) {
  const StepTables tables = make_step_tables({small_table()});
  const auto parameters = default_cell_spec("step_table").parameters;
  const CellParameters p(parameters.data(), 0.1, tables.devices.front().data());
  const auto change = [&](int towards, double g, double u) { return StepTableCell::change(p, towards, g, u); };
  EXPECT_NEAR(change(1, 1e-6, 0.0), 1e-8, 1e-22);
  EXPECT_NEAR(change(1, 1e-6, 0.25), 1.5e-8, 1e-22);
  EXPECT_NEAR(change(1, 1e-6, 0.75), 4e-8, 1e-22);
  EXPECT_NEAR(change(1, 1.5e-6, 0.75), 0.5 * (4e-8 + 1.5e-8), 1e-22);
  EXPECT_NEAR(change(1, 4e-6, 0.5), 1e-8 / 3.0, 1e-22);
  EXPECT_NEAR(change(1, 5e-6, 1.0), 1e-8, 1e-22);
  EXPECT_NEAR(change(-1, 1.5e-6, 0.25), -0.5e-8, 1e-22);
  EXPECT_NEAR(change(-1, 3e-6, 0.5), -4e-8 / 3.0, 1e-22);
  // Beyond its own range a polarity's outermost row holds.
  EXPECT_EQ(change(1, 6e-6, 0.75), change(1, 5e-6, 0.75));
  EXPECT_EQ(change(-1, 1e-6, 0.25), change(-1, 1.5e-6, 0.25));
  // The state lives where either polarity is known.
  EXPECT_EQ(StepTableCell::state_low(p), 1e-6);
  EXPECT_EQ(StepTableCell::state_high(p), 6e-6);
  EXPECT_EQ(StepTableCell::initial_state(p), 1e-6);
  // One uniform draw per pulse.
  const PulseDraws draws{1, 2, 3, 4};
  EXPECT_EQ(after_pulse<StepTableCell>(p, 3e-6, -1, draws), 3e-6 + change(-1, 3e-6, draws.uniform(0)));
}

TEST(StepTableCell, APolarityThatWasNotMeasuredMakesNoStep) {
  DeviceStepTable table = small_table();
  table.set = {};
  table.range = ConductanceRange{0.5e-6, 7e-6};
  const StepTables tables = make_step_tables({table});
  const auto parameters = default_cell_spec("step_table").parameters;
  const CellParameters p(parameters.data(), 0.1, tables.devices.front().data());
  EXPECT_EQ(StepTableCell::state_low(p), 0.5e-6);
  EXPECT_EQ(StepTableCell::state_high(p), 7e-6);
  EXPECT_EQ(StepTableCell::change(p, 1, 3e-6, 0.3), 0.0);
  EXPECT_NEAR(StepTableCell::change(p, -1, 1.5e-6, 0.25), -0.5e-8, 1e-22);
  // The state goes on to the bound, which lies below the lowest point of the axis.
  double state = 1.6e-6;
  for (int pulse = 0; pulse < 1000; ++pulse)
    state = after_pulse<StepTableCell>(p, state, -1, {1, 2, 3, static_cast<std::uint64_t>(pulse)});
  EXPECT_EQ(state, 0.5e-6);
}

TEST(StepTableCell, ManyPulsesHaveTheDistributionOfTheTable) {
  const StepTables tables = make_step_tables({small_table()});
  const auto parameters = default_cell_spec("step_table").parameters;
  const CellParameters p(parameters.data(), 0.1, tables.devices.front().data());
  // At 1.5 uS the quantiles are 0.5, 1.5 and 4 (1e-8 S), linear between: half of the pulses uniform on each side of the median.
  const Sample sample = changes_of<StepTableCell>(p, 1.5e-6, 1);
  const double mean = 0.5 * (1.0 + 2.75);
  const double square = 0.5 * ((0.25 + 0.75 + 2.25) / 3.0 + (2.25 + 6.0 + 16.0) / 3.0);
  const double sigma = std::sqrt(square - mean * mean);
  EXPECT_NEAR(sample.mean, 1e-8 * mean, 5e-8 * sigma / std::sqrt(double{many_devices}));
  EXPECT_NEAR(sample.sigma, 1e-8 * sigma, 5e-8 * sigma / std::sqrt(double{many_devices}));  // its kurtosis is below a normal one's
}

TEST(StepTableCell, WithoutTablesItRests) {
  const auto parameters = default_cell_spec("step_table").parameters;
  EXPECT_EQ(after_pulse<StepTableCell>(parameters.data(), 3e-6, 1), 3e-6);
}

TEST(StepTables, FileRoundTripIsExact) {
  const test::TemporaryFolder folder;
  StepTableFile file{"made up: \"quotes\" and \\ too", {small_table("a"), small_table("b")}, {1.25, 1e-7 / 3.0, 0.0, 0.0, 0.1}};
  file.devices[0].range = ConductanceRange{0.1e-6 / 3.0, 8e-6};
  file.devices[1].set.dg_s[0][1] = 1.0 / 3.0 * 1e-7;
  file.devices[1].set.dg_s[0][2] = 6e-8;
  test::put(folder.path() / "t.json", to_json(file));
  const StepTableFile back = read_step_table_file(folder.path() / "t.json");
  EXPECT_EQ(back.provenance, file.provenance);
  ASSERT_EQ(back.devices.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(back.devices[i].name, file.devices[i].name);
    EXPECT_EQ(back.devices[i].set.g_s, file.devices[i].set.g_s);
    EXPECT_EQ(back.devices[i].set.dg_s, file.devices[i].set.dg_s);
    EXPECT_EQ(back.devices[i].reset.dg_s, file.devices[i].reset.dg_s);
  }
  EXPECT_EQ(read_step_tables(folder.path() / "t.json").devices, make_step_tables(file.devices).devices);
  EXPECT_EQ(back.devices[0].range->low, file.devices[0].range->low);
  EXPECT_FALSE(back.devices[1].range.has_value());
  const MeasuredPulses pulses = read_step_tables(folder.path() / "t.json").pulses;
  EXPECT_EQ(pulses.set_voltage_v, 1.25);
  EXPECT_EQ(pulses.set_duration_s, 1e-7 / 3.0);
  EXPECT_EQ(pulses.reset_voltage_v, 0.0);
  EXPECT_EQ(pulses.read_voltage_v, 0.1);
  file.devices[1].reset = {};
  test::put(folder.path() / "one.json", to_json(file));
  EXPECT_TRUE(read_step_table_file(folder.path() / "one.json").devices[1].reset.g_s.empty());

  const StepNodesFile nodes{"x", {{"n", {1.0, 0.1}, {0.3}}}};
  test::put(folder.path() / "n.json", to_json(nodes));
  EXPECT_EQ(read_step_nodes_file(folder.path() / "n.json").devices.front().up, nodes.devices.front().up);
  EXPECT_EQ(read_step_tables(folder.path() / "n.json").devices, make_step_tables(nodes.devices).devices);
  EXPECT_EQ(read_step_tables(folder.path() / "n.json").schema, "memcosim-step-nodes");
}

/// The message of the refusal of a file with `from` replaced by `to`.
std::string refusal(const std::string& from, const std::string& to) {
  const test::TemporaryFolder folder;
  std::string text = to_json(StepTableFile{"p", {small_table()}});
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  test::put(folder.path() / "t.json", text);
  try {
    read_step_tables(folder.path() / "t.json");
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("t.json"));
    return error.what();
  }
  return "accepted";
}

TEST(StepTables, FaultsNameFileAndPlace) {
  EXPECT_THAT(refusal("{", "["), HasSubstr("is not JSON"));
  EXPECT_THAT(refusal("memcosim-step-tables", "other"), HasSubstr("expected memcosim-step-tables or memcosim-step-nodes"));
  EXPECT_THAT(refusal("\"version\": 1", "\"version\": 2"), HasSubstr("version: must be 1"));
  EXPECT_THAT(refusal("\"provenance\"", "\"provenence\""), HasSubstr("provenence"));
  EXPECT_THAT(refusal("\"g_s\": \"S\"", "\"g_s\": \"uS\""), HasSubstr("must be in S"));
  EXPECT_THAT(refusal("\"name\": \"d0\",", ""), HasSubstr("devices[0]: lacks the key 'name'"));
  EXPECT_THAT(refusal("[1e-06, 2e-06, 5e-06]", "[1e-06, 1e-06, 5e-06]"), HasSubstr("devices[0] ('d0').set.g_s: must rise strictly"));
  EXPECT_THAT(refusal("[1e-06, 2e-06, 5e-06]", "[1e-06, \"x\", 5e-06]"), HasSubstr("devices[0].set.g_s: entry 1 is not a number"));
  EXPECT_THAT(refusal("[1e-06, 2e-06, 5e-06]", "[1e-06, 5e-06]"), HasSubstr("has 3 rows, expected one per point of g_s (2)"));
  EXPECT_THAT(refusal("[1e-08, 2e-08, 6e-08]", "[1e-08, 6e-08, 2e-08]"), HasSubstr("row 0 falls at number 2"));
  EXPECT_THAT(refusal("[1e-08, 2e-08, 6e-08]", "[1e-08, 2e-08]"), HasSubstr("the same in all rows"));
  EXPECT_EQ(refusal("[1.5e-06, 6e-06]", "[7e-06, 8e-06]"), "accepted");
  EXPECT_THAT(refusal("\"name\": \"d0\",", "\"name\": \"d0\", \"range_s\": [2e-6, 1e-6],"), HasSubstr("the lower one first"));
  EXPECT_THAT(refusal("\"name\": \"d0\",", "\"name\": \"d0\", \"range_s\": 2e-6,"), HasSubstr("must be a list"));
  EXPECT_THAT(refusal("\"version\": 1,", "\"version\": 1, \"measured\": {\"set_v\": 1},"), HasSubstr("unknown key 'set_v'"));
  EXPECT_THAT(refusal("\"version\": 1,", "\"version\": 1, \"measured\": {\"set_voltage_v\": -1},"),
              HasSubstr("measured.set_voltage_v: must be a number above 0"));
  EXPECT_THAT(refusal("\"version\": 1,", "\"version\": 1, \"measured\": 1,"), HasSubstr("must be an object"));
  EXPECT_THROW(make_step_tables(std::vector<DeviceStepTable>{{"none", {}, {}}}), InputError);
  EXPECT_THAT(refusal("\"reset\"", "\"rest\""), HasSubstr("lacks the key 'reset'"));
  EXPECT_THROW(make_step_tables(std::vector<DeviceStepNodes>{{"n", {}, {1.0}}}), InputError);
  EXPECT_THROW(make_step_tables(std::vector<DeviceStepTable>{}), InputError);
  EXPECT_THROW(make_step_tables(std::vector<DeviceStepTable>(max_table_devices + 1, small_table())), InputError);
  EXPECT_THROW(illustrative_step_tables("other"), InputError);
}

CellSpec read(const std::string& text, const std::filesystem::path& folder) {
  const auto document = ConfigDocument::from_text(text, "device.yaml", {}, folder);
  const CellSpec spec = read_cell_spec(document.root());
  document.finish();
  // The effective configuration gives the same cell.
  const auto again = ConfigDocument::from_text(document.effective_yaml(), "effective.yaml");
  const CellSpec second = read_cell_spec(again.root());
  again.finish();
  EXPECT_EQ(second.tables == nullptr, spec.tables == nullptr);
  if (spec.tables != nullptr && second.tables != nullptr) {
    EXPECT_EQ(second.tables->devices, spec.tables->devices);
  }
  return spec;
}

std::string faults(const std::string& text, const std::filesystem::path& folder) {
  try {
    read(text, folder);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(StepTables, OfADeviceSection) {
  const test::TemporaryFolder folder;
  test::put(folder.path() / "t.json", to_json(StepTableFile{"p", {small_table("a"), small_table("b")}}));
  test::put(folder.path() / "n.json", to_json(StepNodesFile{"x", {{"n", {1.0, 0.1}, {0.3}}}}));
  test::put(folder.path() / "bad.json", "{}");
  const CellSpec spec = read("{model: step_table, tables: t.json, parameters: {v_set: 2 V}}", folder.path());
  ASSERT_NE(spec.tables, nullptr);
  EXPECT_EQ(spec.tables->devices.size(), 2u);
  EXPECT_NO_THROW(check(spec));
  EXPECT_EQ(read("{model: piecewise_step, tables: n.json}", folder.path()).tables->schema, "memcosim-step-nodes");
  EXPECT_THAT(faults("{model: step_table}", folder.path()), HasSubstr("memcosim-step-tables"));
  EXPECT_THAT(faults("{model: step_table, tables: nowhere.json}", folder.path()), HasSubstr("nowhere.json"));
  EXPECT_THAT(faults("{model: step_table, tables: bad.json}", folder.path()), HasSubstr("lacks the key 'schema'"));
  EXPECT_THAT(faults("{model: step_table, tables: n.json}", folder.path()), HasSubstr("needs memcosim-step-tables"));
  EXPECT_THAT(faults("{model: constant_step, tables: t.json}", folder.path()), HasSubstr("tables"));
}

TEST(StepTables, CheckRefusesWhatTheReaderWould) {
  CellSpec spec = default_cell_spec("step_table");
  EXPECT_NO_THROW(check(spec));
  spec.tables = nullptr;
  EXPECT_THROW(check(spec), InputError);
  spec.tables = default_cell_spec("piecewise_step").tables;
  EXPECT_THROW(check(spec), InputError);
  spec = default_cell_spec("vteam");
  spec.tables = default_cell_spec("step_table").tables;
  EXPECT_THROW(check(spec), InputError);
}

TEST(StepTables, ADeviceIsUsedAsItWasMeasured) {
  const test::TemporaryFolder folder;
  test::put(folder.path() / "t.json", to_json(StepTableFile{"p", {small_table()}, {1.2, 2e-6, 0.8, 3e-6, 0.05}}));
  const CellSpec spec = read("{model: step_table, tables: t.json}", folder.path());
  EXPECT_EQ(spec.parameters[StepTableCell::v_set], 0.75 * 1.2);
  EXPECT_EQ(spec.parameters[StepTableCell::v_reset], 0.75 * 0.8);
  EXPECT_EQ(spec.parameters[StepTableCell::pulse_width], 2e-6);
  const CellUse use = cell_use(spec);
  EXPECT_EQ(use.set.start_v, 1.2);
  EXPECT_EQ(use.set.limit_v, 1.2);
  EXPECT_EQ(use.set.step_v, 0.0);
  EXPECT_EQ(use.set.duration_s, 2e-6);
  EXPECT_EQ(use.reset.limit_v, 0.8);
  EXPECT_EQ(use.reset.duration_s, 3e-6);
  EXPECT_EQ(use.read_voltage_v, 0.05);
  EXPECT_EQ(use.g_min, 1e-6);
  EXPECT_EQ(use.g_max, 6e-6);
  EXPECT_GE(use.max_pulses, 200u);
  // What the configuration says comes first.
  EXPECT_EQ(read("{model: step_table, tables: t.json, parameters: {v_set: 2 V}}", folder.path()).parameters[StepTableCell::v_set], 2.0);
  // Files that know nothing of the pulses leave the defaults.
  test::put(folder.path() / "t.json", to_json(StepTableFile{"p", {small_table()}}));
  const CellSpec plain = read("{model: step_table, tables: t.json}", folder.path());
  EXPECT_EQ(plain.parameters, default_cell_spec("step_table").parameters);
  EXPECT_EQ(cell_use(plain).set.start_v, 0.6);
}

TEST(StepTables, SmallStepsAskForManyPulses) {
  DeviceStepTable slow{"slow", {{1e-6, 5e-6}, {{1e-9, 1e-9}, {1e-9, 1e-9}}}, {{1e-6, 5e-6}, {{-2e-9, -2e-9}, {-2e-9, -2e-9}}}};
  CellSpec spec = default_cell_spec("step_table");
  spec.tables = std::make_shared<const StepTables>(make_step_tables({slow}, {1.0, 1e-7, 1.0, 1e-7, 0.1}));
  // 0.9 * 4 uS at 1 nS per pulse, four times.
  EXPECT_NEAR(cell_use(spec).max_pulses, 4 * 3600, 8);
}

}  // namespace
}  // namespace memcosim
