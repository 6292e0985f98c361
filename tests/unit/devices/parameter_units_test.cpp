// SPDX-License-Identifier: Apache-2.0
// Every parameter of every model takes and shows its unit.
#include <regex>
#include <string>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

CellSpec spec_of(const std::string& text) {
  const auto document = ConfigDocument::from_text(text, "device.yaml");
  CellSpec spec = read_cell_spec(document.root());
  document.finish();
  return spec;
}

/// Models that a file of tables makes are reached by a preset of theirs.
std::string device_text(const CellModel& model) {
  if (model.table_schema == nullptr) return std::string("model: ") + model.name;
  for (const CellPreset& preset : cell_presets()) {
    if (std::string_view(preset.model) == model.name) return std::string("preset: ") + preset.name;
  }
  return {};
}

TEST(ParameterUnits, EveryDefaultReadsBackWithItsUnit) {
  for (const CellModel& model : cell_models()) {
    const std::string device = device_text(model);
    if (device.empty()) continue;
    for (std::size_t i = 0; i < model.parameter_count; ++i) {
      const ParameterInfo& info = model.parameters[i];
      if (info.words != nullptr) continue;
      const double value = spec_of("{" + device + "}").parameters[i];
      const std::string text = "{" + device + ", parameters: {" + info.name + ": \"" + exact_quantity(value, info.dimension) + "\"}}";
      EXPECT_EQ(spec_of(text).parameters[i], value) << text;
    }
  }
}

// A unit in the words is a unit that the reader does not know.
TEST(ParameterUnits, NoMeaningOfABareNumberNamesAUnit) {
  const std::regex unit("\\b(ohm|1/V|V|V/m|K/W|S|A|1/s|m/s|m\\^2|eV|Hz|nm|um)\\b");
  for (const CellModel& model : cell_models()) {
    for (std::size_t i = 0; i < model.parameter_count; ++i) {
      const ParameterInfo& info = model.parameters[i];
      const std::string meaning = info.meaning;
      if (info.dimension != Dimension::dimensionless) continue;
      EXPECT_FALSE(std::regex_search(meaning.substr(0, meaning.find(" at ")), unit)) << model.name << '.' << info.name << ": " << meaning;
    }
  }
}

TEST(ParameterUnits, CompoundUnitsOfPublicationsAreTaken) {
  EXPECT_EQ(spec_of("{model: stanford_pku, parameters: {f_min: 14 MV/cm, r_th: 2.1 K/mW}}").parameters,
            spec_of("{model: stanford_pku, parameters: {f_min: 1.4e9, r_th: 2100}}").parameters);
  EXPECT_EQ(spec_of("{model: linear_ion_drift, parameters: {mobility: 1e-10 cm^2/(V s)}}").parameters,
            spec_of("{model: linear_ion_drift, parameters: {mobility: 1e-14}}").parameters);
  EXPECT_EQ(spec_of("{model: mtj, parameters: {ra_ohm_um2: 9 ohm um^2, tmr: 120 %}}").parameters,
            spec_of("{model: mtj, parameters: {ra_ohm_um2: 9, tmr: 1.2}}").parameters);
  EXPECT_EQ(
      spec_of("{model: data_driven_2018, parameters: {A_p: 0.7 kohm/s, t_p: 6 1/V, k_p: 0.5 1/kohm, r_p0: 16 kohm, r_p1: 1 kohm/V, "
              "r_p2: 2 kohm/V^2, a_p: 240 mV, b_p: 2.8/V}}")
          .parameters,
      spec_of(
          "{model: data_driven_2018, parameters: {A_p: 700, t_p: 6, k_p: 0.5e-3, r_p0: 16e3, r_p1: 1e3, r_p2: 2e3, a_p: 0.24, b_p: 2.8}}")
          .parameters);
  EXPECT_EQ(
      spec_of("{model: data_driven_2021, parameters: {A_p: 600 1/(ohm s), A_n: -34 S/s, r_p0: 2.7 kohm, r_p1: -670 ohm/V}}").parameters,
      spec_of("{model: data_driven_2021, parameters: {A_p: 600, A_n: -34, r_p0: 2700, r_p1: -670}}").parameters);
}

TEST(ParameterUnits, AWrongOneIsNamed) {
  try {
    spec_of("{model: linear_ion_drift, parameters: {mobility: 1e-14 m/s}}");
    FAIL() << "a velocity is no mobility";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("is a velocity: expected a mobility in m^2/(V s), such as 1e-10 cm^2/(V s)"));
  }
}

}  // namespace
}  // namespace memcosim
