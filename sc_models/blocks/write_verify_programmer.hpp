// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/macro_spec.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/sc_models/blocks/cell_writer.hpp"

namespace memcosim {

/// Duration of the three kinds of steps of a programming, in clocks.
struct ProgrammingClocks {
  std::uint64_t read = 0;   ///< one verify read (of a row, or of a cell when cells step alone)
  std::uint64_t set = 0;    ///< one SET phase
  std::uint64_t reset = 0;  ///< one RESET phase
};

/// Durations rounded up to clocks of the macro. A read is `averaging` times (read duration + conversion). Conversion goes through the
/// macro's converters and multiplexers (MacroSpec::converter_timing of the verify bits). row_parallel: group by group over all column
/// groups of the written region, even if only some of its cells still take part (the sequencer steps through the region); else one group.
/// Two bit lines that are subtracted before conversion are verified one after the other.
ProgrammingClocks programming_clocks(const MacroSpec& spec, std::uint32_t region_columns);

/// The writer as a model: plays the write-verify loop of one array in simulated time. loosely_timed: the functional core runs the whole loop
/// at the start, and one wait takes the duration that follows from its counts. approximately_timed, and loosely_timed with
/// MacroSpec::keep_pulses: every verify read and pulse is an event, decided by the same WriteVerifyFsm. Final state, counts, energy and
/// duration are the same.
/// row_parallel: in each row, all unfinished cells share one read, then one SET phase if any cell needs it, then one RESET phase; else one
/// cell after the other, row-major.
class WriteVerifyProgrammer : public CellWriter {
 public:
  /// `store`, `spec` and `activity` outlive the programmer.
  WriteVerifyProgrammer(const sc_core::sc_module_name& name, CellStore& store, ArrayId array, const MacroSpec& spec,
                        MacroActivity& activity);

  /// A start while busy or an impossible region is a std::logic_error; a target that the verify converter cannot judge is an InputError.
  void check_targets(gsl::span<const double> targets_s) const override;
  void start(std::uint32_t rows, std::uint32_t columns, std::vector<double> targets_s, std::uint64_t event) override;
  bool busy() const { return busy_; }
  const sc_core::sc_event& done_event() const override { return done_; }
  const ProgramResult& result() const override { return result_; }
  const std::vector<ProgrammingPulse>& kept_pulses() const override { return kept_pulses_; }
  void set_observer(MacroObserver* observer) override { observer_ = observer; }

 private:
  void run();
  /// True if the functional core runs the whole loop at once, instead of step by step at the events.
  bool in_bulk() const { return spec_.level == TimingLevel::loosely_timed && !spec_.keep_pulses; }
  std::uint64_t bulk_clocks() const;
  std::uint64_t play_cells();
  std::uint64_t play_cells_together(std::uint32_t first_cell, std::uint32_t count);
  void read_cells(std::uint32_t first_cell, std::uint32_t count);
  std::uint64_t play_pulses(WriteAction action, std::uint32_t first_cell, std::uint32_t count);
  void play_phase(const char* name, std::uint64_t clocks);
  void finish(std::uint64_t clocks);
  std::uint32_t array_cell(std::uint32_t region_cell) const;

  CellStore& store_;
  ArrayId array_;
  const MacroSpec& spec_;
  MacroActivity& activity_;
  MacroObserver* observer_ = nullptr;
  sc_core::sc_event start_;
  sc_core::sc_event done_;
  sc_core::sc_time period_;
  bool busy_ = false;
  std::uint32_t rows_ = 0;
  std::uint32_t columns_ = 0;
  std::uint64_t event_ = 0;
  ProgrammingClocks clocks_;
  std::vector<double> targets_s_;
  std::vector<WriteVerifyFsm> cells_;  ///< step by step: one per cell of the region
  std::vector<WriteAction> next_action_;
  ProgramResult result_;
  std::vector<ProgrammingPulse> kept_pulses_;
};

}  // namespace memcosim
