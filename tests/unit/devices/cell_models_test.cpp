// SPDX-License-Identifier: Apache-2.0
// What every model of the table must hold, through the interface that the rest of the simulator uses.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_model.hpp"
#include "memcosim/devices/cell_spec.hpp"

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
        for (double volts = -10.0; volts <= 10.0; volts += 0.625) {
          for (double seconds = 1e-12; seconds <= 1.0; seconds *= 1e3) {
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
      for (double seconds = 1e-12; seconds <= 1.0; seconds *= 10.0) {
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
        for (double volts = -2.75; volts <= 3.0; volts += 0.25) {
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

}  // namespace
}  // namespace memcosim
