// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "memcosim/devices/converters/converter_kind.hpp"

namespace memcosim {

/// Time-division-multiplexed readout of one array, all in clocks. Pure arithmetic: the loosely timed model annotates it, the event-driven
/// controller follows it, and the RTL controller is compared with it clock by clock.
///
/// Edge 0 is the clock edge that samples start & ready; cycle c lies between edges c and c + 1; outputs are registered (they change at an
/// edge). Slice s is driven from edge s * slot(); its columns are converted, group by group, from edge s * slot() + front(). `done` rises
/// at edge latency() and is high for one clock; `ready` is sampled high again at edge interval(), not earlier.
struct TdmSchedule {
  std::uint32_t slices = 1;
  std::uint32_t groups = 1;  ///< k: column groups converted one after the other; at most those of ColumnMultiplexer
  std::uint32_t drive = 1;   ///< from driving the rows to settled drivers
  std::uint32_t settle = 0;  ///< in which the array settles
  std::uint32_t sample = 1;  ///< in which the sample switches are closed
  std::uint32_t mux = 1;     ///< from selecting a column group to its conversion
  AdcTiming adc = {9, 9};
  std::uint32_t accumulate_latency = 1;   ///< from the last code to the complete sums
  std::uint32_t accumulate_interval = 1;  ///< between the codes of two column groups, at least
  bool pipelined = true;                  ///< a slice is driven while the one before it is converted

  std::uint32_t front() const { return drive + settle + sample; }
  /// Clocks between the starts of two column groups.
  std::uint32_t group_step() const { return std::max(adc.interval + mux, accumulate_interval); }
  std::uint32_t back() const { return mux + adc.latency + accumulate_latency + (groups - 1) * group_step(); }
  /// Clocks between the starts of two slices.
  std::uint32_t slot() const { return pipelined ? std::max(front(), back()) : front() + back(); }
  /// From the edge that samples start to the edge that shows done.
  std::uint64_t latency() const { return std::uint64_t{slices - 1} * slot() + front() + back(); }
  /// Earliest edge that can sample the next start.
  std::uint64_t interval() const { return std::uint64_t{slices} * slot(); }
  /// Earliest edge that can sample a start with another number of groups: that number is a register of the controller, which is busy until
  /// the clock after done and samples its registers one edge later.
  std::uint64_t change_interval() const { return latency() + 2; }

  /// Edges of the phases.
  std::uint64_t drive_edge(std::uint32_t slice) const { return std::uint64_t{slice} * slot(); }
  std::uint64_t sample_edge(std::uint32_t slice) const { return drive_edge(slice) + drive + settle; }
  std::uint64_t release_edge(std::uint32_t slice) const { return drive_edge(slice) + front(); }
  std::uint64_t select_edge(std::uint32_t slice, std::uint32_t group) const {
    return release_edge(slice) + std::uint64_t{group} * group_step();
  }
  std::uint64_t convert_edge(std::uint32_t slice, std::uint32_t group) const { return select_edge(slice, group) + mux; }
  std::uint64_t code_edge(std::uint32_t slice, std::uint32_t group) const { return convert_edge(slice, group) + adc.latency; }
  std::uint64_t accumulated_edge(std::uint32_t slice, std::uint32_t group) const { return code_edge(slice, group) + accumulate_latency; }
};

/// Throws InputError when a phase that cannot be skipped has no clocks, or a count is zero.
void check(const TdmSchedule& schedule);

}  // namespace memcosim
