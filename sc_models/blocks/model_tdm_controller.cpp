// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include <string>
#include <utility>

#include "memcosim/sc_models/clocks.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

ModelTdmController::ModelTdmController(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
                                       TdmStrobes& strobes)
    : TdmController(name),
      most_groups_(schedule.groups),
      period_(period.value()),
      strobes_(strobes),
      player_(schedule),
      wake_("wake"),
      ready_event_("ready_event") {
  SC_HAS_PROCESS(ModelTdmController);
  SC_METHOD(play);
  sensitive << wake_;
  dont_initialize();
}

/// The last edge at or before the present time.
std::uint64_t ModelTdmController::present_edge() const {
  return ticks_now() / period_;
}

bool ModelTdmController::ready() const {
  return present_edge() >= player_.ready_edge();
}

bool ModelTdmController::busy() const {
  return !player_.idle(present_edge());
}

void ModelTdmController::set_schedule(const TdmSchedule& schedule) {
  if (busy()) {
    SC_REPORT_ERROR(message_ids::tdm_controller, "change of the schedule while an MVM is in flight");
    return;
  }
  player_.set_schedule(schedule);
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
  TdmSchedule schedule = player_.schedule();
  schedule.groups = groups;
  player_.set_schedule(schedule);
}

void ModelTdmController::set_conversion_clocks(gsl::span<const std::uint32_t> clocks) {
  next_times_ = std::make_unique<const TdmTimes>(player_.schedule(), clocks);
}

void ModelTdmController::start() {
  if (ticks_now() % period_ != 0) {
    SC_REPORT_ERROR(message_ids::tdm_controller, "start off a clock edge");
    return;
  }
  if (!ready()) {
    SC_REPORT_ERROR(message_ids::tdm_controller, "start while not ready");
    return;
  }
  player_.start(present_edge(), std::move(next_times_));
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void ModelTdmController::reset() {
  const std::uint64_t edge = present_edge();
  player_.reset(edge + 2);
  wake_.cancel();
  notify_ready();
}

/// Calls the strobes that are due now, and waits for the next ones.
void ModelTdmController::play() {
  const std::uint64_t edge = present_edge();
  if (ready() && deferred_at_ != edge) {
    deferred_at_ = edge;
    wake_.notify(sc_core::SC_ZERO_TIME);
    return;
  }
  if (player_.next_edge() == edge) player_.play(edge, strobes_);
  if (player_.next_edge() != TdmPlayer::never) wake_.notify(time_of_ticks(player_.next_edge() * period_ - ticks_now()));
  notify_ready();
}

/// Tells of the next edge at which a start is possible, once it is known.
void ModelTdmController::notify_ready() {
  const std::uint64_t ready = player_.ready_edge();
  if (ready == TdmPlayer::never || ready == notified_ready_) return;
  notified_ready_ = ready;
  ready_event_.cancel();
  ready_event_.notify(time_of_ticks(ready * period_ - ticks_now()));
}

}  // namespace memcosim
