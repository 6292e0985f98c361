// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>

#include "memcosim/architecture/tdm_strobes.hpp"
#include "memcosim/architecture/tdm_times.hpp"

namespace memcosim {

/// Plays MVMs edge by edge: what a TDM controller does at each clock edge, with any number of MVMs in flight and column groups that have to
/// wait (TdmStrobes::stalls). Without stalls each MVM follows TdmTimes from the edge of its start. With them, only what has not begun is
/// delayed: a step on the rows is released on time and waits in the second held set while the one before it is converted; the next step is
/// driven when the rows are free, a set is free, and the converters would be free by its release, as far as the stalls before that edge say.
/// Converters that work during the drive are not played.
class TdmPlayer {
 public:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  /// Throws InputError for an inconsistent schedule and for converters that work during the drive.
  explicit TdmPlayer(const TdmSchedule& schedule);

  const TdmSchedule& schedule() const { return schedule_; }
  /// Throws as the constructor, with the schedule unchanged. Call it only while idle().
  void set_schedule(const TdmSchedule& schedule);

  /// Earliest edge that can sample a start, if nothing stalls any more; never: not known before the last step of the last MVM is driven.
  std::uint64_t ready_edge() const { return ready_edge_; }
  /// True if, as sampled by the edge, no MVM is in flight, done is low and no set is held.
  bool idle(std::uint64_t edge) const { return mvms_.empty() && edge >= idle_edge_; }
  /// Starts an MVM at an edge from ready_edge() on; its first strobe is of the same edge. `own_times`: those of the schedule with the clocks
  /// of its conversions; null: all take the adc latency.
  void start(std::uint64_t edge, std::unique_ptr<const TdmTimes> own_times = nullptr);
  /// The next edge to be played; never: nothing is in flight.
  std::uint64_t next_edge() const;
  /// Calls the strobes of the edge, which is next_edge(). They may call start() for the same edge if ready_edge() allows it: then
  /// next_edge() is this edge again.
  void play(std::uint64_t edge, TdmStrobes& strobes);
  /// Forgets the MVMs in flight. `ready`: the edge that can sample the next start.
  void reset(std::uint64_t ready);

 private:
  /// A step of an MVM in flight.
  struct Step {
    const TdmTimes* times;  ///< of its MVM
    std::uint32_t slice;
  };
  /// A column group of a step in flight, and the edge of its next strobe.
  struct Conversion {
    std::uint64_t edge;
    Step step;
    std::uint32_t group;
  };

  std::uint64_t held(const Step& step) const;
  std::uint64_t foreseen_drive(std::uint64_t front) const;
  void foresee(std::uint64_t edge);
  void drive(std::uint64_t edge);
  void begin_conversions(std::uint64_t edge, const Step& step);
  void release(std::uint64_t edge, const Step& step);
  void play_columns(std::uint64_t edge, TdmStrobes& strobes);
  void play_codes(std::uint64_t edge, TdmStrobes& strobes);

  TdmSchedule schedule_;
  std::unique_ptr<const TdmTimes> times_;             ///< of the schedule
  std::deque<std::unique_ptr<const TdmTimes>> mvms_;  ///< in flight, oldest first; not null: times of its own

  // Rows.
  std::optional<Step> next_;  ///< the step of the youngest MVM that is driven next; none: all are driven
  std::uint64_t drive_at_ = never;
  std::optional<Step> on_rows_;
  std::uint64_t sample_at_ = never;
  std::uint64_t release_at_ = never;
  std::uint64_t released_at_ = 0;  ///< when the last step left the rows
  std::uint64_t ready_edge_ = 0;

  // Columns.
  std::optional<Conversion> select_;   ///< of the present step
  std::optional<Conversion> convert_;  ///< selected, not yet converted
  std::optional<Step> waiting_;        ///< in the second held set
  std::uint64_t free_at_ = 0;          ///< when the set of the present or last step is free
  std::deque<Conversion> codes_;       ///< conversions in flight
  std::deque<std::uint64_t> dones_;
  std::uint64_t idle_edge_ = 0;
};

}  // namespace memcosim
