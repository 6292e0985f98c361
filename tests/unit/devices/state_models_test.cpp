// SPDX-License-Identifier: Apache-2.0
// Every state-based model against its published equation, coded again in published_models.hpp and integrated by a Runge-Kutta pair in long
// double: exact, adaptive and sampled pulses, alone and behind resistances.
#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "memcosim/devices/cells/cell_model.hpp"

#include "published_models.hpp"
#include "pulse_reference.hpp"

namespace memcosim {
namespace {

const PulseDraws no_draws{};

CellPulse pulse(const PublishedCell& cell, double state, const PulseDrive& drive, const CellCircuit& circuit = {}) {
  return cell_model(cell.model).apply_pulse({cell.parameters.data()}, circuit, state, drive, no_draws);
}

std::vector<double> starts(const PublishedCell& cell) {
  std::vector<double> states;
  for (const double share : {0.0, 0.03, 0.4, 0.93, 1.0})
    states.push_back(cell.low + share * (cell.high - cell.low));
  return states;
}

std::string where(const PublishedCell& cell, double volts, double seconds, double start) {
  return cell.name + " at " + std::to_string(volts) + " V for " + std::to_string(seconds * 1e9) + " ns from " +
         std::to_string((start - cell.low) / (cell.high - cell.low));
}

ReferencePulse reference(const PublishedCell& cell, double start, double volts, double seconds) {
  return reference_pulse([&](double x) { return cell.rate(x, volts); }, [&](double x) { return volts * cell.current(x, volts); }, cell.low,
                         cell.high, start, seconds);
}

/// Voltage across the cell behind a resistance, by bisection in long double.
double voltage_behind(const PublishedCell& cell, double state, double total, double ohms) {
  long double low = 0;
  long double high = 1;
  for (int i = 0; i < 64; ++i) {
    const long double share = 0.5L * (low + high);
    const double v = static_cast<double>(share * total);
    const long double sum = static_cast<long double>(v) + static_cast<long double>(ohms) * cell.current(state, v);
    (std::fabs(sum) < std::fabs(total) ? low : high) = share;
  }
  return static_cast<double>(0.5L * (low + high) * total);
}

TEST(StateModels, ExactPulsesAgreeWithTheEquationTo1e9) {
  for (const PublishedCell& cell : published_cells()) {
    const CellModel& model = cell_model(cell.model);
    ASSERT_EQ(model.has_closed_form({cell.parameters.data()}), cell.exact) << cell.name;
    if (!cell.exact) continue;
    for (const double volts : cell.volts) {
      for (const double seconds : cell.seconds) {
        for (const double start : starts(cell)) {
          const ReferencePulse truth = reference(cell, start, volts, seconds);
          PulseDrive drive{volts, seconds, 0.0, {}};
          drive.stepping.mode = Stepping::exact;
          const CellPulse after = pulse(cell, start, drive);
          EXPECT_NEAR(after.state, truth.state, 1e-9 * (cell.high - cell.low)) << where(cell, volts, seconds, start);
          EXPECT_NEAR(after.energy_j / truth.energy_j, 1.0, 1e-9) << where(cell, volts, seconds, start);
          EXPECT_EQ(after.state_error, 0.0);
        }
      }
    }
  }
}

TEST(StateModels, AdaptivePulsesKeepTheirBound) {
  for (const PublishedCell& cell : published_cells()) {
    const double range = cell.high - cell.low;
    for (const double volts : cell.volts) {
      for (const double seconds : cell.seconds) {
        for (const double start : starts(cell)) {
          const ReferencePulse truth = reference(cell, start, volts, seconds);
          for (const double tolerance : {1e-3, 1e-6, 1e-9}) {
            PulseDrive drive{volts, seconds, 0.0, {}};
            drive.stepping = {Stepping::adaptive, tolerance, 1e-9};
            const CellPulse after = pulse(cell, start, drive);
            const std::string place = where(cell, volts, seconds, start);
            EXPECT_LE(std::fabs(after.state - truth.state), after.state_error + 3e-12 * range) << place << " to " << tolerance;
            EXPECT_LE(after.state_error, tolerance * range) << place;
            EXPECT_NEAR(after.energy_j / truth.energy_j, 1.0, 20.0 * tolerance + 1e-11) << place << " to " << tolerance;
          }
        }
      }
    }
  }
}

TEST(StateModels, BehindAResistanceTheVoltageMovesWithTheState) {
  for (const PublishedCell& cell : published_cells()) {
    const double range = cell.high - cell.low;
    const double middle_ohms = cell.volts[0] / std::fabs(cell.current(cell.low + 0.4 * range, cell.volts[0]));
    const double seconds = cell.seconds[1];
    for (const double ohms : {0.05 * middle_ohms, middle_ohms}) {
      for (const double volts : {2.0 * cell.volts[0], 2.0 * cell.volts[1]}) {
        const double start = cell.low + 0.4 * range;
        const auto at_cell = [&](double x) { return voltage_behind(cell, x, volts, ohms); };
        const ReferencePulse truth =
            reference_pulse([&](double x) { return cell.rate(x, at_cell(x)); },
                            [&](double x) { return volts * cell.current(x, at_cell(x)); }, cell.low, cell.high, start, seconds, 1e-11);
        PulseDrive drive{volts, seconds, ohms, {}};
        drive.stepping.tolerance = 1e-8;
        const CellPulse bare = pulse(cell, start, drive);
        const std::string place = where(cell, volts, seconds, start) + " behind " + std::to_string(ohms);
        EXPECT_LE(std::fabs(bare.state - truth.state), bare.state_error + 1e-9 * range) << place;
        EXPECT_LE(bare.state_error, 1e-8 * range) << place;
        EXPECT_NEAR(bare.energy_j / truth.energy_j, 1.0, 1e-6) << place;
        // The same resistance in the transistor.
        CellCircuit circuit;
        circuit.access.kind = AccessDevice::Kind::transistor;
        circuit.access.on_ohms = ohms;
        drive.series_ohms = 0.0;
        EXPECT_NEAR(pulse(cell, start, drive, circuit).state, bare.state, 1e-12 * range) << place;
      }
    }
  }
}

TEST(StateModels, SampledIsTheEulerRecursion) {
  for (const PublishedCell& cell : published_cells()) {
    for (const double volts : cell.volts) {
      const double start = cell.low + 0.4 * (cell.high - cell.low);
      const double seconds = cell.seconds[1];
      const double sample = seconds / 37.4;  // the last sample is shorter
      double x = start;
      double energy = 0.0;
      for (int i = 0; i < 38; ++i) {
        const double width = i == 37 ? seconds - 37.0 * sample : sample;
        energy += volts * cell.current(x, volts) * width;
        x = std::clamp(x + cell.rate(x, volts) * width, cell.low, cell.high);
      }
      PulseDrive drive{volts, seconds, 0.0, {Stepping::sampled, 1e-6, sample}};
      const CellPulse after = pulse(cell, start, drive);
      EXPECT_NEAR(after.state, x, 1e-12 * (cell.high - cell.low)) << where(cell, volts, seconds, start);
      EXPECT_NEAR(after.energy_j / energy, 1.0, 1e-12) << where(cell, volts, seconds, start);
    }
  }
}

TEST(StateModels, SampledConvergesWithTheFirstOrder) {
  for (const PublishedCell& cell : published_cells()) {
    const double start = cell.low + 0.4 * (cell.high - cell.low);
    const double volts = cell.volts[1];
    // A pulse that stays away from the bounds, where the order would show less or more.
    double seconds = 0.2 * (cell.high - cell.low) / std::fabs(cell.rate(start, volts));
    const auto error = [&](double samples) {
      PulseDrive drive{volts, seconds, 0.0, {Stepping::sampled, 1e-6, seconds / samples}};
      return pulse(cell, start, drive).state - reference(cell, start, volts, seconds).state;
    };
    const double coarse = error(400.0);
    const double fine = error(800.0);
    if (std::fabs(coarse) < 1e-12 * cell.high) continue;  // constant speed: Euler is exact
    EXPECT_NEAR(coarse / fine, 2.0, 0.1) << cell.name;
  }
}

TEST(StateModels, EnergyIsConservedBehindAResistance) {
  // Energy of the source = energy in the resistance + energy in the cell, from the same pulse in many parts, each at its cell voltage.
  for (const PublishedCell& cell : published_cells()) {
    const double range = cell.high - cell.low;
    const double start = cell.low + 0.4 * range;
    const double volts = 2.0 * cell.volts[0];
    const double ohms = cell.volts[0] / std::fabs(cell.current(start, cell.volts[0]));
    const double seconds = cell.seconds[1];
    const int parts = 2000;
    double state = start;
    double parts_j = 0.0;
    for (int i = 0; i < parts; ++i) {
      PulseDrive drive{volts, seconds / parts, ohms, {}};
      const double before_v = voltage_behind(cell, state, volts, ohms);
      const double before_a = cell.current(state, before_v);
      state = pulse(cell, state, drive).state;
      const double after_v = voltage_behind(cell, state, volts, ohms);
      const double after_a = cell.current(state, after_v);
      const double cell_j = 0.5 * (before_v * before_a + after_v * after_a) * seconds / parts;
      const double resistance_j = 0.5 * ohms * (before_a * before_a + after_a * after_a) * seconds / parts;
      parts_j += cell_j + resistance_j;
    }
    EXPECT_NEAR(pulse(cell, start, {volts, seconds, ohms, {}}).energy_j / parts_j, 1.0, 2e-3) << cell.name;
  }
}

TEST(StateModels, SetPolarityRaisesTheConductance) {
  for (const PublishedCell& cell : published_cells()) {
    const CellModel& model = cell_model(cell.model);
    const CellParameters p{cell.parameters.data()};
    const double start = cell.low + 0.4 * (cell.high - cell.low);
    const double before = model.conductance(p, {}, start);
    double amplitude = 0.0;
    for (const double volts : cell.volts)
      amplitude = std::fmax(amplitude, 2.0 * std::fabs(volts));
    const double set = pulse(cell, start, {amplitude * model.set_polarity, cell.seconds[0], 0.0, {}}).state;
    const double reset = pulse(cell, start, {-amplitude * model.set_polarity, cell.seconds[0], 0.0, {}}).state;
    EXPECT_GT(model.conductance(p, {}, set), before) << cell.name;
    EXPECT_LT(model.conductance(p, {}, reset), before) << cell.name;
  }
}

TEST(StateModels, ConductanceIsTheCurrentAtTheReadVoltage) {
  for (const PublishedCell& cell : published_cells()) {
    const CellModel& model = cell_model(cell.model);
    for (const double read_v : {0.05, 0.1, 0.3}) {
      const CellParameters p{cell.parameters.data(), read_v, nullptr};
      for (int i = 0; i <= 20; ++i) {
        const double state = cell.low + i / 20.0 * (cell.high - cell.low);
        const double siemens = cell.current(state, read_v) / read_v;
        EXPECT_NEAR(model.conductance(p, {}, state) / siemens, 1.0, 1e-12) << cell.name;
        const double again = model.state_of_conductance(p, {}, siemens);
        EXPECT_NEAR(model.conductance(p, {}, again) / siemens, 1.0, 1e-12) << cell.name;
      }
    }
  }
}

}  // namespace
}  // namespace memcosim
