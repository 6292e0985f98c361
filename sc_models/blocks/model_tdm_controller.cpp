// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

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
      period_(period.value()),
      strobes_(strobes),
      wake_("wake"),
      ready_event_("ready_event"),
      deferred_at_(never) {
  take_schedule();
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

/// Makes ticks of the edges of the schedule.
void ModelTdmController::take_schedule() {
  const TdmTimes times(schedule_);
  first_.resize(schedule_.slices());
  for (std::uint32_t slice = 0; slice < schedule_.slices(); ++slice) {
    for (std::size_t kind = 0; kind < strobe_count; ++kind)
      first_[slice][kind] = edge_of(times, static_cast<Strobe>(kind), Cursor{0, slice, 0}) * period_;
  }
  group_step_ = schedule_.group_step(0) * period_;
  interval_ = times.interval() * period_;
  change_interval_ = times.change_interval() * period_;
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
  take_schedule();
}

void ModelTdmController::set_conversion_clocks(gsl::span<const std::uint32_t> clocks) {
  next_times_ = std::make_unique<const TdmTimes>(schedule_, clocks);
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
  if (in_flight_ == playing_.size()) playing_.emplace_back();
  Playing& mvm = playing_[in_flight_++];
  mvm.start = now;
  mvm.own_times = std::move(next_times_);
  const TdmTimes* const own = mvm.own_times.get();
  for (std::size_t index = 0; index < strobe_count; ++index) {
    const auto kind = static_cast<Strobe>(index);
    Cursor& cursor = mvm.next[kind];
    cursor = {0, by_group(kind) ? converting_step_from(0) : 0, 0};
    cursor.at = now + (own == nullptr ? first_[cursor.slice][kind] : edge_of(*own, kind, cursor) * period_);
  }
  ready_at_ = now + (own == nullptr ? interval_ : own->interval() * period_);
  idle_at_ = now + (own == nullptr ? change_interval_ : own->change_interval() * period_);
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
    for (std::size_t mvm = 0; mvm < in_flight_; ++mvm) {
      Cursor& cursor = playing_[mvm].next[kind];
      if (cursor.at != now) continue;  // strobes of one kind and MVM are at least one clock apart
      const Cursor due = cursor;
      advance(kind, playing_[mvm], cursor);
      strobe(kind, due);  // it may start another MVM, and the cursor may move
    }
  }
  if (in_flight_ != 0 && playing_[0].next[done].at == never) {
    std::move(playing_.begin() + 1, playing_.begin() + static_cast<std::ptrdiff_t>(in_flight_), playing_.begin());
    --in_flight_;
  }
  std::uint64_t next = never;
  for (std::size_t mvm = 0; mvm < in_flight_; ++mvm) {
    for (const Cursor& cursor : playing_[mvm].next)
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

void ModelTdmController::advance(Strobe kind, const Playing& mvm, Cursor& cursor) const {
  if (by_group(kind) && cursor.group + 1 < schedule_.groups) {
    ++cursor.group;
    if (mvm.own_times == nullptr) {
      cursor.at += group_step_;
    } else {
      cursor.at = mvm.start + edge_of(*mvm.own_times, kind, cursor) * period_;
    }
    return;
  }
  cursor.group = 0;
  cursor.slice = by_group(kind) ? converting_step_from(cursor.slice + 1) : cursor.slice + 1;
  if (kind == done || cursor.slice == first_.size()) {
    cursor.at = never;
  } else {
    cursor.at = mvm.start + (mvm.own_times == nullptr ? first_[cursor.slice][kind] : edge_of(*mvm.own_times, kind, cursor) * period_);
  }
}

}  // namespace memcosim
