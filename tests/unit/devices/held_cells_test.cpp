// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/held_cells.hpp"

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

CellSpec spec_of(const std::string& text) {
  const auto document = ConfigDocument::from_text(text, "device.yaml");
  CellSpec spec = read_cell_spec(document.root());
  document.finish();
  return spec;
}

/// From a share of the way between the bounds of the state; 0 and 1 are the bounds themselves.
std::string why_held_at(const CellSpec& spec, double share) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters cell = nominal_cell(spec, 0.1);
  return why_held(spec, 0.1, model.state_low(cell) + share * (model.state_high(cell) - model.state_low(cell)));
}

TEST(HeldCells, WindowsThatVanishOnTheBoundsHoldWhatStandsThere) {
  for (const char* device :
       {"model: linear_ion_drift", "model: vteam", "model: team", "preset: vteam_multilevel", "preset: linear_ion_drift_tio2"}) {
    for (const char* window : {"strukov", "joglekar", "prodromakis"}) {
      const CellSpec spec = spec_of(std::string("{") + device + ", parameters: {window: " + window + "}}");
      for (const double bound : {0.0, 1.0}) {
        EXPECT_THAT(why_held_at(spec, bound),
                    AllOf(HasSubstr(std::string("device.parameters.window: '") + window + "'"), HasSubstr("biolek")))
            << device << ' ' << bound;
      }
      EXPECT_EQ(why_held_at(spec, 0.5), "") << device << ' ' << window;
    }
    for (const char* window : {"none", "biolek"}) {
      const CellSpec spec = spec_of(std::string("{") + device + ", parameters: {window: " + window + "}}");
      for (const double share : {0.0, 0.5, 1.0})
        EXPECT_EQ(why_held_at(spec, share), "") << device << ' ' << window;
    }
  }
}

// Far from the electrode the field of this model is not enhanced at all.
TEST(HeldCells, LimitsOfAModelCanHoldItToo) {
  const CellSpec spec = spec_of("{model: stanford_pku, parameters: {gap_max: 3 nm}}");
  EXPECT_THAT(why_held_at(spec, 1.0), AllOf(HasSubstr("no pulse of up to 10 V and 1 s"), HasSubstr("stanford_pku")));
  EXPECT_EQ(why_held_at(spec, 0.2), "");
}

TEST(HeldCells, EveryModelAndPresetCanLeaveItsStart) {
  std::vector<CellSpec> specs;
  for (const CellModel& model : cell_models())
    specs.push_back(default_cell_spec(model.name));
  for (const CellPreset& preset : cell_presets())
    specs.push_back(preset_cell_spec(preset.name));
  for (const CellSpec& spec : specs)
    EXPECT_EQ(why_held(spec, 0.1, cell_model(spec.model).initial_state(nominal_cell(spec, 0.1))), "") << spec.model << ' ' << spec.preset;
}

}  // namespace
}  // namespace memcosim
