// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/macro_observer.hpp"
#include "memcosim/sc_models/chip/chip_observer.hpp"

namespace memcosim {

class Chip;

/// Limits of what a timeline records.
struct TimelineLimits {
  std::uint64_t images = 1;      ///< images whose phases in the macros are recorded; a macro's record ends when its stage ends the last
  std::size_t events = 200'000;  ///< total
  std::size_t programming_events = 5'000;  ///< thereof pulses and verify reads, which come first and would otherwise take all
};

/// Records what a chip and its macros do, as Chrome trace events that Perfetto and chrome://tracing load: one process for the stages and
/// one per macro, one thread per lane; where phases of a lane overlap, further threads. Times are simulated time.
class Timeline : public ChipObserver {
 public:
  explicit Timeline(const TimelineLimits& limits = {});
  ~Timeline() override;

  /// Observes the chip from now on. Both must live until the simulation ends.
  void attach(Chip& chip);

  void stage_done(std::uint32_t stage, std::uint64_t image, const sc_core::sc_time& begin) override;

  /// Number of phases left out because of a limit.
  std::uint64_t left_out() const { return left_out_; }
  /// The trace as JSON text, with a note on what the limits left out.
  std::string json() const;

 private:
  class MacroRecorder;
  struct Track {
    std::uint32_t process;
    std::string name;
    sc_core::sc_time free_from;  ///< end of its last event
  };
  struct Lane {
    std::string name;
    std::vector<std::uint32_t> tracks;
  };
  struct Event {
    std::uint32_t track;
    const std::string* name;  ///< in names_
    sc_core::sc_time begin;
    sc_core::sc_time end;
    std::int32_t slice;
    std::int32_t group;
  };
  struct Process {
    std::string name;
    std::vector<Lane> lanes;
  };

  /// Records a phase that ended now.
  void record(std::uint32_t process, std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice, int group);
  std::uint32_t track(std::uint32_t process, std::string_view lane, const sc_core::sc_time& begin);

  TimelineLimits limits_;
  std::vector<Process> processes_;
  std::vector<std::string> stage_names_;
  std::vector<std::unique_ptr<MacroRecorder>> recorders_;
  std::vector<Track> tracks_;
  std::set<std::string, std::less<>> names_;
  std::vector<Event> events_;
  std::size_t programming_events_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace memcosim
