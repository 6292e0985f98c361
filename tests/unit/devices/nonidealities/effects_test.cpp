// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "many_cells.hpp"

namespace memcosim {
namespace {

using test::aged;
using test::observe;

/// Every effect at once.
CellNonidealities everything() {
  CellNonidealities effects;
  effects.endurance.law = EnduranceSpec::Law::lammie_gradual;
  effects.endurance.lammie = lammie_hfalo_endurance_gradual();
  effects.endurance.initial_cycles = 1e6;
  effects.relaxation = {RelaxationSpec::Law::log_time, 0.3e-6, 2e-6, 1e-3};
  effects.retention = retention_law(RetentionSpec::Law::pcm_like);
  effects.read_disturb.law = ReadDisturbSpec::Law::jiang_2021;
  effects.read_disturb.read_voltage_v = 0.4;
  effects.read_disturb.above_s = 5e-6;  // below what is left after drift: every cell is disturbed
  effects.temperature.temperature_k = 340.0;
  effects.temperature.activation_energy_j = 0.03 * 1.602176634e-19;
  effects.read_noise.telegraph = {0.5, 0.1, 1e-3, 1e-3};
  return effects;
}

const ConductanceRange range{1e-6, 100e-6};

ArrayHistory busy() {
  ArrayHistory history = aged(1e5);
  history.cycles = 100.0;
  history.reads = 1e9;
  return history;
}

TEST(Effects, OffIsTheIdentity) {
  const CellNonidealities off;
  EXPECT_TRUE(shows_its_state(off));
  EXPECT_FALSE(has_read_noise(off));
  EXPECT_NO_THROW(check(off));
  for (const double g : {0.0, 1e-9, 12.3e-6, 1.0}) {
    EXPECT_EQ(observe(off, g, {1, 2, 3}, busy()), g);
    EXPECT_EQ(programmed_conductance(off, g, {0.0, 2.0}, {1, 2, 3}, 4), g);
  }
}

TEST(Effects, ShowsItsStateExactlyWhenNothingActs) {
  const auto shows = [](auto change) {
    CellNonidealities effects;
    change(effects);
    return shows_its_state(effects);
  };
  // Errors of programming and noise of reads leave the state alone.
  EXPECT_TRUE(shows([](auto& e) { e.programming_error.law = spread_law("pcm_like"); }));
  EXPECT_TRUE(shows([](auto& e) { e.read_noise.flicker = flicker_law(FlickerSpec::Law::pcm_like); }));
  EXPECT_TRUE(shows([](auto& e) { e.faults.low_resistance_share = 0.1; }));
  EXPECT_FALSE(shows([](auto& e) { e.states = 4; }));
  EXPECT_FALSE(shows([](auto& e) { e.endurance = everything().endurance; }));
  EXPECT_FALSE(shows([](auto& e) { e.relaxation = everything().relaxation; }));
  EXPECT_FALSE(shows([](auto& e) { e.retention = everything().retention; }));
  EXPECT_FALSE(shows([](auto& e) { e.read_disturb = everything().read_disturb; }));
  EXPECT_FALSE(shows([](auto& e) { e.temperature = everything().temperature; }));
  EXPECT_FALSE(shows([](auto& e) { e.read_noise = everything().read_noise; }));
}

TEST(Effects, TheOrderIsTheDocumentedOne) {
  const CellNonidealities effects = everything();
  const ArrayHistory history = busy();
  const double kelvin = 340.0;
  for (std::uint32_t index = 0; index < 100; ++index) {
    const CellAddress cell{9, 4, index};
    double g = 60e-6;
    g = effects.endurance.after(g, history.cycles, kelvin, range);
    g += effects.relaxation.sigma(history.age_s) * random_normal(9, {Purpose::relaxation, 4, index, history.event, 0});
    g *= std::pow(1.0 + history.age_s / 20.0, -effects.retention.nu(g, random_normal(9, {Purpose::retention, 4, index, history.event, 0})));
    g = effects.read_disturb.after(g, history.reads, 1e6 + history.cycles, kelvin, range);
    g = effects.temperature.at_temperature(g);
    if (effects.read_noise.telegraph.has_trap(0.5, 9, 4, index) && effects.read_noise.telegraph.is_full(history.age_s, 9, 4, index, 1))
      g *= 0.9;
    EXPECT_NEAR(observe(effects, 60e-6, cell, history, range), g, 1e-12 * g);
  }
}

TEST(Effects, FactorsCommuteOffsetsDoNot) {
  // Power-law drift of one exponent, thermal activation and a full trap are factors: in any order the same.
  CellNonidealities factors;
  factors.retention = retention_law(RetentionSpec::Law::power);
  factors.temperature = everything().temperature;
  factors.read_noise.telegraph = {1.0, 0.1, 1e-3, 1e-3};
  CellNonidealities reversed = factors;
  const CellAddress cell{9, 4, 7};
  const ArrayHistory history = aged(1e5);
  double g = factors.read_noise.telegraph.after(10e-6, history.age_s, 9, 4, 7, history.event);
  g = reversed.temperature.at_temperature(g);
  g = reversed.retention.after(g, history.age_s, 340.0, 300.0, range, {}, 0.0);
  EXPECT_NEAR(observe(factors, 10e-6, cell, history, range), g, 1e-13 * g);

  // Relaxation is an offset: before a drift it shrinks with it, so the order is part of the definition.
  CellNonidealities offset = factors;
  offset.relaxation = everything().relaxation;
  const double z = random_normal(9, {Purpose::relaxation, 4, 7, history.event, 0});
  const double shift = offset.relaxation.sigma(history.age_s) * z;
  const double relaxed_first = observe(offset, 10e-6, cell, history, range);
  const double relaxed_last = observe(factors, 10e-6, cell, history, range) + shift;
  const double factor = observe(factors, 10e-6, cell, history, range) / 10e-6;
  EXPECT_NEAR(relaxed_first, factor * (10e-6 + shift), 1e-13 * relaxed_first);
  EXPECT_GT(std::fabs(relaxed_first - relaxed_last), 1e-3 * std::fabs(shift));
}

TEST(Effects, DoNotDependOnOrderOrThread) {
  const CellNonidealities effects = everything();
  const ArrayHistory history = busy();
  constexpr std::uint32_t cells = 4000;
  std::vector<double> alone(cells);
  for (std::uint32_t cell = cells; cell-- > 0;)
    alone[cell] = observe(effects, 1e-6 + 2e-8 * cell, {9, 4, cell}, history, range);
  std::vector<double> together(cells);
  std::vector<std::thread> threads;
  for (std::uint32_t part = 0; part < 4; ++part) {
    threads.emplace_back([&, part] {
      for (std::uint32_t cell = part; cell < cells; cell += 4)
        together[cell] = observe(effects, 1e-6 + 2e-8 * cell, {9, 4, cell}, history, range);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(alone, together);
}

TEST(Effects, ManyAtOnceAreTheSameBits) {
  CellNonidealities effects = everything();
  effects.states = 64;
  constexpr std::uint32_t cells = 5000;
  std::vector<double> values(cells);
  std::vector<double> together(cells);
  std::vector<CellFault> stuck(cells, CellFault::none);
  for (std::uint32_t cell = 0; cell < cells; ++cell)
    values[cell] = range.high * cell / cells;
  stuck[17] = CellFault::unformed;
  for (const SpreadLawInfo& info : spread_laws()) {
    if (!info.programming || info.form == SpreadLaw::Form::table) continue;
    effects.programming_error.law = spread_law(info.name);
    if (info.g_max_us == 0.0 && info.form != SpreadLaw::Form::saturating) {
      effects.programming_error.law = spread_law(info.name, 0.02, range.high);
    }
    programmed_conductances(effects, range, {9, 4, 3}, 5, values.data(), cells, together.data());
    for (std::uint32_t cell = 0; cell < cells; ++cell)
      ASSERT_EQ(together[cell], programmed_conductance(effects, values[cell], range, {9, 4, 3 + cell}, 5)) << info.name << " " << cell;
  }
  for (int law = 0; law < static_cast<int>(RetentionSpec::Law::table); ++law) {
    if (law == static_cast<int>(RetentionSpec::Law::exponent_table)) continue;
    effects.retention = retention_law(static_cast<RetentionSpec::Law>(law));
    observed_conductances(effects, range, {9, 4, 3}, busy(), stuck.data(), values.data(), cells, together.data());
    for (std::uint32_t cell = 0; cell < cells; ++cell) {
      const double alone = observed_conductance(effects, values[cell], range, {9, 4, 3 + cell}, busy(), stuck[cell]);
      ASSERT_EQ(together[cell], alone) << law << " " << cell;
    }
  }
}

TEST(Effects, EveryEventDrawsAnew) {
  const CellNonidealities effects = everything();
  ArrayHistory history = busy();
  const double first = observe(effects, 50e-6, {9, 4, 7}, history, range);
  history.event = 2;
  EXPECT_NE(observe(effects, 50e-6, {9, 4, 7}, history, range), first);
  history.event = 1;
  EXPECT_EQ(observe(effects, 50e-6, {9, 4, 7}, history, range), first);
}

TEST(Effects, NeverNegativeNeverNotFinite) {
  const CellNonidealities effects = everything();
  for (const ConductanceRange& limits : {ConductanceRange{0.0, 1e-4}, ConductanceRange{1e-6, 1e-4}}) {
    for (const double g : {0.0, 1e-300, 1e-9, 1e-6, 1e-4}) {
      for (const double age : {0.0, 1e-12, 1.0, 1e15, 1e300}) {
        for (const double count : {0.0, 1.0, 1e18}) {
          ArrayHistory history = aged(age);
          history.cycles = count;
          history.reads = count;
          for (std::uint32_t cell = 0; cell < 20; ++cell) {
            const double seen = observe(effects, g, {1, 2, cell}, history, limits);
            ASSERT_TRUE(seen >= 0.0 && std::isfinite(seen)) << g << " " << age << " " << count;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace memcosim
