// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/sc_models/blocks/macro_observer.hpp"
#include "memcosim/sc_models/blocks/write_verify_programmer.hpp"

namespace memcosim {
namespace {

constexpr std::uint32_t rows = 6;
constexpr std::uint32_t columns = 8;

CellSpec cell(const std::string& yaml) {
  const ConfigDocument document = ConfigDocument::from_text("device: " + yaml, "test.yaml");
  CellSpec spec = read_cell_spec(document.root().map("device"));
  document.finish();
  return spec;
}

CellSpec varied_cell() {
  return cell(
      "{preset: vteam_multilevel, variability: {device_to_device: {r_off: {distribution: log_normal, sigma: 0.2}, k_on: {relative_sigma: "
      "0.1}}}}");
}

MacroSpec macro_spec(TimingLevel level) {
  MacroSpec spec;
  spec.rows = rows;
  spec.columns = columns;
  spec.columns_per_adc = 3;
  spec.level = level;
  WriteVerifySpec& programming = spec.programming;
  programming.set = {1.2, 0.05, 2.5, 99.5e-9};
  programming.reset = {1.1, 0.05, 2.5, 50e-9};
  programming.verify.bits = 8;
  programming.verify.full_scale_s = 1.25e-4;
  programming.verify.averaging = 2;
  programming.verify.noise_lsb = 0.4;
  programming.verify.read_voltage_v = 0.2;
  programming.verify.read_duration_s = 10e-9;
  programming.tolerance_s = 2e-6;
  return spec;
}

/// A programmer with its own array, and the times at which it was done.
struct Bench : sc_core::sc_module {
  Bench(const sc_core::sc_module_name& name, const MacroSpec& macro, const CellSpec& device, const ArrayWires& wires = ArrayWires())
      : sc_module(name), spec(macro) {
    BackendOptions options;
    options.name = "cpu";
    backend = make_backend(options);
    ArrayConfig config;
    config.rows = rows;
    config.columns = columns;
    config.cell = device;
    config.window = {1e-6, 1e-4, 16};
    config.read_voltage_v = 0.2;
    config.wires = wires;
    backend->cells().create_array(config);
    programmer = std::make_unique<WriteVerifyProgrammer>("programmer", backend->cells(), 0, spec, activity);
    SC_HAS_PROCESS(Bench);
    SC_METHOD(note);
    sensitive << programmer->done_event();
    dont_initialize();
  }
  void note() { done_at.push_back(sc_core::sc_time_stamp()); }

  MacroSpec spec;
  MacroActivity activity;
  std::unique_ptr<Backend> backend;
  std::unique_ptr<WriteVerifyProgrammer> programmer;
  std::vector<sc_core::sc_time> done_at;
};

/// Targets across the window, different in every cell.
std::vector<double> spread_targets(std::uint32_t region_rows, std::uint32_t region_columns) {
  std::vector<double> targets;
  for (std::uint32_t i = 0; i < region_rows * region_columns; ++i)
    targets.push_back(4e-6 + 9e-5 * ((i * 37) % 41) / 41.0);
  return targets;
}

void expect_same_programming(const Bench& loose, const Bench& timed) {
  const ProgramResult& a = loose.programmer->result();
  const ProgramResult& b = timed.programmer->result();
  EXPECT_EQ(a.pulses, b.pulses);
  EXPECT_EQ(a.reads, b.reads);
  EXPECT_EQ(a.pulse_energy_j, b.pulse_energy_j);
  EXPECT_EQ(a.read_energy_j, b.read_energy_j);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.residual_s, b.residual_s);
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t row = 0; row < a.rows.size(); ++row) {
    EXPECT_EQ(a.rows[row].reads, b.rows[row].reads) << "row " << row;
    EXPECT_EQ(a.rows[row].sets, b.rows[row].sets) << "row " << row;
    EXPECT_EQ(a.rows[row].resets, b.rows[row].resets) << "row " << row;
  }
  EXPECT_EQ(loose.backend->cells().state(0), timed.backend->cells().state(0));
  EXPECT_EQ(loose.done_at, timed.done_at);
  EXPECT_EQ(loose.activity.pulses, timed.activity.pulses);
  EXPECT_EQ(loose.activity.verify_reads, timed.activity.verify_reads);
  EXPECT_EQ(loose.activity.verify_conversions, timed.activity.verify_conversions);
  EXPECT_EQ(loose.activity.failed_cells, timed.activity.failed_cells);
  EXPECT_EQ(loose.activity.written_cells, timed.activity.written_cells);
  EXPECT_EQ(loose.activity.pulse_energy_j, timed.activity.pulse_energy_j);
  EXPECT_EQ(loose.activity.verify_energy_j, timed.activity.verify_energy_j);
  EXPECT_EQ(loose.activity.programming_s, timed.activity.programming_s);
}

/// Cells that every verify read moves: the threshold is below its voltage.
CellSpec read_sensitive_cell() {
  return cell("{preset: vteam_multilevel, parameters: {v_off: 0.1 V}, variability: {device_to_device: {v_off: {relative_sigma: 0.1}}}}");
}

/// Both levels on a ragged region; `row_parallel` as in the specification.
void compare_levels(bool row_parallel, const ArrayWires& wires = ArrayWires(), const CellSpec& device = varied_cell()) {
  MacroSpec loose_spec = macro_spec(TimingLevel::loosely_timed);
  MacroSpec timed_spec = macro_spec(TimingLevel::approximately_timed);
  loose_spec.programming.row_parallel = row_parallel;
  timed_spec.programming.row_parallel = row_parallel;
  Bench loose("loose", loose_spec, device, wires);
  Bench timed("timed", timed_spec, device, wires);
  const std::vector<double> targets = spread_targets(5, 7);
  loose.programmer->start(5, 7, targets, 11);
  timed.programmer->start(5, 7, targets, 11);
  sc_core::sc_start();
  ASSERT_EQ(loose.done_at.size(), 1u);
  EXPECT_GT(loose.activity.pulses, 35u);
  EXPECT_EQ(loose.activity.written_cells, 35u);
  expect_same_programming(loose, timed);
}

TEST(Programmer, LevelsAgreeRowByRow) {
  compare_levels(true);
}

TEST(Programmer, LevelsAgreeCellByCell) {
  compare_levels(false);
}

TEST(Programmer, LevelsAgreeOnResistiveLines) {
  ArrayWires wires;
  wires.word_line_ohms = wires.bit_line_ohms = 10.0;
  wires.source_ohms = 100.0;
  compare_levels(true, wires);
}

TEST(Programmer, LevelsAgreeOnAPassiveArray) {
  ArrayWires wires;
  wires.word_line_ohms = wires.bit_line_ohms = 10.0;
  wires.selector = CellSelector::none;
  compare_levels(false, wires);
}

TEST(Programmer, LevelsAgreeWhereVerifyReadsMoveCells) {
  compare_levels(true, ArrayWires(), read_sensitive_cell());
}

TEST(Programmer, LevelsAgreeWhereVerifyReadsMoveCellsBehindLines) {
  ArrayWires wires;
  wires.word_line_ohms = wires.bit_line_ohms = 10.0;
  compare_levels(true, wires, read_sensitive_cell());
}

TEST(Programmer, LevelsAgreeWhereVerifyReadsMoveCellsOneByOne) {
  ArrayWires wires;
  wires.word_line_ohms = wires.bit_line_ohms = 10.0;
  compare_levels(false, wires, read_sensitive_cell());
}

TEST(Programmer, DurationIsSumOfPhases) {
  Bench bench("bench", macro_spec(TimingLevel::loosely_timed), varied_cell());
  bench.programmer->start(4, 8, spread_targets(4, 8), 3);
  sc_core::sc_start();
  // SAR of 8 bits: 9 clocks; 8 columns through 3 converters: 3 groups, each after 1 clock of multiplexer.
  ASSERT_EQ(bench.spec.adcs(), 3u);
  const std::uint64_t read_clocks = 2 * (10 + 1 + 9 + 2 * (9 + 1));
  std::uint64_t clocks = 0;
  for (const auto& row : bench.programmer->result().rows)
    clocks += row.reads * read_clocks + row.sets * 100 + row.resets * 50;
  ASSERT_EQ(bench.done_at.size(), 1u);
  EXPECT_EQ(bench.done_at[0], sc_core::sc_time(static_cast<double>(clocks), sc_core::SC_NS));
  EXPECT_DOUBLE_EQ(bench.activity.programming_s, static_cast<double>(clocks) * 1e-9);
}

TEST(Programmer, VerifyReadsTakeTheTimeOfTheMacrosConverters) {
  MacroSpec spec = macro_spec(TimingLevel::loosely_timed);  // 8 columns on 3 converters, read twice for 10 clocks
  EXPECT_EQ(programming_clocks(spec, 8).read, 2u * (10 + 1 + 9 + 2 * (1 + 9)));
  spec.timing.adc_latency = 30;
  EXPECT_EQ(programming_clocks(spec, 8).read, 2u * (10 + 1 + 30 + 2 * (1 + 9)));
  spec.timing.adc_interval = 4;
  EXPECT_EQ(programming_clocks(spec, 8).read, 2u * (10 + 1 + 30 + 2 * (1 + 4)));
  spec.programming.row_parallel = false;
  EXPECT_EQ(programming_clocks(spec, 8).read, 2u * (10 + 1 + 30));
}

TEST(Programmer, VerifyReadsGoThroughTheMultiplexersOfTheProducts) {
  MacroSpec spec = macro_spec(TimingLevel::loosely_timed);
  const auto groups = [&spec](std::uint32_t region_columns) {
    return (programming_clocks(spec, region_columns).read - programming_clocks(spec, 1).read) / (2 * (1 + 9)) + 1;
  };
  EXPECT_EQ(groups(2), 1u);
  EXPECT_EQ(groups(7), 3u);
  spec.adc_sharing = AdcSharing::blocked;  // neighbours share a converter
  EXPECT_EQ(groups(2), 2u);
  EXPECT_EQ(groups(7), 3u);
  // Lines that are subtracted before conversion are verified one after the other: 4 pairs on 2 converters.
  spec.readout.encoding = &encodings::differential_analog;
  spec.adc_sharing = AdcSharing::interleaved;
  EXPECT_EQ(groups(2), 2u);
  EXPECT_EQ(groups(3), 2u);
  EXPECT_EQ(groups(7), 4u);
  EXPECT_EQ(groups(8), 4u);
}

TEST(Programmer, ConvertersAreNotSharedCellByCell) {
  MacroSpec spec = macro_spec(TimingLevel::approximately_timed);
  EXPECT_EQ(programming_clocks(spec, 3).read, programming_clocks(spec, 1).read);
  EXPECT_GT(programming_clocks(spec, 4).read, programming_clocks(spec, 3).read);
  spec.programming.row_parallel = false;
  EXPECT_EQ(programming_clocks(spec, 8).read, 2u * (10 + 1 + 9));
}

TEST(Programmer, AccountsEveryCell) {
  Bench bench("bench", macro_spec(TimingLevel::approximately_timed), varied_cell());
  bench.programmer->start(rows, columns, spread_targets(rows, columns), 0);
  sc_core::sc_start();
  const ProgramResult& result = bench.programmer->result();
  EXPECT_EQ(bench.activity.pulses, std::accumulate(result.pulses.begin(), result.pulses.end(), std::uint64_t{0}));
  EXPECT_EQ(bench.activity.verify_conversions, 2 * bench.activity.verify_reads);
  EXPECT_EQ(bench.activity.pulse_energy_j, std::accumulate(result.pulse_energy_j.begin(), result.pulse_energy_j.end(), 0.0));
  EXPECT_EQ(bench.activity.failed_cells, 0u);
  for (const double residual : result.residual_s)
    EXPECT_LT(std::abs(residual), 3.5e-6);  // band and verify noise
}

TEST(Programmer, UnreachableCellsFail) {
  // Pulses do not move an ohmic cell: those that are not at their target already must fail.
  const CellSpec device = cell("{model: ohmic}");
  Bench loose("loose", macro_spec(TimingLevel::loosely_timed), device);
  Bench timed("timed", macro_spec(TimingLevel::approximately_timed), device);
  std::vector<double> targets(rows * columns, 1e-6);
  targets[5] = 5e-5;
  targets[17] = 9e-5;
  loose.programmer->start(rows, columns, targets, 0);
  timed.programmer->start(rows, columns, targets, 0);
  sc_core::sc_start();
  expect_same_programming(loose, timed);
  EXPECT_EQ(timed.activity.failed_cells, 2u);
  EXPECT_EQ(timed.programmer->result().outcome[5], WriteOutcome::failed_pulses);
  EXPECT_EQ(timed.programmer->result().pulses[5], timed.spec.programming.max_pulses);
}

TEST(Programmer, SecondProgrammingAddsUp) {
  Bench loose("loose", macro_spec(TimingLevel::loosely_timed), varied_cell());
  Bench timed("timed", macro_spec(TimingLevel::approximately_timed), varied_cell());
  for (Bench* bench : {&loose, &timed})
    bench->programmer->start(2, columns, spread_targets(2, columns), 0);
  sc_core::sc_start();
  const double first_s = loose.activity.programming_s;
  for (Bench* bench : {&loose, &timed}) {
    std::vector<double> targets = spread_targets(2, columns);
    std::reverse(targets.begin(), targets.end());
    bench->programmer->start(2, columns, targets, 1);
  }
  sc_core::sc_start();
  EXPECT_EQ(loose.done_at.size(), 2u);
  EXPECT_GT(loose.activity.programming_s, first_s);
  EXPECT_EQ(loose.activity.written_cells, 4u * columns);
  expect_same_programming(loose, timed);
}

TEST(Programmer, RefusesMisuse) {
  Bench loose("loose", macro_spec(TimingLevel::loosely_timed), varied_cell());
  Bench timed("timed", macro_spec(TimingLevel::approximately_timed), varied_cell());
  for (Bench* bench : {&loose, &timed}) {
    EXPECT_THROW(bench->programmer->start(0, 1, {}, 0), std::logic_error);
    EXPECT_THROW(bench->programmer->start(rows + 1, 1, std::vector<double>(rows + 1, 1e-5), 0), std::logic_error);
    EXPECT_THROW(bench->programmer->start(1, 2, {1e-5}, 0), std::logic_error);
    EXPECT_THROW(bench->programmer->start(1, 1, {2e-4}, 0), InputError);  // beyond the verify full scale
    EXPECT_FALSE(bench->programmer->busy());
    bench->programmer->start(1, 1, {1e-5}, 0);
    EXPECT_THROW(bench->programmer->start(1, 1, {1e-5}, 0), std::logic_error);
  }
  sc_core::sc_start();
  EXPECT_FALSE(timed.programmer->busy());
}

class PhaseLog : public MacroObserver {
 public:
  void phase(std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int, int) override {
    EXPECT_EQ(lane, "programmer");
    EXPECT_EQ(begin, last_end);
    last_end = sc_core::sc_time_stamp();
    names.emplace_back(name);
  }
  sc_core::sc_time last_end;
  std::vector<std::string> names;
};

TEST(Programmer, ObserverSeesGaplessPhases) {
  Bench bench("bench", macro_spec(TimingLevel::approximately_timed), varied_cell());
  PhaseLog log;
  bench.programmer->set_observer(&log);
  bench.programmer->start(1, columns, spread_targets(1, columns), 0);
  sc_core::sc_start();
  EXPECT_EQ(log.names.front(), "read");
  EXPECT_EQ(log.names.back(), "read");
  EXPECT_TRUE(std::find(log.names.begin(), log.names.end(), "set") != log.names.end());
  ASSERT_EQ(bench.done_at.size(), 1u);
  EXPECT_EQ(bench.done_at[0], log.last_end);
}

}  // namespace
}  // namespace memcosim
