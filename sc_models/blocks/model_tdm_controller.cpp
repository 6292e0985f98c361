// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "memcosim/sc_models/clocks.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

/// Checks a schedule before members are initialised from it.
const TdmSchedule& checked(const TdmSchedule& schedule) {
  check(schedule);
  return schedule;
}

}  // namespace

ModelTdmController::ModelTdmController(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
                                       TdmStrobes& strobes)
    : TdmController(name),
      most_groups_(schedule.groups),
      schedule_(checked(schedule)),
      period_(period.value()),
      step_ticks_(schedule.group_step() * period.value()),
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
  Playing& mvm = playing_[in_flight_++];
  const auto first = [&](Strobe kind, std::uint64_t edge) { mvm[kind] = Cursor{now + edge * period_, 0, 0}; };
  first(drive, schedule_.drive_edge(0));
  first(sample, schedule_.sample_edge(0));
  first(release, schedule_.release_edge(0));
  first(select, schedule_.select_edge(0, 0));
  first(convert, schedule_.convert_edge(0, 0));
  first(accumulate, schedule_.code_edge(0, 0));
  first(done, schedule_.latency());
  ready_at_ = now + schedule_.interval() * period_;
  idle_at_ = now + schedule_.change_interval() * period_;
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
  for (std::size_t kind = 0; kind < strobe_count; ++kind) {
    for (std::size_t mvm = 0; mvm < in_flight_; ++mvm) {
      Cursor& cursor = playing_[mvm][kind];
      if (cursor.at != now) continue;  // strobes of one kind and MVM are at least one converter interval apart
      strobe(static_cast<Strobe>(kind), cursor);
      advance(static_cast<Strobe>(kind), cursor);
    }
  }
  if (in_flight_ != 0 && playing_[0][done].at == never) {
    std::move(playing_.begin() + 1, playing_.begin() + static_cast<std::ptrdiff_t>(in_flight_), playing_.begin());
    --in_flight_;
  }
  std::uint64_t next = never;
  for (std::size_t mvm = 0; mvm < in_flight_; ++mvm) {
    for (const Cursor& cursor : playing_[mvm])
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

void ModelTdmController::advance(Strobe kind, Cursor& cursor) const {
  if (kind == done) {
    cursor.at = never;
    return;
  }
  const bool by_group = kind == select || kind == convert || kind == accumulate;
  if (by_group && cursor.group + 1 < schedule_.groups) {
    ++cursor.group;
    cursor.at += step_ticks_;
    return;
  }
  ++cursor.slice;
  cursor.at = cursor.slice == schedule_.slices ? never : cursor.at + schedule_.slot() * period_ - cursor.group * step_ticks_;
  cursor.group = 0;
}

}  // namespace memcosim
