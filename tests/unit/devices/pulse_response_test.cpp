// SPDX-License-Identifier: Apache-2.0
// What every model that moves by whole pulses must keep, and the presets made of them.

#include <gmock/gmock.h>

#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

#include "pulse_cells.hpp"

namespace memcosim {
namespace {

std::vector<const CellModel*> pulse_models() {
  std::vector<const CellModel*> models;
  for (const CellModel& model : cell_models()) {
    if (!model.follows_rate && model.set_polarity != 0) models.push_back(&model);
  }
  return models;
}

/// Specifications of all pulse models and of all presets made of them.
std::vector<CellSpec> pulse_specs() {
  std::vector<CellSpec> specs;
  for (const CellModel* model : pulse_models())
    specs.push_back(default_cell_spec(model->name));
  for (const CellPreset& preset : cell_presets()) {
    const CellModel& model = cell_model(preset.model);
    if (!model.follows_rate && model.set_polarity != 0) specs.push_back(preset_cell_spec(preset.name));
  }
  return specs;
}

std::string name_of(const CellSpec& spec) {
  return spec.model + (spec.preset.empty() ? "" : " (" + spec.preset + ")");
}

TEST(PulseResponse, TheTableHasAllOfThem) {
  std::vector<std::string> names;
  for (const CellModel* model : pulse_models())
    names.emplace_back(model->name);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"exponential_pulse", "crosssim_linear", "crosssim_asymmetric", "crosssim_symmetric",
                                              "constant_step", "linear_step", "soft_bounds", "soft_bounds_reference", "exp_step",
                                              "pow_step", "piecewise_step", "one_sided", "step_table", "mtj"}));
  EXPECT_GE(pulse_specs().size(), names.size() + 15u);
}

/// Parameters at the ends of their ranges: a cell drawn with absurd spread, made consistent as CellArray does.
std::vector<double> extreme_parameters(const CellSpec& spec, std::uint32_t cell) {
  const CellModel& model = cell_model(spec.model);
  std::vector<double> p = spec.parameters;
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const Range& range = model.parameters[i].range;
    const double u = random_uniform(5, {Purpose::device_to_device, 1, cell, i, 0});
    if (u < 0.2) p[i] = range.low;
    if (u > 0.8) p[i] = range.high;
    if (model.parameters[i].words != nullptr && u > 0.4 && u < 0.6) p[i] = 1.0;
  }
  model.make_consistent(p.data());
  return p;
}

TEST(PulseResponse, StaysLegalForAnyPulse) {
  for (const CellSpec& spec : pulse_specs()) {
    const CellModel& model = cell_model(spec.model);
    for (std::uint32_t cell = 0; cell < 12; ++cell) {
      const std::vector<double> values = cell == 0 ? spec.parameters : extreme_parameters(spec, cell);
      const CellParameters p(values.data(), 0.1, nominal_cell(spec, 0.1).tables);
      const double low = model.state_low(p);
      const double high = model.state_high(p);
      ASSERT_LT(low, high) << name_of(spec);
      const double g_high = std::max(model.conductance(p, spec.circuit, high), model.conductance(p, spec.circuit, low));
      for (double volts = -10.0; volts <= 10.0; volts += 1.37) {
        for (double seconds = 1e-12; seconds <= 1.01; seconds *= 31.6) {
          for (const double along : {0.0, 1e-9, 0.37, 1.0}) {
            const double state = along == 1.0 ? high : low + along * (high - low);
            const CellPulse pulse = model.apply_pulse(p, spec.circuit, state, {volts, seconds, 0.0, {}}, {1, 2, cell, 3});
            ASSERT_GE(pulse.state, low) << name_of(spec) << ' ' << volts << ' ' << seconds << ' ' << along << ' ' << cell;
            ASSERT_LE(pulse.state, high) << name_of(spec) << ' ' << volts << ' ' << seconds << ' ' << along << ' ' << cell;
            ASSERT_GE(pulse.energy_j, 0.0) << name_of(spec);
            // The magnetoresistance of a tunnel junction falls with the voltage, to nothing at most.
            ASSERT_LE(pulse.energy_j, 1.0001 * g_high * volts * volts * seconds) << name_of(spec);
          }
        }
      }
    }
  }
}

TEST(PulseResponse, DrawnParametersAreMadeConsistent) {
  for (const CellModel* model : pulse_models()) {
    const CellSpec spec = default_cell_spec(model->name);
    for (std::uint32_t cell = 0; cell < 2000; ++cell) {
      std::vector<double> p = extreme_parameters(spec, cell);
      ASSERT_EQ(model->inconsistency(p.data()).message, nullptr) << model->name << ' ' << cell;
      ASSERT_FALSE(model->make_consistent(p.data())) << model->name << ' ' << cell;
    }
  }
}

TEST(PulseResponse, ConductanceRoundTrip) {
  for (const CellSpec& spec : pulse_specs()) {
    const CellModel& model = cell_model(spec.model);
    const CellParameters p = nominal_cell(spec, 0.1);
    const ConductanceRange range = conductance_range(model, p, spec.circuit);
    if (spec.model == "mtj") {  // binary: the nearer of two
      EXPECT_EQ(model.state_of_conductance(p, spec.circuit, 0.51 * range.low + 0.49 * range.high), 0.0);
      EXPECT_EQ(model.state_of_conductance(p, spec.circuit, 0.49 * range.low + 0.51 * range.high), 1.0);
      continue;
    }
    for (int i = 0; i <= 50; ++i) {
      const double wanted = i == 50 ? range.high : range.low + (range.high - range.low) * i / 50.0;
      EXPECT_EQ(model.conductance(p, spec.circuit, model.state_of_conductance(p, spec.circuit, wanted)), wanted) << name_of(spec);
    }
    EXPECT_EQ(model.state_of_conductance(p, spec.circuit, 0.0), model.state_low(p));
    EXPECT_EQ(model.state_of_conductance(p, spec.circuit, 1e9), model.state_high(p));
  }
}

/// Amplitude and duration that move the cells of a specification.
PulseDrive drive_of(const CellSpec& spec, int polarity) {
  if (spec.preset.empty()) return {1.5 * polarity, 100e-9, 0.0, {}};
  const CellUse& use = cell_preset(spec.preset).use;
  const PulseHint& hint = polarity > 0 ? use.set : use.reset;
  return {hint.limit_v * polarity, hint.duration_s, 0.0, {}};
}

TEST(PulseResponse, PositivePulsesRaiseOnAverage) {
  for (const CellSpec& spec : pulse_specs()) {
    const CellModel& model = cell_model(spec.model);
    EXPECT_EQ(model.set_polarity, 1);
    const CellParameters p = nominal_cell(spec, 0.1);
    for (const int polarity : {1, -1}) {
      double start = model.state_of_conductance(
          p, spec.circuit,
          0.5 * (model.conductance(p, spec.circuit, model.state_low(p)) + model.conductance(p, spec.circuit, model.state_high(p))));
      if (spec.model == "mtj") start = polarity > 0 ? 0.0 : 1.0;
      const Sample change = Sample::of(20000, [&](std::uint32_t cell) {
        return model.apply_pulse(p, spec.circuit, start, drive_of(spec, polarity), {3, 1, cell, 0}).state - start;
      });
      EXPECT_GT(polarity * change.mean, 5.0 * change.sigma / std::sqrt(change.count)) << name_of(spec) << ' ' << polarity;
    }
  }
}

TEST(PulseResponse, WeakAndShortPulsesMakeNoStepAndStrongOnesTheSame) {
  for (const CellSpec& spec : pulse_specs()) {
    if (spec.model == "mtj") continue;  // its amplitude and duration count
    const CellModel& model = cell_model(spec.model);
    const CellParameters p = nominal_cell(spec, 0.1);
    const double state = 0.6 * model.state_low(p) + 0.4 * model.state_high(p);
    const auto parameter = [&](const char* name) {
      for (std::size_t i = 0; i < model.parameter_count; ++i) {
        if (std::string(model.parameters[i].name) == name) return spec.parameters[i];
      }
      return 0.0;
    };
    const double width = parameter("pulse_width");
    const PulseDraws draws{1, 2, 3, 4};
    const auto pulse = [&](double volts, double seconds) {
      return model.apply_pulse(p, spec.circuit, state, {volts, seconds, 0.0, {}}, draws);
    };
    for (const double edge : {parameter("v_set"), -parameter("v_reset")}) {
      ASSERT_NE(edge, 0.0) << name_of(spec);
      EXPECT_EQ(pulse(0.999 * edge, width).state, state) << name_of(spec);
      EXPECT_EQ(pulse(edge, 0.999 * width).state, state) << name_of(spec);
      EXPECT_NE(pulse(edge, width).state, state) << name_of(spec);
      EXPECT_EQ(pulse(1.7 * edge, 5.0 * width).state, pulse(edge, width).state) << name_of(spec);
      EXPECT_NEAR(pulse(0.5 * edge, width).energy_j / (0.25 * edge * edge * state * width), 1.0, 1e-12) << name_of(spec);
      const double after = pulse(edge, width).state;
      EXPECT_NEAR(pulse(edge, width).energy_j / (edge * edge * 0.5 * (state + after) * width), 1.0, 1e-12) << name_of(spec);
    }
  }
}

TEST(PulseResponse, DrawsComeByAddress) {
  for (CellSpec spec : pulse_specs()) {
    const CellModel& model = cell_model(spec.model);
    for (std::size_t i = 0; i < model.parameter_count; ++i) {
      const std::string name = model.parameters[i].name;
      if (name == "cycle_sigma" || name == "noise_sigma") spec.parameters[i] = 0.05;
      if (spec.model == "mtj" && name == "delta") spec.parameters[i] = 20.0;
    }
    const CellParameters p = nominal_cell(spec, 0.1);
    const PulseDrive drive = spec.model == "mtj" ? PulseDrive{0.35, 100e-9, 0.0, {}} : drive_of(spec, 1);
    constexpr std::size_t cells = 64;
    std::vector<double> states;
    for (std::size_t i = 0; i < cells; ++i)
      states.push_back(model.state_low(p) + (spec.model == "mtj" ? 0.0 : 0.3) * (model.state_high(p) - model.state_low(p)));
    std::vector<double> together = states;
    std::vector<double> energy(cells);
    std::vector<std::uint32_t> pulses;
    for (std::uint32_t i = 0; i < cells; ++i)
      pulses.push_back(i % 5);
    PulseBatch batch{p,       &spec.circuit,  nullptr,       0,     nullptr,         drive,
                     nullptr, {9, 4, 100, 0}, pulses.data(), cells, together.data(), energy.data()};
    model.apply_pulses(batch);
    std::size_t different = 0;
    for (std::size_t i = cells; i-- > 0;) {  // backwards, one by one
      const PulseDraws draws{9, 4, static_cast<std::uint32_t>(100 + i), pulses[i]};
      const CellPulse alone = model.apply_pulse(p, spec.circuit, states[i], drive, draws);
      EXPECT_EQ(alone.state, together[i]) << name_of(spec);
      EXPECT_EQ(alone.energy_j, energy[i]) << name_of(spec);
      if (together[i] != together[0]) ++different;
    }
    EXPECT_GT(different, 0u) << name_of(spec);
  }
}

TEST(PulsePresets, AreLegalAndSayHowTheyAreUsed) {
  for (const CellSpec& spec : pulse_specs()) {
    EXPECT_NO_THROW(check(spec)) << name_of(spec);
    if (spec.preset.empty()) continue;
    const CellPreset& preset = cell_preset(spec.preset);
    const CellModel& model = cell_model(spec.model);
    EXPECT_EQ(preset.parameters.size(), model.parameter_count) << spec.preset;
    EXPECT_GT(std::string(preset.source).size(), 20u) << spec.preset;
    EXPECT_GT(std::string(preset.validity).size(), 20u) << spec.preset;
    const CellParameters p = nominal_cell(spec, preset.use.read_voltage_v);
    const ConductanceRange range = conductance_range(model, p, spec.circuit);
    EXPECT_GE(preset.use.g_min, range.low) << spec.preset;
    EXPECT_LE(preset.use.g_max, range.high) << spec.preset;
    EXPECT_GT(preset.use.g_max, preset.use.g_min) << spec.preset;
    // Reads disturb nothing.
    for (const double along : {0.2, 0.8}) {
      const double state = spec.model == "mtj" ? std::round(along) : (1.0 - along) * model.state_low(p) + along * model.state_high(p);
      for (const double sign : {1.0, -1.0}) {
        EXPECT_EQ(model.apply_pulse(p, spec.circuit, state, {sign * preset.use.read_voltage_v, 1e-6, 0.0, {}}, {}).state, state)
            << spec.preset;
      }
    }
  }
}

TEST(PulsePresets, PublishedFiguresComeOut) {
  const auto range = [](const char* name) {
    const CellSpec spec = preset_cell_spec(name);
    return conductance_range(cell_model(spec.model), nominal_cell(spec, 0.0), spec.circuit);
  };
  EXPECT_NEAR(range("fefet_hzo").high / range("fefet_hzo").low, 45.0, 1e-9);
  EXPECT_NEAR(1.0 / range("reram_alox_hfo2").high, 16.9e3, 1e-6);
  // Tunnel junction: 18 ohm um^2 over 40 nm, 124 % at zero voltage.
  EXPECT_NEAR(range("mtj_cofeb_ikeda2010").high / range("mtj_cofeb_ikeda2010").low, 2.24, 1e-12);
  EXPECT_NEAR(1.0 / range("mtj_cofeb_ikeda2010").high, 18.0 / (3.14159265358979 * 0.02 * 0.02), 1e-6);
  // About 1200 states across the range (Gokmen, Vlasov); 2 / 0.0016.
  const CellSpec spec = preset_cell_spec("gokmen_vlasov2016");
  EXPECT_NEAR((spec.parameters[1] - spec.parameters[0]) / spec.parameters[5], 1250.0, 1e-6);
}

TEST(PulsePresets, SpreadOverDevices) {
  // The step of the 14 nm array is log-normal with sigma 0.7829, its upper bound normal with 0.3499 weights of 20 uS.
  const CellSpec spec = preset_cell_spec("reram_array_om_2022");
  const CellModel& model = cell_model(spec.model);
  for (const Variation& variation : spec.variations) {
    const std::string name = model.parameters[variation.parameter].name;
    const double nominal = spec.parameters[variation.parameter];
    const auto draw = [&](std::uint32_t cell) {
      return draw_parameter(variation, nominal, model.parameters[variation.parameter].range, 3, 1, cell);
    };
    if (name == "dg_min") {
      Sample::of(many_devices, [&](std::uint32_t cell) { return std::log(draw(cell) / nominal); }).expect_normal(0.0, 0.7829, name);
    }
    if (name == "g_max") Sample::of(many_devices, draw).expect_normal(nominal, 0.3499 * 20e-6, name);
  }
  EXPECT_EQ(spec.variations.size(), 5u);
}

}  // namespace
}  // namespace memcosim
