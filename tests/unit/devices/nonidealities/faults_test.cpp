// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "memcosim/common/error.hpp"

#include "many_cells.hpp"

namespace memcosim {
namespace {

constexpr std::uint32_t rows = 400;
constexpr std::uint32_t columns = 250;

std::map<CellFault, double> shares(const std::vector<CellFault>& faults) {
  std::map<CellFault, double> count;
  for (const CellFault fault : faults)
    count[fault] += 1.0 / static_cast<double>(faults.size());
  return count;
}

void expect_share(double found, double p, double n) {
  EXPECT_NEAR(found, p, 5.0 * std::sqrt(p * (1.0 - p) / n));
}

TEST(Faults, NoneByDefault) {
  EXPECT_TRUE(FaultSpec{}.is_off());
  EXPECT_TRUE(make_faults({}, rows, columns, 1, 2).empty());
}

TEST(Faults, RandomSharesAndIndependentCells) {
  FaultSpec spec;
  spec.low_resistance_share = 0.1;
  spec.high_resistance_share = 0.05;
  spec.unformed_share = 0.02;
  const auto faults = make_faults(spec, rows, columns, 1, 2);
  ASSERT_EQ(faults.size(), std::size_t{rows} * columns);
  auto found = shares(faults);
  const double n = static_cast<double>(faults.size());
  expect_share(found[CellFault::stuck_low_resistance], 0.1, n);
  expect_share(found[CellFault::stuck_high_resistance], 0.05, n);
  expect_share(found[CellFault::unformed], 0.02, n);
  // Neighbours know nothing of each other.
  double pairs = 0.0;
  for (std::size_t i = 1; i < faults.size(); ++i)
    pairs += faults[i] == CellFault::stuck_low_resistance && faults[i - 1] == CellFault::stuck_low_resistance;
  expect_share(pairs / n, 0.01, n / 1.5);
  // A cell's fault does not depend on how many columns its row has after it, only on its index; another array has its own.
  EXPECT_EQ(make_faults(spec, rows, columns, 1, 2), faults);
  EXPECT_NE(make_faults(spec, rows, columns, 1, 3), faults);
  EXPECT_NE(make_faults(spec, rows, columns, 2, 2), faults);
  const auto shorter = make_faults(spec, rows / 2, columns, 1, 2);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), faults.begin()));
}

TEST(Faults, AllCells) {
  FaultSpec spec;
  spec.high_resistance_share = 1.0;
  for (const CellFault fault : make_faults(spec, 20, 30, 1, 2))
    ASSERT_EQ(fault, CellFault::stuck_high_resistance);
}

TEST(Faults, Lines) {
  FaultSpec spec;
  spec.lines.word_line_share = 0.2;
  spec.lines.bit_line_share = 0.1;
  const auto faults = make_faults(spec, rows, columns, 1, 2);
  std::vector<bool> row_hit(rows, true);
  std::vector<bool> column_hit(columns, true);
  for (std::uint32_t i = 0; i < faults.size(); ++i) {
    if (faults[i] == CellFault::unformed) continue;
    row_hit[i / columns] = false;
    column_hit[i % columns] = false;
  }
  for (std::uint32_t i = 0; i < faults.size(); ++i)  // a cell fails exactly with its row or its column
    ASSERT_EQ(faults[i] == CellFault::unformed, row_hit[i / columns] || column_hit[i % columns]);
  expect_share(static_cast<double>(std::count(row_hit.begin(), row_hit.end(), true)) / rows, 0.2, rows);
  expect_share(static_cast<double>(std::count(column_hit.begin(), column_hit.end(), true)) / columns, 0.1, columns);
}

TEST(Faults, Clusters) {
  for (const bool along_rows : {true, false}) {
    FaultSpec spec;
    spec.clusters.probability = 0.002;
    spec.clusters.length = 6;
    spec.clusters.along_rows = along_rows;
    const auto faults = make_faults(spec, rows, columns, 1, 2);
    const auto at = [&](std::uint32_t line, std::uint32_t i) {
      return along_rows ? faults[std::size_t{line} * columns + i] : faults[std::size_t{i} * columns + line];
    };
    const std::uint32_t lines = along_rows ? rows : columns;
    const std::uint32_t length = along_rows ? columns : rows;
    double hit = 0.0;
    for (std::uint32_t line = 0; line < lines; ++line) {
      std::uint32_t run = 0;
      for (std::uint32_t i = 0; i < length; ++i) {
        if (at(line, i) == CellFault::stuck_low_resistance) {
          ++run;
          hit += 1.0;
        } else {
          ASSERT_TRUE(run == 0 || run >= 6) << "a run ends early";
          run = 0;
        }
      }
    }
    // A cell is spared when none of the six cells up to it starts a run; runs make the count vary about six times as much.
    const double p = 1.0 - std::pow(1.0 - 0.002, 6);
    const double cells = static_cast<double>(faults.size());
    EXPECT_NEAR(hit / cells, p, 5.0 * std::sqrt(6.0 * p / cells) + 6.0 * 0.002 * 6.0 / length);
  }
}

TEST(Faults, MapOverridesTheRest) {
  FaultSpec spec;
  spec.low_resistance_share = 1.0;
  spec.map = {{FaultSpec::Mapped::every_array, 1, 2, CellFault::none}, {7, 0, 0, CellFault::unformed}, {8, 0, 1, CellFault::unformed}};
  const auto faults = make_faults(spec, 3, 4, 1, 7);
  EXPECT_EQ(faults[1 * 4 + 2], CellFault::none);
  EXPECT_EQ(faults[0], CellFault::unformed);
  EXPECT_EQ(faults[1], CellFault::stuck_low_resistance);  // of another array
  spec.map.push_back({7, 3, 0, CellFault::unformed});
  EXPECT_THROW(make_faults(spec, 3, 4, 1, 7), InputError);
  EXPECT_NO_THROW(make_faults(spec, 3, 4, 1, 6));
}

TEST(Faults, AStuckCellIsStuckWhateverHappens) {
  CellNonidealities effects;
  effects.programming_error.law = spread_law("normal_proportional", 0.5, 0.0);
  effects.retention = retention_law(RetentionSpec::Law::state_independent);
  effects.relaxation = {RelaxationSpec::Law::log_time, 1e-6, 5e-6, 1e-3};
  effects.endurance.law = EnduranceSpec::Law::lammie_sudden;
  effects.endurance.lammie = lammie_hfalo_endurance_sudden();
  effects.read_disturb.law = ReadDisturbSpec::Law::jiang_2021;
  effects.temperature.temperature_k = 400.0;
  effects.temperature.activation_energy_j = 1e-20;
  effects.read_noise.telegraph = {1.0, 0.5, 1e-3, 1e-3};
  const ConductanceRange range{2e-6, 90e-6};
  ArrayHistory history = test::aged(1e6);
  history.cycles = 1e9;
  history.reads = 1e12;
  for (std::uint32_t cell = 0; cell < 200; ++cell) {
    for (const double state : {2e-6, 30e-6, 90e-6}) {
      const auto seen = [&](CellFault fault) { return observed_conductance(effects, state, range, {1, 2, cell}, history, fault); };
      ASSERT_EQ(seen(CellFault::stuck_low_resistance), 90e-6);
      ASSERT_EQ(seen(CellFault::stuck_high_resistance), 2e-6);
      ASSERT_EQ(seen(CellFault::unformed), 0.0);
      ASSERT_NE(seen(CellFault::none), state);
    }
  }
  effects.stuck = {80e-6, 3e-6, 1e-9};
  EXPECT_EQ(observed_conductance(effects, 5e-6, range, {}, history, CellFault::stuck_low_resistance), 80e-6);
  EXPECT_EQ(observed_conductance(effects, 5e-6, range, {}, history, CellFault::stuck_high_resistance), 3e-6);
  EXPECT_EQ(observed_conductance(effects, 5e-6, range, {}, history, CellFault::unformed), 1e-9);
  // Read noise is still there.
  effects.read_noise.white = spread_law("normal_proportional", 0.1, 0.0);
  EXPECT_NEAR(read_sigma(effects, 80e-6, history), 8e-6, 1e-18);
}

}  // namespace
}  // namespace memcosim
