// SPDX-License-Identifier: Apache-2.0
// The write-verify loop on arrays: bulk against single steps, outcomes, threads.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/backends/backends.hpp"

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

ArrayConfig reram_array(std::uint32_t rows, std::uint32_t columns, bool varied = true) {
  ArrayConfig config;
  config.rows = rows;
  config.columns = columns;
  config.cell = preset_cell_spec("vteam_multilevel");
  if (varied) {
    config.cell.variations = {{VteamCell::r_on, Distribution::log_normal, 0.05, 1e3, 1e15},
                              {VteamCell::k_on, Distribution::log_normal, 0.2, -1.0, -1e-9},
                              {VteamCell::v_off, Distribution::normal, 0.02, 0.1, 2.0}};
  }
  config.window = {2e-6, 8e-5, 16};
  config.read_voltage_v = 0.2;
  config.stream = 5;
  return config;
}

WriteVerifySpec specification(double noise_lsb) {
  WriteVerifySpec spec;
  spec.set = {1.0, 0.02, 1.8, 1e-7};
  spec.reset = {0.9, 0.02, 1.6, 1e-7};
  spec.verify = {10, 1.2e-4, 2, noise_lsb, 0.2, 1e-8};
  spec.tolerance_s = 1.5e-6;
  return spec;
}

std::vector<double> region_targets(const ArrayConfig& config, std::uint32_t rows, std::uint32_t columns) {
  const auto all = siemens_of(config, random_levels(config, 77));
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(rows) * columns};
}

void expect_same(const ProgramResult& a, const ProgramResult& b) {
  EXPECT_EQ(a.pulses, b.pulses);
  EXPECT_EQ(a.reads, b.reads);
  EXPECT_EQ(a.pulse_energy_j, b.pulse_energy_j);
  EXPECT_EQ(a.read_energy_j, b.read_energy_j);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.residual_s, b.residual_s);
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t row = 0; row < a.rows.size(); ++row) {
    EXPECT_EQ(a.rows[row].reads, b.rows[row].reads);
    EXPECT_EQ(a.rows[row].sets, b.rows[row].sets);
    EXPECT_EQ(a.rows[row].resets, b.rows[row].resets);
  }
}

/// The loop as the programmer plays it: one read or pulse of the backend at a time, all cells of a row in step.
ProgramResult write_stepwise(Backend& backend, ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                             const std::vector<double>& targets, std::uint64_t event) {
  ProgramResult result;
  const std::size_t cells = targets.size();
  result.pulse_energy_j.assign(cells, 0.0);
  result.read_energy_j.assign(cells, 0.0);
  result.rows.resize(rows);
  std::vector<WriteVerifyFsm> machines;
  for (const double target : targets)
    machines.push_back(start_write(spec, target));
  backend.cells().begin_programming(array);
  std::vector<WriteAction> actions(cells, WriteAction::read);
  const std::uint32_t stride = backend.cells().config(array).columns;
  const std::uint32_t together = spec.row_parallel ? columns : 1;
  const int polarity = cell_model(backend.cells().config(array).cell.model).set_polarity;
  for (std::size_t first = 0; first < cells; first += together) {
    ProgramResult::RowPhases& phases = result.rows[first / columns];
    for (;;) {
      bool read = false;
      bool set = false;
      bool reset = false;
      for (std::size_t i = first; i < first + together; ++i) {
        if (actions[i] == WriteAction::done || actions[i] == WriteAction::fail) continue;
        read = true;
        const auto cell = static_cast<std::uint32_t>(i / columns * stride + i % columns);
        const std::int32_t code = backend.cells().verify_read(array, cell, spec.verify, event, machines[i].reads, &result.read_energy_j[i]);
        actions[i] = machines[i].decide(spec, code);
      }
      for (const WriteAction action : {WriteAction::set_pulse, WriteAction::reset_pulse}) {
        for (std::size_t i = first; i < first + together; ++i) {
          if (actions[i] != action) continue;
          (action == WriteAction::set_pulse ? set : reset) = true;
          const auto cell = static_cast<std::uint32_t>(i / columns * stride + i % columns);
          const double duration = action == WriteAction::set_pulse ? spec.set.duration_s : spec.reset.duration_s;
          result.pulse_energy_j[i] += backend.cells().pulse(array, cell, pulse_voltage(polarity, action, machines[i].amplitude), duration);
          actions[i] = WriteAction::read;
        }
      }
      if (!read) break;
      ++phases.reads;
      phases.sets += set ? 1 : 0;
      phases.resets += reset ? 1 : 0;
    }
  }
  const auto siemens = backend.cells().conductance(array);
  for (std::size_t i = 0; i < cells; ++i) {
    result.pulses.push_back(machines[i].pulses);
    result.reads.push_back(machines[i].reads);
    result.outcome.push_back(machines[i].outcome);
    result.residual_s.push_back(siemens[i / columns * stride + i % columns] - targets[i]);
  }
  return result;
}

TEST(WriteVerifyBackend, BulkEqualsSingleStepsBitForBit) {
  for (const bool row_parallel : {true, false}) {
    for (const char* name : {"reference", "cpu"}) {
      BackendOptions options;
      options.name = name;
      const auto backend = make_backend(options);
      const ArrayConfig config = reram_array(9, 11);
      const ArrayId bulk = backend->cells().create_array(config);
      const ArrayId steps = backend->cells().create_array(config);
      WriteVerifySpec spec = specification(0.8);
      spec.row_parallel = row_parallel;
      const auto targets = region_targets(config, 7, 8);
      for (std::uint64_t event = 3; event < 5; ++event) {  // the second starts from what the first left
        const ProgramResult whole = backend->cells().write_verify(bulk, spec, 7, 8, targets, event);
        expect_same(whole, write_stepwise(*backend, steps, spec, 7, 8, targets, event));
        EXPECT_EQ(backend->cells().state(bulk), backend->cells().state(steps));
        EXPECT_EQ(std::count(whole.outcome.begin(), whole.outcome.end(), WriteOutcome::done), 56);
      }
    }
  }
}

TEST(WriteVerifyBackend, CellsOutsideTheRegionStay) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(9, 11);
  const ArrayId array = backend->cells().create_array(config);
  const auto before = backend->cells().state(array);
  backend->cells().write_verify(array, specification(0.0), 4, 5, region_targets(config, 4, 5), 0);
  const auto after = backend->cells().state(array);
  for (std::uint32_t row = 0; row < 9; ++row) {
    for (std::uint32_t column = 0; column < 11; ++column) {
      if (row >= 4 || column >= 5) {
        EXPECT_EQ(after.cells[row * 11 + column], before.cells[row * 11 + column]);
      }
    }
  }
}

TEST(WriteVerifyBackend, WithoutNoiseEveryCellEndsInItsBand) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(32, 32);
  const ArrayId array = backend->cells().create_array(config);
  const WriteVerifySpec spec = specification(0.0);
  const auto targets = region_targets(config, 32, 32);
  const ProgramResult result = backend->cells().write_verify(array, spec, 32, 32, targets, 0);
  const double half_lsb = 0.5 * 1.2e-4 / 1023.0;
  const auto siemens = backend->cells().conductance(array);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    ASSERT_EQ(result.outcome[i], WriteOutcome::done);
    ASSERT_LE(std::fabs(result.residual_s[i]), spec.tolerance_s + half_lsb);
    ASSERT_EQ(result.residual_s[i], siemens[i] - targets[i]);
    ASSERT_GE(result.reads[i], result.pulses[i] + 1 + spec.confirm_reads);
  }
}

TEST(WriteVerifyBackend, NoiseLeavesCellsOutsideTheBandSometimes) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(32, 32);
  const ArrayId array = backend->cells().create_array(config);
  WriteVerifySpec spec = specification(8.0);
  spec.confirm_reads = 0;
  const ProgramResult result = backend->cells().write_verify(array, spec, 32, 32, region_targets(config, 32, 32), 0);
  const auto outside = std::count_if(result.residual_s.begin(), result.residual_s.end(),
                                     [&](double residual) { return std::fabs(residual) > spec.tolerance_s * 1.1; });
  EXPECT_GT(outside, 10);  // a verify read may stop on a spike: the true residual says so
}

TEST(WriteVerifyBackend, UnreachableTargetsFail) {
  const auto backend = cpu_backend();
  ArrayConfig config = reram_array(2, 3, false);
  const ArrayId array = backend->cells().create_array(config);
  WriteVerifySpec spec = specification(0.0);
  spec.max_pulses = 100;
  // 110 uS is beyond what the cell can hold, 100 uS.
  const std::vector<double> targets = {1.1e-4, 5e-6, 1.1e-4, 5e-6, 5e-6, 5e-6};
  const ProgramResult result = backend->cells().write_verify(array, spec, 2, 3, targets, 0);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool reachable = targets[i] < 1e-4;
    EXPECT_EQ(result.outcome[i], reachable ? WriteOutcome::done : WriteOutcome::failed_pulses);
    if (!reachable) {
      EXPECT_EQ(result.pulses[i], 100u);
    }
  }
}

TEST(WriteVerifyBackend, ACoarseCellFailsByReversals) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(1, 4, false);
  const ArrayId array = backend->cells().create_array(config);
  WriteVerifySpec spec = specification(0.0);
  spec.set = {1.8, 0.0, 1.8, 2e-6};  // each pulse crosses the range
  spec.reset = {1.8, 0.0, 1.8, 2e-6};
  spec.max_reversals = 5;
  const ProgramResult result = backend->cells().write_verify(array, spec, 1, 4, std::vector<double>(4, 2e-5), 0);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(result.outcome[i], WriteOutcome::failed_reversals);
    EXPECT_EQ(result.pulses[i], 6u);
  }
}

TEST(WriteVerifyBackend, CellsThatPulsesDoNotMoveFail) {
  const auto backend = cpu_backend();
  ArrayConfig config = ohmic_array(2, 2);
  config.window = {2e-6, 8e-5, 16};
  config.cell.parameters = {1e-6, 1e-4};
  const ArrayId array = backend->cells().create_array(config);
  const ProgramResult result = backend->cells().write_verify(array, specification(0.0), 2, 2, std::vector<double>(4, 5e-5), 0);
  for (const WriteOutcome outcome : result.outcome)
    EXPECT_EQ(outcome, WriteOutcome::failed_pulses);
}

TEST(WriteVerifyBackend, ThreadsBackendsAndRegionsDoNotChangeIt) {
  const ArrayConfig config = reram_array(24, 10);
  const WriteVerifySpec spec = specification(1.5);
  const auto targets = region_targets(config, 24, 10);
  std::vector<ProgramResult> results;
  std::vector<CellArrayState> states;
  const auto run = [&](std::unique_ptr<Backend> backend) {
    const ArrayId array = backend->cells().create_array(config);
    results.push_back(backend->cells().write_verify(array, spec, 24, 10, targets, 9));
    states.push_back(backend->cells().state(array));
  };
  run(reference_backend());
  run(cpu_backend("", 1));
  run(cpu_backend("", 2));
  run(cpu_backend("baseline", 3));
  for (std::size_t i = 1; i < results.size(); ++i) {
    expect_same(results[0], results[i]);
    EXPECT_EQ(states[0], states[i]);
  }
  // A cell's draws do not know the region: its row alone gives the same counts.
  const auto backend = cpu_backend();
  const ArrayId array = backend->cells().create_array(config);
  const ProgramResult first = backend->cells().write_verify(array, spec, 1, 10, gsl::span<const double>(targets).subspan(0, 10), 9);
  EXPECT_TRUE(std::equal(first.pulses.begin(), first.pulses.end(), results[0].pulses.begin()));
}

TEST(WriteVerifyBackend, EventsDrawTheirOwnNoise) {
  const auto run = [](std::uint64_t event) {
    const auto backend = cpu_backend();
    const ArrayConfig config = reram_array(12, 12);
    const ArrayId array = backend->cells().create_array(config);
    return backend->cells().write_verify(array, specification(3.0), 12, 12, region_targets(config, 12, 12), event).reads;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(WriteVerifyBackend, FaultsComeBeforeTheFirstPulse) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(3, 3);
  const ArrayId array = backend->cells().create_array(config);
  const auto state = backend->cells().state(array);
  std::vector<double> targets(9, 2e-5);
  targets[8] = 1.3e-4;  // beyond the verify full scale
  EXPECT_THROW(backend->cells().write_verify(array, specification(0.0), 3, 3, targets, 0), InputError);
  EXPECT_EQ(backend->cells().state(array), state);
  EXPECT_THROW(backend->cells().write_verify(array, specification(0.0), 4, 3, std::vector<double>(12, 2e-5), 0), std::logic_error);
  EXPECT_THROW(backend->cells().write_verify(array, specification(0.0), 3, 3, std::vector<double>(8, 2e-5), 0), std::logic_error);
}

TEST(WriteVerifyBackend, RowPhasesAreThoseOfTheSlowestCell) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(6, 9);
  const ArrayId array = backend->cells().create_array(config);
  WriteVerifySpec spec = specification(0.5);
  const auto targets = region_targets(config, 6, 9);
  const ProgramResult together = backend->cells().write_verify(array, spec, 6, 9, targets, 0);
  for (std::uint32_t row = 0; row < 6; ++row) {
    const auto reads = together.reads.begin() + row * 9;
    EXPECT_EQ(together.rows[row].reads, *std::max_element(reads, reads + 9));
    EXPECT_LE(together.rows[row].sets, together.rows[row].reads);
  }
  spec.row_parallel = false;
  const ArrayId other = backend->cells().create_array(config);
  const ProgramResult alone = backend->cells().write_verify(other, spec, 6, 9, targets, 0);
  EXPECT_EQ(alone.pulses, together.pulses);
  EXPECT_EQ(backend->cells().state(other), backend->cells().state(array));
  for (std::uint32_t row = 0; row < 6; ++row) {
    std::uint32_t reads = 0;
    std::uint32_t pulses = 0;
    for (std::uint32_t column = 0; column < 9; ++column) {
      reads += alone.reads[row * 9 + column];
      pulses += alone.pulses[row * 9 + column];
    }
    EXPECT_EQ(alone.rows[row].reads, reads);
    EXPECT_EQ(alone.rows[row].sets + alone.rows[row].resets, pulses);
  }
}

}  // namespace
}  // namespace memcosim::testing
