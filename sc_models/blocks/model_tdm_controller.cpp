// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "memcosim/common/error.hpp"
#include "memcosim/sc_models/clocks.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

/// Checks a schedule before members are initialised from it.
const TdmSchedule& checked(const TdmSchedule& schedule) {
  check(schedule);
  if (schedule.during_drive) {
    throw InputError("converters that work while the rows are driven have no event-driven controller yet: use loosely_timed");
  }
  return schedule;
}

}  // namespace

ModelTdmController::ModelTdmController(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
                                       TdmStrobes& strobes)
    : TdmController(name),
      most_groups_(schedule.groups),
      schedule_(checked(schedule)),
      times_(schedule_),
      period_(period.value()),
      strobes_(strobes),
      wake_("wake"),
      ready_event_("ready_event"),
      deferred_at_(never) {
  SC_HAS_PROCESS(ModelTdmController);
  SC_METHOD(play);
  sensitive << wake_;
  dont_initialize();
}

bool ModelTdmController::ready() const {
  return ticks_now() >= ready_at_;
}

bool ModelTdmController::busy() const {
  return ticks_now() < idle_at_;
}

void ModelTdmController::set_groups(std::uint32_t groups) {
  if (busy()) {
    SC_REPORT_ERROR(message_ids::tdm_controller, "change of the column groups while an MVM is in flight");
    return;
  }
  if (groups == 0 || groups > most_groups_) {
    SC_REPORT_ERROR(message_ids::tdm_controller, ("the controller has 1 to " + std::to_string(most_groups_) + " column groups").c_str());
    return;
  }
  schedule_.groups = groups;
  times_ = TdmTimes(schedule_);
}

void ModelTdmController::set_conversion_clocks(gsl::span<const std::uint32_t> clocks) {
  next_times_ = TdmTimes(schedule_, clocks);
}

void ModelTdmController::start() {
  const std::uint64_t now = ticks_now();
  if (now % period_ != 0) {
    SC_REPORT_ERROR(message_ids::tdm_controller, "start off a clock edge");
    return;
  }
  if (now < ready_at_) {
    SC_REPORT_ERROR(message_ids::tdm_controller, "start while not ready");
    return;
  }
  Playing& mvm = playing_.emplace_back();
  mvm.start = now;
  mvm.own_times.swap(next_times_);
  const TdmTimes& times = times_of(mvm);
  for (std::size_t index = 0; index < strobe_count; ++index) {
    const auto kind = static_cast<Strobe>(index);
    Cursor& cursor = mvm.next[kind];
    if (by_group(kind)) cursor.slice = converting_step_from(0);
    cursor.at = now + edge_of(times, kind, cursor) * period_;
  }
  ready_at_ = now + times.interval() * period_;
  idle_at_ = now + times.change_interval() * period_;
  ready_event_.notify(time_of_ticks(ready_at_ - now));
  wake_.notify(sc_core::SC_ZERO_TIME);
}

/// Calls the strobes that are due now, kind by kind and older MVMs first, and waits for the next ones.
void ModelTdmController::play() {
  const std::uint64_t now = ticks_now();
  if (now >= ready_at_ && deferred_at_ != now) {
    deferred_at_ = now;
    wake_.notify(sc_core::SC_ZERO_TIME);
    return;
  }
  for (std::size_t index = 0; index < strobe_count; ++index) {
    const auto kind = static_cast<Strobe>(index);
    for (std::size_t mvm = 0; mvm < playing_.size(); ++mvm) {  // a strobe may start another MVM
      const Cursor due = playing_[mvm].next[kind];
      if (due.at != now) continue;  // strobes of one kind and MVM are at least one clock apart
      advance(kind, playing_[mvm]);
      strobe(kind, due);
    }
  }
  if (!playing_.empty() && playing_.front().next[done].at == never) playing_.erase(playing_.begin());
  std::uint64_t next = never;
  for (const Playing& mvm : playing_) {
    for (const Cursor& cursor : mvm.next)
      next = std::min(next, cursor.at);
  }
  if (next != never) wake_.notify(time_of_ticks(next - now));
}

void ModelTdmController::strobe(Strobe kind, const Cursor& cursor) {
  switch (kind) {
    case drive:
      return strobes_.drive(cursor.slice);
    case sample:
      return strobes_.sample(cursor.slice);
    case release:
      return strobes_.release(cursor.slice);
    case select:
      return strobes_.select(cursor.slice, cursor.group);
    case convert:
      return strobes_.convert(cursor.slice, cursor.group);
    case accumulate:
      return strobes_.accumulate(cursor.slice, cursor.group);
    case done:
      return strobes_.done();
    case strobe_count:
      return;
  }
}

std::uint64_t ModelTdmController::edge_of(const TdmTimes& times, Strobe kind, const Cursor& cursor) {
  switch (kind) {
    case drive:
      return times.drive_edge(cursor.slice);
    case sample:
      return times.sample_edge(cursor.slice);
    case release:
      return times.release_edge(cursor.slice);
    case select:
      return times.select_edge(cursor.slice, cursor.group);
    case convert:
      return times.convert_edge(cursor.slice, cursor.group);
    case accumulate:
      return times.code_edge(cursor.slice, cursor.group);
    default:
      return times.latency();
  }
}

/// The first step from this one on that converts; the number of steps if there is none.
std::uint32_t ModelTdmController::converting_step_from(std::uint32_t slice) const {
  while (slice < schedule_.slices() && !schedule_.steps[slice].converts)
    ++slice;
  return slice;
}

void ModelTdmController::advance(Strobe kind, Playing& mvm) const {
  Cursor& cursor = mvm.next[kind];
  if (by_group(kind) && cursor.group + 1 < schedule_.groups) {
    ++cursor.group;
  } else {
    cursor.group = 0;
    cursor.slice = by_group(kind) ? converting_step_from(cursor.slice + 1) : cursor.slice + 1;
  }
  const bool last = kind == done || cursor.slice == schedule_.slices();
  cursor.at = last ? never : mvm.start + edge_of(times_of(mvm), kind, cursor) * period_;
}

}  // namespace memcosim
