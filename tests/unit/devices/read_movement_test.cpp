// SPDX-License-Identifier: Apache-2.0
// How far reads move the nominal cell, and how long an epoch may be.
#include "memcosim/devices/read_movement.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;
using Law = ReadDisturbSpec::Law;

CellSpec read_device(const std::string& yaml) {
  const ConfigDocument document = ConfigDocument::from_text("device: " + yaml, "test.yaml");
  CellSpec spec = read_cell_spec(document.root().map("device"));
  document.finish();
  return spec;
}

std::string fault_of(const std::string& yaml) {
  try {
    read_device(yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(ReadMovement, IsTheDefaultOfModelsWithARate) {
  for (const CellModel& model : cell_models()) {
    EXPECT_EQ(default_cell_spec(model.name).nonidealities.read_disturb.law, model.follows_rate ? Law::rate : Law::none) << model.name;
  }
  EXPECT_EQ(read_device("{preset: vteam_memtorch}").nonidealities.read_disturb.law, Law::rate);
  EXPECT_EQ(read_device("{preset: data_driven_2018_taox}").nonidealities.read_disturb.law, Law::none);  // a fit to 1.45 V and more
  EXPECT_EQ(read_device("{preset: vteam_memtorch, read_disturb: {law: none}}").nonidealities.read_disturb.law, Law::none);
  EXPECT_EQ(read_device("{preset: vteam_memtorch}").nonidealities.read_disturb.every, 0u);
  EXPECT_EQ(read_device("{preset: vteam_memtorch, read_disturb: {every: 12}}").nonidealities.read_disturb.every, 12u);
  EXPECT_EQ(read_device("{preset: vteam_memtorch, read_disturb: {every: auto}}").nonidealities.read_disturb.every, 0u);
}

TEST(ReadMovement, RefusesWhatMakesNoSense) {
  EXPECT_THAT(fault_of("{model: ohmic, read_disturb: {law: rate}}"), HasSubstr("has no rate"));
  EXPECT_THAT(fault_of("{preset: vteam_memtorch, read_disturb: {every: 0}}"), HasSubstr("read_disturb.every"));
  EXPECT_THAT(fault_of("{preset: vteam_memtorch, read_disturb: {every: often}}"), HasSubstr("expected auto"));
  EXPECT_THAT(fault_of("{preset: vteam_memtorch, read_disturb: {reads: 10}}"), HasSubstr("read_disturb.reads"));
  CellSpec spec = default_cell_spec("ohmic");
  spec.nonidealities.read_disturb.law = Law::rate;
  EXPECT_THROW(check(spec), InputError);
}

TEST(ReadMovement, FollowsTheEquationOfTheModel) {
  const CellSpec spec = preset_cell_spec("vteam_memtorch");
  // 5e-4 m/s (0.2 / 0.02 - 1) for 7 ns, of 3 nm.
  const double slice = 5e-4 * 9.0 * 7e-9 / 3e-9;
  EXPECT_NEAR(nominal_read_movement(spec, 0.2, 0.2, 7e-9), slice, 1e-12);
  EXPECT_NEAR(nominal_read_movement(spec, 0.2, 0.2, 21e-9), 3.0 * slice, 1e-12);
  EXPECT_EQ(nominal_read_movement(spec, 0.2, 0.2, 1.0), 1.0);
  EXPECT_EQ(nominal_read_movement(spec, 0.2, 0.02, 1.0), 0.0);  // the threshold itself
  EXPECT_EQ(nominal_read_movement(preset_cell_spec("vteam_multilevel"), 0.2, 0.2, 1e3), 0.0);
  EXPECT_GT(nominal_read_movement(preset_cell_spec("vteam_multilevel"), 0.2, 2.0, 7e-9), 0.01);
  EXPECT_EQ(nominal_read_movement(default_cell_spec("ohmic"), 0.2, 5.0, 1.0), 0.0);
  CellSpec still = spec;
  still.nonidealities.read_disturb.law = Law::none;
  EXPECT_EQ(nominal_read_movement(still, 0.2, 0.2, 1.0), 0.0);
}

TEST(ReadMovement, ARandomDriveMovesCellsThatAreStillWithoutIt) {
  // A field below f_min moves nothing but by the random drive, whose speed is of the order of delta_g.
  const std::string below = "{model: stanford_pku, parameters: {f_min: 1e12, delta_g: ";
  EXPECT_EQ(nominal_read_movement(read_device(below + "0}}"), 0.2, 0.2, 1e-10), 0.0);
  const double moved = nominal_read_movement(read_device(below + "0.02}}"), 0.2, 0.2, 1e-10);
  const CellSpec spec = read_device(below + "0.02}}");
  const double range =
      cell_model("stanford_pku").state_high(nominal_cell(spec, 0.2)) - cell_model("stanford_pku").state_low(nominal_cell(spec, 0.2));
  EXPECT_GT(moved, 0.02 * 0.3 * 1e-10 / range);
  EXPECT_LT(moved, 0.02 * 5.0 * 1e-10 / range);
}

TEST(ReadMovement, ALongReadIsManyPulses) {
  // Without a threshold, 1 uV moves the cell, slowly, and for longer than one pulse may last.
  const CellSpec spec = preset_cell_spec("linear_ion_drift_tio2");
  const double one = nominal_read_movement(spec, 0.1, 1e-6, 1.0);
  EXPECT_GT(one, 0.0);
  EXPECT_NEAR(nominal_read_movement(spec, 0.1, 1e-6, 2.5), 2.5 * one, 1e-3 * one);
}

TEST(ReadMovement, AutomaticEpochsAreTheLongestThatMoveLittle) {
  CellSpec spec = preset_cell_spec("vteam_multilevel");
  const double volts = 1.0;
  for (const double seconds : {1e-12, 3e-11, 1e-9}) {
    const std::uint64_t every = read_epoch_length(spec, volts, seconds, 1'000'000);
    EXPECT_LT(nominal_read_movement(spec, volts, volts, static_cast<double>(every) * seconds), least_read_movement);
    EXPECT_GE(nominal_read_movement(spec, volts, volts, static_cast<double>(every + 1) * seconds), least_read_movement);
  }
  EXPECT_EQ(read_epoch_length(spec, volts, 1.0, 1000), 1u);     // however far that moves
  EXPECT_EQ(read_epoch_length(spec, volts, 1e-12, 100), 100u);  // all images
  EXPECT_EQ(read_epoch_length(spec, 0.2, 1.0, 100), 100u);      // nothing moves
  spec.nonidealities.read_disturb.every = 7;
  EXPECT_EQ(read_epoch_length(spec, volts, 1.0, 1000), 7u);
}

TEST(ReadMovement, IsWarnedOfWhereOneReadMattersAlone) {
  const CellSpec memtorch = preset_cell_spec("vteam_memtorch");
  const std::vector<std::string> both = read_movement_warnings(memtorch, 0.2, 7e-9, 0.2, 1e-6);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_THAT(both[0], HasSubstr("1.05 %"));
  EXPECT_THAT(both[1], HasSubstr("verify read"));
  EXPECT_EQ(read_movement_warnings(memtorch, 0.2, 7e-9, 0.01, 1e-6).size(), 1u);
  EXPECT_TRUE(read_movement_warnings(preset_cell_spec("vteam_multilevel"), 0.2, 7e-9, 0.2, 1e-6).empty());
  EXPECT_EQ(read_movement_warnings(preset_cell_spec("vteam_multilevel"), 2.0, 7e-9, 0.2, 1e-6).size(), 1u);
}

TEST(ReadMovement, VoltagesBeyondTheModelsAreRefused) {
  EXPECT_NO_THROW(check_cell_voltage(-10.0, "a pulse"));
  EXPECT_THROW(check_cell_voltage(10.1, "a pulse"), InputError);
  EXPECT_THROW(check_cell_voltage(-1e6, "a pulse"), InputError);
  EXPECT_THROW(check_cell_voltage(std::nan(""), "a pulse"), InputError);
}

}  // namespace
}  // namespace memcosim
