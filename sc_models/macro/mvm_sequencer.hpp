// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "memcosim/architecture/tdm_times.hpp"
#include "memcosim/sc_models/blocks/crossbar.hpp"
#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"
#include "memcosim/sc_models/blocks/row_drivers.hpp"
#include "memcosim/sc_models/macro/macro_datapath.hpp"

namespace memcosim {

/// Starts MVMs and keeps up to two results until they are read; a further start waits. All times are absolute ticks, so that an initiator
/// that runs ahead of simulated time sees the state of its local time.
/// loosely_timed: the done time is computed from the schedule at the start, without any event (except for an observer).
/// approximately_timed: MacroDatapath simulates the MVM, and the done time is known when its controller raises done.
class MvmSequencer : public sc_core::sc_module {
 public:
  /// `mvm_done` is called when an MVM is done (approximately_timed).
  MvmSequencer(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Backend& backend, ArrayId array,
               std::function<void()> mvm_done);

  /// True if the next MVM, which uses the first `used_outputs`, can start at the first possible edge at or after `earliest` (ticks). If
  /// not, no result slot is free or, in approximately_timed, that edge is not now; retry_event(), controller_ready_event() and retire()
  /// tell when to call again. An MVM with another number of column groups than those in flight waits until the controller is idle.
  bool can_start(std::uint64_t earliest, std::uint32_t used_outputs);
  /// Starts the MVM after can_start() returned true; returns the edge. `inputs`: of the first rows, the others are not driven. `ahead`:
  /// results that the initiator already has, or null.
  std::uint64_t start(gsl::span<const InputCode> inputs, std::uint32_t used_outputs, std::uint64_t event, const MvmExtension* ahead);
  const sc_core::sc_event& retry_event() const { return retry_; }
  /// Null in loosely_timed.
  const sc_core::sc_event* controller_ready_event() const { return datapath_ == nullptr ? nullptr : &datapath_->ready_event(); }

  /// Number of MVMs started and not retired.
  std::uint64_t unread() const { return started_ - retired_; }
  /// Number of outputs in use of an unread MVM, counted from the oldest; it must be less than unread().
  std::uint32_t used_outputs_of(std::uint64_t unread_index) const {
    return records_[(retired_ + unread_index) % result_slots].used_outputs;
  }
  /// True if the oldest unread MVM is done, or its done time is known.
  bool output_known() const { return unread() != 0 && oldest().done_known; }
  /// Copies sums of the oldest unread MVM; returns when the last one is on the bus. Requires output_known().
  std::uint64_t read(std::uint32_t first, std::uint32_t count, unsigned char* data, std::uint64_t arrival, std::uint32_t clocks);
  /// Frees the slot of the oldest unread MVM from a time on.
  void retire(std::uint64_t at);
  /// The same for debug transport, without side effects; returns 0 bytes if no result is available at the present time.
  unsigned debug_read(std::uint32_t first, std::uint32_t count, unsigned char* data);

  /// State at a past time or, in loosely_timed, a future one.
  bool ready(std::uint64_t at, std::uint32_t used_outputs) const;
  bool busy(std::uint64_t at) const;
  bool result(std::uint64_t at) const;
  /// True if an MVM is in flight at or after a time.
  bool busy_from(std::uint64_t at) const;

  /// Collects all values that the backend still computes, so that the activity is complete.
  void settle();
  void trace(sc_core::sc_trace_file* file, const std::string& prefix) const;

 private:
  struct Span {
    std::uint64_t begin;
    std::uint64_t end;
  };
  /// Durations of an MVM, ticks.
  struct Durations {
    std::uint64_t latency = 0;
    std::uint64_t interval = 0;
    std::uint64_t change_interval = 0;
  };
  const MvmRecord& oldest() const { return records_[retired_ % result_slots]; }
  MvmRecord& record(std::uint64_t mvm) { return records_[mvm % result_slots]; }
  std::uint64_t earliest_start(std::uint32_t used_outputs) const;
  bool changes_groups(std::uint32_t used_outputs) const;
  Durations durations_by(const TdmTimes& times) const;
  Durations durations_of(MvmRecord& mvm) const;
  void count_clocks(const MvmRecord& mvm);
  void start_loosely(MvmRecord& mvm, std::uint64_t latency);
  void copy_sums(const MvmRecord& mvm, std::uint32_t first, std::uint32_t count, unsigned char* data) const;
  void finish(std::uint64_t mvm);
  void count_busy(const MvmRecord& mvm);
  void account_known();
  void report_spans();

  MacroContext& context_;
  MacroDatapath::Records records_;
  Crossbar crossbar_;
  std::unique_ptr<RowDrivers> row_drivers_;  ///< loosely_timed: only counts
  std::unique_ptr<MacroDatapath> datapath_;  ///< approximately_timed
  std::function<void()> mvm_done_;
  sc_core::sc_event retry_;
  sc_core::sc_event spans_event_;
  std::deque<Span> spans_;  ///< loosely_timed MVMs to be reported to an observer at their done time
  Durations by_schedule_;
  const std::uint32_t converting_steps_;
  std::uint64_t started_ = 0;
  std::uint64_t retired_ = 0;
  std::uint64_t accounted_ = 0;  ///< loosely_timed: MVMs whose energy is in the activity
  std::uint64_t next_edge_ = 0;  ///< of the start that can_start() allowed
  std::uint32_t used_outputs_;   ///< of the last start; all outputs before the first start
  std::uint64_t ready_at_ = 0;   ///< earliest edge of the next start by the schedule
  std::uint64_t idle_at_ = 0;    ///< the same for a start with another number of column groups
  std::uint64_t busy_until_ = 0;
  std::uint64_t output_free_ = 0;  ///< the output registers deliver one read after the other
  std::array<std::uint64_t, result_slots> slot_free_{};
};

}  // namespace memcosim
