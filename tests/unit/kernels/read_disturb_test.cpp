// SPDX-License-Identifier: Apache-2.0
// Reads that move cells (read_disturb.law: rate), and verify reads at another voltage than the array's.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/encodings/pulse_width.hpp"
#include "memcosim/kernels/products/read_epoch.hpp"

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

constexpr double slice_s = 7e-9;

ArrayConfig array_of(const std::string& preset, std::uint32_t rows = 6, std::uint32_t columns = 8) {
  ArrayConfig config;
  config.rows = rows;
  config.columns = columns;
  config.cell = preset_cell_spec(preset);
  const CellUse use = cell_use(config.cell);
  config.window = {use.g_min, use.g_max, 16};
  config.read_voltage_v = use.read_voltage_v;
  config.stream = 3;
  return config;
}

/// Cells whose reads move them by some percent of their range.
ArrayConfig moving_array() {
  ArrayConfig config = array_of("vteam_memtorch");
  config.read_voltage_v = 0.03;
  config.cell.variations = {{VteamCell::v_off, Distribution::normal, 0.002, 1e-3, 1.0}};
  return config;
}

std::unique_ptr<Backend> backend_named(const char* name, unsigned threads = 1) {
  BackendOptions options;
  options.name = name;
  options.threads = threads;
  return make_backend(options);
}

WriteVerifySpec write_spec(const ArrayConfig& config, double read_voltage_v, double read_s) {
  const CellUse use = cell_use(config.cell);
  WriteVerifySpec spec;
  spec.set = {use.set.start_v, use.set.step_v, use.set.limit_v, use.set.duration_s};
  spec.reset = {use.reset.start_v, use.reset.step_v, use.reset.limit_v, use.reset.duration_s};
  spec.verify = {12, 1.25 * use.g_max, 1, 0.0, read_voltage_v, read_s};
  spec.tolerance_s = 0.01 * (use.g_max - use.g_min);
  return spec;
}

TEST(ReadDisturbBackend, AnEpochIsOneStepPerCodeInOrder) {
  for (const unsigned dac_bits : {1u, 2u}) {
    const auto backend = backend_named("cpu", 2);
    ArrayConfig config = moving_array();
    config.cell.variations.clear();
    config.read_voltage_v = 0.09;                     // all codes are above the threshold
    config.cell.parameters[VteamCell::window] = 3.0;  // biolek: a step depends on where the one before has ended
    const ArrayId array = backend->cells().create_array(config);
    backend->cells().set_conductance(array, siemens_of(config, random_levels(config, 5)));
    const std::vector<double> before = backend->cells().state(array).cells;
    const auto inputs = random_inputs(9, config.rows, 5, 17);
    ReadoutConfig mode;
    mode.dac.bits = dac_bits;
    ReadEpoch epoch(backend->cells(), array, mode);
    epoch.add(inputs.data(), 4, config.rows, config.rows);
    epoch.add(inputs.data() + 4 * config.rows, 5, config.rows, config.rows);
    const StateVersion version = backend->cells().version(array);
    const double largest = epoch.end(backend->cells(), slice_s);
    EXPECT_GT(backend->cells().version(array), version);
    EXPECT_EQ(epoch.ended(), 1u);
    // Counted and moved here, in the terms of the model.
    const std::vector<double> after = backend->cells().state(array).cells;
    const double* p = config.cell.parameters.data();
    double most = 0.0;
    for (std::uint32_t row = 0; row < config.rows; ++row) {
      for (std::uint32_t column = 0; column < config.columns; ++column) {
        const std::size_t cell = row * config.columns + column;
        double state = before[cell];
        double moved = 0.0;
        for (unsigned code = 1; code < (1u << dac_bits); ++code) {
          int slices = 0;
          for (std::size_t vector = 0; vector < 9; ++vector) {
            for (unsigned shift = 0; shift < 5; shift += dac_bits)
              slices += ((inputs[vector * config.rows + row] >> shift) & ((1u << dac_bits) - 1u)) == code ? 1 : 0;
          }
          const double volts = DacTransfer{dac_bits}.relative_voltage(code) * config.read_voltage_v;
          const PulseDrive drive{volts, slices * slice_s, 0.0, config.cell.stepping};
          const double end = apply_pulse<VteamCell>(p, config.cell.circuit, state, drive, {}).state;
          moved += std::fabs(end - state) / (p[VteamCell::x_off] - p[VteamCell::x_on]);
          state = end;
        }
        EXPECT_EQ(after[cell], state) << "cell " << cell << " with a DAC of " << dac_bits;
        most = std::max(most, moved);
      }
    }
    EXPECT_GT(most, 0.003);
    EXPECT_DOUBLE_EQ(largest, most);
    // The next epoch begins with nothing.
    EXPECT_EQ(epoch.end(backend->cells(), slice_s), 0.0);
    EXPECT_EQ(backend->cells().state(array).cells, after);
  }
}

TEST(ReadDisturbBackend, ArraysWithoutARateAtTheReadVoltageAreLeftAlone) {
  const auto backend = backend_named("cpu");
  ArrayConfig config = array_of("vteam_multilevel");
  config.cell.variations = {{VteamCell::v_off, Distribution::normal, 0.02, 1e-3, 2.0}};
  EXPECT_FALSE(backend->cells().moves_when_read(backend->cells().create_array(config)));
  config.read_voltage_v = 2.0;
  EXPECT_TRUE(backend->cells().moves_when_read(backend->cells().create_array(config)));
  config.cell.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
  EXPECT_FALSE(backend->cells().moves_when_read(backend->cells().create_array(config)));
  // One drawn cell with a low threshold is enough; a threshold drawn at every pulse may become one.
  config = array_of("vteam_multilevel", 64, 64);
  config.cell.variations = {{VteamCell::v_off, Distribution::normal, 0.18, 1e-3, 2.0}};
  EXPECT_TRUE(backend->cells().moves_when_read(backend->cells().create_array(config)));
  std::swap(config.cell.variations, config.cell.cycle_variations);
  EXPECT_TRUE(backend->cells().moves_when_read(backend->cells().create_array(config)));
  // Products ask for the thresholds as they are; verify reads have pulses between them.
  config.cell.cycle_variations[0].sigma = 0.01;
  EXPECT_FALSE(backend->cells().moves_when_read(backend->cells().create_array(config)));
  const CellArray cells(config.cell, {64, 64, 0.2, 1, 0});
  EXPECT_FALSE(cells.moves_when_read(0.2, false));
  EXPECT_TRUE(cells.moves_when_read(0.2, true));
  EXPECT_FALSE(backend->cells().moves_when_read(backend->cells().create_array(ohmic_array(4, 4))));
}

TEST(ReadDisturbBackend, CountsMustFitTheArray) {
  const auto backend = backend_named("cpu");
  const ArrayId array = backend->cells().create_array(moving_array());
  const std::vector<std::uint64_t> counts(6, 1);
  const auto move = [&](const std::vector<double>& relative_volts, double seconds) {
    return backend->cells().move_by_reads(array, relative_volts, counts, seconds, 0);
  };
  EXPECT_NO_THROW(move({1.0}, slice_s));
  EXPECT_THROW(move({1.0}, std::nan("")), std::logic_error);
  EXPECT_THROW(move({1.0 / 3.0, 2.0 / 3.0, 1.0}, slice_s), std::logic_error);
}

TEST(ReadDisturbBackend, PulsesMoveCellsForTheTimeOfTheirCodes) {
  const auto inputs = random_inputs(9, moving_array().rows, 5, 17);
  ReadoutConfig mode;
  mode.dac.bits = 3;
  mode.coding = &codings::pulse_width;
  const auto made = [&] {
    auto backend = backend_named("cpu");
    ArrayConfig config = moving_array();
    config.read_voltage_v = 0.09;
    const ArrayId array = backend->cells().create_array(config);
    backend->cells().set_conductance(array, siemens_of(config, random_levels(config, 5)));
    return backend;
  };
  const auto counted = made();
  const auto by_hand = made();
  const std::uint32_t rows = moving_array().rows;
  ReadEpoch epoch(counted->cells(), 0, mode);
  epoch.add(inputs.data(), 9, rows, rows);
  const double moved = epoch.end(counted->cells(), 7 * slice_s);
  EXPECT_GT(moved, 0.0);
  std::vector<std::uint64_t> pulses(rows, 0);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    pulses[i % rows] += (inputs[i] & 7u) + (inputs[i] >> 3 & 7u);
  EXPECT_EQ(by_hand->cells().move_by_reads(0, std::vector<double>{1.0}, pulses, 7 * slice_s / 7, 0), moved);
  EXPECT_EQ(by_hand->cells().state(0), counted->cells().state(0));
}

TEST(ReadDisturbBackend, AVerifyReadMovesItsCellAfterItsCodeIsTaken) {
  for (const char* name : {"reference", "cpu"}) {
    const auto backend = backend_named(name);
    ArrayConfig config = array_of("vteam_memtorch");
    const ArrayId array = backend->cells().create_array(config);
    backend->cells().set_conductance(array, std::vector<double>(48, 10e-3));
    const VerifyConverter converter{14, 20e-3, 2, 0.0, 0.2, 1e-9};
    const std::vector<double> before = backend->cells().state(array).cells;
    const std::vector<VerifyTurn> turns = {{1, 0}, {4, 0}, {5, 2}};
    std::vector<double> energy_j(3, 0.0);
    const auto codes = backend->cells().verify_row(array, 2, turns, converter, 0, energy_j);
    for (const std::int32_t code : codes)
      EXPECT_EQ(code, 8192);
    const std::vector<double> after = backend->cells().state(array).cells;
    for (std::uint32_t cell = 0; cell < 48; ++cell) {
      const bool read = cell == 17 || cell == 20 || cell == 21;
      const double moved = read ? 5e-4 * 9.0 * 2e-9 : 0.0;
      EXPECT_NEAR(after[cell] - before[cell], moved, 1e-21) << cell;
    }
    // The next read sees what this one has left.
    EXPECT_LT(backend->cells().verify_read(array, 17, converter, 0, 1, nullptr), 8192);
    EXPECT_EQ(backend->cells().verify_read(array, 16, converter, 0, 0, nullptr), 8192);
  }
}

TEST(ReadDisturbBackend, WriteVerifyIsTheSameInOneCallAndStepByStep) {
  for (const double wire_ohms : {0.0, 0.5}) {
    for (const bool row_parallel : {true, false}) {
      ArrayConfig config = array_of("vteam_memtorch");
      config.wires.word_line_ohms = wire_ohms;
      config.wires.bit_line_ohms = wire_ohms;
      WriteVerifySpec spec = write_spec(config, 0.03, 4e-9);
      spec.row_parallel = row_parallel;
      spec.verify.noise_lsb = 0.7;
      spec.confirm_reads = 2;
      const auto backend = backend_named("cpu", 2);
      const ArrayId whole = backend->cells().create_array(config);
      const ArrayId steps = backend->cells().create_array(config);
      const auto targets = siemens_of(config, random_levels(config, 9));
      const ProgramResult bulk = backend->cells().write_verify(whole, spec, config.rows, config.columns, targets, 2);
      // As the programmer plays it.
      std::vector<std::uint32_t> reads;
      backend->cells().begin_programming(steps);
      const std::uint32_t together = row_parallel ? config.columns : 1;
      for (std::uint32_t first = 0; first < targets.size(); first += together) {
        const std::uint32_t row = first / config.columns;
        std::vector<WriteVerifyFsm> machines;
        std::vector<WriteAction> actions(together, WriteAction::read);
        for (std::uint32_t k = 0; k < together; ++k)
          machines.push_back(start_write(spec, targets[first + k]));
        for (;;) {
          std::vector<VerifyTurn> turns;
          for (std::uint32_t k = 0; k < together; ++k) {
            if (actions[k] != WriteAction::done && actions[k] != WriteAction::fail)
              turns.push_back({first % config.columns + k, machines[k].reads});
          }
          if (turns.empty()) break;
          std::vector<double> energy_j(turns.size());
          const auto codes = backend->cells().verify_row(steps, row, turns, spec.verify, 2, energy_j);
          for (std::size_t t = 0; t < turns.size(); ++t) {
            const std::uint32_t k = turns[t].column - first % config.columns;
            actions[k] = machines[k].decide(spec, codes[t]);
          }
          for (const WriteAction action : {WriteAction::set_pulse, WriteAction::reset_pulse}) {
            std::vector<double> volts(config.columns, 0.0);
            for (std::uint32_t k = 0; k < together; ++k) {
              if (actions[k] == action) volts[first % config.columns + k] = pulse_voltage(-1, action, machines[k].amplitude);
            }
            if (std::any_of(volts.begin(), volts.end(), [](double v) { return v != 0.0; }))
              backend->cells().pulse_row(steps, row, volts, action == WriteAction::set_pulse ? spec.set.duration_s : spec.reset.duration_s);
          }
        }
        for (const WriteVerifyFsm& machine : machines)
          reads.push_back(machine.reads);
      }
      EXPECT_EQ(bulk.reads, reads) << wire_ohms << " ohm, row parallel " << row_parallel;
      EXPECT_EQ(backend->cells().state(whole).cells, backend->cells().state(steps).cells)
          << wire_ohms << " ohm, row parallel " << row_parallel;
    }
  }
}

TEST(ReadDisturbBackend, ReadsThatEraseLeaveNoCellProgrammed) {
  // 0.2 V for 1 us takes every cell to its high-resistance bound, whatever the code said before.
  const auto backend = backend_named("cpu");
  const ArrayConfig config = array_of("vteam_memtorch");
  const ArrayId array = backend->cells().create_array(config);
  const ProgramResult result =
      backend->cells().write_verify(array, write_spec(config, 0.2, 1e-6), config.rows, config.columns, std::vector<double>(48, 12e-3), 0);
  EXPECT_EQ(std::count(result.outcome.begin(), result.outcome.end(), WriteOutcome::done), 0);
  for (const double residual : result.residual_s)
    EXPECT_LT(residual, -10e-3);
}

TEST(VerifyVoltage, IdealLinesAreTheLimitOfResistiveOnes) {
  // The published device of arXiv:1703.01167 carries more than in proportion at 0.2 V; all presets that pulses move are tried.
  for (const CellPreset& preset : cell_presets()) {
    if (cell_model(preset.model).set_polarity == 0) continue;
    SCOPED_TRACE(preset.name);
    const auto backend = backend_named("cpu");
    ArrayConfig config = array_of(preset.name, 3, 4);
    config.cell.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
    const ArrayId ideal = backend->cells().create_array(config);
    for (double* ohms : {&config.wires.word_line_ohms, &config.wires.bit_line_ohms})
      *ohms = 1e-6;
    const ArrayId resistive = backend->cells().create_array(config);
    const auto targets = siemens_of(config, random_levels(config, 4));
    for (const ArrayId array : {ideal, resistive})
      backend->cells().set_conductance(array, targets);
    for (const double share : {0.5, 1.0, 1.5, 2.0}) {
      const double volts = share * config.read_voltage_v;
      const std::vector<double> a = backend->cells().verified_conductance(ideal, volts);
      const std::vector<double> b = backend->cells().verified_conductance(resistive, volts);
      for (std::size_t cell = 0; cell < a.size(); ++cell)
        EXPECT_NEAR(a[cell], b[cell], 1e-6 * std::fabs(a[cell]) + 1e-15) << "at " << volts << " V, cell " << cell;
    }
  }
}

TEST(VerifyVoltage, NonlinearCellsAreProgrammedAsTheVerifyReadSeesThem) {
  ArrayConfig config = array_of("data_driven_2021", 4, 8);
  config.cell.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
  const WriteVerifySpec spec = write_spec(config, 0.4, 0.0);
  const auto targets = siemens_of(config, random_levels(config, 8));
  const auto backend = backend_named("cpu");
  const ArrayId ideal = backend->cells().create_array(config);
  config.wires.bit_line_ohms = 1e-6;
  const ArrayId resistive = backend->cells().create_array(config);
  const ProgramResult a = backend->cells().write_verify(ideal, spec, 4, 8, targets, 0);
  const ProgramResult b = backend->cells().write_verify(resistive, spec, 4, 8, targets, 0);
  EXPECT_EQ(a.pulses, b.pulses);
  EXPECT_EQ(a.reads, b.reads);
  const std::vector<double> seen = backend->cells().verified_conductance(ideal, 0.4);
  const std::vector<double> shown = backend->cells().conductance(ideal);
  for (std::size_t cell = 0; cell < targets.size(); ++cell) {
    EXPECT_NEAR(a.residual_s[cell], b.residual_s[cell], 1e-5 * targets[cell]);
    EXPECT_DOUBLE_EQ(a.residual_s[cell], seen[cell] - targets[cell]);
    EXPECT_GT(seen[cell], 1.01 * shown[cell]);
  }
}

TEST(VerifyVoltage, AVanishingNoiseChangesNoCode) {
  const auto backend = backend_named("cpu");
  const ArrayConfig config = array_of("vteam_multilevel", 8, 8);
  for (const unsigned averaging : {1u, 3u}) {
    WriteVerifySpec spec = write_spec(config, 0.2, 1e-8);
    spec.verify.averaging = averaging;
    const auto targets = siemens_of(config, random_levels(config, 2));
    const ArrayId silent = backend->cells().create_array(config);
    const ProgramResult a = backend->cells().write_verify(silent, spec, 8, 8, targets, 0);
    spec.verify.noise_lsb = 1e-12;
    const ArrayId noisy = backend->cells().create_array(config);
    const ProgramResult b = backend->cells().write_verify(noisy, spec, 8, 8, targets, 0);
    EXPECT_EQ(a.pulses, b.pulses);
    EXPECT_EQ(backend->cells().state(silent), backend->cells().state(noisy));
  }
}

}  // namespace
}  // namespace memcosim::testing
