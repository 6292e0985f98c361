// SPDX-License-Identifier: Apache-2.0
#include "many_cells.hpp"

namespace memcosim {
namespace {

using test::aged;
using test::observe;

constexpr ConductanceRange filament{1.0 / 65e3, 1.0 / 4400.0};

ArrayHistory cycled(double cycles) {
  ArrayHistory history;
  history.event = 1;
  history.cycles = cycles;
  return history;
}

CellNonidealities worn(EnduranceSpec::Law law, const LammieLaw& lammie) {
  CellNonidealities effects;
  effects.endurance.law = law;
  effects.endurance.lammie = lammie;
  return effects;
}

TEST(Endurance, GradualFollowsThePublishedSlopes) {
  const CellNonidealities effects = worn(EnduranceSpec::Law::lammie_gradual, lammie_hfalo_endurance_gradual());
  // Thresholds of the publication: 1e4 cycles at 10 nm, 1e7 at 20 nm.
  const LammieLaw& law = effects.endurance.lammie;
  EXPECT_NEAR(law.threshold(law.low_resistance, 300.0), 1e4, 1.0);
  LammieLaw wider = law;
  wider.cell_nm = 20.0;
  EXPECT_NEAR(wider.threshold(wider.low_resistance, 300.0), 1e7, 2e3);

  const double threshold = 10.0 * std::exp(0.690776 * 10.0);
  EXPECT_EQ(observe(effects, filament.high, {}, cycled(9.9e3), filament), filament.high);
  const double lrs = 4400.0 * std::pow(1e7 / threshold, 0.012171 * 10.0);
  const double hrs = 65e3 * std::pow(1e5 / threshold, -0.015856 * 10.0);
  EXPECT_NEAR(1.0 / observe(effects, filament.high, {}, cycled(1e7), filament), lrs, 1e-9 * lrs);
  EXPECT_NEAR(1.0 / observe(effects, filament.low, {}, cycled(1e5), filament), hrs, 1e-9 * hrs);
  // Both end where they meet: half way between the resistances.
  const double meeting = 1.0 / (0.5 * (65e3 + 4400.0));
  EXPECT_DOUBLE_EQ(observe(effects, filament.high, {}, cycled(1e18), filament), meeting);
  EXPECT_DOUBLE_EQ(observe(effects, filament.low, {}, cycled(1e18), filament), meeting);
}

TEST(Endurance, CyclesBeforeTheRunCount) {
  CellNonidealities effects = worn(EnduranceSpec::Law::lammie_gradual, lammie_hfalo_endurance_gradual());
  const double counted = observe(effects, filament.high, {}, cycled(1e6), filament);
  effects.endurance.initial_cycles = 4e5;
  EXPECT_EQ(observe(effects, filament.high, {}, cycled(6e5), filament), counted);
}

TEST(Endurance, SuddenFailureIsAStep) {
  const CellNonidealities effects = worn(EnduranceSpec::Law::lammie_sudden, lammie_hfalo_endurance_sudden());
  const double threshold = 10500.2 * std::exp(0.251945 * 20.0);
  EXPECT_EQ(observe(effects, filament.high, {}, cycled(threshold * 0.999), filament), filament.high);
  EXPECT_DOUBLE_EQ(observe(effects, filament.high, {}, cycled(threshold * 1.001), filament), 1.0 / 5e7);
}

TEST(Retention, LammieSuddenDependsOnTemperature) {
  CellNonidealities effects;
  effects.retention = retention_law(RetentionSpec::Law::lammie_sudden);
  const ConductanceRange range{1.0 / 2.6e7, 1.0 / 4e4};
  for (const double kelvin : {473.0, 498.0, 523.0}) {
    effects.temperature.temperature_k = kelvin;
    const double threshold = 1.029e-9 * std::exp(46.01 * 298.0 / kelvin);
    EXPECT_EQ(observe(effects, range.high, {}, aged(0.999 * threshold), range), range.high) << kelvin;
    EXPECT_DOUBLE_EQ(observe(effects, range.high, {}, aged(1.001 * threshold), range), 1.0 / 2.6e7) << kelvin;
  }
}

TEST(Relaxation, BroadensWithTheLogarithmOfTime) {
  CellNonidealities effects;
  effects.relaxation = {RelaxationSpec::Law::log_time, 0.5e-6, 1.6e-6, 1e-3};
  for (const double age : {1e-6, 1e-3, 0.5}) {
    EXPECT_NEAR(effects.relaxation.sigma(age), 0.5e-6 * std::log10(1.0 + age / 1e-3), 1e-20) << age;
  }
  const auto spread = [&](double age) {
    return test::over_cells([&](const CellAddress& cell) { return observe(effects, 50e-6, cell, aged(age)); });
  };
  test::expect_normal(spread(0.999), 50e-6, 0.5e-6 * 3.0, "three decades");
  test::expect_normal(spread(1e9), 50e-6, 1.6e-6, "the most");
  EXPECT_EQ(observe(effects, 50e-6, {1, 2, 3}, aged(0.0)), 50e-6);
  // One direction per cell and event.
  for (std::uint32_t cell = 0; cell < 100; ++cell) {
    const double early = observe(effects, 50e-6, {1, 2, cell}, aged(1e-2)) - 50e-6;
    const double late = observe(effects, 50e-6, {1, 2, cell}, aged(1.0)) - 50e-6;
    EXPECT_GT(early * late, 0.0);
  }
  EXPECT_GE(observe(effects, 0.0, {1, 2, 3}, aged(1.0)), 0.0);
}

TEST(ReadDisturb, FollowsItsFormula) {
  CellNonidealities effects;
  effects.read_disturb.law = ReadDisturbSpec::Law::jiang_2021;
  effects.read_disturb.read_voltage_v = 0.3;
  effects.read_disturb.read_time_s = 1e-6;
  const ConductanceRange range{1e-6, 100e-6};
  ArrayHistory history = cycled(1e4);
  const double kt_ev = 1.380649e-23 * 300.0 / 1.602176634e-19;
  const double p = 0.0068 * std::exp(0.11 * 0.3 / kt_ev);
  const double transition = 15.5e-9 * std::pow(1.43339, 1.0 / p) * std::pow(1.0 - 0.003 * std::pow(1e4, 0.41), 1.0 / p);
  history.reads = 0.9 * transition / 1e-6;
  EXPECT_EQ(observe(effects, 90e-6, {}, history, range), 90e-6);
  history.reads = 1e5 * transition / 1e-6;
  const double expected = 90e-6 * std::pow(1e5, -p);
  ASSERT_GT(expected, 50.5e-6);
  EXPECT_NEAR(observe(effects, 90e-6, {}, history, range), expected, 1e-9 * expected);
  // High-resistance states are not disturbed, low ones not beyond their border.
  EXPECT_EQ(observe(effects, 20e-6, {}, history, range), 20e-6);
  history.reads = 1e300;
  EXPECT_DOUBLE_EQ(observe(effects, 90e-6, {}, history, range), 50.5e-6);
}

TEST(ReadDisturb, FiniteBeyondItsLimits) {
  CellNonidealities effects;
  effects.read_disturb.law = ReadDisturbSpec::Law::jiang_2021;
  for (const double volts : {0.0, 0.2, 10.0}) {
    effects.read_disturb.read_voltage_v = volts;
    for (const double kelvin : {1.0, 300.0, 2000.0}) {
      effects.temperature.temperature_k = effects.temperature.reference_k = kelvin;
      for (const double cycles : {0.0, 1e4, 1e18}) {
        for (const double reads : {0.0, 1.0, 1e300}) {
          ArrayHistory history = cycled(cycles);
          history.reads = reads;
          const double g = observe(effects, 90e-6, {}, history, {1e-6, 100e-6});
          ASSERT_TRUE(std::isfinite(g) && g >= 50.5e-6 * (1.0 - 1e-15) && g <= 90e-6) << volts << " " << kelvin << " " << cycles;
        }
      }
    }
  }
}

TEST(Temperature, SemiconductingAndMetallic) {
  CellNonidealities effects;
  effects.temperature.temperature_k = 350.0;
  effects.temperature.activation_energy_j = 0.05 * 1.602176634e-19;
  effects.temperature.metallic_coefficient_per_k = 3.9e-3;
  const double boltzmann = 1.380649e-23;
  const double activated = 5e-6 * std::exp(-0.05 * 1.602176634e-19 / boltzmann * (1.0 / 350.0 - 1.0 / 300.0));
  EXPECT_GT(activated, 5e-6);
  EXPECT_NEAR(observe(effects, 5e-6, {}, {}), activated, 1e-12 * activated);
  EXPECT_NEAR(observe(effects, 500e-6, {}, {}), 500e-6 / (1.0 + 3.9e-3 * 50.0), 1e-15);
  // The order of states is kept across the border.
  double before = 0.0;
  for (int i = 0; i < 400; ++i) {
    const double seen = observe(effects, i * 0.5e-6, {}, {});
    EXPECT_GE(seen, before);
    before = seen;
  }
  effects.temperature.temperature_k = 300.0;
  EXPECT_EQ(observe(effects, 5e-6, {}, {}), 5e-6);
  EXPECT_TRUE(shows_its_state(effects));
}

TEST(Temperature, FiniteFarFromTheReference) {
  CellNonidealities effects;
  effects.temperature.activation_energy_j = 1.6e-18;
  effects.temperature.metallic_coefficient_per_k = 1.0;
  for (const double kelvin : {1.0, 4.2, 2000.0}) {
    effects.temperature.temperature_k = kelvin;
    for (const double g : {0.0, 1e-300, 1e-6, 1e-3, 1e3}) {
      const double seen = observe(effects, g, {}, {});
      ASSERT_TRUE(seen >= 0.0 && std::isfinite(seen)) << kelvin << " " << g;
    }
  }
}

}  // namespace
}  // namespace memcosim
