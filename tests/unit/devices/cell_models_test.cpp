// SPDX-License-Identifier: Apache-2.0
// What every model of the table must hold, through the interface that the rest of the simulator uses.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {
namespace {

/// Models whose default parameters are a complete cell; a model that needs a file of tables has its own tests.
std::vector<const CellModel*> complete_models() {
  std::vector<const CellModel*> models;
  for (const CellModel& model : cell_models()) {
    if (std::string(model.name) != "step_table") models.push_back(&model);
  }
  return models;
}

std::vector<double> steps(double first, double last, double width) {
  std::vector<double> values;
  for (int i = 0; first + i * width <= last; ++i)
    values.push_back(first + i * width);
  return values;
}

std::vector<CellCircuit> circuits() {
  CellCircuit transistor;
  transistor.access = {AccessDevice::Kind::transistor, 2e3, 0.0, 50e-6, 0.0, 0.0, 0.0};
  CellCircuit exponential;
  exponential.access = {AccessDevice::Kind::selector_exponential, 0.0, 0.0, HUGE_VAL, 0.0, 1e-9, 0.05};
  CellCircuit threshold;
  threshold.access = {AccessDevice::Kind::selector_threshold, 1e3, 1e8, HUGE_VAL, 0.7, 0.0, 0.0};
  CellCircuit sinh;
  sinh.law.kind = CurrentLaw::Kind::sinh;
  sinh.law.v0 = 0.1;
  return {{}, transistor, exponential, threshold, sinh};
}

std::string where(const CellModel& model, double volts, double seconds, double state, double ohms) {
  return std::string(model.name) + " at " + std::to_string(volts) + " V for " + std::to_string(seconds) + " s from " +
         std::to_string(state) + " behind " + std::to_string(ohms);
}

TEST(CellModels, AnyPulseLeavesALegalStateAndAFiniteEnergy) {
  for (const CellModel* model : complete_models()) {
    const CellSpec spec = default_cell_spec(model->name);
    const CellParameters p = nominal_cell(spec, 0.1);
    const double low = model->state_low(p);
    const double high = model->state_high(p);
    std::uint64_t number = 0;
    for (const CellCircuit& circuit : circuits()) {
      for (const double ohms : {0.0, 5e3}) {
        for (const double volts : steps(-10.0, 10.0, 0.625)) {
          for (const double seconds : {1e-12, 1e-9, 1e-6, 1e-3, 1.0}) {
            for (const double share : {0.0, 1e-6, 0.5, 1.0}) {
              const double state = std::clamp(low + share * (high - low), low, high);
              const CellPulse after = model->apply_pulse(p, circuit, state, {volts, seconds, ohms, {}}, {1, 2, 3, ++number});
              ASSERT_GE(after.state, low) << where(*model, volts, seconds, share, ohms);
              ASSERT_LE(after.state, high) << where(*model, volts, seconds, share, ohms);
              ASSERT_TRUE(std::isfinite(after.energy_j) && after.energy_j >= 0.0)
                  << where(*model, volts, seconds, share, ohms) << ": " << after.energy_j << " J";
              ASSERT_LE(after.state_error, 1e-6 * (high - low)) << where(*model, volts, seconds, share, ohms);
              ASSERT_LE(after.rate_evaluations, 2000u) << where(*model, volts, seconds, share, ohms);
            }
          }
        }
      }
    }
  }
}

TEST(CellModels, NoVoltageAndNoTimeMoveNothing) {
  for (const CellModel* model : complete_models()) {
    if (!model->follows_rate) continue;  // a model of steps counts every pulse
    const CellSpec spec = default_cell_spec(model->name);
    const CellParameters p = nominal_cell(spec, 0.1);
    const double state = 0.5 * (model->state_low(p) + model->state_high(p));
    EXPECT_EQ(model->apply_pulse(p, {}, state, {0.0, 1.0, 0.0, {}}, {}).state, state) << model->name;
    EXPECT_EQ(model->apply_pulse(p, {}, state, {5.0, 0.0, 0.0, {}}, {}).state, state) << model->name;
    EXPECT_EQ(model->apply_pulse(p, {}, state, {0.0, 1.0, 0.0, {}}, {}).energy_j, 0.0) << model->name;
  }
}

TEST(CellModels, TwoHalvesMakeAWhole) {
  for (const CellModel* model : complete_models()) {
    if (!model->follows_rate) continue;
    const CellSpec spec = default_cell_spec(model->name);
    const CellParameters p = nominal_cell(spec, 0.1);
    const double low = model->state_low(p);
    const double range = model->state_high(p) - low;
    for (const double volts : {-1.5, -0.7, 0.7, 1.5}) {
      for (const double exponent : steps(-12.0, 0.0, 1.0)) {
        const double seconds = std::pow(10.0, exponent);
        const CellPulse whole = model->apply_pulse(p, {}, low + 0.4 * range, {volts, seconds, 0.0, {}}, {});
        const CellPulse first = model->apply_pulse(p, {}, low + 0.4 * range, {volts, 0.5 * seconds, 0.0, {}}, {});
        const CellPulse second = model->apply_pulse(p, {}, first.state, {volts, 0.5 * seconds, 0.0, {}}, {});
        EXPECT_NEAR(second.state, whole.state, 3e-6 * range) << model->name << ' ' << volts << ' ' << seconds;
        EXPECT_NEAR((first.energy_j + second.energy_j) / whole.energy_j, 1.0, 3e-5) << model->name << ' ' << volts << ' ' << seconds;
      }
    }
  }
}

TEST(CellModels, AConductanceThatIsSetIsRead) {
  for (const CellModel* model : complete_models()) {
    if (std::string(model->name) == "mtj") continue;  // has two states
    const CellSpec spec = default_cell_spec(model->name);
    for (const double read_v : {0.05, 0.2, 0.5}) {
      const CellParameters p = nominal_cell(spec, read_v);
      for (const CellCircuit& circuit : circuits()) {
        const ConductanceRange range = conductance_range(*model, p, circuit);
        for (int i = 1; i < 20; ++i) {
          const double wanted = range.low + (range.high - range.low) * i / 20.0;
          const double state = model->state_of_conductance(p, circuit, wanted);
          EXPECT_NEAR(model->conductance(p, circuit, state) / wanted, 1.0, 1e-9)
              << model->name << ' ' << static_cast<int>(circuit.access.kind) << ' ' << i << ' ' << read_v;
        }
      }
    }
  }
}

TEST(CellModels, TheCurrentRisesWithTheVoltageAndHasItsSign) {
  for (const CellModel* model : complete_models()) {
    const CellSpec spec = default_cell_spec(model->name);
    const CellParameters p = nominal_cell(spec, 0.1);
    for (const CellCircuit& circuit : circuits()) {
      for (const double share : {0.0, 0.5, 1.0}) {
        const double state = model->state_low(p) + share * (model->state_high(p) - model->state_low(p));
        double before = model->current(p, circuit, state, -3.0);
        EXPECT_LT(before, 0.0) << model->name;
        for (const double volts : steps(-2.75, 3.0, 0.25)) {
          const double now = model->current(p, circuit, state, volts);
          EXPECT_GE(now, before - 1e-14 * std::fabs(before)) <<  // a transistor at its compliance is flat
              model->name << ' ' << volts;
          before = now;
        }
        EXPECT_GT(before, 0.0) << model->name;
        EXPECT_EQ(model->current(p, circuit, state, 0.0), 0.0) << model->name;
      }
    }
  }
}

TEST(CellModels, ManyCellsAtOnceAreTheSameBitsAsOneByOne) {
  constexpr std::size_t cells = 37;  // no multiple of a block
  for (const CellModel* model : complete_models()) {
    const CellSpec spec = default_cell_spec(model->name);
    const CellParameters nominal = nominal_cell(spec, 0.1);
    for (const std::size_t varied_count : {std::size_t{0}, std::size_t{2}}) {
      // The first two parameters over two decades: some cells contradict themselves and are made consistent.
      const std::size_t varied[] = {0, 1};
      std::vector<double> drawn;
      std::vector<double> states;
      std::vector<double> volts;
      std::vector<std::uint32_t> pulses;
      for (std::size_t cell = 0; cell < cells; ++cell) {
        for (std::size_t k = 0; k < varied_count; ++k) {
          const Range& range = model->parameters[k].range;
          drawn.push_back(
              std::clamp(spec.parameters[k] * std::pow(10.0, static_cast<double>((cell * (k + 3)) % 5) - 2.0), range.low, range.high));
        }
        volts.push_back(cell % 7 == 0 ? 0.0 : (cell % 2 == 0 ? 1.4 : -1.3));
        pulses.push_back(static_cast<std::uint32_t>(cell * cell));
      }
      const auto own = [&](std::size_t cell) {
        std::vector<double> values = spec.parameters;
        for (std::size_t k = 0; k < varied_count; ++k)
          values[varied[k]] = drawn[cell * varied_count + k];
        model->make_consistent(values.data());
        return values;
      };
      for (std::size_t cell = 0; cell < cells; ++cell) {
        const std::vector<double> values = varied_count == 0 ? spec.parameters : own(cell);
        const CellParameters p{values.data(), 0.1, nullptr};
        const double low = model->state_low(p);
        states.push_back(low + (model->state_high(p) - low) * static_cast<double>(cell) / cells);
      }
      std::vector<double> together = states;
      std::vector<double> energy(cells);
      const PulseDrive drive{0.0, 3e-8, 0.0, {}};
      const PulseBatch batch{nominal,      &spec.circuit,  varied,        varied_count, drawn.data(),    drive,
                             volts.data(), {9, 4, 100, 0}, pulses.data(), cells,        together.data(), energy.data()};
      model->apply_pulses(batch);
      for (std::size_t cell = 0; cell < cells; ++cell) {
        const std::vector<double> values = varied_count == 0 ? spec.parameters : own(cell);
        const CellPulse alone = model->apply_pulse({values.data(), 0.1, nullptr}, spec.circuit, states[cell], {volts[cell], 3e-8, 0.0, {}},
                                                   {9, 4, 100 + static_cast<std::uint32_t>(cell), pulses[cell]});
        EXPECT_EQ(together[cell], alone.state) << model->name << ' ' << cell;
        EXPECT_EQ(energy[cell], alone.energy_j) << model->name << ' ' << cell;
      }
    }
  }
}

}  // namespace
}  // namespace memcosim
