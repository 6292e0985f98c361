// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/write_verify_programmer.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "memcosim/architecture/clock_count.hpp"
#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/sc_models/blocks/macro_observer.hpp"
#include "memcosim/sc_models/clocks.hpp"

namespace memcosim {

namespace {

bool unfinished(WriteAction action) {
  return action != WriteAction::done && action != WriteAction::fail;
}

}  // namespace

namespace {

/// Number of column groups in which every bit line of a region is converted separately: lines that a conversion subtracts one after the
/// other, a line that conversions share with the first of them.
std::uint64_t verify_groups(const MacroSpec& spec, std::uint32_t region_columns) {
  const ColumnMultiplexer multiplexer = spec.multiplexer();
  std::vector<bool> converted(region_columns, false);
  std::vector<std::uint32_t> ends;  // per turn: the end of the conversions that have a line for it
  for (std::uint32_t conversion = 0; conversion < multiplexer.columns; ++conversion) {
    std::size_t turn = 0;
    spec.readout.encoding->for_each_line(conversion, [&](std::uint32_t line, std::int8_t) {
      if (line >= region_columns || converted[line]) return;
      converted[line] = true;
      if (ends.size() <= turn) ends.resize(turn + 1);
      ends[turn++] = conversion + 1;
    });
  }
  std::uint64_t groups = 0;
  for (const std::uint32_t end : ends)
    groups += multiplexer.groups(end);
  return groups;
}

}  // namespace

ProgrammingClocks programming_clocks(const MacroSpec& spec, std::uint32_t region_columns) {
  const WriteVerifySpec& programming = spec.programming;
  const double period = spec.timing.clock_period_s;
  const AdcTiming adc = spec.converter_timing({programming.verify.bits});
  const std::uint64_t mux = clocks_covering(spec.timing.mux_s, period);
  const std::uint64_t groups = programming.row_parallel ? verify_groups(spec, region_columns) : 1;
  const std::uint64_t conversion = mux + adc.latency + (groups - 1) * (mux + adc.interval);
  ProgrammingClocks clocks;
  clocks.read = programming.verify.averaging * (clocks_covering(programming.verify.read_duration_s, period) + conversion);
  clocks.set = clocks_covering(programming.set.duration_s, period);
  clocks.reset = clocks_covering(programming.reset.duration_s, period);
  return clocks;
}

WriteVerifyProgrammer::WriteVerifyProgrammer(const sc_core::sc_module_name& name, CellStore& store, ArrayId array, const MacroSpec& spec,
                                             MacroActivity& activity)
    : CellWriter(name),
      store_(store),
      array_(array),
      spec_(spec),
      activity_(activity),
      start_("start"),
      done_("done"),
      period_(spec.timing.clock_period_s, sc_core::SC_SEC) {
  SC_HAS_PROCESS(WriteVerifyProgrammer);
  SC_THREAD(run);
}

void WriteVerifyProgrammer::check_targets(gsl::span<const double> targets_s) const {
  for (const double target : targets_s)
    start_write(spec_.programming, target);
}

void WriteVerifyProgrammer::start(std::uint32_t rows, std::uint32_t columns, std::vector<double> targets_s, std::uint64_t event) {
  if (busy_) throw std::logic_error("the programmer is busy: wait for its done event before the next start");
  const ArrayConfig& array = store_.config(array_);
  if (rows == 0 || columns == 0 || rows > array.rows || columns > array.columns || targets_s.size() != std::size_t{rows} * columns) {
    throw std::logic_error("the region to program must lie in the array and have one target per cell");
  }
  rows_ = rows;
  columns_ = columns;
  event_ = event;
  targets_s_ = std::move(targets_s);
  clocks_ = programming_clocks(spec_, columns);
  kept_pulses_.clear();
  // In both branches impossible targets throw here, in the process of the caller, which can report the error.
  if (in_bulk()) {
    result_ = store_.write_verify(array_, spec_.programming, rows_, columns_, targets_s_, event_);
  } else {
    cells_.clear();
    for (const double target : targets_s_)
      cells_.push_back(start_write(spec_.programming, target));
    store_.begin_programming(array_);
    next_action_.assign(cells_.size(), WriteAction::read);
    result_ = ProgramResult{};
    result_.pulse_energy_j.assign(cells_.size(), 0.0);
    result_.read_energy_j.assign(cells_.size(), 0.0);
    result_.rows.assign(rows_, {});
  }
  busy_ = true;
  start_.notify(sc_core::SC_ZERO_TIME);  // an immediate notification is not allowed before the simulation runs
}

void WriteVerifyProgrammer::run() {
  for (;;) {
    // Test the flag first: a start before this process first runs notifies an event that nobody waits for.
    while (!busy_)
      wait(start_);
    std::uint64_t clocks = 0;
    if (in_bulk()) {
      clocks = bulk_clocks();
      play_phase("program", clocks);
    } else {
      clocks = play_cells();
    }
    finish(clocks);
  }
}

std::uint64_t WriteVerifyProgrammer::bulk_clocks() const {
  std::uint64_t clocks = 0;
  for (const auto& row : result_.rows)
    clocks += row.reads * clocks_.read + row.sets * clocks_.set + row.resets * clocks_.reset;
  return clocks;
}

std::uint64_t WriteVerifyProgrammer::play_cells() {
  std::uint64_t clocks = 0;
  const std::uint32_t together = spec_.programming.row_parallel ? columns_ : 1;
  for (std::uint32_t cell = 0; cell < cells_.size(); cell += together)
    clocks += play_cells_together(cell, together);

  const std::vector<double> siemens = store_.verified_conductance(array_, spec_.programming.verify.read_voltage_v);
  for (std::uint32_t cell = 0; cell < cells_.size(); ++cell) {
    result_.pulses.push_back(cells_[cell].pulses);
    result_.reads.push_back(cells_[cell].reads);
    result_.outcome.push_back(cells_[cell].outcome);
    result_.residual_s.push_back(siemens[array_cell(cell)] - targets_s_[cell]);
  }
  return clocks;
}

std::uint64_t WriteVerifyProgrammer::play_cells_together(std::uint32_t first_cell, std::uint32_t count) {
  std::uint64_t clocks = 0;
  const auto first_action = next_action_.begin() + first_cell;
  while (std::any_of(first_action, first_action + count, unfinished)) {
    play_phase("read", clocks_.read);
    clocks += clocks_.read;
    ++result_.rows[first_cell / columns_].reads;
    read_cells(first_cell, count);
    clocks += play_pulses(WriteAction::set_pulse, first_cell, count);
    clocks += play_pulses(WriteAction::reset_pulse, first_cell, count);
  }
  return clocks;
}

/// Reads the unfinished cells together; each then decides its next action.
void WriteVerifyProgrammer::read_cells(std::uint32_t first_cell, std::uint32_t count) {
  std::vector<VerifyTurn> turns;
  std::vector<std::uint32_t> read;
  for (std::uint32_t cell = first_cell; cell < first_cell + count; ++cell) {
    if (!unfinished(next_action_[cell])) continue;
    turns.push_back({cell % columns_, cells_[cell].reads});
    read.push_back(cell);
  }
  std::vector<double> energy_j(turns.size());
  const std::vector<std::int32_t> codes =
      store_.verify_row(array_, first_cell / columns_, turns, spec_.programming.verify, event_, energy_j);
  for (std::size_t k = 0; k < read.size(); ++k) {
    result_.read_energy_j[read[k]] += energy_j[k];
    next_action_[read[k]] = cells_[read[k]].decide(spec_.programming, codes[k]);
  }
}

/// Applies this kind of pulse to all cells that need it in one phase, with separate amplitudes.
std::uint64_t WriteVerifyProgrammer::play_pulses(WriteAction action, std::uint32_t first_cell, std::uint32_t count) {
  const auto first_action = next_action_.begin() + first_cell;
  if (std::find(first_action, first_action + count, action) == first_action + count) return 0;
  const bool set = action == WriteAction::set_pulse;
  const PulseRamp& ramp = set ? spec_.programming.set : spec_.programming.reset;
  const std::uint64_t clocks = set ? clocks_.set : clocks_.reset;
  const double begin_s = time_now().to_seconds();
  play_phase(set ? "set" : "reset", clocks);
  ++(set ? result_.rows[first_cell / columns_].sets : result_.rows[first_cell / columns_].resets);
  const int polarity = cell_model(store_.config(array_).cell.model).set_polarity;
  std::vector<double> volts(store_.config(array_).columns);
  for (std::uint32_t cell = first_cell; cell < first_cell + count; ++cell) {
    if (next_action_[cell] == action) volts[cell % columns_] = pulse_voltage(polarity, action, cells_[cell].amplitude);
  }
  const std::vector<double> energy_j = store_.pulse_row(array_, first_cell / columns_, volts, ramp.duration_s);
  for (std::uint32_t cell = first_cell; cell < first_cell + count; ++cell) {
    if (next_action_[cell] != action) continue;
    result_.pulse_energy_j[cell] += energy_j[cell % columns_];
    if (spec_.keep_pulses) kept_pulses_.push_back({array_cell(cell), volts[cell % columns_], ramp.duration_s, begin_s});
    next_action_[cell] = WriteAction::read;
  }
  return clocks;
}

void WriteVerifyProgrammer::play_phase(const char* name, std::uint64_t clocks) {
  const sc_core::sc_time begin = time_now();
  wait(clock_time(clocks, period_));
  if (observer_ != nullptr) observer_->phase("programmer", name, begin, -1, -1);
}

/// Adds up the whole programming at its end, in the same order at both timing levels.
void WriteVerifyProgrammer::finish(std::uint64_t clocks) {
  const std::uint64_t reads = std::accumulate(result_.reads.begin(), result_.reads.end(), std::uint64_t{0});
  activity_.pulses += std::accumulate(result_.pulses.begin(), result_.pulses.end(), std::uint64_t{0});
  activity_.verify_reads += reads;
  activity_.verify_conversions += reads * spec_.programming.verify.averaging;
  for (const WriteOutcome outcome : result_.outcome) {
    if (outcome == WriteOutcome::failed_pulses || outcome == WriteOutcome::failed_reversals) ++activity_.failed_cells;
  }
  activity_.written_cells += result_.outcome.size();
  for (const double energy : result_.pulse_energy_j)
    activity_.pulse_energy_j += energy;
  for (const double energy : result_.read_energy_j)
    activity_.verify_energy_j += energy;
  activity_.programming_s += static_cast<double>(clocks) * spec_.timing.clock_period_s;
  busy_ = false;
  done_.notify(sc_core::SC_ZERO_TIME);
}

std::uint32_t WriteVerifyProgrammer::array_cell(std::uint32_t region_cell) const {
  return region_cell / columns_ * store_.config(array_).columns + region_cell % columns_;
}

}  // namespace memcosim
