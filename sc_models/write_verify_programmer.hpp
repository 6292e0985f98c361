// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/sc_models/macro_spec.hpp"

namespace memcosim {

class MacroObserver;

/// Plays the write-verify loop of one array out in time (design section 4). loosely_timed: the backend runs the whole loop and the duration
/// follows from its counts; approximately_timed: every verify read and pulse is an event, decided by the same WriteVerifyFsm. Final state,
/// counts, energy and duration are the same.
/// Time of one step, in clocks of the macro: a read takes `averaging` times (read duration + conversion of the column groups of the cells
/// taking part through the shared ADCs); a pulse phase takes its duration; row_parallel: all unfinished cells of a row share each phase.
class WriteVerifyProgrammer : public sc_core::sc_module {
 public:
  WriteVerifyProgrammer(const sc_core::sc_module_name& name, Backend& backend, ArrayId array, const MacroSpec& spec, MacroActivity& activity);

  /// Starts at the present time; region rows x columns from cell (0, 0), targets in S, row-major. A start while busy is a std::logic_error.
  void start(std::uint32_t rows, std::uint32_t columns, std::vector<double> targets_s, std::uint64_t event);
  bool busy() const { return busy_; }
  const sc_core::sc_event& done_event() const { return done_; }
  /// Of the last programming.
  const ProgramResult& result() const { return result_; }
  void set_observer(MacroObserver* observer) { observer_ = observer; }

 private:
  void run();

  Backend& backend_;
  ArrayId array_;
  const MacroSpec& spec_;
  MacroActivity& activity_;
  MacroObserver* observer_ = nullptr;
  sc_core::sc_event start_;
  sc_core::sc_event done_;
  bool busy_ = false;
  std::uint32_t rows_ = 0;
  std::uint32_t columns_ = 0;
  std::uint64_t event_ = 0;
  std::vector<double> targets_s_;
  ProgramResult result_;
};

}  // namespace memcosim
