// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/tdm_controller.hpp"

namespace memcosim {

/// Makes the SystemC model.
TdmControllerFactory model_tdm_controller_factory();

/// When the MVMs of a lockstep run start.
struct TdmStimulus {
  std::uint64_t mvms = 1;
  std::uint32_t max_gap = 0;     ///< clocks from ready to start, drawn from 0 to this
  std::uint32_t max_deltas = 0;  ///< delta cycles from the edge to the call of start(), drawn likewise
  std::uint64_t seed = 1;
  bool vary_groups = false;  ///< half of the MVMs use another number of column groups, as soon as both controllers are idle
};

/// Two TDM controllers with one schedule and one stimulus, compared at every clock: `ready`, `busy`, every strobe with its numbers, and the
/// order of the calls at one edge. (A start in a later delta cycle puts its `drive` anywhere among the strobes of older MVMs: then the
/// order within the edge is not compared.) Stops by itself at the first difference or when all MVMs are done.
class TdmLockstep : public sc_core::sc_module {
 public:
  TdmLockstep(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
              const TdmControllerFactory& left, const TdmControllerFactory& right, const TdmStimulus& stimulus);

  /// All MVMs went through without a difference.
  bool passed() const { return finished_ && difference_.empty(); }
  /// The first difference with its time and pin; empty: none.
  const std::string& difference() const { return difference_; }
  std::uint64_t mvms() const { return started_; }
  std::uint64_t clocks() const { return clocks_; }
  /// Adds the pins of both sides to a waveform file, under the given names.
  void trace(sc_core::sc_trace_file* file, const std::string& left, const std::string& right) const;

 private:
  enum Pin : std::size_t { drive, sample, release, select, convert, accumulate, done, pin_count };
  struct Call {
    sc_core::sc_time time;
    Pin pin;
    std::uint32_t slice;
    std::uint32_t group;
  };
  static const char* pin_name(Pin pin);
  static std::string text(const std::vector<Call>& calls, std::size_t index);

  /// Takes the calls of one controller and shows them as pins.
  class Side : public TdmStrobes {
   public:
    void drive(std::uint32_t slice) override { take(Pin::drive, slice, 0); }
    void sample(std::uint32_t slice) override { take(Pin::sample, slice, 0); }
    void release(std::uint32_t slice) override { take(Pin::release, slice, 0); }
    void select(std::uint32_t slice, std::uint32_t group) override { take(Pin::select, slice, group); }
    void convert(std::uint32_t slice, std::uint32_t group) override { take(Pin::convert, slice, group); }
    void accumulate(std::uint32_t slice, std::uint32_t group) override { take(Pin::accumulate, slice, group); }
    void done() override { take(Pin::done, 0, 0); }
    /// Strobes of earlier edges fall.
    void new_edge();
    void trace(sc_core::sc_trace_file* file, const std::string& name) const;

    std::unique_ptr<TdmController> controller;
    std::vector<Call> calls;  ///< not yet compared
    bool ready = false;
    bool busy = false;

   private:
    void take(Pin pin, std::uint32_t slice, std::uint32_t group);
    bool pins_[pin_count] = {};
    std::uint32_t slices_[pin_count] = {};
    std::uint32_t groups_[pin_count] = {};
    sc_core::sc_time risen_[pin_count];
  };

  void clock();
  void new_edge(const sc_core::sc_time& now);
  void compare_before(const sc_core::sc_time& now);
  void compare_level(const char* pin, bool left, bool right, const sc_core::sc_time& now);
  void start();

  const std::uint32_t most_groups_;
  TdmSchedule schedule_;  ///< with the groups of the last start
  std::uint32_t next_groups_;
  const sc_core::sc_time period_;
  const TdmStimulus stimulus_;
  std::mt19937_64 random_;
  Side left_;
  Side right_;
  std::string difference_;
  std::uint64_t started_ = 0;
  std::uint64_t clocks_ = 0;
  std::uint64_t gap_ = 0;     ///< clocks still to wait once ready
  std::uint32_t deltas_ = 0;  ///< delta cycles still to wait at this edge
  bool starting_ = false;     ///< start() comes in a later delta cycle of this edge
  std::uint64_t last_clock_ = 0;
  bool finished_ = false;
};

}  // namespace memcosim
