// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "memcosim/architecture/tdm_times.hpp"
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

 private:
  enum Strobe : std::size_t { drive, sample, release, select, convert, accumulate, done, strobe_count };

  static bool by_group(Strobe kind) { return kind == select || kind == convert || kind == accumulate; }

  /// The next strobe of one kind of one MVM; `at` in ticks of the time resolution.
  struct Cursor {
    std::uint64_t at = 0;
    std::uint32_t slice = 0;
    std::uint32_t group = 0;
  };
  /// An MVM in flight, from the tick of its start.
  struct Playing {
    std::uint64_t start = 0;
    std::unique_ptr<const TdmTimes> own_times;  ///< if its conversions take other clocks than those of the schedule
    std::array<Cursor, strobe_count> next;
  };

  void play();
  void strobe(Strobe kind, const Cursor& cursor);
  void take_schedule();
  static std::uint64_t edge_of(const TdmTimes& times, Strobe kind, const Cursor& cursor);
  std::uint32_t converting_step_from(std::uint32_t slice) const;
  void advance(Strobe kind, const Playing& mvm, Cursor& cursor) const;

  const std::uint32_t most_groups_;
  TdmSchedule schedule_;        ///< with the groups in use
  const std::uint64_t period_;  ///< ticks
  // Of the schedule, ticks after a start.
  std::vector<std::array<std::uint64_t, strobe_count>> first_;  ///< first strobe of each kind of each slice
  std::uint64_t group_step_ = 0;                                ///< between the strobes of two groups
  std::uint64_t interval_ = 0;
  std::uint64_t change_interval_ = 0;
  std::unique_ptr<const TdmTimes> next_times_;  ///< of the next MVM, if set_conversion_clocks() was called
  TdmStrobes& strobes_;
  sc_core::sc_event wake_;
  sc_core::sc_event ready_event_;
  std::uint64_t ready_at_ = 0;
  std::uint64_t idle_at_ = 0;  ///< the edge from which on busy() is false
  std::uint64_t deferred_at_;
  std::vector<Playing> playing_;  ///< MVMs in flight, oldest first, and room for further ones
  std::size_t in_flight_ = 0;
};

}  // namespace memcosim
