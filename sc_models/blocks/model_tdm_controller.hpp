// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <systemc>

#include "memcosim/architecture/tdm_player.hpp"
#include "memcosim/sc_models/blocks/tdm_controller.hpp"

namespace memcosim {

/// TDM controller as an event-driven model: one SC_METHOD that sleeps until the next strobe of the MVMs in flight. There is no clock: an
/// idle controller costs nothing. Call start() in the first delta cycle of a clock edge; strobes that fall on an edge at which a start is
/// possible are played one delta cycle later, so that `drive` of a new MVM keeps its place before the strobes of an older one.
class ModelTdmController : public TdmController {
 public:
  /// `strobes` outlives the controller. Throws InputError for an inconsistent schedule.
  ModelTdmController(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period, TdmStrobes& strobes);

  bool ready() const override;
  /// A start off a clock edge or while not ready is reported as an error.
  void start() override;
  bool busy() const override;
  void set_groups(std::uint32_t groups) override;
  /// Throws std::logic_error as TdmTimes.
  void set_conversion_clocks(gsl::span<const std::uint32_t> clocks) override;
  const sc_core::sc_event& ready_event() const override { return ready_event_; }

  /// Forgets the MVMs in flight, as a reset that the present edge samples: ready() is true again two edges later.
  void reset();
  /// Another schedule for later starts. An error while busy; throws InputError as the constructor.
  void set_schedule(const TdmSchedule& schedule);
  /// What it plays, in edges of its clock since the begin of the simulation.
  const TdmPlayer& player() const { return player_; }

 private:
  void play();
  std::uint64_t present_edge() const;
  void notify_ready();

  const std::uint32_t most_groups_;
  const std::uint64_t period_;  ///< ticks
  TdmStrobes& strobes_;
  TdmPlayer player_;
  std::unique_ptr<const TdmTimes> next_times_;  ///< of the next MVM, if set_conversion_clocks() was called
  sc_core::sc_event wake_;
  sc_core::sc_event ready_event_;
  std::uint64_t notified_ready_ = 0;  ///< the edge of which ready_event_ was told last
  std::uint64_t deferred_at_ = TdmPlayer::never;
};

}  // namespace memcosim
