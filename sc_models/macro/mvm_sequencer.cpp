// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/mvm_sequencer.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

MvmSequencer::MvmSequencer(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Backend& backend,
                           ArrayId array, std::function<void()> mvm_done)
    : sc_module(name),
      context_(context),
      crossbar_("crossbar", context, backend, array),
      mvm_done_(std::move(mvm_done)),
      retry_("retry"),
      spans_event_("spans_event"),
      converting_steps_(context.schedule.converting_steps()),
      used_outputs_(context.outputs) {
  by_schedule_ = durations_by(TdmTimes(context.schedule));
  for (MvmRecord& mvm : records_)
    mvm.inputs.resize(context.spec.rows);
  SC_HAS_PROCESS(MvmSequencer);
  if (context.spec.level == TimingLevel::loosely_timed) {
    row_drivers_ = std::make_unique<RowDrivers>("row_drivers", context);
    SC_METHOD(report_spans);
    sensitive << spans_event_;
    dont_initialize();
  } else {
    datapath_ =
        std::make_unique<MacroDatapath>("datapath", context, blocks, crossbar_, records_, [this](std::uint64_t mvm) { finish(mvm); });
  }
}

bool MvmSequencer::can_start(std::uint64_t earliest, std::uint32_t used_outputs) {
  if (unread() == result_slots) return false;
  next_edge_ = context_.edge_at_or_after(std::max({earliest, earliest_start(used_outputs), slot_free_[started_ % result_slots]}));
  if (datapath_ == nullptr) return true;
  // If the controller is not ready at the computed edge, this is called again after its ready event, and the start is at an edge from now
  // on.
  const std::uint64_t now = ticks_now();
  next_edge_ = std::max(next_edge_, context_.edge_at_or_after(now));
  if (next_edge_ > now) {
    retry_.notify(time_of_ticks(next_edge_ - now));
    return false;
  }
  if (changes_groups(used_outputs) && datapath_->busy()) {  // the controller is slower than its schedule: try again at the next edge
    retry_.notify(time_of_ticks(context_.period));
    return false;
  }
  return datapath_->ready();
}

std::uint64_t MvmSequencer::start(gsl::span<const InputCode> inputs, std::uint32_t used_outputs, std::uint64_t event,
                                  const MvmExtension* ahead) {
  MvmRecord& mvm = record(started_);
  std::copy_n(inputs.data(), inputs.size(), mvm.inputs.data());
  if (inputs.size() < mvm.reached_rows) std::fill(mvm.inputs.begin() + inputs.size(), mvm.inputs.begin() + mvm.reached_rows, 0);
  mvm.reached_rows = inputs.size();
  mvm.used_outputs = used_outputs;
  mvm.used_columns = context_.columns_of(used_outputs);
  if (changes_groups(used_outputs)) {
    context_.schedule.groups = context_.groups_of(used_outputs);
    by_schedule_ = durations_by(TdmTimes(context_.schedule));
    if (datapath_ != nullptr) datapath_->set_groups(context_.schedule.groups);
  }
  used_outputs_ = used_outputs;
  mvm.event = event;
  mvm.start = next_edge_;
  mvm.done_known = false;
  mvm.in_use = true;
  crossbar_.begin(mvm, ahead);
  Durations own;
  const Durations& durations = mvm.outcome.conversion_clocks.empty() ? by_schedule_ : (own = durations_of(mvm));
  ready_at_ = next_edge_ + durations.interval;
  idle_at_ = next_edge_ + durations.change_interval;
  ++started_;
  if (datapath_ == nullptr) {
    start_loosely(mvm, durations.latency);
  } else {
    datapath_->start(started_ - 1);
  }
  return next_edge_;
}

MvmSequencer::Durations MvmSequencer::durations_by(const TdmTimes& times) const {
  return {times.latency() * context_.period, times.interval() * context_.period, times.change_interval() * context_.period};
}

/// Durations of an MVM with the clocks that its codes take.
MvmSequencer::Durations MvmSequencer::durations_of(MvmRecord& mvm) const {
  gsl::span<const std::uint32_t>& clocks = mvm.outcome.conversion_clocks;
  try {
    return durations_by(TdmTimes(context_.schedule, clocks));
  } catch (const std::logic_error& error) {
    clocks = {};
    SC_REPORT_ERROR(message_ids::macro, error.what());
    return by_schedule_;
  }
}

void MvmSequencer::start_loosely(MvmRecord& mvm, std::uint64_t latency) {
  mvm.done = mvm.start + latency;
  mvm.done_known = true;
  mvm.released_slices = context_.schedule.slices();
  const std::uint64_t conversions = std::uint64_t{converting_steps_} * mvm.used_columns;
  context_.activity.mvms += 1;
  context_.activity.samples += std::uint64_t{context_.schedule.slices()} * mvm.used_columns;
  context_.activity.conversions += conversions;
  context_.activity.accumulations += conversions;
  if (!mvm.outcome.conversion_clocks.empty()) count_clocks(mvm);
  row_drivers_->count_all_slices(mvm);
  count_busy(mvm);
  account_known();
  if (context_.observer == nullptr) return;
  if (!context_.observer->wants_phases() && spans_.empty()) {
    context_.observer->skip();
  } else {
    spans_.push_back({mvm.start, mvm.done});
    if (spans_.size() == 1) spans_event_.notify(time_of_ticks(mvm.done - ticks_now()));
  }
}

void MvmSequencer::count_clocks(const MvmRecord& mvm) {
  const TdmSchedule& schedule = context_.schedule;
  for (std::uint32_t step = 0; step < schedule.slices(); ++step) {
    if (!schedule.steps[step].converts) continue;
    for (const std::uint32_t clocks : mvm.outcome.conversion_clocks.subspan(step * schedule.groups, schedule.groups))
      count_conversion_clocks(context_.activity, clocks);
  }
}

/// Called when the controller has reported done.
void MvmSequencer::finish(std::uint64_t number) {
  MvmRecord& mvm = record(number);
  mvm.done = ticks_now();
  mvm.done_known = true;
  count_busy(mvm);
  mvm_done_();
}

void MvmSequencer::count_busy(const MvmRecord& mvm) {
  context_.activity.busy_s += time_of_ticks(mvm.done - std::max(mvm.start, busy_until_)).to_seconds();
  busy_until_ = mvm.done;
}

/// Accounts the energies of MVMs in the order of their starts, up to the first whose values are not computed yet.
void MvmSequencer::account_known() {
  while (accounted_ < started_ && record(accounted_).values != MvmRecord::Values::submitted)
    crossbar_.account(record(accounted_++));
}

void MvmSequencer::settle() {
  if (datapath_ != nullptr) return;
  for (std::uint64_t mvm = accounted_; mvm < started_; ++mvm)
    crossbar_.collect(record(mvm));
  accounted_ = started_;
}

std::uint64_t MvmSequencer::read(std::uint32_t first, std::uint32_t count, unsigned char* data, std::uint64_t arrival,
                                 std::uint32_t clocks) {
  MvmRecord& mvm = record(retired_);
  if (mvm.values == MvmRecord::Values::submitted) {
    crossbar_.collect(mvm);
    account_known();
  }
  copy_sums(mvm, first, count, data);
  output_free_ = std::max({arrival, mvm.done, output_free_}) + clocks * context_.period;
  return output_free_;
}

void MvmSequencer::retire(std::uint64_t at) {
  slot_free_[retired_ % result_slots] = at;
  ++retired_;
}

unsigned MvmSequencer::debug_read(std::uint32_t first, std::uint32_t count, unsigned char* data) {
  if (!result(ticks_now())) return 0;
  MvmRecord& mvm = record(retired_);
  if (mvm.values == MvmRecord::Values::submitted) {
    crossbar_.collect(mvm);
    account_known();
  }
  copy_sums(mvm, first, count, data);
  return static_cast<unsigned>(count * sizeof(std::int32_t));
}

/// Copies sums; those of unused outputs are zero, although the functional core computes values for them.
void MvmSequencer::copy_sums(const MvmRecord& mvm, std::uint32_t first, std::uint32_t count, unsigned char* data) const {
  const std::uint32_t used = std::min(count, std::max(mvm.used_outputs, first) - first);
  std::memcpy(data, mvm.outcome.sums.data() + first, used * sizeof(std::int32_t));
  std::memset(data + used * sizeof(std::int32_t), 0, (count - used) * sizeof(std::int32_t));
}

bool MvmSequencer::ready(std::uint64_t at, std::uint32_t used_outputs) const {
  return unread() < result_slots && earliest_start(used_outputs) <= at && slot_free_[started_ % result_slots] <= at;
}

/// Earliest edge by the schedule: a change of the number of groups waits until no MVM is in flight.
std::uint64_t MvmSequencer::earliest_start(std::uint32_t used_outputs) const {
  return changes_groups(used_outputs) ? idle_at_ : ready_at_;
}

bool MvmSequencer::changes_groups(std::uint32_t used_outputs) const {
  if (used_outputs == used_outputs_) return false;
  return context_.groups_of(used_outputs) != context_.schedule.groups;
}

bool MvmSequencer::busy(std::uint64_t at) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const MvmRecord& mvm) { return mvm.in_use && mvm.start <= at && (!mvm.done_known || at < mvm.done); });
}

bool MvmSequencer::busy_from(std::uint64_t at) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const MvmRecord& mvm) { return mvm.in_use && (!mvm.done_known || at < mvm.done); });
}

bool MvmSequencer::result(std::uint64_t at) const {
  return output_known() && oldest().done <= at;
}

void MvmSequencer::report_spans() {
  const std::uint64_t now = ticks_now();
  while (!spans_.empty() && spans_.front().end <= now) {
    context_.report_phase("mvm", "mvm", spans_.front().begin, -1, -1);
    spans_.pop_front();
  }
  if (!spans_.empty()) spans_event_.notify(time_of_ticks(spans_.front().end - now));
}

void MvmSequencer::trace(sc_core::sc_trace_file* file, const std::string& prefix) const {
  if (datapath_ != nullptr) datapath_->trace(file, prefix);
}

}  // namespace memcosim
