// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

#include "memcosim/architecture/tdm_schedule.hpp"

namespace memcosim {

/// The edges of one MVM, counted from edge 0, which samples start & ready. Cycle c lies between edges c and c + 1; outputs are registered
/// (they change at an edge). With k groups, step s is driven from edge d_s and its columns are held from r_s = d_s + front_s on:
///
///   front_s    = drive_s + settle + sample
///   back_s     = mux + adc latency + accumulate latency + (k - 1) * max(adc interval + mux, accumulate interval); 0 without a conversion
///   occupied_s = k * max(adc interval + mux, accumulate interval); 0 without a conversion
///   d_(s+1)    = max(r_s, r_s + back_s - front_(s+1))      pipelined, overlap slice
///              = max(r_s, r_s + occupied_s - front_(s+1))  pipelined, overlap converter
///              = r_s + back_s                              not pipelined
///   latency    = max over s of r_s + back_s
///
/// Step 0 of the next MVM follows the last step by the same rule, at edge interval(). `done` rises at edge latency() and is high for one
/// clock; `ready` is sampled high again at edge interval(), not earlier.
///
/// Converters that work during the drive count from its end, and the drive is repeated for each group, with its multiplexers switched
/// before it: front_s = u_s + (k - 1) * max(u_s, adc interval, accumulate interval) with u_s = mux + drive_s + settle + sample,
/// back_s = adc latency + accumulate latency, occupied_s = max(adc interval, accumulate interval); d_(s+1) has u_(s+1) for front_(s+1),
/// since the converters are needed from the end of the first of these drives on.
///
/// Conversions whose time depends on the code: each group takes the clocks of its slowest converter, at most the adc latency, and the next
/// one begins as much earlier, when the accumulators have taken the codes: one accumulate interval after the last, at the earliest. All
/// edges are then at or before those above.
class TdmTimes {
 public:
  /// `conversion_clocks`: of each step and group (steps x groups), of steps that convert from 1 to the adc latency; empty: all take the adc
  /// latency. Throws std::logic_error for another number of them, clocks out of range, or converters that begin a conversion before the last
  /// one has ended.
  explicit TdmTimes(const TdmSchedule& schedule, gsl::span<const std::uint32_t> conversion_clocks = {});

  std::uint64_t latency() const { return latency_; }
  std::uint64_t interval() const { return interval_; }
  /// Earliest edge that can sample a start with other registers (TdmSchedule::change_interval).
  std::uint64_t change_interval() const { return change_interval_; }

  std::uint64_t front(std::uint32_t step) const { return steps_[step].release - steps_[step].drive; }
  std::uint64_t back(std::uint32_t step) const { return steps_[step].back; }
  std::uint64_t occupied(std::uint32_t step) const { return steps_[step].occupied; }

  std::uint64_t drive_edge(std::uint32_t step) const { return steps_[step].drive; }
  std::uint64_t sample_edge(std::uint32_t step) const { return steps_[step].sample; }
  std::uint64_t release_edge(std::uint32_t step) const { return steps_[step].release; }
  // Of steps that convert.
  std::uint64_t select_edge(std::uint32_t step, std::uint32_t group) const {
    if (!conversions_.empty()) return steps_[step].drive + conversions_[step * groups_ + group].select;
    return steps_[step].select + group * steps_[step].group_step;
  }
  std::uint64_t convert_edge(std::uint32_t step, std::uint32_t group) const { return select_edge(step, group) + steps_[step].to_convert; }
  std::uint64_t code_edge(std::uint32_t step, std::uint32_t group) const {
    if (!conversions_.empty()) return steps_[step].drive + conversions_[step * groups_ + group].code;
    return convert_edge(step, group) + adc_latency_;
  }
  std::uint64_t accumulated_edge(std::uint32_t step, std::uint32_t group) const { return code_edge(step, group) + accumulate_latency_; }

 private:
  struct Step {
    std::uint64_t drive;
    std::uint64_t sample;
    std::uint64_t release;
    std::uint64_t first_drive;  ///< clocks until the drive ends, or the first of several
    std::uint64_t select;       ///< of group 0
    std::uint64_t group_step;   ///< between the selections of two groups
    std::uint64_t to_convert;   ///< from the selection of a group to its conversion
    std::uint64_t back;
    std::uint64_t occupied;
  };
  /// Edges of one group after the drive edge of its step.
  struct Conversion {
    std::uint64_t select;
    std::uint64_t code;
  };
  static Step step_from_zero(const TdmSchedule& schedule, std::uint32_t step);
  void shorten(const TdmSchedule& schedule, gsl::span<const std::uint32_t> conversion_clocks);

  std::vector<Step> steps_;
  std::vector<Conversion> conversions_;  ///< steps x groups; empty: all take the adc latency
  std::size_t groups_;
  std::uint64_t adc_latency_;
  std::uint64_t accumulate_latency_;
  std::uint64_t latency_ = 0;
  std::uint64_t interval_ = 0;
  std::uint64_t change_interval_ = 0;
};

}  // namespace memcosim
